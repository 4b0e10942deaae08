#include "shared/config/cli.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using lines = std::vector<std::string>;

namespace {

constexpr std::array<shared::cli_flag, 2> flags{{
    {"listen", "listen", "address to listen on"},
    {"partner", "partner.address", "address of the partner"},
}};

shared::command_line read(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "/usr/bin/ringway-test");
    const shared::cli_program program{"ringway-test", "Tests.", flags};
    return shared::read_command_line(static_cast<int>(arguments.size()), arguments.data(), program);
}

void check_problem(std::vector<const char*> arguments, const std::string& expected) {
    const auto line = read(std::move(arguments));
    BOOST_TEST(line.problems == lines{expected}, boost::test_tools::per_element());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(cli)

BOOST_AUTO_TEST_CASE(no_arguments_ask_for_nothing) {
    const auto line = read({});
    BOOST_TEST(line.config_file.empty());
    BOOST_TEST(!line.check);
    BOOST_TEST(line.answer.empty());
    BOOST_TEST(line.overrides.empty());
    BOOST_TEST(line.problems.empty());
}

BOOST_AUTO_TEST_CASE(file_check_and_overrides_are_read_in_both_spellings) {
    const auto line = read({"--config", "a.toml", "--check", "--partner=b:1", "--listen", "a:1"});
    BOOST_TEST(line.config_file == "a.toml");
    BOOST_TEST(line.check);
    BOOST_TEST(line.problems.empty());
    BOOST_TEST_REQUIRE(line.overrides.size() == 2U);
    BOOST_TEST(line.overrides[0].key == "listen");
    BOOST_TEST(line.overrides[0].flag == "--listen");
    BOOST_TEST(line.overrides[0].value == "a:1");
    BOOST_TEST(line.overrides[1].key == "partner.address");
    BOOST_TEST(line.overrides[1].value == "b:1");
}

BOOST_AUTO_TEST_CASE(help_lists_every_flag) {
    const auto help = read({"--help"}).answer;
    for (const auto* word : {"ringway-test", "Tests.", "--config FILE", "--check", "--version",
                             "--listen", "address of the partner"}) {
        BOOST_TEST(help.find(word) != std::string::npos, word);
    }
}

BOOST_AUTO_TEST_CASE(version_names_program_and_number) {
    BOOST_TEST(read({"--version"}).answer == "ringway-test " RINGWAY_VERSION "\n");
}

BOOST_AUTO_TEST_CASE(an_unknown_flag_is_answered_with_the_nearest) {
    check_problem({"--lisen", "a:1"}, "--lisen: unknown flag; did you mean --listen?");
    check_problem({"--cofnig=a"}, "--cofnig: unknown flag; did you mean --config?");
    check_problem({"--colour"}, "--colour: unknown flag; see --help");
}

BOOST_AUTO_TEST_CASE(an_abbreviated_flag_is_not_guessed) {
    check_problem({"--liste", "a:1"}, "--liste: unknown flag; did you mean --listen?");
}

BOOST_AUTO_TEST_CASE(other_mistakes_are_one_problem) {
    BOOST_TEST(read({"--config"}).problems.size() == 1U);
    BOOST_TEST(read({"--check=yes"}).problems.size() == 1U);
    BOOST_TEST(read({"--config", "a", "--config", "b"}).problems.size() == 1U);
    check_problem({"--check", "a.toml"},
                  "a.toml: unexpected; settings are given as --flag VALUE, see --help");
    check_problem({"-c"}, "-c: unexpected; settings are given as --flag VALUE, see --help");
    check_problem({""}, ": unexpected; settings are given as --flag VALUE, see --help");
}

BOOST_AUTO_TEST_CASE(flags_alone_make_a_configuration) {
    auto source = shared::open_configuration(read({"--partner", "b:1"}));
    auto root = source.root();
    root.required_text("name");
    auto partner = root.table("partner");
    BOOST_TEST(partner.present());
    BOOST_TEST(partner.required_text("address") == "b:1");
    const lines expected{"no --config given: missing required key \"name\""};
    BOOST_TEST(source.problems() == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
