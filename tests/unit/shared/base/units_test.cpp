#include "shared/base/units.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(units)

BOOST_AUTO_TEST_CASE(sizes_are_multiples_of_1024) {
    BOOST_TEST(*shared::parse_size("0") == 0U);
    BOOST_TEST(*shared::parse_size("512") == 512U);
    BOOST_TEST(*shared::parse_size("512b") == 512U);
    BOOST_TEST(*shared::parse_size("64kb") == 65'536U);
    BOOST_TEST(*shared::parse_size("64MB") == 67'108'864U);
    BOOST_TEST(*shared::parse_size("1Gb") == 1'073'741'824U);
    BOOST_TEST(*shared::parse_size("2tb") == 2'199'023'255'552U);
}

BOOST_AUTO_TEST_CASE(text_that_is_no_size_is_rejected) {
    for (const auto* text : {"", "b", "mb", "-1", "+1", "1.5mb", "1 mb", " 1mb", "1mb ", "1m",
                             "1xb", "1mb2", "0x10", "18446744073709551616", "99999999tb"}) {
        BOOST_TEST_CONTEXT(text) {
            const auto parsed = shared::parse_size(text);
            BOOST_TEST_REQUIRE(parsed.has_error());
            BOOST_TEST((parsed.error() == shared::errc::invalid_size));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_largest_64_bit_size_fits) {
    constexpr auto largest = std::numeric_limits<std::uint64_t>::max();
    BOOST_TEST(*shared::parse_size("18446744073709551615") == largest);
    BOOST_TEST(shared::parse_size("16777216tb").has_error());
    BOOST_TEST(shared::parse_size("16777215tb").has_value());
}

BOOST_AUTO_TEST_CASE(durations_have_a_unit) {
    BOOST_TEST((*shared::parse_duration("250us") == 250us));
    BOOST_TEST((*shared::parse_duration("250ms") == 250ms));
    BOOST_TEST((*shared::parse_duration("5s") == 5s));
    BOOST_TEST((*shared::parse_duration("10m") == 10min));
    BOOST_TEST((*shared::parse_duration("1h") == 1h));
    BOOST_TEST((*shared::parse_duration("2d") == 48h));
    BOOST_TEST((*shared::parse_duration("0s") == 0s));
}

BOOST_AUTO_TEST_CASE(text_that_is_no_duration_is_rejected) {
    for (const auto* text :
         {"", "5", "s", "-5s", "1.5s", "5 s", "5sec", "10001d", "99999999999999999999s"}) {
        BOOST_TEST_CONTEXT(text) {
            const auto parsed = shared::parse_duration(text);
            BOOST_TEST_REQUIRE(parsed.has_error());
            BOOST_TEST((parsed.error() == shared::errc::invalid_duration));
        }
    }
    BOOST_TEST(shared::parse_duration("10000d").has_value());
}

BOOST_AUTO_TEST_CASE(sizes_are_written_in_the_largest_unit_that_divides_them) {
    BOOST_TEST(shared::format_size(0) == "0b");
    BOOST_TEST(shared::format_size(1000) == "1000b");
    BOOST_TEST(shared::format_size(65'536) == "64kb");
    BOOST_TEST(shared::format_size(1536ULL << 20) == "1536mb");
    BOOST_TEST(shared::format_size(1ULL << 40) == "1tb");
}

BOOST_AUTO_TEST_CASE(durations_are_written_in_the_largest_unit_that_divides_them) {
    BOOST_TEST(shared::format_duration(0us) == "0us");
    BOOST_TEST(shared::format_duration(1s) == "1s");
    BOOST_TEST(shared::format_duration(1500ms) == "1500ms");
    BOOST_TEST(shared::format_duration(90min) == "90m");
    BOOST_TEST(shared::format_duration(48h) == "2d");
}

BOOST_AUTO_TEST_CASE(what_is_written_reads_back_as_the_same) {
    for (const std::uint64_t size : {0ULL, 1ULL, 1023ULL, 1024ULL, 3ULL << 20, ~0ULL}) {
        BOOST_TEST(*shared::parse_size(shared::format_size(size)) == size);
    }
    for (const std::chrono::microseconds duration :
         {0us, 1us, 999us, 61'000'000us, 86'400'000'000us}) {
        BOOST_TEST((*shared::parse_duration(shared::format_duration(duration)) == duration));
    }
}

BOOST_AUTO_TEST_SUITE_END()
