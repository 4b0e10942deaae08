#include "proxy/routing/scan_cursor.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>

using proxy::join_cursor;
using proxy::parse_cursor;
using proxy::scan_position;
using proxy::split_cursor;

namespace {

constexpr auto most = std::numeric_limits<std::uint64_t>::max();

}  // namespace

BOOST_AUTO_TEST_SUITE(scan_cursor_test)

BOOST_AUTO_TEST_CASE(what_is_joined_splits_into_the_same) {
    for (const std::size_t backends : {1U, 2U, 3U, 7U, 100U}) {
        for (std::size_t backend = 0; backend < backends; ++backend) {
            for (const std::uint64_t cursor : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{5},
                                               std::uint64_t{1} << 40, most / 128}) {
                const scan_position at{backend, cursor};
                const auto joined = join_cursor(at, backends);
                BOOST_TEST_REQUIRE(joined.has_value());
                BOOST_TEST((split_cursor(*joined, backends) == at));
                BOOST_TEST((*joined == 0) == (backend == 0 && cursor == 0));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(one_backend_keeps_its_cursors) {
    for (const auto cursor : {std::uint64_t{0}, std::uint64_t{17}, most}) {
        BOOST_TEST(*join_cursor({0, cursor}, 1) == cursor);
        BOOST_TEST((split_cursor(cursor, 1) == scan_position{0, cursor}));
    }
}

BOOST_AUTO_TEST_CASE(a_cursor_that_does_not_fit_is_none) {
    BOOST_TEST(!join_cursor({0, most}, 2).has_value());
    BOOST_TEST(!join_cursor({2, most / 3 + 1}, 3).has_value());
    BOOST_TEST(*join_cursor({0, most / 3}, 3) == most);
    BOOST_TEST(!join_cursor({1, most / 3}, 3).has_value());
    BOOST_TEST(*join_cursor({1, most / 2}, 2) == most);
}

BOOST_AUTO_TEST_CASE(a_cursor_is_written_in_digits_alone) {
    BOOST_TEST(parse_cursor("0").value() == 0U);
    BOOST_TEST(parse_cursor("0017").value() == 17U);
    BOOST_TEST(parse_cursor("18446744073709551615").value() == most);
    for (const auto* bad :
         {"", " 1", "1 ", "-1", "+1", "x", "1x", "0x10", "1.5", "18446744073709551616"}) {
        BOOST_TEST_CONTEXT(bad) {
            BOOST_TEST(!parse_cursor(bad).has_value());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
