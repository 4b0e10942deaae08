#include "shared/resp/encoder.hpp"
#include "tests/component/proxy/frontend/pool_fixture.hpp"

#include <initializer_list>
#include <string>
#include <utility>

using namespace proxy::test;
using proxy::policy_kind;

namespace {

struct copying_fixture : pool_fixture {
    copying_fixture() : pool_fixture(policy_kind::round_robin) {}
};

struct bounded_fixture : pool_fixture {
    bounded_fixture() : pool_fixture(policy_kind::consistent_hash, 1.25) {}
};

/// The reply's names and values in turn, as RESP2 has them.
std::string reply_of(std::initializer_list<std::string> words) {
    std::string out;
    shared::append_array_header(out, words.size());
    for (const auto& word : words) shared::append_bulk(out, word);
    return out;
}

std::string why_of(const std::string& reply) {
    const auto at = reply.rfind("\r\n", reply.size() - 3);
    return reply.substr(at + 2, reply.size() - at - 4);
}

std::string silence(const words&) {
    return {};
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(route_command_test, pool_fixture)

BOOST_AUTO_TEST_CASE(proxy_route_tells_home_partner_and_who_serves_now) {
    auto& client = connect();
    const std::uint64_t hash = facts.hash("key");
    const std::size_t home = facts.placement->home(hash);
    const std::string names[] = {"a1", "a2", "b1", "b2"};
    gives(client, "PROXY ROUTE key\n",
          reply_of({"hash", "0xbbea0d63a05165e3", "layout", "maglev", "place", "5900 of 65537",
                    "home", names[home], "partner", names[home ^ 1U], "serves", names[home], "why",
                    "home is ready"}));
}

BOOST_AUTO_TEST_CASE(a_home_that_is_down_is_named_with_the_partner_who_serves) {
    auto& client = connect();
    const auto key = key_of(2);
    take_down(2);
    auto reply = line(client, "proxy route " + key + "\n");
    until([&] { return client.received().ends_with("serves\r\n"); });
    BOOST_TEST(reply.find("$4\r\nhome\r\n$2\r\nb1\r\n") != std::string::npos);
    BOOST_TEST(reply.find("$6\r\nserves\r\n$2\r\nb2\r\n") != std::string::npos);
    BOOST_TEST(why_of(reply) == "home is down, its partner serves");
    take_down(3);
    reply = line(client, "PROXY ROUTE " + key + "\n");
    BOOST_TEST(reply.find("$6\r\nserves\r\n$4\r\nnone\r\n") != std::string::npos);
    BOOST_TEST(why_of(reply) == "home is down, and so is its partner");
}

BOOST_FIXTURE_TEST_CASE(a_pool_that_does_not_shard_has_no_homes, copying_fixture) {
    gives(connect(), "PROXY ROUTE key\n",
          reply_of({"hash", "none", "layout", "none", "place", "none", "home", "none", "partner",
                    "none", "serves", "any", "why",
                    "every pair holds every key; round-robin says which backend a read goes to"}));
}

BOOST_FIXTURE_TEST_CASE(a_home_with_more_than_its_share_is_named_as_such, bounded_fixture) {
    backends[0]->answer_with(silence);
    auto& busy = connect();
    busy.send("SET " + key_of(0) + " v\nSET " + key_of(0) + " v\n");
    until([&] { return backends[0]->requests().size() == 2; });
    const auto reply = line(connect(), "PROXY ROUTE " + key_of(0) + "\n");
    BOOST_TEST(reply.find("$6\r\nserves\r\n$2\r\na2\r\n") != std::string::npos);
    BOOST_TEST(why_of(reply) ==
               "home is ready, but has more than its share of the load; its partner serves reads");
}

BOOST_AUTO_TEST_CASE(a_client_of_resp3_gets_a_map) {
    auto& client = connect();
    client.send("HELLO 3\n");
    until([&] { return client.received().ends_with("modules\r\n*0\r\n"); });
    BOOST_TEST(line(client, "PROXY ROUTE key\n").starts_with("%7\r\n$4\r\nhash\r\n"));
}

BOOST_AUTO_TEST_CASE(wrong_uses_are_errors_and_no_backend_is_asked) {
    auto& client = connect();
    gives(client, "PROXY\n", "-ERR wrong number of arguments for 'proxy' command\r\n");
    gives(client, "PROXY ROUTE\n", "-ERR wrong number of arguments for 'proxy|route' command\r\n");
    gives(client, "PROXY HELP me\n", "-ERR wrong number of arguments for 'proxy|help' command\r\n");
    gives(client, "PROXY rout key\n", "-ERR unknown subcommand 'rout'. Try PROXY HELP.\r\n");
    BOOST_TEST(line(client, "PROXY HELP\n").starts_with("*5\r\n+PROXY <subcommand>"));
    for (const auto& one : backends) BOOST_TEST(one->requests().empty());
}

BOOST_AUTO_TEST_SUITE_END()
