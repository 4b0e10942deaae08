#include "shared/log/formatter.hpp"

#include <boost/test/unit_test.hpp>
#include <spdlog/details/log_msg.h>

#include <string>

using namespace std::chrono_literals;

namespace {

/// 2026-01-31T12:00:00.123Z
const spdlog::log_clock::time_point noon{1769860800s + 123ms};

std::string format(bool with_time, spdlog::level::level_enum level) {
    const spdlog::details::log_msg line(noon, {}, "ringway-proxy", level, "ready {}");
    spdlog::memory_buf_t out;
    shared::make_log_formatter(with_time)->format(line, out);
    return {out.data(), out.size()};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(formatter)

BOOST_AUTO_TEST_CASE(a_line_has_utc_time_level_name_and_message) {
    BOOST_TEST(format(true, spdlog::level::info) ==
               "2026-01-31T12:00:00.123Z info  ringway-proxy: ready {}\n");
}

BOOST_AUTO_TEST_CASE(the_journal_gets_no_time) {
    BOOST_TEST(format(false, spdlog::level::warn) == "warn  ringway-proxy: ready {}\n");
}

BOOST_AUTO_TEST_CASE(levels_have_our_names) {
    BOOST_TEST(format(false, spdlog::level::trace).starts_with("trace "));
    BOOST_TEST(format(false, spdlog::level::debug).starts_with("debug "));
    BOOST_TEST(format(false, spdlog::level::err).starts_with("error "));
}

BOOST_AUTO_TEST_SUITE_END()
