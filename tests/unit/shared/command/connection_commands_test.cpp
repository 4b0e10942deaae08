#include "shared/command/connection_commands.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

using shared::protocol;

namespace {

class made_up_facts final : public shared::server_facts {
  public:
    std::vector<shared::info_section> info() const override {
        return {{"Server", "a:1\r\n"},
                {"Memory", "b:2\r\n"},
                {"Modules", ""},
                {.title = "Rare", .lines = "c:3\r\n", .by_default = false}};
    }
    std::vector<std::pair<std::string_view, std::string>> parameters() const override {
        return {{"maxmemory", "100"}, {"maxmemory-policy", "allkeys-lru"}, {"port", "7379"}};
    }
    std::string not_ready() const override { return reason; }
    bool serves(const shared::command_spec&) const override { return true; }

    std::string reason;
};

struct fixture {
    fixture() { client.id = 42; }

    std::string run(const std::vector<std::string_view>& words) {
        const auto* spec = shared::find_command(words[0]);
        BOOST_TEST_REQUIRE(spec != nullptr);
        BOOST_TEST_REQUIRE(shared::arity_fits(*spec, words.size()));
        std::string out;
        shared::run_connection_command(*spec, words, client, facts, out);
        return out;
    }

    made_up_facts facts;
    shared::client_state client;
};

constexpr std::string_view greeting_in_resp2 =
    "*14\r\n$6\r\nserver\r\n$7\r\nringway\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:2\r\n"
    "$2\r\nid\r\n:42\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$"
    "7\r\nmodules\r\n*0\r\n";
constexpr std::string_view greeting_in_resp3 =
    "%7\r\n$6\r\nserver\r\n$7\r\nringway\r\n$7\r\nversion\r\n$6\r\n7.0.15\r\n$5\r\nproto\r\n:3\r\n"
    "$2\r\nid\r\n:42\r\n$4\r\nmode\r\n$10\r\nstandalone\r\n$4\r\nrole\r\n$6\r\nmaster\r\n$"
    "7\r\nmodules\r\n*0\r\n";
constexpr std::string_view wrong_user =
    "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
constexpr std::string_view wrong_name =
    "-ERR Client names cannot contain spaces, newlines or special characters.\r\n";
constexpr std::string_view not_an_integer = "-ERR value is not an integer or out of range\r\n";

}  // namespace

BOOST_FIXTURE_TEST_SUITE(connection_commands_test, fixture)

BOOST_AUTO_TEST_CASE(ping_answers_pong_or_its_message) {
    BOOST_TEST(run({"PING"}) == "+PONG\r\n");
    BOOST_TEST(run({"PING", "hi"}) == "$2\r\nhi\r\n");
    BOOST_TEST(run({"PING", "a", "b"}) == "-ERR wrong number of arguments for 'ping' command\r\n");
}

BOOST_AUTO_TEST_CASE(ping_tells_why_the_server_is_not_ready_unless_it_has_a_message) {
    facts.reason = "LOADING catching up";
    BOOST_TEST(run({"PING"}) == "-LOADING catching up\r\n");
    BOOST_TEST(run({"PING", "hi"}) == "$2\r\nhi\r\n");
}

BOOST_AUTO_TEST_CASE(echo_answers_any_bytes) {
    BOOST_TEST(run({"ECHO", std::string_view("\0\r\n", 3)}) == std::string("$3\r\n\0\r\n\r\n", 9));
}

BOOST_AUTO_TEST_CASE(quit_closes_after_its_reply) {
    BOOST_TEST(run({"QUIT"}) == "+OK\r\n");
    BOOST_TEST(client.closing);
}

BOOST_AUTO_TEST_CASE(http_is_closed_without_a_reply) {
    BOOST_TEST(run({"POST", "/", "HTTP/1.1"}).empty());
    BOOST_TEST(client.closing);
    client.closing = false;
    BOOST_TEST(run({"Host:", "localhost"}).empty());
    BOOST_TEST(client.closing);
}

BOOST_AUTO_TEST_CASE(hello_greets_in_the_protocol_it_chooses) {
    BOOST_TEST(run({"HELLO"}) == greeting_in_resp2);
    BOOST_TEST(run({"HELLO", "3"}) == greeting_in_resp3);
    BOOST_TEST(run({"HELLO"}) == greeting_in_resp3);
    BOOST_TEST(run({"HELLO", "2"}) == greeting_in_resp2);
    BOOST_TEST((client.version == protocol::resp2));
}

BOOST_AUTO_TEST_CASE(hello_refuses_other_versions) {
    for (const auto version : {"1", "4", "0", "-3"}) {
        BOOST_TEST(run({"HELLO", version}) == "-NOPROTO unsupported protocol version\r\n");
    }
    for (const auto version : {"x", "", "03", "3.0", "99999999999999999999"}) {
        BOOST_TEST(run({"HELLO", version}) ==
                   "-ERR Protocol version is not an integer or out of range\r\n");
    }
    BOOST_TEST((client.version == protocol::resp2));
}

