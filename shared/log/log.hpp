// The program's log: lines on stderr, for a person or for the journal. spdlog does the work, behind
// plain functions, so that no header drags it into the rooms that log.
// `set_up_log` belongs to the main thread, before others start; the rest may be called by any
// thread.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace shared {

enum class log_level { trace, debug, info, warn, error };

/// The levels' names, in the order of `log_level`.
inline constexpr std::array<std::string_view, 5> log_level_names{"trace", "debug", "info", "warn",
                                                                 "error"};

std::string_view to_string(log_level level);
std::optional<log_level> parse_log_level(std::string_view name);

/// From now on, lines at `level` and above go to stderr under the program's name.
/// Until it is called the name is "ringway" and the level info.
void set_up_log(std::string_view program_name, log_level level);

/// Whether a line at `level` would be written: ask before building a costly text.
bool is_logged(log_level level);

void log_debug(std::string_view message);
void log_info(std::string_view message);
void log_warn(std::string_view message);
void log_error(std::string_view message);

}  // namespace shared
