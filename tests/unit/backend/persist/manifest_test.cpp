#include "backend/persist/manifest.hpp"

#include <boost/test/unit_test.hpp>

using backend::log_kind;
using backend::log_name;
using backend::manifest;
using backend::read_manifest;
using backend::write_manifest;

namespace {

manifest usual() {
    return {"a1",
            {{{log_kind::base, 3}, 73'400'321},
             {{log_kind::tail, 4}, 5542},
             {{log_kind::tail, 1'234'567}, std::nullopt}}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(manifest_test)

BOOST_AUTO_TEST_CASE(the_text_is_as_drawn) {
    const auto text = write_manifest(usual());
    BOOST_TEST(
        text.starts_with("ringway-log 1\nnode a1\nbase-000003 73400321\ntail-000004 5542\n"
                         "tail-1234567 open\nchecksum "));
    BOOST_TEST(text.back() == '\n');
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) {
    for (const auto& each : {usual(), manifest{"b.2_x-y", {}}}) {
        const auto read = read_manifest(write_manifest(each));
        BOOST_TEST_REQUIRE(read.has_value());
        BOOST_TEST((*read == each));
    }
}

BOOST_AUTO_TEST_CASE(a_text_cut_at_any_byte_is_refused) {
    const auto text = write_manifest(usual());
    for (std::size_t size = 0; size < text.size(); ++size)
        BOOST_TEST(read_manifest(std::string_view(text).substr(0, size)).has_error());
}

BOOST_AUTO_TEST_CASE(a_later_format_is_not_known) {
    auto text = write_manifest(usual());
    for (const auto* format : {"0", "2"}) {  // ringway-log 10, and 12 behind it
        text.insert(text.find('\n'), format);
        BOOST_TEST_REQUIRE(read_manifest(text).has_error());
        BOOST_TEST(read_manifest(text).error() == "is no manifest that this program knows");
    }
}

BOOST_AUTO_TEST_CASE(any_flipped_bit_is_found) {
    const auto text = write_manifest(usual());
    for (std::size_t bit = 0; bit < 8 * text.size(); ++bit) {
        auto flipped = text;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
        BOOST_TEST(read_manifest(flipped).has_error());
    }
}

BOOST_AUTO_TEST_CASE(numbers_are_never_given_twice) {
    BOOST_TEST(manifest{}.next_number() == 1U);
    BOOST_TEST(usual().next_number() == 1'234'568U);
}

BOOST_AUTO_TEST_CASE(only_names_of_the_log_are_names_of_the_log) {
    BOOST_TEST((backend::parse_log_name("base-000012") == log_name{log_kind::base, 12}));
    BOOST_TEST((backend::parse_log_name("tail-12345678") == log_name{log_kind::tail, 12'345'678}));
    for (const auto* const text :
         {"", "tail-", "tail-12", "tail-00001x", "tail-0000001", "manifest", "base_000001",
          "tail--00001", "tail-99999999999999999999999"})
        BOOST_TEST(!backend::parse_log_name(text).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
