#include "shared/hash/hash.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace std::string_view_literals;

namespace {

struct vector_of_length {
    std::size_t length;
    std::uint64_t hash;
};

struct vector_of_text {
    std::string_view text;
    std::uint64_t hash;
};

// The input of xxHash's own self-test (cli/xsum_sanity_check.c): the top bytes of a product of
// primes.
std::string sanity_buffer(std::size_t length) {
    std::string buffer;
    std::uint64_t generator = 2654435761U;
    for (std::size_t i = 0; i < length; ++i) {
        buffer.push_back(static_cast<char>(generator >> 56U));
        generator *= 11400714785074694797ULL;
    }
    return buffer;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hash_test)

// The lengths choose every path of XXH3: 0, 1-3, 4-8, 9-16, 17-128, 129-240 and long inputs.
BOOST_AUTO_TEST_CASE(xxh3_gives_the_vectors_of_its_self_test) {
    constexpr std::array<vector_of_length, 13> vectors{{
        {0, 0x2D06800538D394C2},
        {1, 0xC44BDFF4074EECDB},
        {6, 0x27B56A84CD2D7325},
        {12, 0xA713DAF0DFBB77E7},
        {24, 0xA3FE70BF9D3510EB},
        {48, 0x397DA259ECBA1F11},
        {80, 0xBCDEFBBB2C47C90A},
        {195, 0xCD94217EE362EC3A},
        {403, 0xCDEB804D65C6DEA4},
        {512, 0x617E49599013CB6B},
        {2048, 0xDD59E2C3A5F038E0},
        {2240, 0x6E73A90539CF2948},
        {2367, 0xCB37AEB9E5D361ED},
    }};
    for (const auto& [length, hash] : vectors) {
        BOOST_TEST_CONTEXT("length " << length) {
            BOOST_TEST(shared::xxh3(sanity_buffer(length)) == hash);
        }
    }
}

BOOST_AUTO_TEST_CASE(fnv1a_64_gives_the_vectors_of_its_authors) {
    constexpr std::array<vector_of_text, 8> vectors{{
        {"", 0xCBF29CE484222325},
        {"a", 0xAF63DC4C8601EC8C},
        {"b", 0xAF63DF4C8601F1A5},
        {"fo", 0x08985907B541D342},
        {"foo", 0xDCB27518FED9D577},
        {"foob", 0xDD120E790C2512AF},
        {"fooba", 0xCAC165AFA2FEF40A},
        {"foobar", 0x85944171F73967E8},
    }};
    for (const auto& [text, hash] : vectors) {
        BOOST_TEST_CONTEXT("text " << text) {
            BOOST_TEST(shared::fnv1a_64(text) == hash);
        }
    }
}

BOOST_AUTO_TEST_CASE(crc32_gives_the_published_check_values) {
    constexpr std::array<vector_of_text, 5> vectors{{
        {"", 0},
        {"a", 0xE8B7BE43},
        {"abc", 0x352441C2},
        {"123456789", 0xCBF43926},
        {"The quick brown fox jumps over the lazy dog", 0x414FA339},
    }};
    for (const auto& [text, hash] : vectors) {
        BOOST_TEST_CONTEXT("text " << text) {
            BOOST_TEST(shared::crc32(text) == hash);
        }
    }
}

BOOST_AUTO_TEST_CASE(zero_bytes_and_bytes_above_127_count) {
    BOOST_TEST(shared::crc32("\xFF\xFF\xFF\xFF"sv) == 0xFFFFFFFF);
    BOOST_TEST(shared::crc32("\0\0\0\0"sv) == 0x2144DF1C);
    BOOST_TEST(shared::fnv1a_64("\0"sv) == 0xAF63BD4C8601B7DF);
    BOOST_TEST(shared::fnv1a_64("\xFF\0\0\1"sv) == 0x6961196491CC682D);
    BOOST_TEST(shared::xxh3("a\0b"sv) != shared::xxh3("a\0c"sv));
}

BOOST_AUTO_TEST_CASE(an_empty_view_without_data_is_the_empty_text) {
    BOOST_TEST(shared::xxh3(std::string_view{}) == shared::xxh3(""));
    BOOST_TEST(shared::fnv1a_64(std::string_view{}) == shared::fnv1a_64(""));
    BOOST_TEST(shared::crc32(std::string_view{}) == shared::crc32(""));
}

BOOST_AUTO_TEST_CASE(every_name_gives_its_own_function) {
    for (const auto& [name, hash] : {vector_of_text{"xxh3", shared::xxh3("foobar")},
                                     vector_of_text{"fnv1a_64", shared::fnv1a_64("foobar")},
                                     vector_of_text{"crc32", shared::crc32("foobar")},
                                     vector_of_text{"crc32a", shared::crc32("foobar")},
                                     vector_of_text{"md5", shared::md5("foobar")}}) {
        const auto kind = shared::hash_kind_from(name);
        BOOST_TEST_REQUIRE(kind.has_value());
        BOOST_TEST(shared::hash_for(*kind)("foobar") == hash);
        BOOST_TEST(shared::name_of(*kind) == name);
    }
}

// md5sum of "foobar": 3858f622 30ac3c91 5f300c66 4312c63f.
BOOST_AUTO_TEST_CASE(md5_is_the_first_eight_bytes_of_the_digest_low_byte_first) {
    BOOST_TEST(shared::md5("foobar") == 0x913CAC3022F65838);
}

BOOST_AUTO_TEST_CASE(twemproxys_fnv1a_64_is_32_bits_wide_and_extends_signs) {
    BOOST_TEST(shared::twemproxy_fnv1a_64("") == 0x84222325U);
    BOOST_TEST(shared::twemproxy_fnv1a_64("foobar") == (shared::fnv1a_64("foobar") & 0xFFFFFFFF));
    BOOST_TEST(shared::twemproxy_fnv1a_64("\xFF\x80") == 0xB4EEEF6AU);
    BOOST_TEST(shared::twemproxy_fnv1a_64("\xFF\x80") !=
               (shared::fnv1a_64("\xFF\x80") & 0xFFFFFFFF));
}

BOOST_AUTO_TEST_CASE(twemproxys_crc32_is_15_bits_of_it) {
    BOOST_TEST(shared::twemproxy_crc32("123456789") == 0x4BF4U);
}

BOOST_AUTO_TEST_CASE(in_twemproxys_dialect_two_names_mean_something_else) {
    using shared::hash_dialect;
    using shared::hash_for;
    using shared::hash_kind;
    const auto dialect = hash_dialect::twemproxy;
    BOOST_TEST((hash_for(hash_kind::fnv1a_64, dialect) == &shared::twemproxy_fnv1a_64));
    BOOST_TEST((hash_for(hash_kind::crc32, dialect) == &shared::twemproxy_crc32));
    for (const auto kind : {hash_kind::xxh3, hash_kind::crc32a, hash_kind::md5})
        BOOST_TEST((hash_for(kind, dialect) == hash_for(kind)));
}

BOOST_AUTO_TEST_CASE(a_name_must_be_exact) {
    for (const auto name : {"", "XXH3", "xxh", "xxh3 ", "fnv1a-64", "crc", "MD5"}) {
        BOOST_TEST_CONTEXT("name " << name) {
            BOOST_TEST(!shared::hash_kind_from(name).has_value());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
