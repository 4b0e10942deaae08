#include "shared/log/log.hpp"

#include <boost/test/unit_test.hpp>

using shared::log_level;

BOOST_AUTO_TEST_SUITE(logging)

BOOST_AUTO_TEST_CASE(every_level_reads_back_from_its_name) {
    for (const auto name : shared::log_level_names) {
        const auto level = shared::parse_log_level(name);
        BOOST_TEST_REQUIRE(level.has_value());
        BOOST_TEST(to_string(*level) == name);
    }
    BOOST_TEST((*shared::parse_log_level("warn") == log_level::warn));
}

BOOST_AUTO_TEST_CASE(other_names_are_no_level) {
    for (const auto* name : {"", "warning", "WARN", "err", "off"}) {
        BOOST_TEST(!shared::parse_log_level(name).has_value(), name);
    }
}

BOOST_AUTO_TEST_CASE(the_level_decides_what_is_written) {
    shared::set_up_log("test", log_level::warn);
    BOOST_TEST(!shared::is_logged(log_level::info));
    BOOST_TEST(shared::is_logged(log_level::warn));
    BOOST_TEST(shared::is_logged(log_level::error));
    shared::set_up_log("ringway", log_level::info);
    BOOST_TEST(shared::is_logged(log_level::info));
    BOOST_TEST(!shared::is_logged(log_level::debug));
}

BOOST_AUTO_TEST_SUITE_END()
