// How the log is kept: the table [log] of the configuration. Values; constant after the start.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace backend {

/// When what was written is forced to the disk: before it is answered, each second, or when the
/// system likes to.
enum class fsync_policy : std::uint8_t { always, everysec, no };
inline constexpr std::array<std::string_view, 3> fsync_policy_names{"always", "everysec", "no"};

/// What becomes of writes while the disk fails.
enum class on_log_error : std::uint8_t { refuse, serve };
inline constexpr std::array<std::string_view, 2> on_log_error_names{"refuse", "serve"};

struct log_settings {
    std::string dir;
    fsync_policy fsync = fsync_policy::everysec;
    on_log_error on_error = on_log_error::refuse;
    unsigned rewrite_growth = 100;  // per cent since the last rewrite; 0: never by itself
    std::uint64_t rewrite_from = 64ULL << 20U;  // bytes below which it is not rewritten by itself
    bool salvage = false;

    friend bool operator==(const log_settings&, const log_settings&) = default;
};

}  // namespace backend
