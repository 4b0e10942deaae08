// Which clients CLIENT LIST and CLIENT KILL are about. Pure.
#pragma once

#include "backend/server/client_registry.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backend {

struct client_filter {
    std::vector<std::uint64_t> ids;  // empty: any
    std::optional<std::string> address;
    std::optional<std::string> local_address;
    std::optional<bool> subscribed;  // TYPE NORMAL, TYPE PUBSUB
    bool nobody = false;             // TYPE MASTER, TYPE REPLICA: there are none
    bool spares_self = true;         // SKIPME, for KILL
    std::string error;               // Redis's text, if the words are no filter

    bool matches(const client_record& record) const noexcept;
};

/// `words` follow CLIENT LIST: nothing, "TYPE type" or "ID id …".
client_filter read_list_filter(std::span<const std::string_view> words);

/// `words` follow CLIENT KILL: an address, or pairs of ID TYPE ADDR LADDR USER SKIPME.
client_filter read_kill_filter(std::span<const std::string_view> words);

}  // namespace backend
