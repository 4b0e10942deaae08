#include "shared/command/connection_commands.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace {

class no_facts final : public shared::server_facts {
  public:
    std::vector<shared::info_section> info() const override { return {}; }
    std::vector<std::pair<std::string_view, std::string>> parameters() const override { return {}; }
    std::string not_ready() const override { return {}; }
    bool serves(const shared::command_spec& spec) const override {
        return spec.id != shared::command_id::monitor;
    }
};

std::string run(std::vector<std::string_view> words,
                shared::protocol version = shared::protocol::resp2) {
    words.insert(words.begin(), "COMMAND");
    shared::client_state client;
    client.version = version;
    std::string out;
    shared::run_connection_command(*shared::find_command("command"), words, client, no_facts(),
                                   out);
    return out;
}

std::string visible_count() {
    const auto all = shared::all_commands();
    return std::to_string(std::count_if(all.begin(), all.end(), [](const auto& spec) {
        return !spec.has(shared::hidden) && no_facts().serves(spec);
    }));
}

constexpr std::string_view get_in_resp2 =
    "*10\r\n$3\r\nget\r\n:2\r\n*2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n*2\r\n+@read\r\n+@"
    "fast\r\n"
    "*0\r\n*0\r\n*0\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(command_command_test)

BOOST_AUTO_TEST_CASE(a_command_is_told_in_ten_parts) {
    BOOST_TEST(run({"INFO", "GET"}) == "*1\r\n" + std::string(get_in_resp2));
    BOOST_TEST(run({"INFO", "mset"}) ==
               "*1\r\n*10\r\n$4\r\nmset\r\n:-3\r\n*2\r\n+write\r\n+denyoom\r\n:1\r\n:-1\r\n:2\r\n*"
               "1\r\n+@write\r\n"
               "*0\r\n*0\r\n*0\r\n");
}

BOOST_AUTO_TEST_CASE(flags_are_sets_in_resp3) {
    BOOST_TEST(run({"INFO", "get", "nosuch"}, shared::protocol::resp3) ==
               "*2\r\n*10\r\n$3\r\nget\r\n:2\r\n~2\r\n+readonly\r\n+fast\r\n:1\r\n:1\r\n:1\r\n~"
               "2\r\n+@read\r\n+@fast\r\n"
               "~0\r\n~0\r\n~0\r\n_\r\n");
}

BOOST_AUTO_TEST_CASE(unknown_and_hidden_commands_are_null) {
    BOOST_TEST(run({"INFO", "nosuch", "get", "partner", "host:"}) ==
               "*4\r\n$-1\r\n" + std::string(get_in_resp2) + "$-1\r\n$-1\r\n");
}

BOOST_AUTO_TEST_CASE(all_commands_but_the_hidden_ones_are_told) {
    const auto all = run({});
    BOOST_TEST(all.starts_with("*" + visible_count() + "\r\n*10\r\n$3\r\nacl\r\n"));
    BOOST_TEST(all.find("partner") == std::string::npos);
    BOOST_TEST(run({"INFO"}) == all);
    BOOST_TEST(run({"COUNT"}) == ":" + visible_count() + "\r\n");
}

BOOST_AUTO_TEST_CASE(what_the_program_does_not_serve_is_not_told) {
    BOOST_TEST(run({"INFO", "monitor"}) == "*1\r\n$-1\r\n");
    BOOST_TEST(run({"LIST", "FILTERBY", "PATTERN", "moni*"}) == "*0\r\n");
    BOOST_TEST(run({"GETKEYS", "monitor"}) ==
               "-ERR wrong number of arguments for 'command|getkeys' command\r\n");
    BOOST_TEST(run({"GETKEYS", "monitor", "x"}) == "-ERR Invalid command specified\r\n");
}

BOOST_AUTO_TEST_CASE(names_are_listed_and_filtered) {
    const auto list = run({"LIST"});
    BOOST_TEST(list.starts_with("*" + visible_count() + "\r\n$3\r\nacl\r\n"));
    BOOST_TEST(list.find("post") == std::string::npos);
    BOOST_TEST(run({"LIST", "FILTERBY", "PATTERN", "p*tl"}) == "*1\r\n$4\r\npttl\r\n");
    BOOST_TEST(run({"LIST", "x"}) == "-ERR syntax error\r\n");
    BOOST_TEST(run({"LIST", "FILTERBY", "x", "y"}) == "-ERR syntax error\r\n");
    const std::string longer(1025, '*');
    BOOST_TEST(run({"LIST", "FILTERBY", "PATTERN", longer}) ==
               "-ERR the pattern is longer than 1024 bytes\r\n");
}

