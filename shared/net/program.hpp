// What main of both programs does: command line, configuration, --check, exit codes. Main thread.
#pragma once

#include "shared/config/cli.hpp"

#include <malloc.h>

#include <csignal>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

namespace shared {

enum exit_code : int { exit_well = 0, exit_wrong_configuration = 1, exit_could_not_start = 2 };

/// Large buffers go back to the system when they are freed. glibc would otherwise raise its limit
/// to the largest that was freed once, and what one burst took would stay (mallopt(3)).
inline void return_large_buffers() {
#ifdef M_MMAP_THRESHOLD
    ::mallopt(M_MMAP_THRESHOLD, 1024 * 1024);
#endif
}

/// Who reads what goes to stderr may end first: a write then fails, and the program goes on.
inline void outlive_readers() {
    std::signal(SIGPIPE, SIG_IGN);
}

inline int report(const cli_program& program, const std::vector<std::string>& problems) {
    for (const auto& problem : problems) std::cerr << program.name << ": " << problem << '\n';
    return exit_wrong_configuration;
}

/// `load(command_line)` gives the checked configuration, `describe(configuration)` its text,
/// `run(configuration)` serves until the end and throws if it cannot start.
template <typename Load, typename Describe, typename Run>
int run_program(int argc, const char* const* argv, const cli_program& program, Load&& load,
                Describe&& describe, Run&& run) {
    const auto line = read_command_line(argc, argv, program);
    if (!line.problems.empty()) return report(program, line.problems);
    if (!line.answer.empty()) {
        std::cout << line.answer;
        return exit_well;
    }
    const auto settings = load(line);
    if (!settings) return report(program, settings.error());
    if (line.check) {
        std::cout << describe(*settings);
        return exit_well;
    }
    return_large_buffers();
    outlive_readers();
    try {
        run(*settings);
    } catch (const std::exception& problem) {
        std::cerr << program.name << ": " << problem.what() << '\n';
        return exit_could_not_start;
    }
    return exit_well;
}

}  // namespace shared
