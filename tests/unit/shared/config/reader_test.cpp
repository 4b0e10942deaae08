#include "shared/config/reader.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

struct fixture {
    explicit fixture(std::string_view text)
        : source(shared::document::parse(text, "f.toml")), root(source.root()) {}

    void check_problems(const lines& expected) const {
        const auto found = source.problems();
        BOOST_TEST(found == expected, boost::test_tools::per_element());
    }

    shared::document source;
    shared::section root;
};

constexpr std::array<std::string_view, 3> policies{"consistent-hash", "round-robin",
                                                   "least-connections"};

}  // namespace

BOOST_AUTO_TEST_SUITE(reader)

BOOST_AUTO_TEST_CASE(right_values_are_read) {
    fixture f(R"(name = "a1"
text = "x y"
memory = "64mb"
wait = "250ms"
threads = 4
on = true
policy = "round-robin"
listen = "127.0.0.1:0"
peer = "[::1]:7402"
)");
    BOOST_TEST(f.root.required_name("name") == "a1");
    BOOST_TEST(f.root.required_text("text") == "x y");
    BOOST_TEST(f.root.size("memory", 1) == 64ULL << 20);
    BOOST_TEST((f.root.duration("wait", 1s, 0s, 1h) == 250ms));
    BOOST_TEST(f.root.integer("threads", 0U, 0U, 256U) == 4U);
    BOOST_TEST(f.root.boolean("on", false));
    BOOST_TEST(f.root.choice("policy", "consistent-hash", policies) == "round-robin");
    BOOST_TEST(to_string(f.root.required_listen_address("listen")) == "127.0.0.1:0");
    BOOST_TEST(to_string(f.root.required_peer_address("peer")) == "[::1]:7402");
    f.root.finish();
    f.check_problems({});
}

BOOST_AUTO_TEST_CASE(missing_values_have_their_defaults) {
    fixture f("");
    BOOST_TEST(f.root.text("a", "x") == "x");
    BOOST_TEST(f.root.size("a", 7) == 7U);
    BOOST_TEST((f.root.duration("a", 7s, 0s, 1h) == 7s));
    BOOST_TEST(f.root.integer("a", 7, 0, 9) == 7);
    BOOST_TEST(f.root.boolean("a", true));
    BOOST_TEST(f.root.choice("a", "round-robin", policies) == "round-robin");
    BOOST_TEST(f.root.listen_address("a", {"h", 1}).host == "h");
    BOOST_TEST(!f.root.table("a").present());
    BOOST_TEST(f.root.list("a").empty());
    f.root.finish();
    f.check_problems({});
}

BOOST_AUTO_TEST_CASE(a_value_of_a_wrong_type_is_a_problem_at_its_line) {
    fixture f(R"(text = 1
size = 64
wait = 5
whole = "4"
truth = 1
policy = false
listen = 7379
table = []
list = "x"
)");
    BOOST_TEST(f.root.text("text", "x") == "x");
    f.root.size("size", 1);
    f.root.duration("wait", 1s, 0s, 1h);
    f.root.integer("whole", 1, 0, 9);
    f.root.boolean("truth", true);
    f.root.choice("policy", "round-robin", policies);
    f.root.listen_address("listen", {});
    f.root.table("table");
    f.root.list("list");
    f.check_problems({
        R"(f.toml:1: "text" expects a text in quotes, not 1)",
        R"(f.toml:2: "size" expects a size such as "64mb", not 64)",
        R"(f.toml:3: "wait" expects a duration such as "250ms", not 5)",
        R"(f.toml:4: "whole" expects a whole number, not "4")",
        R"(f.toml:5: "truth" expects true or false, not 1)",
        "f.toml:6: \"policy\" expects \"consistent-hash\", \"round-robin\" or "
        "\"least-connections\", not false",
        R"(f.toml:7: "listen" expects an address such as "127.0.0.1:7379", not 7379)",
        R"(f.toml:8: "table" expects a table, written [table], not a list)",
        R"(f.toml:9: "list" expects tables, each written [[list]], not "x")",
    });
}

