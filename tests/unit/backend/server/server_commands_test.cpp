#include "server_fixture.hpp"

using backend::test::server_fixture;

BOOST_FIXTURE_TEST_SUITE(server_commands_test, server_fixture)

BOOST_AUTO_TEST_CASE(slowlog_tells_what_was_slow) {
    BOOST_TEST(run("SLOWLOG GET") == "*0\r\n");
    const std::vector<std::string_view> words{"GET", "k"};
    server.slow.add(1'700'000'000'999'999, 12'345, words, "127.0.0.1:1", "me");
    BOOST_TEST(run("SLOWLOG LEN") == ":1\r\n");
    BOOST_TEST(run("slowlog get 5") ==
               "*1\r\n*6\r\n:0\r\n:1700000000\r\n:12345\r\n*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"
               "$11\r\n127.0.0.1:1\r\n$2\r\nme\r\n");
    BOOST_TEST(run("SLOWLOG GET 0") == "*0\r\n");
    BOOST_TEST(run("SLOWLOG GET -1").starts_with("*1\r\n"));
    BOOST_TEST(run("SLOWLOG RESET") == "+OK\r\n");
    BOOST_TEST(run("SLOWLOG LEN") == ":0\r\n");
}

BOOST_AUTO_TEST_CASE(slowlog_shows_ten_unless_told_otherwise) {
    const std::vector<std::string_view> words{"PING"};
    for (int i = 0; i < 12; ++i) server.slow.add(0, 1, words, "", "");
    BOOST_TEST(run("SLOWLOG GET").starts_with("*10\r\n"));
    BOOST_TEST(run("SLOWLOG GET 11").starts_with("*11\r\n"));
    BOOST_TEST(run("SLOWLOG GET -1").starts_with("*12\r\n"));
}

BOOST_AUTO_TEST_CASE(slowlog_refuses_as_redis_does) {
    constexpr std::string_view count = "-ERR count should be greater than or equal to -1\r\n";
    for (const auto line : {"SLOWLOG GET -2", "SLOWLOG GET a"}) BOOST_TEST(run(line) == count);
    BOOST_TEST(run("SLOWLOG GET 1 2") ==
               "-ERR unknown subcommand or wrong number of arguments for 'GET'. Try SLOWLOG "
               "HELP.\r\n");
    BOOST_TEST(run("SLOWLOG LEN x") ==
               "-ERR wrong number of arguments for 'slowlog|len' command\r\n");
    BOOST_TEST(run("SLOWLOG foo") == "-ERR unknown subcommand 'foo'. Try SLOWLOG HELP.\r\n");
    BOOST_TEST(run("SLOWLOG HELP").starts_with("*12\r\n+SLOWLOG <subcommand>"));
}

BOOST_AUTO_TEST_CASE(latency_tells_events) {
    BOOST_TEST(run("LATENCY LATEST") == "*0\r\n");
    server.latency.add("command", {.at = 7, .took = 30});
    server.latency.add("command", {.at = 8, .took = 20});
    BOOST_TEST(run("LATENCY LATEST") == "*1\r\n*4\r\n$7\r\ncommand\r\n:8\r\n:20\r\n:30\r\n");
    BOOST_TEST(run("LATENCY HISTORY command") == "*2\r\n*2\r\n:7\r\n:30\r\n*2\r\n:8\r\n:20\r\n");
    BOOST_TEST(run("LATENCY HISTORY nosuch") == "*0\r\n");
    server.latency.set_threshold(5);
    BOOST_TEST(run("LATENCY DOCTOR").find("\r\ncommand: 2 seconds with 5 ms or longer") !=
               std::string::npos);
    BOOST_TEST(run("LATENCY RESET nosuch") == ":0\r\n");
    BOOST_TEST(run("LATENCY RESET") == ":1\r\n");
    BOOST_TEST(run("LATENCY LATEST x") ==
               "-ERR wrong number of arguments for 'latency|latest' command\r\n");
    BOOST_TEST(run("LATENCY foo") == "-ERR unknown subcommand 'foo'. Try LATENCY HELP.\r\n");
}

BOOST_AUTO_TEST_CASE(bgrewriteaof_asks_for_a_rewrite_of_the_log) {
    BOOST_TEST(run("BGREWRITEAOF") == "-ERR this backend is configured without a log\r\n");
    bool going_on = false;
    server.rewrite_log = [&going_on] { return !std::exchange(going_on, true); };
    BOOST_TEST(run("BGREWRITEAOF") == "+Background append only file rewriting started\r\n");
    BOOST_TEST(run("BGREWRITEAOF") ==
               "-ERR Background append only file rewriting already in progress\r\n");
}

BOOST_AUTO_TEST_CASE(debug_is_refused_unless_allowed) {
    BOOST_TEST(run("DEBUG SLEEP 0").starts_with("-ERR DEBUG command not allowed."));
    BOOST_TEST(run("DEBUG SET-ACTIVE-EXPIRE 0").starts_with("-ERR DEBUG command not allowed."));
    BOOST_TEST(server.active_expiry.load());
    server.debug_commands = true;
    BOOST_TEST(run("DEBUG SLEEP 0") == "+OK\r\n");
    BOOST_TEST(run("DEBUG SET-ACTIVE-EXPIRE 0") == "+OK\r\n");
    BOOST_TEST(!server.active_expiry.load());
    BOOST_TEST(run("DEBUG SET-ACTIVE-EXPIRE 1") == "+OK\r\n");
    BOOST_TEST(server.active_expiry.load());
    BOOST_TEST(run("DEBUG JMAP") == "-ERR unknown subcommand 'JMAP'. Try DEBUG HELP.\r\n");
}

BOOST_AUTO_TEST_CASE(low_thresholds_have_every_request_timed) {
    BOOST_TEST(!server.times_all());
    server.slow.set_threshold(9'999);
    BOOST_TEST(server.times_all());
    server.slow.set_threshold(-1);
    BOOST_TEST(!server.times_all());
    server.latency.set_threshold(9);
    BOOST_TEST(server.times_all());
    server.latency.set_threshold(10);
    BOOST_TEST(!server.times_all());
}

BOOST_AUTO_TEST_SUITE_END()
