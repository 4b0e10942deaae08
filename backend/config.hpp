// The configuration of ringway-backend: plain values, read once at start-up by the main thread and
// constant from then on. The defaults here are those of the file.
#pragma once

#include "backend/persist/log_settings.hpp"
#include "backend/store/eviction_policies.hpp"
#include "shared/base/address.hpp"
#include "shared/config/cli.hpp"
#include "shared/log/log.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace backend {

/// When a client's write is answered: at once, or when the partner has applied it.
enum class ack_mode : std::uint8_t { none, partner };

struct partner_config {
    shared::address address;
    std::chrono::microseconds timeout =
        std::chrono::seconds(2);                                // a link silent for so long is dead
    std::chrono::microseconds grace = std::chrono::seconds(3);  // wait for the partner before ready
    std::uint64_t backlog = 64ULL << 20;                        // bytes of unsent records
    std::chrono::microseconds tombstones =
        std::chrono::hours(1);  // how long deletes are remembered
    std::chrono::microseconds max_clock_ahead =
        std::chrono::hours(1);  // beyond it, the partner's records are refused
    ack_mode ack = ack_mode::none;
    // How long a write waits for the partner with ack = "partner", and FLUSHALL. Well below the
    // proxy's request_timeout: what others ask over the same connection waits behind it.
    std::chrono::microseconds ack_timeout = std::chrono::milliseconds(250);
    std::string secret;           // that the partner has to know, too; empty: none
    std::string secret_file;      // where it was read; empty: it stood in the configuration
    bool secret_exposed = false;  // others can read that file

    friend bool operator==(const partner_config&, const partner_config&) = default;
};

struct config {
    std::string name;
    shared::address listen{"127.0.0.1", 7401};
    unsigned threads = 0;                 // 0: one per core
    std::uint64_t memory = 256ULL << 20;  // bytes of data and index
    std::string eviction{default_eviction};
    std::uint64_t max_value = 512ULL << 20;  // bytes of one bulk
    std::uint64_t max_reply = 256ULL << 20;  // bytes of a reply of several values
    std::uint64_t max_line = 64ULL << 10;    // bytes of one inline command
    std::uint32_t max_clients = 10'000;
    bool debug_commands = false;  // whether clients may use DEBUG
    shared::log_level log_level = shared::log_level::info;
    std::optional<partner_config> partner;
    std::optional<log_settings> log;  // none: nothing is written to disk

    friend bool operator==(const config&, const config&) = default;
};

/// What `ringway-backend` is called and which flags it takes.
const shared::cli_program& program();

/// The configuration that the command line asks for, or every problem with it.
shared::checked<config> load_config(const shared::command_line& line);

/// The same for a document that is open already.
shared::checked<config> read_config(shared::document& source);

/// The configuration as TOML that reads back as the same, but for a secret that stands in it: that
/// is never told.
std::string describe(const config& settings);

}  // namespace backend