BOOST_AUTO_TEST_CASE(a_text_of_a_wrong_shape_is_a_problem) {
    fixture f(R"(size = "64 megabytes"
wait = "5"
policy = "round-robbin"
name = "a 1"
peer = "localhost:0"
)");
    f.root.size("size", 1);
    f.root.duration("wait", 1s, 0s, 1h);
    BOOST_TEST(f.root.choice("policy", "consistent-hash", policies) == "consistent-hash");
    BOOST_TEST(f.root.required_name("name").empty());
    f.root.required_peer_address("peer");
    f.check_problems({
        R"(f.toml:1: "size" expects a size such as "64mb", not "64 megabytes")",
        R"(f.toml:2: "wait" expects a duration such as "250ms", not "5")",
        "f.toml:3: \"policy\" expects \"consistent-hash\", \"round-robin\" or "
        "\"least-connections\", not \"round-robbin\"; did you mean \"round-robin\"?",
        "f.toml:4: \"name\" expects a name of 1 to 64 letters, digits, '.', '_' or '-', not "
        "\"a 1\"",
        R"(f.toml:5: "peer" expects a port from 1 to 65535, not "localhost:0")",
    });
}

BOOST_AUTO_TEST_CASE(a_value_out_of_range_is_told_the_range_and_its_ends_are_allowed) {
    fixture f(R"(low = 0
high = 257
least = 1
most = 256
size = "1kb"
bounded = "3kb"
wait = "2h"
huge = 9223372036854775807
)");
    BOOST_TEST(f.root.integer("low", 5, 1, 256) == 5);
    f.root.integer("high", 5, 1, 256);
    BOOST_TEST(f.root.integer("least", 5, 1, 256) == 1);
    BOOST_TEST(f.root.integer("most", 5, 1, 256) == 256);
    f.root.size("size", 1, 1 << 20);
    f.root.size("bounded", 1, 1024, 2048);
    f.root.duration("wait", 1s, 1ms, 1h);
    BOOST_TEST(f.root.integer<std::uint32_t>("huge", 5, 1, 256) == 5U);
    f.check_problems({
        R"(f.toml:1: "low" must be from 1 to 256, not 0)",
        R"(f.toml:2: "high" must be from 1 to 256, not 257)",
        R"(f.toml:5: "size" must be at least 1mb, not "1kb")",
        R"(f.toml:6: "bounded" must be from 1kb to 2kb, not "3kb")",
        R"(f.toml:7: "wait" must be from 1ms to 1h, not "2h")",
        R"(f.toml:8: "huge" must be from 1 to 256, not 9223372036854775807)",
    });
}

BOOST_AUTO_TEST_CASE(unknown_keys_are_problems_with_the_nearest_right_name) {
    fixture f(R"(threads = 1
[[pool]]
name = "main"
[pool.health]
interval_ = "1s"
colour = "red"
[log]
dir = "x"
)");
    f.root.integer("threads", 1, 0, 9);
    for (auto& pool : f.root.list("pool")) {
        pool.required_name("name");
        auto health = pool.table("health");
        health.duration("interval", 1s, 0s, 1h);
        health.finish();
        pool.finish();
    }
    f.root.finish();
    f.check_problems({
        R"(f.toml:5: unknown key "interval_" in [pool.health]; did you mean "interval"?)",
        R"(f.toml:6: unknown key "colour" in [pool.health])",
        R"(f.toml:7: unknown key "log")",
    });
}

BOOST_AUTO_TEST_CASE(missing_keys_are_problems_at_the_line_of_their_table) {
    fixture f("\n[partner]\n\n[[pool]]\nname = \"p\"\n[[pool]]\n");
    f.root.required_text("name");
    f.root.table("partner").required_peer_address("address");
    for (auto& pool : f.root.list("pool")) pool.required_name("name");
    f.check_problems({
        R"(f.toml:1: missing required key "name")",
        R"(f.toml:2: missing required key "address" in [partner])",
        R"(f.toml:6: missing required key "name" in [[pool]])",
    });
}

BOOST_AUTO_TEST_CASE(an_absent_table_notes_no_problems) {
    fixture f("");
    auto absent = f.root.table("partner");
    BOOST_TEST(absent.required_text("address").empty());
    absent.fail("address", "wrong");
    absent.finish();
    f.check_problems({});
}

