#include "backend/server/request_timer.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace {

bool may_be_slow(const std::vector<std::string_view>& words, std::size_t reply = 5) {
    return backend::may_be_slow(*shared::find_command(words[0]), words, reply);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(request_timer_test)

BOOST_AUTO_TEST_CASE(small_requests_of_constant_time_are_not_timed) {
    for (const auto& words : std::vector<std::vector<std::string_view>>{
             {"GET", "k"}, {"SET", "k", "v"}, {"SET", "k", "v", "EX", "1"}, {"INCR", "k"}}) {
        BOOST_TEST(!may_be_slow(words));
    }
}

BOOST_AUTO_TEST_CASE(what_can_take_long_is_timed) {
    const std::string large(backend::many_bytes + 1, 'x');
    BOOST_TEST(may_be_slow({"SET", "k", large, "EX", "1"}));
    BOOST_TEST(may_be_slow({"APPEND", "k", large}));
    BOOST_TEST(may_be_slow({"GET", "k"}, large.size()));
    BOOST_TEST(may_be_slow({"FLUSHALL"}));
    BOOST_TEST(may_be_slow({"KEYS", "*"}));
    std::vector<std::string_view> many(backend::many_words + 1, "k");
    many[0] = "MGET";
    BOOST_TEST(may_be_slow(many));
}

BOOST_AUTO_TEST_SUITE_END()