BOOST_AUTO_TEST_CASE(hello_takes_options) {
    BOOST_TEST(run({"HELLO", "3", "AUTH", "default", "secret", "SETNAME", "me"}) ==
               greeting_in_resp3);
    BOOST_TEST(client.name == "me");
}

BOOST_AUTO_TEST_CASE(hello_with_a_wrong_option_keeps_the_protocol) {
    BOOST_TEST(run({"HELLO", "3", "foo"}) == "-ERR Syntax error in HELLO option 'foo'\r\n");
    BOOST_TEST(run({"HELLO", "3", "AUTH", "default"}) ==
               "-ERR Syntax error in HELLO option 'AUTH'\r\n");
    BOOST_TEST(run({"HELLO", "3", "SETNAME"}) == "-ERR Syntax error in HELLO option 'SETNAME'\r\n");
    BOOST_TEST(run({"HELLO", "3", "SETNAME", "a b"}) == wrong_name);
    BOOST_TEST(run({"HELLO", "3", "AUTH", "other", "x"}) == wrong_user);
    BOOST_TEST((client.version == protocol::resp2));
}

BOOST_AUTO_TEST_CASE(auth_knows_the_default_user_without_a_password) {
    BOOST_TEST(run({"AUTH", "secret"}) ==
               "-ERR AUTH <password> called without any password configured for the default user. "
               "Are you sure your configuration is correct?\r\n");
    BOOST_TEST(run({"AUTH", "default", "secret"}) == "+OK\r\n");
    BOOST_TEST(run({"AUTH", "Default", "secret"}) == wrong_user);
    BOOST_TEST(run({"AUTH", "a", "b", "c"}) == "-ERR syntax error\r\n");
}

BOOST_AUTO_TEST_CASE(select_knows_one_database) {
    BOOST_TEST(run({"SELECT", "0"}) == "+OK\r\n");
    for (const auto index : {"1", "-1", "2147483647"}) {
        BOOST_TEST(run({"SELECT", index}) == "-ERR DB index is out of range\r\n");
    }
    BOOST_TEST(run({"SELECT", "2147483648"}) ==
               "-ERR value is out of range, value must between -2147483648 and 2147483647\r\n");
    for (const auto index : {"x", "", "00"}) BOOST_TEST(run({"SELECT", index}) == not_an_integer);
}

BOOST_AUTO_TEST_CASE(a_client_has_a_name_when_it_takes_one) {
    BOOST_TEST(run({"CLIENT", "GETNAME"}) == "$-1\r\n");
    BOOST_TEST(run({"CLIENT", "SETNAME", "me"}) == "+OK\r\n");
    BOOST_TEST(run({"client", "getname"}) == "$2\r\nme\r\n");
    BOOST_TEST(run({"CLIENT", "SETNAME", ""}) == "+OK\r\n");
    client.version = protocol::resp3;
    BOOST_TEST(run({"CLIENT", "GETNAME"}) == "_\r\n");
}

BOOST_AUTO_TEST_CASE(a_name_has_no_blanks_and_no_control_bytes) {
    client.name = "before";
    for (const auto name : {"a b", "a\n", "\x7f", "\xc3\xa4", "\t"}) {
        BOOST_TEST(run({"CLIENT", "SETNAME", name}) == wrong_name);
    }
    BOOST_TEST(client.name == "before");
}

BOOST_AUTO_TEST_CASE(a_client_tells_its_library) {
    BOOST_TEST(run({"CLIENT", "SETINFO", "LIB-NAME", "redis-py"}) == "+OK\r\n");
    BOOST_TEST(run({"CLIENT", "SETINFO", "lib-ver", "8.0"}) == "+OK\r\n");
    BOOST_TEST(client.library == "redis-py");
    BOOST_TEST(client.library_version == "8.0");
    BOOST_TEST(run({"CLIENT", "SETINFO", "lib-name", "a b"}) ==
               "-ERR lib-name cannot contain spaces, newlines or special characters.\r\n");
    BOOST_TEST(run({"CLIENT", "SETINFO", "foo", "x"}) == "-ERR Unrecognized option 'foo'\r\n");
}

BOOST_AUTO_TEST_CASE(client_info_is_one_line) {
    client.address = "127.0.0.1:5";
    client.name = "me";
    BOOST_TEST(run({"CLIENT", "ID"}) == ":42\r\n");
    BOOST_TEST(
        run({"CLIENT", "INFO"}) ==
        "$75\r\nid=42 addr=127.0.0.1:5 name=me db=0 user=default resp=2 lib-name= lib-ver=\n\r\n");
}

