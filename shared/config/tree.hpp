// A configuration as a tree of values, each with the place it came from: a line of a TOML file or a
// flag of the command line. Stands between toml++, which only tree.cpp includes, and the reader.
// Built and read by the main thread at start-up.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shared {

/// Where a value stands; starts a problem's text.
struct config_place {
    std::string source;      // a file's path, or a flag such as "--listen"
    std::uint32_t line = 0;  // 0: the source has no lines

    std::string text() const;
};

struct config_node {
    enum class form { table, list, text, whole, truth, other, flag };

    form kind = form::table;
    config_place place;
    std::string text;                  // text, flag: the value; other: how TOML writes it
    std::int64_t whole = 0;            // whole and truth: the value
    std::string name;                  // in its table; empty in a list
    std::vector<config_node> members;  // of a table or list

    const config_node* find(std::string_view key) const;

    /// The value for a problem's text: `5`, `"abc"`, `a table`.
    std::string shown() const;
};

struct config_problem {
    config_place place;
    std::string message;
};

/// Reads TOML. On a syntax error, `problems` gets it and the tree is an empty table.
config_node parse_toml(std::string_view text, const std::string& name,
                       std::vector<config_problem>& problems);

/// Puts a flag's value at a path such as "partner.address", over the file's own.
/// "listener[].address" means the first table of a list. What is missing on the way is made; a
/// file's value that is no table stays, for the reader to reject.
void override_value(config_node& root, std::string_view path, const std::string& flag,
                    std::string value);

/// `text` as a basic string of TOML, quotes included.
std::string quote_toml(std::string_view text);

}  // namespace shared
