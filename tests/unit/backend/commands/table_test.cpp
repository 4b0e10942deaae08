#include "backend/commands/table.hpp"

#include "tests/unit/backend/commands/fixture.hpp"

using namespace backend::test;

BOOST_FIXTURE_TEST_SUITE(table_test, command_fixture)

BOOST_AUTO_TEST_CASE(every_data_command_has_a_handler_that_replies) {
    for (const auto& spec : shared::all_commands()) {
        if (spec.has(shared::connection)) continue;
        BOOST_TEST_CONTEXT("command " << spec.name) {
            const auto count = static_cast<std::size_t>(spec.arity < 0 ? -spec.arity : spec.arity);
            std::vector<std::string_view> words(count, "1");
            words[0] = spec.name;
            BOOST_TEST(run(words).ends_with("\r\n"));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