BOOST_AUTO_TEST_CASE(client_switches_take_on_or_off) {
    for (const auto name : {"NO-EVICT", "NO-TOUCH"}) {
        BOOST_TEST(run({"CLIENT", name, "ON"}) == "+OK\r\n");
        BOOST_TEST(run({"CLIENT", name, "off"}) == "+OK\r\n");
        BOOST_TEST(run({"CLIENT", name, "x"}) == "-ERR syntax error\r\n");
    }
}

BOOST_AUTO_TEST_CASE(subcommands_are_checked_as_commands_are) {
    BOOST_TEST(run({"CLIENT", "Foo"}) == "-ERR unknown subcommand 'Foo'. Try CLIENT HELP.\r\n");
    BOOST_TEST(run({"CONFIG", "foo", "a"}) ==
               "-ERR unknown subcommand 'foo'. Try CONFIG HELP.\r\n");
    BOOST_TEST(run({"COMMAND", "foo"}) == "-ERR unknown subcommand 'foo'. Try COMMAND HELP.\r\n");
    BOOST_TEST(run({"CLIENT", "SETNAME"}) ==
               "-ERR wrong number of arguments for 'client|setname' command\r\n");
    BOOST_TEST(run({"CLIENT", "ID", "x"}) ==
               "-ERR wrong number of arguments for 'client|id' command\r\n");
    BOOST_TEST(run({"CONFIG", "GET"}) ==
               "-ERR wrong number of arguments for 'config|get' command\r\n");
}

BOOST_AUTO_TEST_CASE(help_is_an_array_of_as_many_lines_as_it_says) {
    for (const auto name : {"CLIENT", "COMMAND", "CONFIG"}) {
        const auto reply = run({name, "HELP"});
        const auto lines = std::count(reply.begin(), reply.end(), '\n') - 1;
        BOOST_TEST(
            reply.starts_with("*" + std::to_string(lines) + "\r\n+" + name + " <subcommand> ["));
        BOOST_TEST(reply.ends_with("+HELP\r\n+    Prints this help.\r\n"));
    }
}

BOOST_AUTO_TEST_CASE(config_get_shows_what_a_pattern_matches_once) {
    BOOST_TEST(run({"CONFIG", "GET", "port", "PORT"}) == "*2\r\n$4\r\nport\r\n$4\r\n7379\r\n");
    BOOST_TEST(run({"CONFIG", "GET", "nosuch"}) == "*0\r\n");
    client.version = protocol::resp3;
    BOOST_TEST(
        run({"CONFIG", "GET", "max*"}) ==
        "%2\r\n$9\r\nmaxmemory\r\n$3\r\n100\r\n$16\r\nmaxmemory-policy\r\n$11\r\nallkeys-lru\r\n");
    BOOST_TEST(run({"CONFIG", "GET", "nosuch"}) == "%0\r\n");
}

BOOST_AUTO_TEST_CASE(config_get_refuses_a_pattern_of_more_than_1024_bytes) {
    const std::string longest(1024, '*');
    const std::string longer(1025, '*');
    BOOST_TEST(run({"CONFIG", "GET", longest}).starts_with("*"));
    BOOST_TEST(run({"CONFIG", "GET", "port", longer}) ==
               "-ERR the pattern is longer than 1024 bytes\r\n");
}

BOOST_AUTO_TEST_CASE(config_can_not_be_changed) {
    BOOST_TEST(run({"CONFIG", "SET", "maxmemory", "1"})
                   .starts_with("-ERR The configuration can't be changed"));
    BOOST_TEST(run({"CONFIG", "REWRITE"}).starts_with("-ERR The configuration can't be changed"));
    BOOST_TEST(run({"CONFIG", "RESETSTAT"}).starts_with("-ERR The statistics can't be reset"));
}

BOOST_AUTO_TEST_CASE(info_shows_the_sections_asked_for_in_its_own_order) {
    const std::string all = "# Server\r\na:1\r\n\r\n# Memory\r\nb:2\r\n\r\n# Modules\r\n";
    const auto expected = "$" + std::to_string(all.size()) + "\r\n" + all + "\r\n";
    BOOST_TEST(run({"INFO"}) == expected);
    BOOST_TEST(run({"INFO", "Default"}) == expected);
    for (const auto name : {"ALL", "everything"})
        BOOST_TEST(run({"INFO", name}).ends_with("# Modules\r\n\r\n# Rare\r\nc:3\r\n\r\n"));
    BOOST_TEST(run({"INFO", "rare"}) == "$13\r\n# Rare\r\nc:3\r\n\r\n");
    BOOST_TEST(run({"INFO", "modules", "nosuch", "SERVER"}) ==
               "$28\r\n# Server\r\na:1\r\n\r\n# Modules\r\n\r\n");
    BOOST_TEST(run({"INFO", "nosuch"}) == "$0\r\n\r\n");
    client.version = protocol::resp3;
    BOOST_TEST(run({"INFO", "memory"}) == "=19\r\ntxt:# Memory\r\nb:2\r\n\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
