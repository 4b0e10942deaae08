// COMMAND: the table of commands, told in Redis 7's form.
#include "shared/command/command_docs.hpp"
#include "shared/command/glob.hpp"
#include "shared/command/keys.hpp"
#include "shared/command/subcommand.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace shared {
namespace {

struct flag_name {
    command_flag flag;
    std::string_view name;
};

constexpr std::array<flag_name, 5> flag_names{
    {{writes, "write"}, {reads, "readonly"}, {grows, "denyoom"}, {admin, "admin"}, {fast, "fast"}}};

constexpr std::string_view movable_keys = "movablekeys";

constexpr std::array<flag_name, 6> categories{{{writes, "@write"},
                                               {reads, "@read"},
                                               {admin, "@admin"},
                                               {admin, "@dangerous"},
                                               {fast, "@fast"},
                                               {connection, "@connection"}}};

bool is_visible(const connection_call& call, const command_spec& spec) {
    return !spec.has(hidden) && call.facts.serves(spec);
}

std::vector<const command_spec*> visible_commands(const connection_call& call) {
    std::vector<const command_spec*> visible;
    for (const auto& spec : all_commands()) {
        if (is_visible(call, spec)) visible.push_back(&spec);
    }
    return visible;
}

void append_flags(const connection_call& call, const command_spec& spec,
                  std::span<const flag_name> names) {
    std::vector<std::string_view> set;
    for (const auto& [flag, name] : names) {
        if (spec.has(flag)) set.push_back(name);
    }
    if (names.data() == flag_names.data() && spec.keys != key_finder::positions)
        set.push_back(movable_keys);
    append_set_header(call.out, set.size(), call.client.version);
    for (const auto name : set) append_simple(call.out, name);
}

/// Name, arity, flags, first key, last key, step, categories; and tips, key specifications and
/// subcommands, which are not told.
void append_details(const connection_call& call, const command_spec& spec) {
    append_array_header(call.out, 10);
    append_bulk(call.out, spec.name);
    append_integer(call.out, spec.arity);
    append_flags(call, spec, flag_names);
    append_integer(call.out, spec.first_key);
    append_integer(call.out, spec.last_key);
    append_integer(call.out, spec.step);
    append_flags(call, spec, categories);
    for (int i = 0; i < 3; ++i) append_set_header(call.out, 0, call.client.version);
}

void append_all_details(const connection_call& call) {
    const auto visible = visible_commands(call);
    append_array_header(call.out, visible.size());
    for (const auto* spec : visible) append_details(call, *spec);
}

void run_count(const connection_call& call) {
    append_integer(call.out, static_cast<std::int64_t>(visible_commands(call).size()));
}

void run_details(const connection_call& call) {
    const auto names = call.words.subspan(2);
    if (names.empty()) return append_all_details(call);
    append_array_header(call.out, names.size());
    for (const auto name : names) {
        const auto* spec = find_command(name);
        if (spec == nullptr || !is_visible(call, *spec)) {
            append_null(call.out, call.client.version);
        } else {
            append_details(call, *spec);
        }
    }
}

/// The commands that COMMAND DOCS is asked for: all, or those it names, without what is unknown.
std::vector<const command_spec*> wanted_docs(const connection_call& call) {
    std::vector<const command_spec*> wanted;
    if (call.words.size() == 2) wanted = visible_commands(call);
    for (const auto name : call.words.subspan(2)) {
        const auto* const spec = find_command(name);
        if (spec != nullptr && is_visible(call, *spec)) wanted.push_back(spec);
    }
    std::erase_if(wanted, [](const auto* spec) { return find_doc(spec->id) == nullptr; });
    return wanted;
}

void run_docs(const connection_call& call) {
    const auto wanted = wanted_docs(call);
    append_map_header(call.out, wanted.size(), call.client.version);
    for (const auto* const spec : wanted) {
        const auto& doc = *find_doc(spec->id);
        append_bulk(call.out, spec->name);
        append_map_header(call.out, 4, call.client.version);
        for (const auto& [name, text] : {std::pair{std::string_view("summary"), doc.summary},
                                         {"since", doc.since},
                                         {"group", doc.group},
                                         {"complexity", doc.complexity}}) {
            append_bulk(call.out, name);
            append_bulk(call.out, text);
        }
    }
}

bool is_all(const command_spec& /*spec*/, std::string_view /*argument*/) noexcept {
    return true;
}

bool is_named(const command_spec& spec, std::string_view pattern) {
    return glob_matches(pattern, spec.name);
}

bool is_in_category(const command_spec& spec, std::string_view name) noexcept {
    return std::any_of(categories.begin(), categories.end(), [&](const flag_name& one) {
        return spec.has(one.flag) && same_word(one.name.substr(1), name);
    });
}

bool is_of_module(const command_spec& /*spec*/, std::string_view /*name*/) noexcept {
    return false;
}

using list_filter = bool (*)(const command_spec& spec, std::string_view argument);

/// Null: a syntax error.
list_filter find_filter(std::span<const std::string_view> words) noexcept {
    if (words.size() == 2) return is_all;
    if (words.size() != 5 || !same_word(words[2], "filterby")) return nullptr;
    if (same_word(words[3], "pattern")) return is_named;
    if (same_word(words[3], "aclcat")) return is_in_category;
    return same_word(words[3], "module") ? is_of_module : nullptr;
}

void run_list(const connection_call& call) {
    const auto matches = find_filter(call.words);
    if (matches == nullptr) return append_error(call.out, syntax_error);
    if (any_pattern_too_long(call.words.last(1))) return append_error(call.out, pattern_too_long);
    std::vector<std::string_view> names;
    for (const auto* spec : visible_commands(call)) {
        if (matches(*spec, call.words.back())) names.push_back(spec->name);
    }
    append_array_header(call.out, names.size());
    for (const auto name : names) append_bulk(call.out, name);
}

std::string_view no_keys_error(const command_spec& spec, const request_keys& keys) {
    const bool never = spec.first_key == 0 && spec.keys == key_finder::positions;
    return never || keys.outcome == key_search::none
               ? "ERR The command has no key arguments"
               : "ERR Invalid arguments specified for command";
}

void run_getkeys(const connection_call& call) {
    const auto request = call.words.subspan(2);
    const auto* command = find_command(request[0]);
    if (command == nullptr || !is_visible(call, *command))
        return append_error(call.out, "ERR Invalid command specified");
    const auto* spec = find_request(request);
    if (spec == nullptr)
        return append_error(call.out, "ERR Invalid number of arguments specified for command");
    const auto keys = find_keys(*spec, request);
    if (keys.count == 0) return append_error(call.out, no_keys_error(*spec, keys));
    append_array_header(call.out, keys.count + (keys.destination != 0 ? 1 : 0));
    keys.for_each(request, [&call](std::string_view key) { append_bulk(call.out, key); });
}

constexpr std::array<std::string_view, 16> help{
    "(no subcommand)",
    "    Return details about all Redis commands.",
    "COUNT",
    "    Return the total number of commands in this Redis server.",
    "LIST",
    "    Return a list of all commands in this Redis server.",
    "INFO [<command-name> ...]",
    "    Return details about multiple Redis commands.",
    "    If no command names are given, documentation details for all",
    "    commands are returned.",
    "DOCS [<command-name> ...]",
    "    Return documentation details about multiple Redis commands.",
    "    If no command names are given, documentation details for all",
    "    commands are returned.",
    "GETKEYS <full-command>",
    "    Return the keys from a full Redis command.",
};

void run_help(const connection_call& call) {
    append_help(call.out, "COMMAND", help);
}

constexpr std::array<subcommand, 6> subcommands{{
    {"count", 2, run_count},
    {"docs", -2, run_docs},
    {"getkeys", -4, run_getkeys},
    {"help", 2, run_help},
    {"info", -2, run_details},
    {"list", -2, run_list},
}};

}  // namespace

void run_command_command(const connection_call& call) {
    if (call.words.size() == 1) return append_all_details(call);
    run_subcommand(call, "command", subcommands);
}

}  // namespace shared
