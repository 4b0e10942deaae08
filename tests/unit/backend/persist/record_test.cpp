#include "backend/persist/record.hpp"

#include "shared/hash/hash.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

using backend::append_record;
using backend::effect;
using backend::effect_kind;
using backend::read_record;
using namespace std::string_view_literals;

namespace {

constexpr std::size_t longest = 1 << 20;

std::string record_of(const effect& what) {
    std::string bytes;
    append_record(bytes, what);
    return bytes;
}

effect greeting() {
    return {.kind = effect_kind::set,
            .stamp = 0x0123456789ABCDEF,
            .expires_at = 1'700'000'000'000,
            .key = "greeting",
            .value = "hello"};
}

void check_equal(const effect& read, const effect& written) {
    BOOST_TEST(static_cast<int>(read.kind) == static_cast<int>(written.kind));
    BOOST_TEST(read.stamp == written.stamp);
    BOOST_TEST(read.expires_at == written.expires_at);
    BOOST_TEST(read.key == written.key);
    BOOST_TEST(read.value == written.value);
}

/// Puts the right checksum on bytes that were changed.
void seal(std::string& bytes) {
    const auto checksum =
        static_cast<std::uint32_t>(shared::xxh3(std::string_view(bytes).substr(8)));
    for (std::size_t i = 0; i < 4; ++i) bytes[4 + i] = static_cast<char>(checksum >> (8 * i));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(record_test)

BOOST_AUTO_TEST_CASE(every_kind_is_read_back) {
    const std::string binary("\0\r\n\xff", 4);
    const std::vector<effect> effects{
        greeting(),
        {.kind = effect_kind::set, .stamp = 1, .key = binary, .value = binary},
        {.kind = effect_kind::set, .stamp = 1, .key = "empty"},
        {.kind = effect_kind::erase, .stamp = ~0ULL, .key = "gone"},
        {.kind = effect_kind::flush, .stamp = 12},
        {.kind = effect_kind::mark, .value = "in sync"},
    };
    for (const auto& each : effects) {
        const auto bytes = record_of(each);
        const auto read = read_record(bytes, longest);
        BOOST_REQUIRE(read.has_value());
        BOOST_TEST(read->size == bytes.size());
        check_equal(read->what, each);
    }
}

BOOST_AUTO_TEST_CASE(the_bytes_are_as_drawn) {
    const auto bytes = record_of(
        {.kind = effect_kind::erase, .stamp = 0x0807060504030201, .expires_at = 0, .key = "k"});
    BOOST_TEST(bytes.substr(0, 4) == "\x1a\0\0\0"sv);
    BOOST_TEST(bytes.substr(8) == "\x02\1\2\3\4\5\6\7\10\0\0\0\0\0\0\0\0\1\0\0\0k"sv);
}

BOOST_AUTO_TEST_CASE(records_follow_one_another) {
    std::string bytes = record_of(greeting());
    const std::size_t first = bytes.size();
    append_record(bytes, {.kind = effect_kind::flush, .stamp = 9});
    const auto read = read_record(bytes, longest);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->size == first);
    const auto second = read_record(std::string_view(bytes).substr(first), longest);
    BOOST_REQUIRE(second.has_value());
    BOOST_TEST(second->what.stamp == 9U);
}

BOOST_AUTO_TEST_CASE(a_record_cut_at_any_byte_is_incomplete) {
    const auto bytes = record_of(greeting());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        const auto read = read_record(std::string_view(bytes).substr(0, size), longest);
        BOOST_REQUIRE(read.has_error());
        BOOST_TEST((read.error() == shared::errc::record_incomplete));
    }
}

BOOST_AUTO_TEST_CASE(any_flipped_bit_is_found) {
    const auto bytes = record_of(greeting());
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        auto flipped = bytes;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        const auto read = read_record(flipped, longest);
        BOOST_REQUIRE(read.has_error());
        // A longer length may still be waited for.
        const bool longer = bit < 32 && (bytes[bit / 8] >> (bit % 8) & 1) == 0 &&
                            read.error() == shared::errc::record_incomplete;
        BOOST_TEST((longer || read.error() == shared::errc::record_corrupt));
    }
}

BOOST_AUTO_TEST_CASE(a_length_beyond_the_longest_is_corrupt_at_once) {
    const auto bytes = record_of(greeting());
    const std::size_t length = bytes.size() - 4;
    BOOST_TEST(read_record(bytes, length).has_value());
    BOOST_TEST((read_record(bytes, length - 1).error() == shared::errc::record_corrupt));
    BOOST_TEST(
        (read_record("\xff\xff\xff\xff"sv, longest).error() == shared::errc::record_corrupt));
}

BOOST_AUTO_TEST_CASE(a_length_below_the_shortest_is_corrupt_at_once) {
    BOOST_TEST((read_record("\0\0\0\0"sv, longest).error() == shared::errc::record_corrupt));
    BOOST_TEST((read_record("\x18\0\0\0"sv, longest).error() == shared::errc::record_corrupt));
    BOOST_TEST((read_record("\x19\0\0\0"sv, longest).error() == shared::errc::record_incomplete));
}

BOOST_AUTO_TEST_CASE(an_unknown_kind_is_corrupt_even_with_the_right_checksum) {
    for (const char kind : {'\0', '\5', '\xff'}) {
        auto bytes = record_of(greeting());
        bytes[8] = kind;
        seal(bytes);
        BOOST_TEST((read_record(bytes, longest).error() == shared::errc::record_corrupt));
    }
}

BOOST_AUTO_TEST_CASE(a_key_longer_than_the_record_is_corrupt_even_with_the_right_checksum) {
    auto bytes = record_of(greeting());
    bytes[25] = static_cast<char>("greetinghello"sv.size());
    seal(bytes);
    BOOST_TEST(read_record(bytes, longest).has_value());
    ++bytes[25];
    seal(bytes);
    BOOST_TEST((read_record(bytes, longest).error() == shared::errc::record_corrupt));
}

BOOST_AUTO_TEST_SUITE_END()
