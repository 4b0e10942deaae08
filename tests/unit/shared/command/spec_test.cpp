#include "shared/command/spec.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

using shared::command_id;

namespace {

std::string upper(std::string_view name) {
    std::string text(name);
    for (auto& c : text) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 0x20);
    }
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(spec_test)

BOOST_AUTO_TEST_CASE(every_command_is_found_in_any_case) {
    for (const auto& spec : shared::all_commands()) {
        BOOST_TEST_CONTEXT("command " << spec.name) {
            auto mixed = std::string(spec.name);
            mixed[0] = upper(spec.name)[0];
            BOOST_TEST(shared::find_command(spec.name) == &spec);
            BOOST_TEST(shared::find_command(upper(spec.name)) == &spec);
            BOOST_TEST(shared::find_command(mixed) == &spec);
        }
    }
}

BOOST_AUTO_TEST_CASE(other_names_are_not_found) {
    for (const auto name :
         {"", "g", "gett", "ge", "get ", "hgetall", "a name far longer than any command has"}) {
        BOOST_TEST_CONTEXT("name " << name) {
            BOOST_TEST(shared::find_command(name) == nullptr);
        }
    }
    BOOST_TEST(shared::find_command(std::string_view("get\0", 4)) == nullptr);
    BOOST_TEST(shared::find_command("\x07"
                                    "et") == nullptr);
}

BOOST_AUTO_TEST_CASE(a_positive_arity_is_exact_and_a_negative_one_a_minimum) {
    const auto& get = *shared::find_command("get");
    BOOST_TEST(!shared::arity_fits(get, 1));
    BOOST_TEST(shared::arity_fits(get, 2));
    BOOST_TEST(!shared::arity_fits(get, 3));
    const auto& set = *shared::find_command("set");
    BOOST_TEST(!shared::arity_fits(set, 2));
    BOOST_TEST(shared::arity_fits(set, 3));
    BOOST_TEST(shared::arity_fits(set, 1000000));
}

BOOST_AUTO_TEST_CASE(a_command_with_keys_says_where_they_are) {
    for (const auto& spec : shared::all_commands()) {
        BOOST_TEST_CONTEXT("command " << spec.name) {
            const bool has_keys = spec.first_key != 0;
            BOOST_TEST(has_keys == (spec.step != 0));
            BOOST_TEST(has_keys == (spec.last_key != 0));
            BOOST_TEST(!(has_keys && spec.has(shared::connection)));
            BOOST_TEST(!(spec.has(shared::reads) && spec.has(shared::writes)));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_adds_to_a_value_is_not_idempotent) {
    for (const auto name : {"incr", "decr", "incrby"}) {
        BOOST_TEST(!shared::find_command(name)->has(shared::idempotent));
    }
    BOOST_TEST(shared::find_command("set")->has(shared::idempotent));
}

BOOST_AUTO_TEST_CASE(an_unknown_command_is_quoted_with_its_arguments) {
    const std::vector<std::string_view> words{"foo", "a", "b c"};
    BOOST_TEST(shared::unknown_command_error(words) ==
               "ERR unknown command 'foo', with args beginning with: 'a' 'b c' ");
    BOOST_TEST(shared::unknown_command_error(std::span(words).first(1)) ==
               "ERR unknown command 'foo', with args beginning with: ");
}

BOOST_AUTO_TEST_CASE(an_unknown_command_is_quoted_up_to_128_bytes) {
    const std::string name(200, 'n');
    const std::string first(100, 'a');
    const std::string second(100, 'b');
    const std::vector<std::string_view> words{name, first, second, "c"};
    BOOST_TEST(shared::unknown_command_error(words) ==
               "ERR unknown command '" + std::string(128, 'n') + "', with args beginning with: '" +
                   first + "' '" + std::string(25, 'b') + "' ");
}

BOOST_AUTO_TEST_CASE(the_other_errors_are_those_of_redis) {
    BOOST_TEST(shared::wrong_arity_error("get") ==
               "ERR wrong number of arguments for 'get' command");
    BOOST_TEST(shared::unknown_subcommand_error("Foo", "client") ==
               "ERR unknown subcommand 'Foo'. Try CLIENT HELP.");
}

BOOST_AUTO_TEST_CASE(same_word_ignores_the_case_of_letters_alone) {
    BOOST_TEST(shared::same_word("GeT", "gEt"));
    BOOST_TEST(!shared::same_word("get", "gets"));
    BOOST_TEST(!shared::same_word("[", "{"));
    BOOST_TEST(!shared::same_word("@", "`"));
}

BOOST_AUTO_TEST_SUITE_END()
