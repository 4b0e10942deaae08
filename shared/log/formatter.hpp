// The shape of a line in the log. Includes spdlog: for log.cpp and its tests alone.
#pragma once

#include <spdlog/formatter.h>

#include <memory>

namespace shared {

/// Lines such as `2026-01-31T12:00:00.123Z info  ringway-proxy: ready`, time in UTC; without the
/// time they start with the level.
std::unique_ptr<spdlog::formatter> make_log_formatter(bool with_time);

}  // namespace shared
