#include "shared/base/address.hpp"

#include <boost/test/unit_test.hpp>

namespace {

void check_round_trip(const std::string& text, const std::string& host, std::uint16_t port) {
    BOOST_TEST_CONTEXT(text) {
        const auto parsed = shared::parse_address(text);
        BOOST_TEST_REQUIRE(parsed.has_value());
        BOOST_TEST(parsed->host == host);
        BOOST_TEST(parsed->port == port);
        BOOST_TEST(to_string(*parsed) == text);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(address)

BOOST_AUTO_TEST_CASE(hosts_of_every_kind_are_read_and_written_back) {
    check_round_trip("127.0.0.1:7379", "127.0.0.1", 7379);
    check_round_trip("[::1]:7379", "::1", 7379);
    check_round_trip("[fe80::1%eth0]:80", "fe80::1%eth0", 80);
    check_round_trip("localhost:7379", "localhost", 7379);
    check_round_trip("cache-1.example.org:65535", "cache-1.example.org", 65535);
    check_round_trip("1and1.example:1", "1and1.example", 1);
}

BOOST_AUTO_TEST_CASE(port_zero_means_any_free_port) {
    check_round_trip("0.0.0.0:0", "0.0.0.0", 0);
}

BOOST_AUTO_TEST_CASE(text_that_is_no_address_is_rejected) {
    for (const auto* text : {"",
                             ":",
                             ":7379",
                             "localhost",
                             "localhost:",
                             "7379",
                             "::1:7379",
                             "[::1]",
                             "[]:7379",
                             "[::g]:1",
                             "[127.0.0.1]:1",
                             "[fe80::1%]:1",
                             "[fe80::1%a/b]:1",
                             "localhost:65536",
                             "localhost:-1",
                             "localhost:+1",
                             "localhost: 1",
                             "localhost:1 ",
                             "localhost:1x",
                             "256.0.0.1:1",
                             "127.0.1:1",
                             "a b:1",
                             "a/b:1",
                             "a\n:1",
                             "\xc3\xa4:1"}) {
        BOOST_TEST_CONTEXT(text) {
            const auto parsed = shared::parse_address(text);
            BOOST_TEST_REQUIRE(parsed.has_error());
            BOOST_TEST((parsed.error() == shared::errc::invalid_address));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_host_longer_than_a_dns_name_is_rejected) {
    BOOST_TEST(shared::parse_address(std::string(253, 'a') + ":1").has_value());
    BOOST_TEST(shared::parse_address(std::string(254, 'a') + ":1").has_error());
}

BOOST_AUTO_TEST_CASE(a_nul_byte_in_the_host_does_not_hide_the_rest) {
    using namespace std::string_view_literals;
    BOOST_TEST(shared::parse_address("127.0.0.1\0x:1"sv).has_error());
    BOOST_TEST(shared::parse_address("[::1\0x]:1"sv).has_error());
}

BOOST_AUTO_TEST_SUITE_END()
