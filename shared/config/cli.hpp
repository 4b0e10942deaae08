// The command line of both programs: --config, --check, --version, --help, and flags that override
// keys of the configuration file. Main thread, at start-up.
#pragma once

#include "shared/config/reader.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shared {

/// A flag that gives a key of the configuration another value.
struct cli_flag {
    std::string_view name;  // without its dashes: "listen"
    std::string_view key;   // path in the file, see `override_value`
    std::string_view help;
};

struct cli_program {
    std::string_view name;
    std::string_view purpose;  // one line of --help
    std::span<const cli_flag> flags;
};

struct cli_override {
    std::string key;
    std::string flag;  // with its dashes
    std::string value;
};

struct command_line {
    std::string config_file;  // empty: none was given
    bool check = false;       // print the resolved configuration, do not start
    std::string answer;       // of --help or --version: print it and exit 0
    std::vector<cli_override> overrides;
    std::vector<std::string> problems;  // print them and exit 1
};

/// Requires: `argv[0]` is the program, as main has it.
command_line read_command_line(int argc, const char* const* argv, const cli_program& program);

/// The file that the command line names, with the flags' values over it.
document open_configuration(const command_line& line);

}  // namespace shared
