#include "shared/resp/encoder.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

using shared::protocol;

namespace {

template <typename Append>
std::string encoded(Append append) {
    std::string out = "before";
    append(out);
    BOOST_TEST(out.starts_with("before"));
    return out.substr(6);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(encoder_test)

BOOST_AUTO_TEST_CASE(simple_strings_and_errors_are_lines) {
    BOOST_TEST(encoded([](auto& out) { shared::append_simple(out, "PONG"); }) == "+PONG\r\n");
    BOOST_TEST(encoded([](auto& out) { shared::append_error(out, "ERR no"); }) == "-ERR no\r\n");
}

BOOST_AUTO_TEST_CASE(an_error_that_quotes_a_line_break_stays_one_line) {
    BOOST_TEST(encoded([](auto& out) { shared::append_error(out, "ERR 'a\r\n+OK\n'"); }) ==
               "-ERR 'a  +OK '\r\n");
}

BOOST_AUTO_TEST_CASE(integers_go_to_the_ends_of_their_range) {
    using limits = std::numeric_limits<std::int64_t>;
    BOOST_TEST(encoded([](auto& out) { shared::append_integer(out, 0); }) == ":0\r\n");
    BOOST_TEST(encoded([](auto& out) { shared::append_integer(out, limits::max()); }) ==
               ":9223372036854775807\r\n");
    BOOST_TEST(encoded([](auto& out) { shared::append_integer(out, limits::min()); }) ==
               ":-9223372036854775808\r\n");
}

BOOST_AUTO_TEST_CASE(a_bulk_carries_any_bytes) {
    BOOST_TEST(encoded([](auto& out) { shared::append_bulk(out, ""); }) == "$0\r\n\r\n");
    const std::string_view bytes("\r\n\0\xff", 4);
    BOOST_TEST(encoded([&](auto& out) { shared::append_bulk(out, bytes); }) ==
               "$4\r\n" + std::string(bytes) + "\r\n");
}

BOOST_AUTO_TEST_CASE(a_bulk_of_every_size_says_how_long_it_is) {
    std::string bytes;
    for (std::size_t size = 0; size <= 1100; ++size) {
        BOOST_TEST(encoded([&](auto& out) { shared::append_bulk(out, bytes); }) ==
                   "$" + std::to_string(size) + "\r\n" + bytes + "\r\n");
        bytes += static_cast<char>('a' + size % 26);
    }
}

BOOST_AUTO_TEST_CASE(null_depends_on_the_protocol) {
    BOOST_TEST(encoded([](auto& out) { shared::append_null(out, protocol::resp2); }) == "$-1\r\n");
    BOOST_TEST(encoded([](auto& out) { shared::append_null(out, protocol::resp3); }) == "_\r\n");
}

BOOST_AUTO_TEST_CASE(maps_and_sets_are_arrays_in_resp2) {
    BOOST_TEST(encoded([](auto& out) { shared::append_array_header(out, 3); }) == "*3\r\n");
    BOOST_TEST(encoded([](auto& out) { shared::append_map_header(out, 3, protocol::resp2); }) ==
               "*6\r\n");
    BOOST_TEST(encoded([](auto& out) { shared::append_map_header(out, 3, protocol::resp3); }) ==
               "%3\r\n");
    BOOST_TEST(encoded([](auto& out) { shared::append_set_header(out, 3, protocol::resp2); }) ==
               "*3\r\n");
    BOOST_TEST(encoded([](auto& out) { shared::append_set_header(out, 3, protocol::resp3); }) ==
               "~3\r\n");
}

BOOST_AUTO_TEST_CASE(a_verbatim_text_counts_its_kind) {
    BOOST_TEST(encoded([](auto& out) { shared::append_verbatim(out, "ab", protocol::resp2); }) ==
               "$2\r\nab\r\n");
    BOOST_TEST(encoded([](auto& out) { shared::append_verbatim(out, "ab", protocol::resp3); }) ==
               "=6\r\ntxt:ab\r\n");
}

BOOST_AUTO_TEST_CASE(a_request_is_an_array_of_bulks) {
    constexpr std::array<std::string_view, 2> words{"GET", ""};
    BOOST_TEST(encoded([&](auto& out) { shared::append_request(out, words); }) ==
               "*2\r\n$3\r\nGET\r\n$0\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(words_of_any_sizes_and_number_stand_one_behind_the_other) {
    const std::string bytes(2'000, 'x');
    for (std::size_t count = 0; count <= 40; ++count) {
        for (const std::size_t step : {0U, 1U, 5U, 17U, 64U, 65U, 300U}) {
            std::vector<std::string_view> words;
            std::string expected = "*" + std::to_string(count) + "\r\n";
            for (std::size_t i = 0; i < count; ++i) {
                // Short and long ones by turns, beginning with words about the limit between them.
                const std::size_t size = (60 + i * step) % bytes.size();
                words.push_back(std::string_view(bytes).substr(0, size));
                expected += "$" + std::to_string(size) + "\r\n" + bytes.substr(0, size) + "\r\n";
            }
            BOOST_TEST(encoded([&](auto& out) { shared::append_request(out, words); }) == expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(short_words_between_long_ones_stay_in_their_place) {
    const std::string large(100, 'L');
    const std::vector<std::string_view> words{"MSET", large, "v1", "k2", large, large, ""};
    const std::string bulk = "$100\r\n" + large + "\r\n";
    BOOST_TEST(encoded([&](auto& out) { shared::append_request(out, words); }) ==
               "*7\r\n$4\r\nMSET\r\n" + bulk + "$2\r\nv1\r\n$2\r\nk2\r\n" + bulk + bulk +
                   "$0\r\n\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
