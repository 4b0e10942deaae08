#include "shared/log/formatter.hpp"

#include "shared/log/log.hpp"

#include <spdlog/pattern_formatter.h>

#include <string>

namespace shared {
namespace {

/// The level by our names, as wide as the longest: spdlog's own says "warning".
class level_flag final : public spdlog::custom_flag_formatter {
  public:
    void format(const spdlog::details::log_msg& line, const std::tm&,
                spdlog::memory_buf_t& out) override {
        std::string name(to_string(static_cast<log_level>(line.level)));
        name.resize(5, ' ');
        out.append(name.data(), name.data() + name.size());
    }

    std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
        return std::make_unique<level_flag>();
    }
};

}  // namespace

std::unique_ptr<spdlog::formatter> make_log_formatter(bool with_time) {
    const std::string time = with_time ? "%Y-%m-%dT%H:%M:%S.%eZ " : "";
    auto formatter = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
    formatter->add_flag<level_flag>('*').set_pattern(time + "%^%*%$ %n: %v");
    return formatter;
}

}  // namespace shared
