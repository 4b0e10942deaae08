#include "backend/persist/log_header.hpp"

#include <boost/test/unit_test.hpp>

using backend::check_header;
using backend::header_state;
using backend::log_header;
using namespace std::string_view_literals;

BOOST_AUTO_TEST_SUITE(log_header_test)

BOOST_AUTO_TEST_CASE(the_bytes_are_as_drawn) {
    const auto bytes = log_header("a1");
    BOOST_TEST(bytes.substr(0, 18) == "RINGWLOG\1\0\0\0\2\0\0\0a1"sv);
    BOOST_TEST(bytes.size() == backend::log_header_size("a1"));
}

BOOST_AUTO_TEST_CASE(records_may_follow) {
    BOOST_TEST(check_header(log_header("a1") + "records", "a1").problem == "");
}

BOOST_AUTO_TEST_CASE(the_log_of_another_backend_is_refused_by_name) {
    for (const std::string& name : {std::string("b1"), std::string(64, 'x')}) {
        const auto other = check_header(log_header(name), "a1");
        BOOST_TEST((other.state == header_state::foreign));
        BOOST_TEST(other.problem == "belongs to '" + name + "', this backend is 'a1'");
    }
}

BOOST_AUTO_TEST_CASE(a_later_format_is_refused_by_number) {
    auto bytes = log_header("a1");
    bytes[8] = 2;
    BOOST_TEST(check_header(bytes, "a1").problem == "has a damaged header");
    bytes.back() = static_cast<char>(bytes.back() + 1);  // as another format's checksum may be
    const auto later = check_header(bytes, "a1");
    BOOST_TEST((later.state == header_state::foreign));
    BOOST_TEST(later.problem == "has format 2, this program knows 1");
}

BOOST_AUTO_TEST_CASE(any_flipped_bit_is_found) {
    const auto bytes = log_header("a1");
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        auto flipped = bytes;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        BOOST_TEST((check_header(flipped, "a1").state == header_state::damaged));
    }
}

BOOST_AUTO_TEST_CASE(a_header_cut_at_any_byte_is_told_from_a_foreign_one) {
    const auto bytes = log_header("a1");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        BOOST_TEST(backend::log_header_cut(bytes.substr(0, size), "a1"));
        BOOST_TEST((check_header(bytes.substr(0, size), "a1").state == header_state::damaged));
    }
    BOOST_TEST(!backend::log_header_cut(bytes, "a1"));
    BOOST_TEST(!backend::log_header_cut("something", "a1"));
}

BOOST_AUTO_TEST_SUITE_END()
