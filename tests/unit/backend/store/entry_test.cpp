#include "backend/store/entry.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using backend::entry;

namespace {

/// An entry in memory of its very size.
struct one_entry {
    explicit one_entry(const entry::shape& shape, std::string_view key = "key")
        : bytes(shape.size()), held(entry::write(bytes.data(), shape, key, 0x123456789ABCDEFULL)) {}

    std::vector<char> bytes;
    entry held;
};

entry::shape shape_of(std::string_view value, shared::unix_ms time = 0, bool linked = false) {
    return {.key_size = 3, .value_size = value.size(), .expires_at = time, .linked = linked};
}

/// How many dead things and holes lie in `size` bytes from `at` on.
int steps_over(char* at, std::size_t size) {
    int steps = 0;
    for (std::size_t done = 0; done < size; ++steps) {
        const entry next(at + done);
        BOOST_TEST_REQUIRE(next.is_dead());
        done += next.is_hole() ? 1 : next.size();
        BOOST_TEST_REQUIRE(done <= size);
    }
    return steps;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(entry_test)

BOOST_AUTO_TEST_CASE(what_was_written_is_read) {
    const std::string value(300, 'v');
    for (const bool linked : {false, true}) {
        for (const shared::unix_ms time : {0L, 1L, (1L << 48) - 1, 1L << 48, INT64_MAX}) {
            one_entry made(shape_of(value, time, linked));
            made.held.overwrite(value);
            BOOST_TEST(made.held.key() == "key");
            BOOST_TEST(made.held.value() == value);
            BOOST_TEST(made.held.expires_at() == time);
            BOOST_TEST(made.held.stamp() == 0x123456789ABCDEFULL);
            BOOST_TEST(made.held.size() == made.bytes.size());
            BOOST_TEST(made.held.uses() == 0U);
            BOOST_TEST(!made.held.is_dead());
            BOOST_TEST(!made.held.is_tombstone());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_small_entry_with_a_time_has_a_header_of_seventeen_bytes) {
    const entry::shape shape{.key_size = 16, .value_size = 64, .expires_at = 1};
    BOOST_TEST(shape.size() == 16U + 64 + 17);
    BOOST_TEST((entry::shape{.key_size = 16, .value_size = 64}.size()) == 16U + 64 + 11);
}

BOOST_AUTO_TEST_CASE(sizes_take_as_many_bytes_as_they_need) {
    for (const std::size_t size : {0U, 1U, 127U, 128U, 16'383U, 16'384U, 3'000'000U}) {
        const std::string key(size, 'k');
        const entry::shape shape{.key_size = size, .value_size = size};
        one_entry made(shape, key);
        made.held.overwrite(key);
        BOOST_TEST((made.held.key() == key));
        BOOST_TEST((made.held.value() == key));
    }
}

BOOST_AUTO_TEST_CASE(flags_do_not_disturb_one_another) {
    one_entry made(shape_of("value", 5));
    made.held.overwrite("value");
    made.held.set_uses(3);
    made.held.set_stamp(77);
    made.held.set_expires_at(6);
    BOOST_TEST(made.held.uses() == 3U);
    made.held.set_uses(2);
    made.held.kill();
    BOOST_TEST(made.held.uses() == 2U);
    BOOST_TEST(made.held.is_dead());
    BOOST_TEST(!made.held.is_hole());
    BOOST_TEST(made.held.stamp() == 77U);
    BOOST_TEST(made.held.expires_at() == 6);
    BOOST_TEST(made.held.value() == "value");
}

BOOST_AUTO_TEST_CASE(a_time_needs_room_that_was_made_for_it) {
    one_entry without(shape_of("v"));
    BOOST_TEST(without.held.has_room_for(0));
    BOOST_TEST(!without.held.has_room_for(1));
    one_entry with(shape_of("v", 1));
    BOOST_TEST(with.held.has_room_for(0));
    BOOST_TEST(with.held.has_room_for((1L << 48) - 1));
    BOOST_TEST(!with.held.has_room_for(1L << 48));
    with.held.set_expires_at(0);
    BOOST_TEST(with.held.expires_at() == 0);
    BOOST_TEST(with.held.has_room_for(2));
}

BOOST_AUTO_TEST_CASE(links_are_kept_apart_from_everything_else) {
    one_entry made(shape_of("value", 9, true));
    made.held.overwrite("value");
    made.held.write_links({.newer = 0x1234567890,
                           .older = backend::no_entry,
                           .stamp = (std::uint64_t{1} << entry::stamp_width) - 1,
                           .queue = 2});
    const auto links = made.held.read_links();
    BOOST_TEST(links.newer == 0x1234567890U);
    BOOST_TEST(links.older == backend::no_entry);
    BOOST_TEST(links.stamp == (std::uint64_t{1} << entry::stamp_width) - 1);
    BOOST_TEST(links.queue == 2U);
    BOOST_TEST(made.held.expires_at() == 9);
    BOOST_TEST(made.held.value() == "value");
}

BOOST_AUTO_TEST_CASE(a_shorter_value_leaves_the_rest_to_a_gap) {
    const std::string value(200, 'v');
    for (const std::size_t size : {199U, 128U, 127U, 1U, 0U}) {
        one_entry made(shape_of(value));
        made.held.overwrite(value);
        const std::size_t before = made.held.size();
        made.held.overwrite(std::string_view(value).substr(0, size));
        BOOST_TEST(made.held.value().size() == size);
        BOOST_TEST(made.held.key() == "key");
        BOOST_TEST(made.held.size() == before - (200 - size));
        entry::write_gap(made.held.at() + made.held.size(), 200 - size);
        BOOST_TEST(steps_over(made.held.at() + made.held.size(), 200 - size) > 0);
    }
}

BOOST_AUTO_TEST_CASE(a_value_may_come_out_of_the_present_one) {
    one_entry made(shape_of("0123456789"));
    made.held.overwrite("0123456789");
    made.held.overwrite(made.held.value().substr(3, 5));
    BOOST_TEST(made.held.value() == "34567");
}

BOOST_AUTO_TEST_CASE(a_gap_of_any_size_can_be_stepped_over) {
    for (std::size_t size = 1; size < 400; ++size) {
        std::vector<char> bytes(size + 1, 'x');
        entry::write_gap(bytes.data(), size);
        BOOST_TEST(bytes.back() == 'x');
        const int steps = steps_over(bytes.data(), size);
        BOOST_TEST(steps <= 14);
        if (size >= 14) BOOST_TEST(steps == 1);
    }
}

BOOST_AUTO_TEST_CASE(a_tombstone_is_one) {
    one_entry made({.key_size = 3, .tombstone = true});
    BOOST_TEST(made.held.is_tombstone());
    BOOST_TEST(!made.held.is_dead());
    BOOST_TEST(made.held.key() == "key");
    BOOST_TEST(made.held.value().empty());
    BOOST_TEST(made.bytes.size() == 3U + 11);
}

BOOST_AUTO_TEST_SUITE_END()
