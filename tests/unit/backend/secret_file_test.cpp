#include "backend/secret_file.hpp"

#include "tests/support/scratch_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

namespace {

struct secret_fixture {
    void write(const std::string& text) const {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << text;
    }
    void allow(std::filesystem::perms who) const { std::filesystem::permissions(path, who); }
    std::string secret() const { return backend::read_secret(path).secret; }
    std::string problem() const { return backend::read_secret(path).problem; }

    support::scratch_directory directory;
    std::string path = directory.path() + "/secret";
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(secret_file_test, secret_fixture)

BOOST_AUTO_TEST_CASE(the_secret_is_the_files_text_without_its_line_end) {
    for (const auto* text : {"s3 cret", "s3 cret\n", "s3 cret\r\n", "s3 cret\n\n"}) {
        write(text);
        BOOST_TEST(problem() == "");
        BOOST_TEST(secret() == "s3 cret");
    }
    write(" two\nlines \n");
    BOOST_TEST(secret() == " two\nlines ");
}

BOOST_AUTO_TEST_CASE(an_empty_file_is_refused) {
    for (const auto* text : {"", "\n", "\r\n\n"}) {
        write(text);
        BOOST_TEST(problem() == path + " is empty: a secret must not be");
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_secret_is_refused) {
    BOOST_TEST(problem() == "cannot read " + path + ": No such file or directory");
    write(std::string(4096, 'x') + '\n');
    BOOST_TEST(secret().size() == 4096U);
    write(std::string(4097, 'x'));
    BOOST_TEST(problem() == path + " is longer than 4096 bytes");
    BOOST_TEST(backend::read_secret(directory.path()).problem != "");
}

BOOST_AUTO_TEST_CASE(a_file_that_others_can_read_is_told) {
    using std::filesystem::perms;
    write("s");
    allow(perms::owner_read);
    BOOST_TEST(!backend::read_secret(path).exposed);
    allow(perms::owner_read | perms::group_read);
    BOOST_TEST(!backend::read_secret(path).exposed);
    allow(perms::owner_read | perms::others_read);
    BOOST_TEST(backend::read_secret(path).exposed);
    BOOST_TEST(secret() == "s");
}

BOOST_AUTO_TEST_SUITE_END()
