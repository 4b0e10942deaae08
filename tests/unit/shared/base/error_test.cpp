#include "shared/base/error.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

namespace {

shared::result<int> fails() {
    return shared::errc::record_corrupt;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(error)

BOOST_AUTO_TEST_CASE(every_error_has_a_message_of_its_own) {
    constexpr int last = static_cast<int>(shared::errc::record_corrupt);
    std::set<std::string> messages;
    for (int code = 1; code <= last; ++code) {
        messages.insert(make_error_code(static_cast<shared::errc>(code)).message());
    }
    BOOST_TEST(messages.size() == static_cast<std::size_t>(last));
    BOOST_TEST(!messages.contains("unknown error"));
    BOOST_TEST(!messages.contains(""));
}

BOOST_AUTO_TEST_CASE(a_code_of_another_version_is_unknown) {
    BOOST_TEST(make_error_code(static_cast<shared::errc>(999)).message() == "unknown error");
}

BOOST_AUTO_TEST_CASE(an_error_converts_to_a_result_and_compares_equal) {
    const auto failed = fails();
    BOOST_TEST_REQUIRE(failed.has_error());
    BOOST_TEST((failed.error() == shared::errc::record_corrupt));
    BOOST_TEST((failed.error() != shared::errc::record_incomplete));
    BOOST_TEST(std::string(failed.error().category().name()) == "ringway");
}

BOOST_AUTO_TEST_SUITE_END()
