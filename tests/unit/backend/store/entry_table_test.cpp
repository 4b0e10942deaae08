#include "backend/store/entry_table.hpp"

#include "shared/hash/hash.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <string>

using backend::entry;
using backend::entry_table;

namespace {

std::uint32_t hash_of(const std::string& key) {
    return static_cast<std::uint32_t>(shared::xxh3(key));
}

struct filled_table {
    ~filled_table() {
        for (auto& [key, held] : entries) entry::destroy(held);
    }
    void insert(const std::string& key) {
        entry* const made = entry::make(hash_of(key), key, "value");
        entries[key] = made;
        table.insert(*made);
    }
    void remove(const std::string& key) {
        table.remove(*entries[key]);
        entry::destroy(entries[key]);
        entries.erase(key);
    }
    void check() const {
        BOOST_REQUIRE(table.size() == entries.size());
        for (const auto& [key, held] : entries) BOOST_REQUIRE(table.find(held->hash, key) == held);
    }

    entry_table table;
    std::map<std::string, entry*> entries;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(entry_table_test)

BOOST_AUTO_TEST_CASE(every_key_is_found_after_each_step_of_growing_and_shrinking) {
    filled_table filled;
    const auto smallest = filled.table.bytes();
    for (int i = 0; i < 600; ++i) {
        filled.insert("key" + std::to_string(i));
        filled.check();
    }
    BOOST_TEST(filled.table.bytes() >= 512 * sizeof(entry*));
    for (int i = 0; i < 600; ++i) {
        filled.remove("key" + std::to_string(i));
        filled.check();
        BOOST_REQUIRE(filled.table.find(hash_of("key" + std::to_string(i)),
                                        "key" + std::to_string(i)) == nullptr);
    }
    BOOST_TEST(filled.table.bytes() == smallest);
}

BOOST_AUTO_TEST_CASE(equal_hashes_are_told_apart_by_their_keys) {
    entry_table table;
    entry* const one = entry::make(7, "one", "");
    entry* const two = entry::make(7, "two", "");
    table.insert(*one);
    table.insert(*two);
    BOOST_TEST(table.find(7, "one") == one);
    BOOST_TEST(table.find(7, "two") == two);
    BOOST_TEST(table.find(7, "three") == nullptr);
    table.remove(*one);
    BOOST_TEST(table.find(7, "one") == nullptr);
    BOOST_TEST(table.find(7, "two") == two);
    entry::destroy(one);
    entry::destroy(two);
}

BOOST_AUTO_TEST_CASE(the_lowest_and_the_highest_hash_have_their_place) {
    entry_table table;
    entry* const low = entry::make(0, "low", "");
    entry* const high = entry::make(UINT32_MAX, "high", "");
    table.insert(*low);
    table.insert(*high);
    std::vector<entry*> seen;
    std::uint64_t position = 0;
    while (position < entry_table::end) position = table.collect(position, seen);
    BOOST_TEST(position == entry_table::end);
    BOOST_TEST((seen == std::vector<entry*>{low, high}));
    entry::destroy(low);
    entry::destroy(high);
}

BOOST_AUTO_TEST_CASE(collecting_while_the_table_grows_meets_each_entry_once) {
    filled_table filled;
    for (int i = 0; i < 100; ++i) filled.insert("old" + std::to_string(i));
    std::multiset<std::string> met;
    int added = 0;
    for (std::uint64_t position = 0; position < entry_table::end;) {
        std::vector<entry*> found;
        const auto following = filled.table.collect(position, found);
        BOOST_REQUIRE(following > position);
        position = following;
        for (const auto* each : found) met.emplace(each->key());
        for (int i = 0; i < 7; ++i) filled.insert("new" + std::to_string(added++));
    }
    for (int i = 0; i < 100; ++i) BOOST_TEST(met.count("old" + std::to_string(i)) == 1U);
}

BOOST_AUTO_TEST_CASE(collecting_while_the_table_shrinks_meets_each_entry_once) {
    filled_table filled;
    for (int i = 0; i < 40; ++i) filled.insert("stays" + std::to_string(i));
    for (int i = 0; i < 2000; ++i) filled.insert("goes" + std::to_string(i));
    const auto large = filled.table.bytes();
    std::multiset<std::string> met;
    int removed = 0;
    for (std::uint64_t position = 0; position < entry_table::end;) {
        std::vector<entry*> found;
        position = filled.table.collect(position, found);
        for (const auto* each : found) met.emplace(each->key());
        for (int i = 0; i < 9 && removed < 2000; ++i) {
            filled.remove("goes" + std::to_string(removed++));
        }
    }
    BOOST_TEST(filled.table.bytes() < large);
    for (int i = 0; i < 40; ++i) BOOST_TEST(met.count("stays" + std::to_string(i)) == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
