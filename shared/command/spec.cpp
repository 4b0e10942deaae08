#include "shared/command/spec.hpp"

#include <algorithm>
#include <array>

namespace shared {
namespace {

constexpr auto number_of_commands = static_cast<std::size_t>(command_id::count);

// clang-format off
constexpr std::array<command_spec, number_of_commands> commands{{
    {"ping",     command_id::ping,     -1, fast | connection,                 0, 0, 0},
    {"echo",     command_id::echo,      2, fast | connection,                 0, 0, 0},
    {"quit",     command_id::quit,     -1, fast | connection,                 0, 0, 0},
    {"hello",    command_id::hello,    -1, fast | connection,                 0, 0, 0},
    {"auth",     command_id::auth,     -2, fast | connection,                 0, 0, 0},
    {"select",   command_id::select,    2, fast | connection,                 0, 0, 0},
    {"client",   command_id::client,   -2, connection,                        0, 0, 0},
    {"command",  command_id::command,  -1, connection,                        0, 0, 0},
    {"info",     command_id::info,     -1, connection,                        0, 0, 0},
    {"config",   command_id::config,   -2, admin | connection,                0, 0, 0},
    {"get",      command_id::get,       2, reads | fast | idempotent,         1, 1, 1},
    {"set",      command_id::set,      -3, writes | grows | idempotent,       1, 1, 1},
    {"del",      command_id::del,      -2, writes | idempotent,               1, -1, 1},
    {"exists",   command_id::exists,   -2, reads | fast | idempotent,         1, -1, 1},
    {"mget",     command_id::mget,     -2, reads | fast | idempotent,         1, -1, 1},
    {"mset",     command_id::mset,     -3, writes | grows | idempotent,       1, -1, 2},
    {"incr",     command_id::incr,      2, writes | grows | fast,             1, 1, 1},
    {"decr",     command_id::decr,      2, writes | grows | fast,             1, 1, 1},
    {"incrby",   command_id::incrby,    3, writes | grows | fast,             1, 1, 1},
    {"decrby",   command_id::decrby,    3, writes | grows | fast,             1, 1, 1},
    {"expire",   command_id::expire,   -3, writes | fast | idempotent,        1, 1, 1},
    {"ttl",      command_id::ttl,       2, reads | fast | idempotent,         1, 1, 1},
    {"pttl",     command_id::pttl,      2, reads | fast | idempotent,         1, 1, 1},
    {"persist",  command_id::persist,   2, writes | fast | idempotent,        1, 1, 1},
    {"dbsize",   command_id::dbsize,    1, reads | fast | idempotent,         0, 0, 0},
    {"flushall", command_id::flushall, -1, writes | idempotent,               0, 0, 0},
    {"partner",  command_id::partner,  -2, admin | connection | hidden,       0, 0, 0},
    {"proxy",    command_id::proxy,    -2, connection | hidden,               0, 0, 0},
    {"post",     command_id::post,     -1, connection | hidden,               0, 0, 0},
    {"host:",    command_id::host,     -1, connection | hidden,               0, 0, 0},
}};
// clang-format on

constexpr bool ordered_by_id() {
    for (std::size_t i = 0; i < commands.size(); ++i) {
        if (static_cast<std::size_t>(commands[i].id) != i) return false;
    }
    return true;
}
static_assert(ordered_by_id());

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

constexpr std::size_t slots = 128;
constexpr std::uint8_t nothing = 0xff;

/// FNV-1a of the lower-case name: the start of a linear probe.
constexpr std::size_t slot_of(std::string_view name) noexcept {
    std::uint32_t hash = 2166136261U;
    for (const char c : name) hash = (hash ^ static_cast<std::uint8_t>(lower(c))) * 16777619U;
    return (hash ^ (hash >> 15)) % slots;
}

constexpr std::array<std::uint8_t, slots> make_index() {
    std::array<std::uint8_t, slots> index{};
    index.fill(nothing);
    for (std::size_t i = 0; i < commands.size(); ++i) {
        std::size_t slot = slot_of(commands[i].name);
        while (index[slot] != nothing) slot = (slot + 1) % slots;
        index[slot] = static_cast<std::uint8_t>(i);
    }
    return index;
}

constexpr auto index_by_name = make_index();
constexpr std::size_t longest_name = 16;

}  // namespace

std::span<const command_spec> all_commands() noexcept {
    return commands;
}

const command_spec* find_command(std::string_view name) noexcept {
    if (name.size() > longest_name) return nullptr;
    for (std::size_t slot = slot_of(name); index_by_name[slot] != nothing;
         slot = (slot + 1) % slots) {
        const auto& spec = commands[index_by_name[slot]];
        if (same_word(spec.name, name)) return &spec;
    }
    return nullptr;
}

bool arity_fits(const command_spec& spec, std::size_t words) noexcept {
    const auto count = static_cast<std::int64_t>(words);
    return spec.arity >= 0 ? count == spec.arity : count >= -spec.arity;
}

std::string unknown_command_error(std::span<const std::string_view> words) {
    constexpr std::size_t shown = longest_echo;  // of the name, and of all arguments together
    std::string text = "ERR unknown command '";
    text += words[0].substr(0, shown);
    text += "', with args beginning with: ";
    std::size_t left = shown;
    for (const auto word : words.subspan(1)) {
        if (left == 0) break;
        const auto part = word.substr(0, left);
        left -= std::min(left, part.size() + 3);
        text += '\'';
        text += part;
        text += "' ";
    }
    return text;
}

std::string wrong_arity_error(std::string_view name) {
    return "ERR wrong number of arguments for '" + std::string(name) + "' command";
}

std::string unknown_subcommand_error(std::string_view subcommand, std::string_view command) {
    std::string upper(command);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c; });
    return "ERR unknown subcommand '" + std::string(subcommand.substr(0, longest_echo)) +
           "'. Try " + upper + " HELP.";
}

bool same_word(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace shared
