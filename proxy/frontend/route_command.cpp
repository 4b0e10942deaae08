#include "proxy/frontend/route_command.hpp"

#include <array>
#include <charconv>
#include <iterator>
#include <utility>

namespace proxy {
namespace {

constexpr std::string_view none = "none";

using field = std::pair<std::string_view, std::string>;

std::string hex(std::uint64_t number) {
    char digits[16];
    const auto* const end = std::to_chars(std::begin(digits), std::end(digits), number, 16).ptr;
    return "0x" + std::string(16 - static_cast<std::size_t>(end - digits), '0') +
           std::string(static_cast<const char*>(digits), end);
}

/// "home is ready" and the like.
std::string reason(const pool_facts& pool, const target& now) {
    if (now.relieved)
        return "home is ready, but has more than its share of the load; its partner serves reads";
    const auto home = pool.board.status(now.home);
    if (now.server == now.home && home == backend_status::returning)
        return "home is returning and serves this key again, or its partner is not ready";
    if (now.server == now.home)
        return home == backend_status::ready
                   ? "home is ready"
                   : "home is catching up, and nobody else can answer for it";
    const std::string down = home == backend_status::down        ? "home is down"
                             : home == backend_status::returning ? "home is returning"
                                                                 : "home is catching up";
    if (now.server != nobody) return down + ", its partner serves";
    return pool.pairs.partner_of[now.home] == nobody ? down + " and has no partner"
                                                     : down + ", and so is its partner";
}

std::string name_or_none(const pool_facts& pool, std::size_t backend) {
    return backend == nobody ? std::string(none) : pool.backends[backend].name;
}

std::array<field, 7> route_in(const pool_facts& pool, std::string_view key, const target& now) {
    const std::uint64_t hash = pool.hash(key);
    const std::string place = std::to_string(pool.placement->place(hash)) + " of " +
                              std::to_string(pool.placement->places());
    return {{{"hash", hex(hash)},
             {"layout", std::string(name_of(pool.layout))},
             {"place", place},
             {"home", pool.backends[now.home].name},
             {"partner", name_or_none(pool, pool.pairs.partner_of[now.home])},
             {"serves", name_or_none(pool, now.server)},
             {"why", reason(pool, now)}}};
}

std::array<field, 7> route_anywhere(const pool_facts& pool) {
    const std::string nothing(none);
    return {{{"hash", nothing},
             {"layout", nothing},
             {"place", nothing},
             {"home", nothing},
             {"partner", nothing},
             {"serves", "any"},
             {"why", "every pair holds every key; " + std::string(name_of(pool.kind)) +
                         " says which backend a read goes to"}}};
}

}  // namespace

void append_route(std::string& out, std::string_view key, const pool_facts& pool, const target& now,
                  shared::protocol version) {
    const auto fields = pool.shards() ? route_in(pool, key, now) : route_anywhere(pool);
    shared::append_map_header(out, fields.size(), version);
    for (const auto& [name, value] : fields) {
        shared::append_bulk(out, name);
        shared::append_bulk(out, value);
    }
}

void append_proxy_help(std::string& out) {
    constexpr std::array<std::string_view, 5> lines{
        "PROXY <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
        "ROUTE <key>",
        "    Return hash, home and partner of a key, and who would serve it now and why.",
        "HELP",
        "    Prints this help.",
    };
    shared::append_array_header(out, lines.size());
    for (const auto line : lines) shared::append_simple(out, line);
}

}  // namespace proxy
