#include "backend/commands/table.hpp"

#include "tests/unit/backend/commands/fixture.hpp"

using namespace backend::test;

BOOST_FIXTURE_TEST_SUITE(table_test, command_fixture)

BOOST_AUTO_TEST_CASE(every_data_command_has_a_handler_that_replies) {
    for (const auto& spec : shared::all_commands()) {
        if (spec.has(shared::connection) || !backend::has_command(spec)) continue;
        BOOST_TEST_CONTEXT("command " << spec.name) {
            const auto count = static_cast<std::size_t>(spec.arity < 0 ? -spec.arity : spec.arity);
            std::vector<std::string_view> words(count, "1");
            words[0] = spec.name;
            BOOST_TEST(run(words).ends_with("\r\n"));
        }
    }
}

BOOST_AUTO_TEST_CASE(of_the_shared_table_the_backend_has_some) {
    for (const auto name : {"get", "mset", "flushall", "ping", "config", "partner"}) {
        BOOST_TEST(backend::has_command(*shared::find_command(name)));
    }
    for (const auto name : {"hget", "lpush", "zadd", "acl", "script"}) {
        BOOST_TEST(!backend::has_command(*shared::find_command(name)));
    }
}

BOOST_AUTO_TEST_SUITE_END()
