#include "tests/bench/load/options.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>
#include <vector>

using bench::command;
using bench::load_options;

namespace {

std::optional<load_options> read(std::vector<const char*> words, int& exit_code) {
    words.insert(words.begin(), "bench_load");
    return bench::read_options(static_cast<int>(words.size()), words.data(), exit_code);
}

load_options read_well(const std::vector<const char*>& words) {
    int exit_code = 0;
    const auto options = read(words, exit_code);
    BOOST_REQUIRE(options.has_value());
    return *options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(options_test)

BOOST_AUTO_TEST_CASE(nothing_given_is_a_mix_for_five_seconds) {
    const auto made = read_well({});
    BOOST_TEST((made.work.asked == command::mix));
    BOOST_TEST(made.work.sets == 1U);
    BOOST_TEST(made.work.gets == 9U);
    BOOST_TEST(made.connections == 50U);
    BOOST_TEST(made.seconds == 5.0);
    BOOST_TEST(made.requests == 0U);
}

BOOST_AUTO_TEST_CASE(what_is_given_is_taken) {
    const auto made = read_well({"--command", "mget", "--mget-keys", "4", "--ratio", "2:3",
                                 "--requests", "10", "--rate", "100.5", "--tick", "250", "--watch",
                                 "12", "--watch", "13", "--json", "--histogram", "--echo"});
    BOOST_TEST((made.work.asked == command::mget));
    BOOST_TEST(made.work.mget_keys == 4U);
    BOOST_TEST(made.work.sets == 2U);
    BOOST_TEST(made.work.gets == 3U);
    BOOST_TEST(made.requests == 10U);
    BOOST_TEST(made.seconds == 0.0);
    BOOST_TEST(made.rate == 100.5);
    BOOST_TEST(made.tick == 250);
    BOOST_TEST((made.watched == std::vector<pid_t>{12, 13}));
    BOOST_TEST(made.json);
    BOOST_TEST(made.histogram);
    BOOST_TEST(made.work.echo);
}

BOOST_AUTO_TEST_CASE(what_is_stored_and_how_it_is_said_can_be_told) {
    const auto made = read_well({"--protocol", "memcached", "--key-digits", "8", "--key-prefix", "",
                                 "--value-size", "long-tail", "--expire", "60", "--in-order",
                                 "--keys", "100000000"});
    BOOST_TEST((made.work.spoken == bench::protocol::memcached));
    BOOST_TEST(made.work.key_digits == 8U);
    BOOST_TEST(made.work.sizes.largest() == 1U << 20U);
    BOOST_TEST(made.work.expire == 60U);
    BOOST_TEST(made.work.in_order);
}

BOOST_AUTO_TEST_CASE(prefill_sets_each_key_once) {
    const auto made = read_well({"--prefill", "--keys", "77"});
    BOOST_TEST((made.work.asked == command::set));
    BOOST_TEST(made.work.in_order);
    BOOST_TEST(made.requests == 77U);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_ends_with_1) {
    for (const std::vector<const char*>& words : {std::vector<const char*>{"--command", "del"},
                                                  {"--ratio", "1"},
                                                  {"--ratio", "a:b"},
                                                  {"--ratio", "0:0"},
                                                  {"--connections", "0"},
                                                  {"--pipeline", "0"},
                                                  {"--keys", "0"},
                                                  {"--rate", "-1"},
                                                  {"--tick", "-1"},
                                                  {"--port", "many"},
                                                  {"--protocol", "binary"},
                                                  {"--value-size", "64k"},
                                                  {"--key-digits", "0"},
                                                  {"--key-digits", "13"},
                                                  {"--key-digits", "2", "--keys", "101"},
                                                  {"--unknown"}}) {
        int exit_code = 0;
        BOOST_TEST(!read(words, exit_code).has_value());
        BOOST_TEST(exit_code == 1);
    }
}

BOOST_AUTO_TEST_SUITE_END()
