#include "shared/command/command_docs.hpp"

#include "shared/command/spec.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(command_docs_test)

BOOST_AUTO_TEST_CASE(a_command_is_found_by_its_id) {
    const auto* const first = shared::find_doc(shared::command_id::append);
    BOOST_TEST_REQUIRE(first != nullptr);
    BOOST_TEST(first->group == "string");
    BOOST_TEST(first->since == "2.0.0");
    const auto* const last = shared::find_doc(shared::command_id::watch);
    BOOST_TEST_REQUIRE(last != nullptr);
    BOOST_TEST(last->group == "transactions");
}

BOOST_AUTO_TEST_CASE(a_command_without_documentation_is_not_found) {
    BOOST_TEST(shared::find_doc(shared::command_id::acl) == nullptr);
    BOOST_TEST(shared::find_doc(shared::command_id::zadd) == nullptr);
    BOOST_TEST(shared::find_doc(shared::command_id::lease) == nullptr);
}

BOOST_AUTO_TEST_CASE(every_part_has_a_text) {
    for (const auto& spec : shared::all_commands()) {
        const auto* const doc = shared::find_doc(spec.id);
        if (doc == nullptr) continue;
        BOOST_TEST(doc->summary.ends_with('.'), spec.name);
        BOOST_TEST(!doc->since.empty(), spec.name);
        BOOST_TEST(!doc->group.empty(), spec.name);
        BOOST_TEST(!doc->complexity.empty(), spec.name);
    }
}

BOOST_AUTO_TEST_SUITE_END()
