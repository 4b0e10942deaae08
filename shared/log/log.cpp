#include "shared/log/log.hpp"

#include "shared/log/formatter.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>

namespace shared {
namespace {

/// Whether stderr is systemd's journal, which stamps lines itself. The variable alone does not
/// tell: a terminal started by a systemd user session inherits it.
bool writes_to_journal() {
    const char* const stream = std::getenv("JOURNAL_STREAM");
    struct stat status{};
    if (stream == nullptr || fstat(STDERR_FILENO, &status) != 0) return false;
    return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) == stream;
}

spdlog::level::level_enum to_spdlog(log_level level) {
    return static_cast<spdlog::level::level_enum>(level);
}

static_assert(SPDLOG_LEVEL_TRACE == static_cast<int>(log_level::trace));
static_assert(SPDLOG_LEVEL_ERROR == static_cast<int>(log_level::error));

std::shared_ptr<spdlog::logger> make_logger(std::string_view name, log_level level) {
    auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    auto logger = std::make_shared<spdlog::logger>(std::string(name), std::move(sink));
    logger->set_formatter(make_log_formatter(!writes_to_journal()));
    logger->set_level(to_spdlog(level));
    return logger;
}

std::shared_ptr<spdlog::logger>& current() {
    static auto logger = make_logger("ringway", log_level::info);
    return logger;
}

void write(log_level level, std::string_view message) {
    current()->log(to_spdlog(level), spdlog::string_view_t(message.data(), message.size()));
}

}  // namespace

std::string_view to_string(log_level level) {
    return log_level_names[static_cast<std::size_t>(level)];
}

std::optional<log_level> parse_log_level(std::string_view name) {
    const auto found = std::find(log_level_names.begin(), log_level_names.end(), name);
    if (found == log_level_names.end()) return std::nullopt;
    return static_cast<log_level>(found - log_level_names.begin());
}

void set_up_log(std::string_view program_name, log_level level) {
    current() = make_logger(program_name, level);
}

bool is_logged(log_level level) {
    return current()->should_log(to_spdlog(level));
}

void log_debug(std::string_view message) {
    write(log_level::debug, message);
}
void log_info(std::string_view message) {
    write(log_level::info, message);
}
void log_warn(std::string_view message) {
    write(log_level::warn, message);
}
void log_error(std::string_view message) {
    write(log_level::error, message);
}

}  // namespace shared
