#include "shared/base/hex.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <set>

BOOST_AUTO_TEST_SUITE(hex_test)

BOOST_AUTO_TEST_CASE(every_byte_is_two_digits) {
    BOOST_TEST(shared::to_hex(std::array<std::uint8_t, 4>{0, 0x0f, 0xa0, 0xff}) == "000fa0ff");
    BOOST_TEST(shared::to_hex({}) == "");
}

BOOST_AUTO_TEST_CASE(only_so_many_lower_case_digits_are_hexadecimal) {
    BOOST_TEST(shared::is_hex("0123456789abcdef", 16));
    for (const auto* wrong : {"", "abc", "abcde", "abcg", "ABCD", " abc", "ab\nd"})
        BOOST_TEST(!shared::is_hex(wrong, 4), wrong);
}

BOOST_AUTO_TEST_CASE(what_is_drawn_is_never_drawn_again) {
    std::set<std::string> drawn;
    for (int i = 0; i < 1000; ++i) {
        const auto one = shared::random_hex(16);
        BOOST_TEST_REQUIRE(shared::is_hex(one, 32));
        BOOST_TEST_REQUIRE(drawn.insert(one).second);
    }
}

BOOST_AUTO_TEST_SUITE_END()
