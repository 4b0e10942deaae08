#include "shared/config/tree.hpp"

#include <boost/test/unit_test.hpp>

using shared::config_node;
using form = config_node::form;

namespace {

config_node parse(std::string_view text) {
    std::vector<shared::config_problem> problems;
    auto root = shared::parse_toml(text, "f.toml", problems);
    BOOST_TEST_REQUIRE(problems.empty());
    return root;
}

const config_node& at(const config_node& table, std::string_view key) {
    const auto* node = table.find(key);
    BOOST_TEST_REQUIRE(node != nullptr, std::string(key));
    return *node;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tree)

BOOST_AUTO_TEST_CASE(values_keep_their_form_and_line) {
    const auto root = parse("a = \"x\"\nb = 5\n\nc = true\nd = 1.5\ne = 2026-01-31\n");
    BOOST_TEST((at(root, "a").kind == form::text));
    BOOST_TEST(at(root, "a").text == "x");
    BOOST_TEST(at(root, "b").whole == 5);
    BOOST_TEST(at(root, "c").whole == 1);
    BOOST_TEST(at(root, "b").place.text() == "f.toml:2");
    BOOST_TEST(at(root, "c").place.text() == "f.toml:4");
    BOOST_TEST(at(root, "a").shown() == "\"x\"");
    BOOST_TEST(at(root, "b").shown() == "5");
    BOOST_TEST(at(root, "c").shown() == "true");
    BOOST_TEST(at(root, "d").shown() == "1.5");
    BOOST_TEST(at(root, "e").shown() == "2026-01-31");
}

BOOST_AUTO_TEST_CASE(tables_and_lists_keep_the_line_of_their_header) {
    const auto root = parse("\n[t]\nx = 1\n[[l]]\ny = 1\n[l.sub]\n[[l]]\n");
    BOOST_TEST(at(root, "t").place.line == 2U);
    BOOST_TEST(at(root, "t").shown() == "a table");
    const auto& list = at(root, "l");
    BOOST_TEST(list.shown() == "a list");
    BOOST_TEST_REQUIRE(list.members.size() == 2U);
    BOOST_TEST(list.members[0].place.line == 4U);
    BOOST_TEST(list.members[1].place.line == 7U);
    BOOST_TEST(at(list.members[0], "sub").place.line == 6U);
}

BOOST_AUTO_TEST_CASE(a_syntax_error_has_its_line) {
    for (const auto* text : {"a = 1\nb =\n", "a = 1\na = 2\n", "[t]\n[t]\n", "\nx\n"}) {
        BOOST_TEST_CONTEXT(text) {
            std::vector<shared::config_problem> problems;
            const auto root = shared::parse_toml(text, "f.toml", problems);
            BOOST_TEST_REQUIRE(problems.size() == 1U);
            BOOST_TEST(problems[0].place.text() == "f.toml:2");
            BOOST_TEST(!problems[0].message.empty());
            BOOST_TEST(root.members.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_flag_takes_the_place_of_a_value) {
    auto root = parse("listen = \"a:1\"\n[partner]\naddress = \"b:1\"\n");
    shared::override_value(root, "listen", "--listen", "c:1");
    shared::override_value(root, "partner.address", "--partner", "d:1");
    BOOST_TEST((at(root, "listen").kind == form::flag));
    BOOST_TEST(at(root, "listen").text == "c:1");
    BOOST_TEST(at(root, "listen").place.text() == "--listen");
    BOOST_TEST(at(at(root, "partner"), "address").text == "d:1");
    BOOST_TEST(root.members.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_flag_makes_the_tables_it_needs) {
    config_node root;
    shared::override_value(root, "partner.address", "--partner", "a:1");
    shared::override_value(root, "listener[].address", "--listen", "b:1");
    BOOST_TEST(at(at(root, "partner"), "address").text == "a:1");
    BOOST_TEST(at(root, "partner").place.text() == "--partner");
    const auto& list = at(root, "listener");
    BOOST_TEST((list.kind == form::list));
    BOOST_TEST_REQUIRE(list.members.size() == 1U);
    BOOST_TEST(at(list.members[0], "address").text == "b:1");
}

BOOST_AUTO_TEST_CASE(a_flag_for_a_list_means_its_first_table) {
    auto root = parse("[[listener]]\naddress = \"a:1\"\n[[listener]]\naddress = \"b:1\"\n");
    shared::override_value(root, "listener[].address", "--listen", "c:1");
    const auto& list = at(root, "listener");
    BOOST_TEST_REQUIRE(list.members.size() == 2U);
    BOOST_TEST(at(list.members[0], "address").text == "c:1");
    BOOST_TEST(at(list.members[1], "address").text == "b:1");
}

BOOST_AUTO_TEST_CASE(a_flag_leaves_a_value_that_should_be_a_table) {
    auto root = parse("partner = 5\nlistener = \"x\"\n");
    shared::override_value(root, "partner.address", "--partner", "a:1");
    shared::override_value(root, "listener[].address", "--listen", "a:1");
    BOOST_TEST(at(root, "partner").shown() == "5");
    BOOST_TEST(at(root, "partner").members.empty());
    BOOST_TEST(at(root, "listener").shown() == "\"x\"");
}

BOOST_AUTO_TEST_CASE(quoted_text_reads_back_as_the_same) {
    std::string text = "a\"b\\c";
    for (char c = 1; c < 0x20; ++c) text += c;
    text += '\x7f';
    text += "\xc3\xa4";
    const auto root = parse("a = " + shared::quote_toml(text));
    BOOST_TEST(at(root, "a").text == text);
}

BOOST_AUTO_TEST_SUITE_END()
