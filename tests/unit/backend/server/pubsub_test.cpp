#include "server_fixture.hpp"

using backend::topic_kind;
using backend::test::made_up_subscriber;
using backend::test::server_fixture;

namespace {

std::string message(std::string_view channel, std::string_view payload) {
    std::string text;
    const std::vector<std::string_view> words{"message", channel, payload};
    shared::append_request(text, words);
    return text;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pubsub_test, server_fixture)

BOOST_AUTO_TEST_CASE(a_pattern_of_more_than_1024_bytes_is_refused_and_nothing_is_subscribed) {
    const std::string longest(1024, 'a');
    const std::string error = "-ERR the pattern is longer than 1024 bytes\r\n";
    BOOST_TEST(run(("PSUBSCRIBE x " + longest + "a").c_str()) == error);
    BOOST_TEST(run(("PUBSUB CHANNELS " + longest + "a").c_str()) == error);
    BOOST_TEST(record.patterns == 0U);
    BOOST_TEST(run("PUBSUB NUMPAT") == ":0\r\n");
    BOOST_TEST(run(("PUBSUB CHANNELS " + longest).c_str()) == "*0\r\n");
    BOOST_TEST(run(("PSUBSCRIBE " + longest).c_str()).ends_with(":1\r\n"));
}

BOOST_AUTO_TEST_CASE(subscribing_tells_each_channel_and_how_many_there_are) {
    BOOST_TEST(
        run("SUBSCRIBE a b a") ==
        "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n*3\r\n$9\r\nsubscribe\r\n$1\r\nb\r\n:2\r\n"
        "*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:2\r\n");
    BOOST_TEST(run("PSUBSCRIBE a*") == "*3\r\n$10\r\npsubscribe\r\n$2\r\na*\r\n:3\r\n");
    BOOST_TEST(record.channels == 2U);
    BOOST_TEST(record.patterns == 1U);
    BOOST_TEST(
        run("UNSUBSCRIBE b x") ==
        "*3\r\n$11\r\nunsubscribe\r\n$1\r\nb\r\n:2\r\n*3\r\n$11\r\nunsubscribe\r\n$1\r\nx\r\n"
        ":2\r\n");
    BOOST_TEST(run("UNSUBSCRIBE") == "*3\r\n$11\r\nunsubscribe\r\n$1\r\na\r\n:1\r\n");
    BOOST_TEST(run("UNSUBSCRIBE") == "*3\r\n$11\r\nunsubscribe\r\n$-1\r\n:1\r\n");
    client.version = shared::protocol::resp3;
    BOOST_TEST(run("PUNSUBSCRIBE") == ">3\r\n$12\r\npunsubscribe\r\n$2\r\na*\r\n:0\r\n");
    BOOST_TEST(run("PUNSUBSCRIBE") == ">3\r\n$12\r\npunsubscribe\r\n_\r\n:0\r\n");
    BOOST_TEST(!record.subscribed());
}

BOOST_AUTO_TEST_CASE(a_message_goes_to_channel_and_pattern) {
    BOOST_TEST(run("PUBLISH a nobody") == ":0\r\n");
    run("SUBSCRIBE a");
    run("PSUBSCRIBE a* A?");
    BOOST_TEST(run("PUBLISH a hello") == ":2\r\n");
    BOOST_TEST(self.got == message("a", "hello") +
                               "*4\r\n$8\r\npmessage\r\n$2\r\na*\r\n$1\r\na\r\n$5\r\nhello\r\n");
    self.got.clear();
    run("PUNSUBSCRIBE");
    self.version = shared::protocol::resp3;
    BOOST_TEST(run("PUBLISH a again") == ":1\r\n");
    BOOST_TEST(self.got == ">" + message("a", "again").substr(1));
    self.got.clear();
    BOOST_TEST(run("PUBLISH A other") == ":0\r\n");
    topics.remove_all(self);
    BOOST_TEST(run("PUBLISH a gone") == ":0\r\n");
    BOOST_TEST(self.got.empty());
}

BOOST_AUTO_TEST_CASE(a_worker_gets_a_message_once_and_all_its_subscribers_are_counted) {
    std::vector<std::size_t> told;
    backend::channel_hub hub;
    hub.start(3, [&told](std::size_t worker) { told.push_back(worker); });
    hub.add(topic_kind::channel, "c", 2);
    hub.add(topic_kind::channel, "c", 2);
    hub.add(topic_kind::pattern, "*", 0);
    BOOST_TEST(hub.publish("c", "m") == 3U);
    BOOST_TEST((told == std::vector<std::size_t>{0, 2}));
    BOOST_TEST(hub.subscribers("c") == 2U);
    BOOST_TEST(hub.publish("c", "n") == 3U);
    BOOST_TEST(told.size() == 2U);
    const auto waiting = hub.take(2);
    BOOST_TEST_REQUIRE(waiting.size() == 2U);
    BOOST_TEST(waiting[0]->payload == "m");
    BOOST_TEST(hub.take(2).empty());
    BOOST_TEST(hub.take(1).empty());
    hub.remove(topic_kind::pattern, "*", 0);
    hub.remove(topic_kind::channel, "c", 2);
    hub.remove(topic_kind::channel, "c", 2);
    BOOST_TEST(hub.publish("c", "m") == 0U);
    BOOST_TEST(hub.channel_count() + hub.pattern_count() == 0U);
}

BOOST_AUTO_TEST_CASE(what_was_published_before_a_subscription_is_not_for_it) {
    backend::channel_hub hub;
    hub.start(1, [](std::size_t) {});
    backend::subscriptions local(hub, 0);
    made_up_subscriber first;
    made_up_subscriber second;
    local.add(first, topic_kind::channel, "c");
    hub.publish("c", "early");
    local.add(second, topic_kind::channel, "c");
    hub.publish("c", "late");
    local.deliver();
    BOOST_TEST(first.got == message("c", "early") + message("c", "late"));
    BOOST_TEST(second.got == message("c", "late"));
    local.remove_all(first);
    local.remove_all(second);
}

BOOST_AUTO_TEST_CASE(one_that_does_not_read_is_given_up_and_the_others_are_not) {
    made_up_subscriber slow;
    slow.full = true;
    topics.add(slow, topic_kind::channel, "c");
    topics.add(slow, topic_kind::pattern, "*");
    run("SUBSCRIBE c");
    BOOST_TEST(run("PUBLISH c m") == ":3\r\n");
    BOOST_TEST(slow.gone);
    BOOST_TEST(self.got == message("c", "m"));
    topics.remove_all(slow);
}

BOOST_AUTO_TEST_CASE(pubsub_tells_who_listens) {
    run("SUBSCRIBE ab b");
    run("PSUBSCRIBE x*");
    BOOST_TEST(run("PUBSUB CHANNELS") == "*2\r\n$2\r\nab\r\n$1\r\nb\r\n");
    BOOST_TEST(run("PUBSUB CHANNELS a*") == "*1\r\n$2\r\nab\r\n");
    BOOST_TEST(run("PUBSUB CHANNELS A*") == "*0\r\n");
    BOOST_TEST(run("PUBSUB NUMSUB") == "*0\r\n");
    BOOST_TEST(run("PUBSUB NUMSUB b none") == "*4\r\n$1\r\nb\r\n:1\r\n$4\r\nnone\r\n:0\r\n");
    BOOST_TEST(run("PUBSUB NUMPAT") == ":1\r\n");
    BOOST_TEST(run("PUBSUB NUMPAT x") ==
               "-ERR wrong number of arguments for 'pubsub|numpat' command\r\n");
    BOOST_TEST(run("PUBSUB CHANNELS a b") ==
               "-ERR unknown subcommand or wrong number of arguments for 'CHANNELS'. Try PUBSUB "
               "HELP.\r\n");
    BOOST_TEST(run("PUBSUB foo") == "-ERR unknown subcommand 'foo'. Try PUBSUB HELP.\r\n");
    topics.remove_all(self);
}

BOOST_AUTO_TEST_SUITE_END()
