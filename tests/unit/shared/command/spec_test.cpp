#include "shared/command/spec.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
    for (const auto name : {"", "g", "gett", "ge", "get ", "hgetal", "georadiusbymember_rx",
                            "evalxro", "object|freq", "a name far longer than any command has"}) {
        BOOST_TEST_CONTEXT("name " << name) {
            BOOST_TEST(shared::find_command(name) == nullptr);
        }
    }
    BOOST_TEST(shared::find_command(std::string_view("get\0", 4)) == nullptr);
    BOOST_TEST(shared::find_command("eval\x7fro") == nullptr);
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
            BOOST_TEST(!(spec.has(shared::idempotent) && spec.has(shared::varies)));
            BOOST_TEST((!spec.has(shared::reads) || spec.has(shared::idempotent)));
            BOOST_TEST(has_keys == (spec.step != 0));
            BOOST_TEST(has_keys == (spec.last_key != 0));
            BOOST_TEST(!(has_keys && spec.has(shared::connection)));
            BOOST_TEST(!(spec.has(shared::reads) && spec.has(shared::writes)));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_adds_takes_or_depends_on_what_was_there_is_not_idempotent) {
    for (const auto name : {"incr",        "decr",
                            "incrby",      "append",
                            "lpush",       "rpop",
                            "spop",        "getdel",
                            "setnx",       "hincrby",
                            "zincrby",     "rename",
                            "msetnx",      "linsert",
                            "zunionstore", "xadd",
                            "hsetnx",      "ltrim",
                            "getset",      "lmove",
                            "smove",       "zremrangebyrank",
                            "zpopmin",     "eval",
                            "zrangestore", "bitop",
                            "restore",     "copy",
                            "setbit",      "getex",
                            "xreadgroup",  "sort"}) {
        BOOST_TEST_CONTEXT(name) {
            BOOST_TEST(!shared::find_command(name)->has(shared::idempotent));
        }
    }
    for (const auto name : {"set", "del", "expireat", "hset", "sadd", "zadd", "get", "sinter"}) {
        BOOST_TEST_CONTEXT(name) {
            BOOST_TEST(shared::find_command(name)->has(shared::idempotent));
        }
    }
}

namespace {

using words_of_request = std::vector<std::string_view>;

std::string_view name_found(const words_of_request& words) {
    const auto* spec = shared::find_request(words);
    return spec == nullptr ? "" : spec->name;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_request_is_about_a_command_or_one_of_its_subcommands) {
    BOOST_TEST(name_found({"GET", "k"}) == "get");
    BOOST_TEST(name_found({"Object", "Encoding", "k"}) == "object|encoding");
    BOOST_TEST(name_found({"XINFO", "STREAM", "k", "FULL"}) == "xinfo|stream");
    BOOST_TEST(name_found({"CLIENT", "NOSUCH"}) == "client");
}

BOOST_AUTO_TEST_CASE(a_request_about_nothing_has_an_error) {
    const std::vector<std::pair<words_of_request, std::string_view>> cases{
        {{"nosuch", "a"}, "ERR unknown command 'nosuch', with args beginning with: 'a' "},
        {{"GET"}, "ERR wrong number of arguments for 'get' command"},
        {{"OBJECT"}, "ERR wrong number of arguments for 'object' command"},
        {{"OBJECT", "NoSuch"}, "ERR unknown subcommand 'NoSuch'. Try OBJECT HELP."},
        {{"OBJECT", "freq"}, "ERR wrong number of arguments for 'object|freq' command"},
    };
    for (const auto& [words, error] : cases) {
        BOOST_TEST_CONTEXT(error) {
            BOOST_TEST(name_found(words) == "");
            BOOST_TEST(shared::request_error(words) == error);
        }
    }
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
