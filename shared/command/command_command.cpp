// COMMAND: the table of commands, told in Redis 7's form.
#include "shared/command/glob.hpp"
#include "shared/command/subcommand.hpp"

#include <array>
#include <vector>

namespace shared {
namespace {

struct flag_name {
    command_flag flag;
    std::string_view name;
};

constexpr std::array<flag_name, 5> flag_names{
    {{writes, "write"}, {reads, "readonly"}, {grows, "denyoom"}, {admin, "admin"}, {fast, "fast"}}};

constexpr std::array<flag_name, 6> categories{{{writes, "@write"},
                                               {reads, "@read"},
                                               {admin, "@admin"},
                                               {admin, "@dangerous"},
                                               {fast, "@fast"},
                                               {connection, "@connection"}}};

std::vector<const command_spec*> visible_commands() {
    std::vector<const command_spec*> visible;
    for (const auto& spec : all_commands()) {
        if (!spec.has(hidden)) visible.push_back(&spec);
    }
    return visible;
}

void append_flags(const connection_call& call, const command_spec& spec,
                  std::span<const flag_name> names) {
    std::vector<std::string_view> set;
    for (const auto& [flag, name] : names) {
        if (spec.has(flag)) set.push_back(name);
    }
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
    const auto visible = visible_commands();
    append_array_header(call.out, visible.size());
    for (const auto* spec : visible) append_details(call, *spec);
}

void run_count(const connection_call& call) {
    append_integer(call.out, static_cast<std::int64_t>(visible_commands().size()));
}

void run_details(const connection_call& call) {
    const auto names = call.words.subspan(2);
    if (names.empty()) return append_all_details(call);
    append_array_header(call.out, names.size());
    for (const auto name : names) {
        const auto* spec = find_command(name);
        if (spec == nullptr || spec->has(hidden)) {
            append_null(call.out, call.client.version);
        } else {
            append_details(call, *spec);
        }
    }
}

void run_docs(const connection_call& call) {
    append_map_header(call.out, 0, call.client.version);
}

void run_list(const connection_call& call) {
    const auto& words = call.words;
    const bool filtered =
        words.size() == 5 && same_word(words[2], "filterby") && same_word(words[3], "pattern");
    if (words.size() != 2 && !filtered) return append_error(call.out, syntax_error);
    std::vector<std::string_view> names;
    for (const auto* spec : visible_commands()) {
        if (!filtered || glob_matches(words[4], spec->name)) names.push_back(spec->name);
    }
    append_array_header(call.out, names.size());
    for (const auto name : names) append_bulk(call.out, name);
}

void run_getkeys(const connection_call& call) {
    const auto request = call.words.subspan(2);
    const auto* spec = find_command(request[0]);
    if (spec == nullptr || spec->has(hidden))
        return append_error(call.out, "ERR Invalid command specified");
    if (spec->first_key == 0) return append_error(call.out, "ERR The command has no key arguments");
    if (!arity_fits(*spec, request.size())) {
        return append_error(call.out, "ERR Invalid number of arguments specified for command");
    }
    const auto first = static_cast<std::size_t>(spec->first_key);
    const auto step = static_cast<std::size_t>(spec->step);
    const std::size_t last = spec->last_key >= 0
                                 ? static_cast<std::size_t>(spec->last_key)
                                 : request.size() - static_cast<std::size_t>(-spec->last_key);
    append_array_header(call.out, (last - first) / step + 1);
    for (std::size_t i = first; i <= last; i += step) append_bulk(call.out, request[i]);
}

constexpr std::array<std::string_view, 14> help{
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
    "    Return documentation details about multiple Redis commands: there are none.",
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
