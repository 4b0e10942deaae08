// The configuration of ringway-proxy: plain values, read once at start-up by the main thread and
// constant from then on. The defaults here are those of the file.
#pragma once

#include "shared/base/address.hpp"
#include "shared/config/cli.hpp"
#include "shared/log/log.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace proxy {

struct listener_config {
    shared::address address;
    std::string protocol = "resp";
    std::string pool;  // names one of `config::pools`

    friend bool operator==(const listener_config&, const listener_config&) = default;
};

struct backend_config {
    std::string name;  // unique in its pool; by default from the address, as twemproxy has it
    shared::address address;
    std::string partner;  // names another of the pool, which names this one; empty: none
    std::uint32_t weight = 1;

    friend bool operator==(const backend_config&, const backend_config&) = default;
};

struct health_config {
    std::chrono::microseconds interval = std::chrono::seconds(1);
    std::chrono::microseconds timeout = std::chrono::milliseconds(250);  // at most the interval
    std::uint32_t fall = 3;      // failed probes in a row that take a backend down
    std::uint32_t rise = 2;      // good probes in a row that bring it back
    std::uint32_t timeouts = 5;  // of requests, in a row, that take it down too; 0: any number

    friend bool operator==(const health_config&, const health_config&) = default;
};

/// What one client may send, have under way and take its time for. A time of 0: for ever.
struct limits_config {
    std::uint64_t max_value = 512ULL << 20;         // bytes of one bulk
    std::uint64_t max_line = 64ULL << 10;           // bytes of one inline command
    std::uint32_t max_arguments = 1024 * 1024;      // words of one command
    std::uint64_t max_request = 1ULL << 30;         // bytes of one command; more if values are
    std::uint32_t max_pipeline = 1024;              // requests without a reply that has left
    std::uint64_t max_client_buffer = 16ULL << 20;  // bytes of replies that wait to leave
    std::chrono::microseconds idle_timeout{0};      // without a request
    std::chrono::microseconds half_sent_timeout = std::chrono::seconds(30);
    std::chrono::microseconds slow_reader_timeout = std::chrono::seconds(30);

    friend bool operator==(const limits_config&, const limits_config&) = default;
};

struct pool_config {
    std::string name;
    std::string policy = "consistent-hash";  // round-robin, least-connections
    std::string hash = "xxh3";               // fnv1a_64, crc32, crc32a, md5
    std::string layout = "rendezvous";       // maglev, ketama, ring
    std::string hash_tag;                    // the two characters around a tag; empty: no tags
    double max_load = 0;                     // times a home's share of the load; 0: no bound
    std::uint32_t connections = 1;           // of one worker to one backend
    std::chrono::microseconds connect_timeout = std::chrono::milliseconds(500);
    std::chrono::microseconds request_timeout = std::chrono::seconds(1);
    std::uint32_t max_in_flight = 65'536;     // requests of one worker at one backend
    std::uint64_t max_queued = 256ULL << 20;  // bytes of requests on one connection
    std::uint64_t large_reply = 64ULL << 10;  // bytes: beyond it a reply is passed on in pieces
    std::uint32_t max_lanes = 128;            // of one worker to one backend
    std::chrono::microseconds slow_start{0};  // until one that has come back serves all of its keys
    double retry_share = 0.2;                 // second tries for each request
    std::uint32_t retry_least = 10;           // and for each second
    std::uint32_t retry_most = 10'000;        // that may be saved up
    bool allow_keys = false;                  // serve KEYS, which takes all keys at once
    health_config health;
    std::vector<backend_config> backends;  // one or more

    friend bool operator==(const pool_config&, const pool_config&) = default;
};

struct config {
    unsigned threads = 0;  // 0: one per core
    std::uint32_t max_clients = 10'000;
    limits_config limits;  // its keys stand beside the others at the top
    std::chrono::microseconds drain = std::chrono::seconds(5);  // for requests in flight at the end
    shared::log_level log_level = shared::log_level::info;
    std::vector<listener_config> listeners;  // one or more
    std::vector<pool_config> pools;          // one or more

    friend bool operator==(const config&, const config&) = default;
};

/// What `ringway-proxy` is called and which flags it takes.
const shared::cli_program& program();

/// The configuration that the command line asks for, or every problem with it. Partners are
/// completed: where a1 names a2, a2 names a1.
shared::checked<config> load_config(const shared::command_line& line);

/// The same for a document that is open already.
shared::checked<config> read_config(shared::document& source);

/// The configuration as TOML that reads back as the same.
std::string describe(const config& settings);

}  // namespace proxy
