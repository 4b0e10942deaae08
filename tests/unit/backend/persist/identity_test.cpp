#include "backend/persist/identity.hpp"

#include "tests/support/fake_disk.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace backend;

namespace {

const std::string own(32, '1');
const std::string other(32, '2');
const node_identity alone{own, {}};
const node_identity paired{own, paired_node{other, "a2"}};

std::string without_line(std::string text, const std::string& beginning) {
    const auto begin = text.find(beginning);
    return text.erase(begin, text.find('\n', begin) + 1 - begin);
}

struct disk_fixture {
    described<node_identity> open(const std::string& drawn) {
        return identity_file(disk).open(drawn);
    }
    backend_test::fake_disk disk;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(identity_test)

BOOST_AUTO_TEST_CASE(what_was_written_is_read) {
    for (const auto& each : {alone, paired})
        BOOST_TEST((*read_identity(write_identity(each)) == each));
    BOOST_TEST(write_identity(paired).starts_with("ringway-identity 1\nnode " + own + " "));
}

BOOST_AUTO_TEST_CASE(an_administrator_may_take_the_line_of_the_partner_away) {
    BOOST_TEST((*read_identity(without_line(write_identity(paired), "partner ")) == alone));
}

BOOST_AUTO_TEST_CASE(any_letter_altered_or_cut_off_is_noticed) {
    const auto text = write_identity(paired);
    for (std::size_t at = 0; at < text.size(); ++at) {
        for (const char letter : {'0', '3', ' ', '\n', 'x'}) {
            auto wrong = text;
            wrong[at] = letter;
            if (wrong != text) BOOST_TEST_REQUIRE(read_identity(wrong).has_error(), wrong);
        }
    }
    const auto node_alone = write_identity(alone).size();
    for (std::size_t size = 0; size < text.size(); ++size) {
        if (size != node_alone)
            BOOST_TEST_REQUIRE(read_identity(text.substr(0, size)).has_error(), size);
    }
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_said) {
    const auto problem = [](const std::string& text) { return read_identity(text).error(); };
    BOOST_TEST(problem("") == "is no identity that this program knows");
    BOOST_TEST(problem("ringway-identity 2\n") == "is no identity that this program knows");
    BOOST_TEST(problem("ringway-identity 1\n") == "lacks the id of its node");
    const auto text = write_identity(paired);
    BOOST_TEST(problem(without_line(text, "node ")) == "lacks the id of its node");
    BOOST_TEST(problem(text + "x") == "ends in the middle of a line");
    BOOST_TEST(problem(text + "x\n") == "has a line that is damaged: x");
    BOOST_TEST(problem(text + text.substr(text.find("node "))).starts_with("has a line that is"));
}

BOOST_AUTO_TEST_CASE(an_id_is_thirty_two_digits_or_the_word_for_none) {
    BOOST_TEST(is_node_id("-"));
    BOOST_TEST(is_node_id(own));
    for (const auto* wrong : {"", "--", "1", "0123456789abcdef0123456789abcdeF"})
        BOOST_TEST(!is_node_id(wrong));
    BOOST_TEST(!node_identity().lasting());
    BOOST_TEST(alone.lasting());
}

BOOST_FIXTURE_TEST_CASE(the_first_start_makes_one_and_every_other_finds_it, disk_fixture) {
    BOOST_TEST((*open(own) == alone));
    BOOST_TEST((*open(other) == alone));
    BOOST_TEST(!identity_file(disk).keep(paired));
    BOOST_TEST((*open(other) == paired));
}

BOOST_FIXTURE_TEST_CASE(a_damaged_one_is_an_error_and_stays, disk_fixture) {
    BOOST_TEST((*open(own) == alone));
    disk.bytes_of("identity")[25] ^= 1;
    const auto damaged = disk.bytes_of("identity");
    BOOST_TEST_REQUIRE(open(other).has_error());
    BOOST_TEST(open(other).error().starts_with("identity has a line that is damaged: node "));
    BOOST_TEST(disk.bytes_of("identity") == damaged);
    disk.bytes_of("identity").assign(5000, 'x');
    BOOST_TEST(open(other).error() == "identity is no identity that this program knows");
}

BOOST_FIXTURE_TEST_CASE(a_full_disk_makes_one_that_passes, disk_fixture) {
    disk.fault = [](std::uint64_t at) {
        return at == 0 ? disk_error() : make_error_code(boost::system::errc::no_space_on_device);
    };
    BOOST_TEST((*open(own) == node_identity()));
    disk.fault = [](std::uint64_t) { return make_error_code(boost::system::errc::io_error); };
    BOOST_TEST(open(own).has_error());
}

BOOST_AUTO_TEST_CASE(whatever_fails_the_file_is_the_old_one_or_the_new_one) {
    std::mt19937 chance(7);
    for (int round = 0; round < 200; ++round) {
        backend_test::fake_disk disk;
        identity_file file(disk);
        BOOST_TEST_REQUIRE(file.open(own).has_value());
        const auto fails_at = disk.operations + static_cast<std::uint64_t>(round) % 7;
        disk.fault = [fails_at](std::uint64_t at) {
            return at >= fails_at ? make_error_code(boost::system::errc::io_error) : disk_error();
        };
        const auto problem = file.keep(paired);
        disk.fault = [](std::uint64_t) { return disk_error(); };
        disk.crash(chance);
        const auto read = file.open(other);
        BOOST_TEST_REQUIRE(read.has_value(), read.error());
        BOOST_TEST_REQUIRE((*read == paired || (problem && *read == alone)));
    }
}

BOOST_AUTO_TEST_SUITE_END()
