#include "backend/store/entry_log.hpp"

#include "shared/base/pages.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <deque>
#include <map>
#include <random>
#include <string>

using backend::entry;
using backend::entry_log;
using backend::entry_ref;
using backend::no_entry;

namespace {

const std::size_t page = shared::page_size();

/// A log of numbered entries, and what must be in it.
struct numbered : entry_log {
    numbered() { set_segment_size(smallest_segment); }

    void add(unsigned list, std::uint64_t number, std::size_t size) {
        const std::string key = std::to_string(number);
        const entry::shape shape{.key_size = key.size(), .value_size = size};
        const entry_ref made = append(list, shape.size(), ++stamp);
        entry::write(at(made).at(), shape, key, number).overwrite(value_of(number, size));
        refs[number] = made;
        order[list].push_back(number);
    }
    void remove(std::uint64_t number) {
        const unsigned list = list_of(refs.at(number));
        order[list].erase(std::find(order[list].begin(), order[list].end(), number));
        kill(refs.at(number));
        refs.erase(number);
    }
    void move_to_end(std::uint64_t number, unsigned list) {
        auto& from = order[list_of(refs.at(number))];
        from.erase(std::find(from.begin(), from.end(), number));
        refs[number] = move(refs.at(number), list, ++stamp);
        order[list].push_back(number);
    }
    void compact_some(std::size_t budget) {
        compact(budget, [this](entry_ref from, entry_ref to) {
            const auto number = std::stoull(std::string(at(to).key()));
            BOOST_TEST_REQUIRE(refs.at(number) == from);
            refs[number] = to;
        });
    }
    static std::string value_of(std::uint64_t number, std::size_t size) {
        return std::string(size, static_cast<char>('a' + number % 26));
    }
    void check() const {
        for (const auto& [number, ref] : refs) {
            const entry held = at(ref);
            BOOST_TEST_REQUIRE(!held.is_dead());
            BOOST_TEST_REQUIRE(held.key() == std::to_string(number));
            BOOST_TEST_REQUIRE((held.value() == value_of(number, held.value().size())));
        }
        for (unsigned list = 0; list < lists; ++list) {
            BOOST_TEST_REQUIRE((oldest(list) == no_entry) == order[list].empty());
        }
    }

