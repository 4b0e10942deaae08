#include "backend/server/client_filter.hpp"

#include "shared/resp/integer.hpp"

#include <algorithm>

namespace backend {
namespace {

using shared::same_word;

constexpr std::string_view syntax_error = "ERR syntax error";

void read_type(std::string_view word, client_filter& filter) {
    if (same_word(word, "normal")) {
        filter.subscribed = false;
    } else if (same_word(word, "pubsub")) {
        filter.subscribed = true;
    } else if (same_word(word, "master") || same_word(word, "replica") ||
               same_word(word, "slave")) {
        filter.nobody = true;
    } else {
        filter.error =
            "ERR Unknown client type '" + std::string(word.substr(0, shared::longest_echo)) + "'";
    }
}

void read_user(std::string_view word, client_filter& filter) {
    if (word != "default") {
        filter.error =
            "ERR No such user '" + std::string(word.substr(0, shared::longest_echo)) + "'";
    }
}

void read_skip_me(std::string_view word, client_filter& filter) {
    filter.spares_self = same_word(word, "yes");
    if (!filter.spares_self && !same_word(word, "no")) filter.error = syntax_error;
}

void read_kill_id(std::string_view word, client_filter& filter) {
    const auto id = shared::parse_integer(word);
    if (!id || *id < 1) {
        filter.error = "ERR client-id should be greater than 0";
    } else {
        filter.ids = {static_cast<std::uint64_t>(*id)};
    }
}

void read_option(std::string_view option, std::string_view value, client_filter& filter) {
    if (same_word(option, "id")) {
        read_kill_id(value, filter);
    } else if (same_word(option, "type")) {
        read_type(value, filter);
    } else if (same_word(option, "addr")) {
        filter.address = value;
    } else if (same_word(option, "laddr")) {
        filter.local_address = value;
    } else if (same_word(option, "user")) {
        read_user(value, filter);
    } else if (same_word(option, "skipme")) {
        read_skip_me(value, filter);
    } else {
        filter.error = syntax_error;
    }
}

}  // namespace

bool client_filter::matches(const client_record& record) const noexcept {
    if (nobody) return false;
    if (!ids.empty() && std::find(ids.begin(), ids.end(), record.id) == ids.end()) return false;
    if (address && *address != record.address) return false;
    if (local_address && *local_address != record.local_address) return false;
    return !subscribed || *subscribed == record.subscribed();
}

client_filter read_list_filter(std::span<const std::string_view> words) {
    client_filter filter;
    if (words.empty()) return filter;
    if (words.size() == 2 && same_word(words[0], "type")) {
        read_type(words[1], filter);
        return filter;
    }
    if (words.size() < 2 || !same_word(words[0], "id")) {
        filter.error = syntax_error;
        return filter;
    }
    for (const auto word : words.subspan(1)) {
        const auto id = shared::parse_integer(word);
        if (!id || *id < 0) {
            filter.error = "ERR Invalid client ID";
            return filter;
        }
        filter.ids.push_back(static_cast<std::uint64_t>(*id));
    }
    return filter;
}

client_filter read_kill_filter(std::span<const std::string_view> words) {
    client_filter filter;
    if (words.size() == 1) {
        filter.address = words[0];
        filter.spares_self = false;
        return filter;
    }
    for (std::size_t i = 0; i < words.size() && filter.error.empty(); i += 2) {
        if (i + 1 == words.size()) {
            filter.error = syntax_error;
        } else {
            read_option(words[i], words[i + 1], filter);
        }
    }
    return filter;
}

}  // namespace backend