BOOST_AUTO_TEST_CASE(names_are_filtered_by_category_and_module) {
    const auto admin = run({"LIST", "FILTERBY", "ACLCAT", "Admin"});
    BOOST_TEST(admin.find("$6\r\nconfig\r\n") != std::string::npos);
    BOOST_TEST(admin.find("$3\r\nget\r\n") == std::string::npos);
    BOOST_TEST(run({"LIST", "FILTERBY", "ACLCAT", "nosuch"}) == "*0\r\n");
    BOOST_TEST(run({"LIST", "FILTERBY", "MODULE", "nosuch"}) == "*0\r\n");
    BOOST_TEST(run({"LIST", "FILTERBY", "ACLCAT"}) == "-ERR syntax error\r\n");
}

BOOST_AUTO_TEST_CASE(documentation_has_four_parts) {
    const std::string of_get =
        "$3\r\nget\r\n*8\r\n$7\r\nsummary\r\n$14\r\nReads a "
        "value.\r\n$5\r\nsince\r\n$5\r\n1.0.0\r\n"
        "$5\r\ngroup\r\n$6\r\nstring\r\n$10\r\ncomplexity\r\n$4\r\nO(1)\r\n";
    BOOST_TEST(run({"DOCS", "GET"}) == "*2\r\n" + of_get);
    BOOST_TEST(run({"DOCS"}).find(of_get) != std::string::npos);
    const auto in_resp3 = run({"DOCS", "get"}, shared::protocol::resp3);
    BOOST_TEST(in_resp3.starts_with("%1\r\n$3\r\nget\r\n%4\r\n$7\r\nsummary\r\n"));
}

BOOST_AUTO_TEST_CASE(what_has_no_documentation_is_left_out) {
    BOOST_TEST(run({"DOCS", "nosuch", "partner", "monitor", "zadd"}) == "*0\r\n");
    BOOST_TEST(run({"DOCS"}).find("$4\r\nzadd\r\n") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_keys_of_a_request_are_found) {
    BOOST_TEST(run({"GETKEYS", "get", "a"}) == "*1\r\n$1\r\na\r\n");
    BOOST_TEST(run({"GETKEYS", "mset", "a", "1", "b", "2"}) == "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
    BOOST_TEST(run({"GETKEYS", "DEL", "a", "b", "c"}) == "*3\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n");
}

BOOST_AUTO_TEST_CASE(keys_at_no_fixed_place_are_found_too) {
    BOOST_TEST(run({"GETKEYS", "eval", "return 1", "2", "a", "b", "c"}) ==
               "*2\r\n$1\r\na\r\n$1\r\nb\r\n");
    BOOST_TEST(run({"GETKEYS", "zunionstore", "d", "1", "a"}) == "*2\r\n$1\r\nd\r\n$1\r\na\r\n");
    BOOST_TEST(run({"GETKEYS", "object", "freq", "a"}) == "*1\r\n$1\r\na\r\n");
    BOOST_TEST(run({"GETKEYS", "eval", "return 1", "0"}) ==
               "-ERR The command has no key arguments\r\n");
    BOOST_TEST(run({"GETKEYS", "eval", "return 1", "3", "a"}) ==
               "-ERR Invalid arguments specified for command\r\n");
}

BOOST_AUTO_TEST_CASE(requests_without_keys_get_the_errors_of_redis) {
    BOOST_TEST(run({"GETKEYS", "nosuch", "a"}) == "-ERR Invalid command specified\r\n");
    BOOST_TEST(run({"GETKEYS", "partner", "a"}) == "-ERR Invalid command specified\r\n");
    BOOST_TEST(run({"GETKEYS", "ping", "a"}) == "-ERR The command has no key arguments\r\n");
    BOOST_TEST(run({"GETKEYS", "get", "a", "b"}) ==
               "-ERR Invalid number of arguments specified for command\r\n");
    BOOST_TEST(run({"GETKEYS", "get"}) ==
               "-ERR wrong number of arguments for 'command|getkeys' command\r\n");
}

BOOST_AUTO_TEST_SUITE_END()