    std::map<std::uint64_t, entry_ref> refs;
    std::deque<std::uint64_t> order[lists];
    std::uint64_t stamp = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(entry_log_test, numbered)

BOOST_AUTO_TEST_CASE(a_list_gives_its_entries_back_in_the_order_of_writing) {
    for (std::uint64_t i = 0; i < 5000; ++i) add(i % 2, i, 50 + i % 90);
    for (std::uint64_t i = 0; i < 5000; ++i) {
        const entry_ref next = oldest(i % 2);
        BOOST_TEST_REQUIRE(at(next).key() == std::to_string(i));
        remove(i);
    }
    BOOST_TEST(oldest(0) == no_entry);
    BOOST_TEST(rank(0) == entry_log::empty);
    BOOST_TEST(bytes() == 0U);
    BOOST_TEST(dead() == 0U);
}

BOOST_AUTO_TEST_CASE(memory_comes_back_page_by_page_as_a_list_is_emptied) {
    for (std::uint64_t i = 0; i < 2000; ++i) add(0, i, 100);
    const auto full = bytes();
    for (std::uint64_t i = 0; i < 2000; ++i) {
        remove(i);
        const std::size_t left = (2000 - i - 1) * 114;
        BOOST_TEST_REQUIRE(bytes() <= left + 4 * page + full / smallest_segment * 128);
    }
}

BOOST_AUTO_TEST_CASE(ranks_are_about_the_stamps) {
    for (std::uint64_t i = 0; i < 100; ++i) {
        stamp += 9;
        add(0, i, 100);
    }
    for (std::uint64_t i = 0; i < 100; ++i) {
        BOOST_TEST(rank(0) <= 10 * (i + 1));
        BOOST_TEST(rank(0) + 5 > 10 * (i + 1));
        remove(i);
    }
}

BOOST_AUTO_TEST_CASE(a_long_entry_has_a_segment_of_its_own_and_is_moved_without_a_copy) {
    add(0, 1, 100);
    add(0, 2, 100'000);
    const auto before = refs.at(2);
    BOOST_TEST(bytes() <= 100'000U + 3 * page);
    move_to_end(2, 1);
    BOOST_TEST(refs.at(2) == before);
    BOOST_TEST(list_of(before) == 1U);
    BOOST_TEST(at(oldest(1)).key() == "2");
    check();
    remove(2);
    BOOST_TEST(bytes() <= 2 * page);
}

BOOST_AUTO_TEST_CASE(gaps_are_closed_and_their_memory_comes_back) {
    for (std::uint64_t i = 0; i < 4000; ++i) add(0, i, 100);
    const auto full = bytes();
    for (std::uint64_t i = 0; i < 4000; ++i) {
        if (i % 3 != 0) remove(i);
    }
    BOOST_TEST(dead() > full / 2);
    for (int i = 0; i < 1000 && dead() > 0; ++i) compact_some(10'000);
    check();
    BOOST_TEST(dead() == 0U);
    BOOST_TEST(bytes() < full * 2 / 5);
    // And the order has stayed.
    for (std::uint64_t i = 0; i < 4000; i += 3) {
        BOOST_TEST_REQUIRE(at(oldest(0)).key() == std::to_string(i));
        remove(i);
    }
}

BOOST_AUTO_TEST_CASE(what_an_entry_becomes_shorter_by_is_a_gap) {
    add(0, 1, 300);
    add(0, 2, 300);
    entry shortened = at(refs.at(1));
    shortened.overwrite(value_of(1, 200));
    cut(refs.at(1), 100);
    BOOST_TEST(dead() == 100U);
    check();
    while (dead() > 0) compact_some(1 << 20);
    check();
    remove(1);
    BOOST_TEST(at(oldest(0)).key() == "2");
}

BOOST_AUTO_TEST_CASE(whatever_happens_no_entry_is_lost_or_changed) {
    std::mt19937 random(5);
    std::uint64_t next = 0;
    for (int step = 0; step < 60'000; ++step) {
        const auto any = [&] {
            auto at = refs.lower_bound(random() % (next + 1));
            return (at == refs.end() ? refs.begin() : at)->first;
        };
        const auto choice = random() % 16;
        if (refs.empty() || choice < 6) {
            const std::size_t size = random() % 200 == 0 ? random() % 100'000 : random() % 600;
            add(static_cast<unsigned>(random() % lists), next++, size);
        } else if (choice < 11) {
            remove(any());
        } else if (choice < 13) {
            const auto list = static_cast<unsigned>(random() % lists);
            if (!order[list].empty() && oldest(list) != no_entry) {
                remove(std::stoull(std::string(at(oldest(list)).key())));
            }
        } else if (choice < 14) {
            move_to_end(any(), static_cast<unsigned>(random() % lists));
        } else {
            compact_some(random() % 20'000);
        }
        if (step % 1000 == 0) check();
    }
    check();
    std::uint64_t live = 0;
    for (const auto& [number, ref] : refs) live += at(ref).size();
    BOOST_TEST(bytes() >= live + dead());
    while (!refs.empty()) remove(refs.begin()->first);
    BOOST_TEST(bytes() == 0U);
    BOOST_TEST(dead() == 0U);
}

BOOST_AUTO_TEST_CASE(segments_are_a_sixteenth_of_the_log_within_limits) {
    BOOST_TEST(segment_size_for(0) == smallest_segment);
    BOOST_TEST(segment_size_for(4UL << 20U) == 256U << 10U);
    BOOST_TEST(segment_size_for(1UL << 40U) == largest_segment);
}

BOOST_AUTO_TEST_SUITE_END()
