#include "proxy/routing/reply_types.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace std::string_view_literals;

namespace {

/// The types of reply that are let pass, as their first characters.
std::string passing(std::string_view command) {
    const auto types = proxy::types_of(*shared::find_command(command));
    std::string all;
    for (const char type : "+:$*-_%"sv) {
        if (proxy::has_type({&type, 1}, types)) all += type;
    }
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(reply_types_test)

BOOST_AUTO_TEST_CASE(a_command_has_the_types_that_redis_documents_and_errors) {
    BOOST_TEST(passing("GET") == "$-");
    BOOST_TEST(passing("SET") == "+$-");
    BOOST_TEST(passing("INCR") == ":-");
    BOOST_TEST(passing("MGET") == "*-");
    BOOST_TEST(passing("MSET") == "+-");
    BOOST_TEST(passing("HGETALL") == "*-");
}

BOOST_AUTO_TEST_CASE(of_others_any_type_of_resp2_passes) {
    BOOST_TEST(passing("EVAL") == "+:$*-");
    BOOST_TEST(passing("SPOP") == "+:$*-");
    BOOST_TEST(passing("ZADD") == "+:$*-");
}

BOOST_AUTO_TEST_SUITE_END()
