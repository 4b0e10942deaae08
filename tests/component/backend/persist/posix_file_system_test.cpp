#include "backend/persist/posix_file_system.hpp"

#include "tests/support/scratch_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>

using backend::posix_file_system;
namespace errc = boost::system::errc;

namespace {

struct scratch {
    scratch() { BOOST_TEST_REQUIRE(!files.claim()); }

    std::string read(const std::string& name) {
        auto file = files.open(name);
        BOOST_TEST_REQUIRE(file.has_value());
        std::string bytes((*file)->size(), '\0');
        BOOST_TEST(!(*file)->read(0, bytes));
        return bytes;
    }
    void write(const std::string& name, std::string_view bytes) {
        auto file = files.create(name);
        BOOST_TEST_REQUIRE(file.has_value());
        BOOST_TEST(!(*file)->append(bytes));
        BOOST_TEST(!(*file)->sync());
    }

    support::scratch_directory directory;
    std::string path = directory.path() + "/made/on/the/way";
    posix_file_system files{path};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(posix_file_system_test, scratch)

BOOST_AUTO_TEST_CASE(what_is_appended_is_read_and_a_new_file_is_empty) {
    auto file = files.create("f");
    BOOST_TEST_REQUIRE(file.has_value());
    BOOST_TEST(!(*file)->append("one "));
    BOOST_TEST(!(*file)->append(std::string("\0two", 4)));
    BOOST_TEST(!(*file)->sync());
    BOOST_TEST(read("f") == std::string("one \0two", 8));
    BOOST_TEST(!files.sync("f"));
    write("f", "");
    BOOST_TEST(read("f").empty());
}

BOOST_AUTO_TEST_CASE(names_are_changed_listed_and_removed) {
    write("a", "1");
    write("b", "2");
    BOOST_TEST(!files.rename("a", "b"));
    write("c", "3");
    BOOST_TEST(!files.sync_directory());
    BOOST_TEST((*files.list() == std::vector<std::string>{"b", "c"}));
    BOOST_TEST(read("b") == "1");
    BOOST_TEST(!files.remove("b"));
    BOOST_TEST((*files.list() == std::vector<std::string>{"c"}));
}

BOOST_AUTO_TEST_CASE(what_is_missing_is_an_error) {
    BOOST_TEST((files.open("x").error() == errc::no_such_file_or_directory));
    BOOST_TEST((files.remove("x") == errc::no_such_file_or_directory));
    BOOST_TEST((files.rename("x", "y") == errc::no_such_file_or_directory));
    BOOST_TEST((files.sync("x") == errc::no_such_file_or_directory));
}

BOOST_AUTO_TEST_CASE(a_part_is_read_and_never_beyond_the_end) {
    write("f", "0123456789");
    auto file = files.open("f");
    std::string middle(3, '\0');
    BOOST_TEST(!(*file)->read(4, middle));
    BOOST_TEST(middle == "456");
    std::filesystem::resize_file(path + "/f", 2);
    BOOST_TEST(static_cast<bool>((*file)->read(4, middle)));
}

BOOST_AUTO_TEST_CASE(a_sync_tells_that_the_file_was_removed) {
    auto file = files.create("f");
    BOOST_TEST(!(*file)->append("one"));
    BOOST_TEST(!(*file)->sync());
    std::filesystem::remove(path + "/f");
    BOOST_TEST(!(*file)->append("two"));
    BOOST_TEST(((*file)->sync() == errc::no_such_file_or_directory));
}

BOOST_AUTO_TEST_CASE(a_sync_tells_that_another_file_has_its_name) {
    auto file = files.create("f");
    write("g", "other");
    std::filesystem::rename(path + "/g", path + "/f");
    BOOST_TEST(!(*file)->append("one"));
    BOOST_TEST(((*file)->sync() == errc::no_such_file_or_directory));
}

BOOST_AUTO_TEST_CASE(a_sync_tells_that_the_file_was_cut) {
    auto file = files.create("f");
    BOOST_TEST(!(*file)->append("0123456789"));
    BOOST_TEST(!(*file)->sync());
    std::filesystem::resize_file(path + "/f", 4);
    BOOST_TEST(!(*file)->append("abc"));
    BOOST_TEST(((*file)->sync() == errc::io_error));
}

BOOST_AUTO_TEST_CASE(a_file_that_was_renamed_is_there) {
    auto file = files.create("f");
    BOOST_TEST(!(*file)->append("one"));
    BOOST_TEST(!files.rename("f", "g"));
    BOOST_TEST(!(*file)->sync());
}

BOOST_AUTO_TEST_CASE(a_removed_directory_is_used_again_once_there_is_an_empty_one) {
    write("f", "old");
    std::filesystem::remove_all(path);
    BOOST_TEST((files.create("f").error() == errc::no_such_file_or_directory));
    std::filesystem::create_directory(path);
    write("f", "new");
    BOOST_TEST(read("f") == "new");
    BOOST_TEST((*files.list() == std::vector<std::string>{"f"}));
    BOOST_TEST(!files.sync_directory());
    BOOST_TEST((posix_file_system(path).claim() == errc::device_or_resource_busy));
}

BOOST_AUTO_TEST_CASE(a_directory_that_came_with_files_is_not_taken) {
    std::filesystem::remove_all(path);
    std::filesystem::create_directory(path);
    std::ofstream(path + "/manifest") << "somebody's";
    BOOST_TEST((files.create("f").error() == errc::no_such_file_or_directory));
    BOOST_TEST((*files.list() == std::vector<std::string>{"manifest"}));
    BOOST_TEST(!posix_file_system(path).claim());
}

BOOST_AUTO_TEST_CASE(a_directory_has_one_user) {
    posix_file_system second(path);
    BOOST_TEST((second.claim() == boost::system::errc::device_or_resource_busy));
}

BOOST_AUTO_TEST_CASE(a_file_is_no_directory) {
    std::ofstream(directory.path() + "/file") << "text";
    posix_file_system second(directory.path() + "/file");
    BOOST_TEST(static_cast<bool>(second.claim()));
}

BOOST_AUTO_TEST_SUITE_END()
