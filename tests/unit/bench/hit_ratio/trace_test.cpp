#include "tests/bench/hit_ratio/trace.hpp"

#include "shared/hash/hash.hpp"

#include <boost/test/unit_test.hpp>

#include <unistd.h>
#include <zlib.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

using bench::trace;

namespace {

struct trace_file {
    trace_file(const std::string& text, bool zipped = false) {
        const std::string mode = zipped ? "wb" : "wbT";
        const gzFile out = gzopen(path.c_str(), mode.c_str());
        gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
        gzclose(out);
    }
    ~trace_file() { std::filesystem::remove(path); }
    std::string path = std::filesystem::temp_directory_path() /
                       ("ringway_trace_test_" + std::to_string(::getpid()));
};

}  // namespace

BOOST_AUTO_TEST_SUITE(trace_test)

BOOST_AUTO_TEST_CASE(a_line_is_a_key_zipped_or_not_with_a_newline_at_the_end_or_without) {
    for (const bool zipped : {false, true}) {
        for (const std::string end : {"", "\n"}) {
            const trace_file file("one\n\ntwo words" + end, zipped);
            trace read(file.path, false);
            for (const auto* const expected : {"one", "", "two words"}) {
                const auto next = read.next();
                BOOST_TEST_REQUIRE(next.has_value());
                BOOST_TEST(next->key == shared::xxh3(expected));
                BOOST_TEST(next->size == 1U);
            }
            BOOST_TEST(!read.next().has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_key_may_be_long) {
    const std::string key(1000, 'k');
    const trace_file file(key + "\nnext\n");
    trace read(file.path, false);
    BOOST_TEST(read.next()->key == shared::xxh3(key));
    BOOST_TEST(read.next()->key == shared::xxh3("next"));
}

BOOST_AUTO_TEST_CASE(sizes_stand_behind_the_last_space) {
    const trace_file file("one 17\na key 0\n");
    trace read(file.path, true);
    const auto first = read.next();
    BOOST_TEST(first->key == shared::xxh3("one"));
    BOOST_TEST(first->size == 17U);
    BOOST_TEST(read.next()->key == shared::xxh3("a key"));
}

BOOST_AUTO_TEST_CASE(a_wrong_line_is_named) {
    for (const std::string line : {"two", "two x", "two 5x", "two -1", "two "}) {
        const trace_file file("one 1\n" + line + "\n");
        trace read(file.path, true);
        read.next();
        BOOST_CHECK_EXCEPTION(read.next(), std::runtime_error, [&](const auto& problem) {
            return std::string(problem.what()).starts_with(file.path + ":2: ");
        });
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_is_not_there_or_damaged_is_an_error) {
    BOOST_CHECK_THROW(trace("/nowhere/at/all", false), std::runtime_error);
    std::string text;
    for (int i = 0; i < 5000; ++i) text += std::to_string(i * 7919) + "\n";
    const trace_file file(text, true);
    std::filesystem::resize_file(file.path, std::filesystem::file_size(file.path) / 2);
    trace read(file.path, false);
    BOOST_CHECK_THROW(while (read.next()){}, std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
