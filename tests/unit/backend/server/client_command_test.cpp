#include <algorithm>

#include "server_fixture.hpp"

using backend::reply_mode;
using backend::test::server_fixture;

namespace {

constexpr std::string_view syntax = "-ERR syntax error\r\n";

std::size_t lines_of(const std::string& reply) {
    return static_cast<std::size_t>(std::count(reply.begin(), reply.end(), '\n')) - 2;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(client_command_test, server_fixture)

BOOST_AUTO_TEST_CASE(a_line_has_the_fields_of_redis_in_their_order) {
    client.name = "me";
    server.clients.rename(record, client);
    record.connected_at = 1000;
    record.saw(*shared::find_command("get"), 4000);
    std::string line;
    backend::append_client_line(line, record, 9'999, {}, 26);
    BOOST_TEST(line ==
               "id=3 addr=127.0.0.1:1003 laddr=127.0.0.1:7401 fd=9 name=me age=8 idle=5 flags=N "
               "db=0 sub=0 psub=0 ssub=0 multi=-1 qbuf=26 qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0 "
               "rbp=0 obl=0 oll=0 omem=0 tot-mem=0 events=r cmd=get user=default redir=-1 resp=2 "
               "lib-name= lib-ver=\n");
}

BOOST_AUTO_TEST_CASE(list_tells_all_or_those_asked_for) {
    BOOST_TEST(lines_of(run("CLIENT LIST")) == 2U);
    BOOST_TEST(run("CLIENT LIST").find(" cmd=client|list ") != std::string::npos);
    BOOST_TEST(run("CLIENT LIST").find(" qbuf=26 ") != std::string::npos);
    BOOST_TEST(lines_of(run("CLIENT LIST TYPE normal")) == 2U);
    other.channels = 1;
    BOOST_TEST(lines_of(run("CLIENT LIST TYPE normal")) == 1U);
    BOOST_TEST(run("CLIENT LIST TYPE PUBSUB").find("id=4 ") != std::string::npos);
    BOOST_TEST(run("CLIENT LIST ID 4 9").find("flags=P ") != std::string::npos);
    BOOST_TEST(run("CLIENT LIST TYPE master") == "$0\r\n\r\n");
    BOOST_TEST(run("CLIENT LIST ID 9") == "$0\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(list_refuses_as_redis_does) {
    BOOST_TEST(run("CLIENT LIST TYPE foo") == "-ERR Unknown client type 'foo'\r\n");
    BOOST_TEST(run("CLIENT LIST ID x") == "-ERR Invalid client ID\r\n");
    for (const auto line : {"CLIENT LIST ID", "CLIENT LIST foo", "CLIENT LIST TYPE"})
        BOOST_TEST(run(line) == syntax);
}

BOOST_AUTO_TEST_CASE(info_tells_of_the_client_itself) {
    BOOST_TEST(lines_of(run("CLIENT INFO")) == 1U);
    BOOST_TEST(run("CLIENT INFO").find("id=3 ") != std::string::npos);
    client.version = shared::protocol::resp3;
    BOOST_TEST(run("CLIENT INFO").starts_with("="));
}

BOOST_AUTO_TEST_CASE(kill_by_address_answers_ok) {
    BOOST_TEST(run("CLIENT KILL 127.0.0.1:1004") == "+OK\r\n");
    BOOST_TEST((closed == std::vector<std::size_t>{7}));
    BOOST_TEST(run("CLIENT KILL 127.0.0.1:1") == "-ERR No such client\r\n");
    BOOST_TEST(run("CLIENT KILL 127.0.0.1:1003") == "+OK\r\n");
    BOOST_TEST(client.closing);
}

BOOST_AUTO_TEST_CASE(kill_by_filters_answers_how_many) {
    BOOST_TEST(run("CLIENT KILL ID 9") == ":0\r\n");
    BOOST_TEST(run("CLIENT KILL ID 4 ADDR 127.0.0.1:1003") == ":0\r\n");
    BOOST_TEST(run("CLIENT KILL ID 3") == ":0\r\n");
    BOOST_TEST(!client.closing);
    BOOST_TEST(run("CLIENT KILL ID 4 USER default") == ":1\r\n");
    BOOST_TEST(closed.size() == 1U);
    BOOST_TEST(run("CLIENT KILL LADDR 127.0.0.1:7401 SKIPME no TYPE normal") == ":2\r\n");
    BOOST_TEST(client.closing);
    BOOST_TEST(run("CLIENT KILL TYPE pubsub SKIPME yes") == ":0\r\n");
}

BOOST_AUTO_TEST_CASE(kill_refuses_as_redis_does) {
    for (const auto line :
         {"CLIENT KILL foo bar", "CLIENT KILL ID 1 ADDR", "CLIENT KILL SKIPME maybe"})
        BOOST_TEST(run(line) == syntax);
    for (const auto line : {"CLIENT KILL ID x", "CLIENT KILL ID 0"})
        BOOST_TEST(run(line) == "-ERR client-id should be greater than 0\r\n");
    BOOST_TEST(run("CLIENT KILL USER nobody") == "-ERR No such user 'nobody'\r\n");
    BOOST_TEST(run("CLIENT KILL TYPE foo") == "-ERR Unknown client type 'foo'\r\n");
    BOOST_TEST(run("CLIENT KILL") ==
               "-ERR wrong number of arguments for 'client|kill' command\r\n");
}

BOOST_AUTO_TEST_CASE(reply_sets_who_is_answered) {
    BOOST_TEST(run("CLIENT REPLY OFF") == "");
    BOOST_TEST((replies == reply_mode::off));
    BOOST_TEST(run("CLIENT REPLY SKIP") == "");
    BOOST_TEST((replies == reply_mode::off));
    BOOST_TEST(run("CLIENT REPLY ON") == "+OK\r\n");
    BOOST_TEST(run("CLIENT REPLY SKIP") == "");
    BOOST_TEST((replies == reply_mode::skip_next));
    BOOST_TEST(run("CLIENT REPLY foo") == syntax);
}

BOOST_AUTO_TEST_CASE(names_reach_the_registry) {
    BOOST_TEST(run("CLIENT SETNAME me") == "+OK\r\n");
    BOOST_TEST(record.name == "me");
    BOOST_TEST(run("HELLO 3 SETNAME you").starts_with("%7\r\n"));
    BOOST_TEST(record.name == "you");
    BOOST_TEST(run("CLIENT NO-EVICT ON") == "+OK\r\n");
    const auto line = run("CLIENT INFO");
    BOOST_TEST(line.find(" flags=e ") != std::string::npos);
    BOOST_TEST(line.find(" resp=3 ") != std::string::npos);
    BOOST_TEST(run("CLIENT NO-EVICT foo") == syntax);
    BOOST_TEST(run("CLIENT foo") == "-ERR unknown subcommand 'foo'. Try CLIENT HELP.\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
