// When a key expires, as requests say it: EX, PX, EXAT and PXAT, which SET, GETEX and others share.
// Pure; for backend/commands alone.
#pragma once

#include "backend/commands/handlers.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace backend {

/// Whether a time is in seconds or milliseconds, from now on or since the Unix epoch.
struct expiry_unit {
    bool seconds;
    bool relative;
};

struct expiry_option {
    std::string_view name;
    expiry_unit unit;
};

/// The option that `word` names, in letters of either case; null if there is none.
const expiry_option* find_expiry_option(std::string_view word) noexcept;

/// An option and its argument, as far as a request has one.
struct expiry_choice {
    const expiry_option* option = nullptr;
    std::string_view time;

    /// Reads the option at `words[at]` and moves `at` to its argument. The same option twice is no
    /// error, the later one counts: Redis does so. False if there is no such option there, it lacks
    /// its argument, or another was chosen before.
    bool take(words_view words, std::size_t& at) noexcept;
};

/// The absolute time that `text` means, in the past for a negative number; nothing, and an error is
/// appended that names `command`, if it is none or its number is below `least`.
std::optional<shared::unix_ms> parse_time(
    std::string_view text, expiry_unit unit, std::string_view command, command_context& context,
    std::int64_t least = std::numeric_limits<std::int64_t>::min());

/// The same for commands that take positive numbers only: the absolute time, always positive;
/// nothing, and an error is appended that names `command`, if it is none.
std::optional<shared::unix_ms> parse_expiry(std::string_view text, expiry_unit unit,
                                            std::string_view command, command_context& context);

}  // namespace backend
