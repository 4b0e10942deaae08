// INFO and CONFIG: what the program tells of itself.
#include "shared/command/glob.hpp"
#include "shared/command/subcommand.hpp"

#include <algorithm>
#include <array>

namespace shared {
namespace {

bool section_is_asked_for(const info_section& section, std::span<const std::string_view> names) {
    if (names.empty()) return section.by_default;
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
        if (same_word(name, "default")) return section.by_default;
        return same_word(name, section.title) || same_word(name, "all") ||
               same_word(name, "everything");
    });
}

void run_config_get(const connection_call& call) {
    const auto patterns = call.words.subspan(2);
    if (any_pattern_too_long(patterns)) return append_error(call.out, pattern_too_long);
    auto found = call.facts.parameters();
    std::erase_if(found, [&](const auto& parameter) {
        return std::none_of(patterns.begin(), patterns.end(), [&](std::string_view pattern) {
            return glob_matches(pattern, parameter.first);
        });
    });
    append_map_header(call.out, found.size(), call.client.version);
    for (const auto& [name, value] : found) {
        append_bulk(call.out, name);
        append_bulk(call.out, value);
    }
}

void refuse_config_change(const connection_call& call) {
    append_error(call.out,
                 "ERR The configuration can't be changed at run time: edit the file and restart");
}

void refuse_resetstat(const connection_call& call) {
    append_error(call.out, "ERR The statistics can't be reset: they count since the start");
}

constexpr std::array<std::string_view, 2> config_help{
    "GET <pattern>",
    "    Return parameters matching the glob-like <pattern> and their values.",
};

void run_config_help(const connection_call& call) {
    append_help(call.out, "CONFIG", config_help);
}

constexpr std::array<subcommand, 5> config_subcommands{{
    {"get", -3, run_config_get},
    {"help", 2, run_config_help},
    {"resetstat", 2, refuse_resetstat},
    {"rewrite", 2, refuse_config_change},
    {"set", -4, refuse_config_change},
}};

}  // namespace

void run_info(const connection_call& call) {
    std::string text;
    for (const auto& section : call.facts.info()) {
        if (!section_is_asked_for(section, call.words.subspan(1))) continue;
        if (!text.empty()) text += "\r\n";
        text.append("# ").append(section.title).append("\r\n").append(section.lines);
    }
    append_verbatim(call.out, text, call.client.version);
}

void run_config(const connection_call& call) {
    run_subcommand(call, "config", config_subcommands);
}

}  // namespace shared
