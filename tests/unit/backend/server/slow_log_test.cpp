#include "backend/server/slow_log.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using words = std::vector<std::string_view>;

void add(backend::slow_log& log, const words& request, std::int64_t took = 20'000) {
    log.add(1'700'000'000'000'000, took, request, "127.0.0.1:1", "me");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(slow_log_test)

BOOST_AUTO_TEST_CASE(what_is_slow_follows_the_threshold) {
    backend::slow_log log;
    BOOST_TEST(!log.is_slow(9'999));
    BOOST_TEST(log.is_slow(10'000));
    log.set_threshold(0);
    BOOST_TEST(log.is_slow(0));
    log.set_threshold(-1);
    BOOST_TEST(!log.is_slow(1'000'000'000));
}

BOOST_AUTO_TEST_CASE(the_newest_come_first_and_ids_go_on_after_a_reset) {
    backend::slow_log log;
    add(log, {"GET", "a"});
    add(log, {"GET", "b"}, 30'000);
    const auto both = log.newest(10);
    BOOST_TEST_REQUIRE(both.size() == 2U);
    BOOST_TEST(both[0].id == 1U);
    BOOST_TEST(both[0].words[1] == "b");
    BOOST_TEST(both[0].took == 30'000);
    BOOST_TEST(both[0].peer == "127.0.0.1:1");
    BOOST_TEST(both[0].client_name == "me");
    BOOST_TEST(log.newest(1).size() == 1U);
    log.clear();
    BOOST_TEST(log.size() == 0U);
    add(log, {"GET", "c"});
    BOOST_TEST(log.newest(1)[0].id == 2U);
}

BOOST_AUTO_TEST_CASE(the_oldest_go_beyond_the_capacity) {
    backend::slow_log log;
    log.set_capacity(3);
    for (int i = 0; i < 5; ++i) add(log, {"PING"});
    BOOST_TEST(log.size() == 3U);
    BOOST_TEST(log.newest(9).back().id == 2U);
    log.set_capacity(1);
    BOOST_TEST(log.size() == 3U);
    add(log, {"PING"});
    BOOST_TEST(log.size() == 1U);
    log.set_capacity(0);
    add(log, {"PING"});
    BOOST_TEST(log.size() == 0U);
}

BOOST_AUTO_TEST_CASE(long_words_are_cut_and_many_are_told_as_a_number) {
    backend::slow_log log;
    const std::string long_word(130, 'x');
    add(log, {"SET", "k", long_word});
    BOOST_TEST(log.newest(1)[0].words[2] == std::string(128, 'x') + "... (2 more bytes)");
    add(log, {"SET", "k", std::string_view(long_word).substr(0, 128)});
    BOOST_TEST(log.newest(1)[0].words[2] == std::string(128, 'x'));
    add(log, words(32, "w"));
    BOOST_TEST(log.newest(1)[0].words.size() == 32U);
    BOOST_TEST(log.newest(1)[0].words[31] == "w");
    add(log, words(33, "w"));
    BOOST_TEST(log.newest(1)[0].words.size() == 32U);
    BOOST_TEST(log.newest(1)[0].words[31] == "... (2 more arguments)");
}

BOOST_AUTO_TEST_SUITE_END()
