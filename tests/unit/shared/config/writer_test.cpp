#include "shared/config/writer.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(writer)

BOOST_AUTO_TEST_CASE(values_are_written_as_people_write_them) {
    shared::toml_writer out;
    out.text("name", "a\"1")
        .size("memory", 64ULL << 20)
        .integer("threads", 4)
        .real("max", 1.25)
        .real("one", 1);
    out.table("[partner]").place("address", {"::1", 7402}).duration("timeout", 1500ms);
    BOOST_TEST(out.str() ==
               "name = \"a\\\"1\"\nmemory = \"64mb\"\nthreads = 4\nmax = 1.25\none = 1\n"
               "\n[partner]\naddress = \"[::1]:7402\"\ntimeout = \"1500ms\"\n");
}

BOOST_AUTO_TEST_SUITE_END()