BOOST_AUTO_TEST_CASE(a_syntax_error_is_the_only_problem) {
    fixture f("name = 1\nname = 2\n");
    f.root.required_text("other");
    f.root.finish();
    const auto problems = f.source.problems();
    BOOST_TEST_REQUIRE(problems.size() == 1U);
    BOOST_TEST(problems[0].starts_with("f.toml:2: "), problems[0]);
}

BOOST_AUTO_TEST_CASE(a_semantic_problem_stands_at_the_line_of_its_key) {
    fixture f("a = 1\n\nb = 2\n");
    f.root.fail("b", "b is wrong");
    f.root.fail("", "all is wrong");
    f.root.fail("missing", "c is needed");
    f.check_problems({"f.toml:1: all is wrong", "f.toml:1: c is needed", "f.toml:3: b is wrong"});
}

BOOST_AUTO_TEST_CASE(flags_go_over_the_file_and_are_named_in_problems) {
    fixture f("threads = 300\nlisten = 5\nwait = 1\n");
    f.source.set("threads", "--threads", "4");
    f.source.set("listen", "--listen", "nowhere");
    f.source.set("wait", "--wait", "1x");
    f.source.set("on", "--on", "true");
    f.source.set("count", "--count", "four");
    f.source.set("most", "--most", "10");
    BOOST_TEST(f.root.integer("threads", 1, 0, 256) == 4);
    f.root.listen_address("listen", {});
    f.root.duration("wait", 1s, 0s, 1h);
    BOOST_TEST(f.root.boolean("on", false));
    f.root.integer("count", 1, 0, 9);
    f.root.integer("most", 1, 0, 9);
    f.root.finish();
    f.check_problems({
        R"(--listen: expects an address such as "127.0.0.1:7379", not "nowhere")",
        R"(--wait: expects a duration such as "250ms", not "1x")",
        R"(--count: expects a whole number, not "four")",
        R"(--most: must be from 0 to 9, not "10")",
    });
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_the_only_problem) {
    for (const auto& [path, reason] : std::initializer_list<std::pair<const char*, const char*>>{
             {RINGWAY_SOURCE_DIR "/conf/none.toml", "No such file or directory"},
             {RINGWAY_SOURCE_DIR "/conf", "Is a directory"}}) {
        auto source = shared::document::load(path);
        source.root().required_text("name");
        const lines expected{std::string(path) + ": cannot be read: " + reason};
        const auto found = source.problems();
        BOOST_TEST(found == expected, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_an_empty_configuration) {
    auto source = shared::document::load("/dev/null");
    BOOST_TEST(source.root().present());
    BOOST_TEST(source.problems().empty());
}

BOOST_AUTO_TEST_CASE(a_real_number_is_0_or_in_its_range) {
    auto source = shared::document::parse("a = 1.5\nb = 2\nc = 0.0\nd = 0.5\ne = true\n", "f.toml");
    auto root = source.root();
    BOOST_TEST(root.real("a", 0, 1, 3) == 1.5);
    BOOST_TEST(root.real("b", 0, 1, 3) == 2);
    BOOST_TEST(root.real("c", 7, 1, 3) == 0);
    BOOST_TEST(root.real("absent", 7, 1, 3) == 7);
    BOOST_TEST(root.real("d", 7, 1, 3) == 7);
    BOOST_TEST(root.real("e", 7, 1, 3) == 7);
    const std::vector<std::string> expected{"f.toml:4: \"d\" must be 0 or from 1 to 3, not 0.5",
                                            "f.toml:5: \"e\" expects a number, not true"};
    BOOST_TEST(source.problems() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_name_that_is_not_required_may_have_colons) {
    auto source = shared::document::parse("a = \"10.0.0.1:6379\"\nb = \"x y\"\n", "f.toml");
    auto root = source.root();
    BOOST_TEST(root.name("a", "z") == "10.0.0.1:6379");
    BOOST_TEST(root.name("absent", "z") == "z");
    BOOST_TEST(root.name("b", "z") == "z");
    const std::vector<std::string> expected{
        "f.toml:2: \"b\" expects a name of 1 to 64 letters, digits, '.', '_', '-' or ':', not \"x "
        "y\""};
    BOOST_TEST(source.problems() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
