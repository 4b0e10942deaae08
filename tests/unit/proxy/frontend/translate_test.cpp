#include "proxy/frontend/translate.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using shared::protocol;
using shared::reply_shape;

namespace {

std::string translated(std::string_view reply, reply_shape shape,
                       protocol version = protocol::resp3) {
    std::string out = "earlier";
    proxy::append_reply(out, reply, version, shape);
    BOOST_TEST_REQUIRE(out.starts_with("earlier"));
    return out.substr(7);
}

const std::string one_to_four = "*4\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$3\r\n2.5\r\n";

constexpr reply_shape all_shapes[] = {
    reply_shape::as_is,         reply_shape::map,       reply_shape::map_of_pairs,
    reply_shape::array_of_maps, reply_shape::set,       reply_shape::doubles,
    reply_shape::scored,        reply_shape::valued,    reply_shape::popped,
    reply_shape::popped_pairs,  reply_shape::popped_of, reply_shape::located,
    reply_shape::located_item};

}  // namespace

BOOST_AUTO_TEST_SUITE(translate_test)

BOOST_AUTO_TEST_CASE(for_resp2_nothing_changes) {
    for (const auto shape : all_shapes) {
        BOOST_TEST(translated(one_to_four, shape, protocol::resp2) == one_to_four);
        BOOST_TEST(translated("$-1\r\n", shape, protocol::resp2) == "$-1\r\n");
    }
}

BOOST_AUTO_TEST_CASE(errors_numbers_and_simple_strings_keep_their_type_in_every_shape) {
    for (const auto shape : all_shapes) {
        for (const std::string reply : {"-WRONGTYPE x\r\n", ":7\r\n", "+OK\r\n", "$1\r\na b\r\n"}) {
            if (reply.starts_with('$') && shape == reply_shape::doubles) continue;
            BOOST_TEST(translated(reply, shape) == reply);
        }
        BOOST_TEST(translated("$-1\r\n", shape) == "_\r\n");
        BOOST_TEST(translated("*-1\r\n", shape) == "_\r\n");
    }
}

BOOST_AUTO_TEST_CASE(fields_and_values_become_a_map) {
    BOOST_TEST(translated(one_to_four, reply_shape::map) ==
               "%2\r\n$1\r\na\r\n$1\r\n1\r\n$1\r\nb\r\n$3\r\n2.5\r\n");
    BOOST_TEST(translated("*0\r\n", reply_shape::map) == "%0\r\n");
    BOOST_TEST(translated("*1\r\n$-1\r\n", reply_shape::map) == "*1\r\n_\r\n");
}

BOOST_AUTO_TEST_CASE(pairs_become_a_map_if_all_are_pairs) {
    BOOST_TEST(translated("*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n:1\r\n*-1\r\n",
                          reply_shape::map_of_pairs) == "%1\r\n$1\r\ns\r\n*1\r\n*2\r\n:1\r\n_\r\n");
    for (const std::string other :
         {"*1\r\n:1\r\n", "*2\r\n*2\r\n:1\r\n:2\r\n*3\r\n:1\r\n:2\r\n:3\r\n"}) {
        BOOST_TEST(translated(other, reply_shape::map_of_pairs) == other);
    }
}

BOOST_AUTO_TEST_CASE(an_array_of_maps_is_one) {
    BOOST_TEST(translated("*2\r\n*2\r\n+a\r\n:1\r\n*0\r\n", reply_shape::array_of_maps) ==
               "*2\r\n%1\r\n+a\r\n:1\r\n%0\r\n");
}

BOOST_AUTO_TEST_CASE(members_become_a_set) {
    BOOST_TEST(translated("*2\r\n$1\r\na\r\n$1\r\nb\r\n", reply_shape::set) ==
               "~2\r\n$1\r\na\r\n$1\r\nb\r\n");
    BOOST_TEST(translated("*0\r\n", reply_shape::set) == "~0\r\n");
}

BOOST_AUTO_TEST_CASE(numbers_in_bulks_become_doubles_however_deep) {
    BOOST_TEST(translated("$3\r\n2.5\r\n", reply_shape::doubles) == ",2.5\r\n");
    BOOST_TEST(translated("$4\r\n-inf\r\n", reply_shape::doubles) == ",-inf\r\n");
    BOOST_TEST(translated("*2\r\n$-1\r\n*1\r\n$5\r\n1e+20\r\n", reply_shape::doubles) ==
               "*2\r\n_\r\n*1\r\n,1e+20\r\n");
}

BOOST_AUTO_TEST_CASE(a_bulk_that_is_no_number_stays_one) {
    for (const std::string bulk :
         {"$0\r\n\r\n", "$3\r\nabc\r\n", "$4\r\n1\r\n2\r\n", "$2\r\n1 \r\n", "$1\r\ne\r\n",
          "$2\r\n--\r\n", "$8\r\ninfinity\r\n", "$3\r\n1.e\r\n"}) {
        BOOST_TEST(translated(bulk, reply_shape::doubles) == bulk);
    }
}

BOOST_AUTO_TEST_CASE(members_with_scores_become_pairs) {
    BOOST_TEST(translated(one_to_four, reply_shape::scored) ==
               "*2\r\n*2\r\n$1\r\na\r\n,1\r\n*2\r\n$1\r\nb\r\n,2.5\r\n");
    BOOST_TEST(translated(one_to_four, reply_shape::valued) ==
               "*2\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$1\r\nb\r\n$3\r\n2.5\r\n");
    BOOST_TEST(translated("*0\r\n", reply_shape::scored) == "*0\r\n");
    BOOST_TEST(translated("*1\r\n$1\r\na\r\n", reply_shape::scored) == "*1\r\n$1\r\na\r\n");
}

BOOST_AUTO_TEST_CASE(what_is_popped_has_its_score_as_a_double) {
    BOOST_TEST(translated("*2\r\n$1\r\na\r\n$1\r\n1\r\n", reply_shape::popped) ==
               "*2\r\n$1\r\na\r\n,1\r\n");
    BOOST_TEST(translated("*0\r\n", reply_shape::popped) == "*0\r\n");
    BOOST_TEST(
        translated(
            "*2\r\n$1\r\nk\r\n*2\r\n*2\r\n$1\r\na\r\n$1\r\n1\r\n*2\r\n$1\r\nb\r\n$1\r\n2\r\n",
            reply_shape::popped_of) ==
        "*2\r\n$1\r\nk\r\n*2\r\n*2\r\n$1\r\na\r\n,1\r\n*2\r\n$1\r\nb\r\n,2\r\n");
}

BOOST_AUTO_TEST_CASE(coordinates_become_doubles_and_members_and_distances_stay) {
    BOOST_TEST(translated("*1\r\n*3\r\n$1\r\n5\r\n$3\r\n7.5\r\n*2\r\n$1\r\n1\r\n$3\r\n2.5\r\n",
                          reply_shape::located) ==
               "*1\r\n*3\r\n$1\r\n5\r\n$3\r\n7.5\r\n*2\r\n,1\r\n,2.5\r\n");
    BOOST_TEST(translated("*1\r\n$1\r\n5\r\n", reply_shape::located) == "*1\r\n$1\r\n5\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
