#include "shared/base/pages.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <vector>

namespace {

struct mapping {
    explicit mapping(std::size_t size)
        : bytes(size), memory(static_cast<char*>(shared::map_pages(size))) {
        BOOST_REQUIRE(memory != nullptr);
    }
    ~mapping() { shared::unmap_pages(memory, bytes); }
    mapping(const mapping&) = delete;
    mapping& operator=(const mapping&) = delete;

    std::size_t resident_pages() const {
        std::vector<unsigned char> pages((bytes + shared::page_size() - 1) / shared::page_size());
        BOOST_REQUIRE(::mincore(memory, bytes, pages.data()) == 0);
        return static_cast<std::size_t>(
            std::count_if(pages.begin(), pages.end(), [](auto page) { return (page & 1U) != 0; }));
    }

    std::size_t bytes;
    char* memory;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(pages_test)

BOOST_AUTO_TEST_CASE(a_page_is_a_power_of_two_that_memory_begins_with) {
    const std::size_t page = shared::page_size();
    BOOST_TEST(page >= 4096U);
    BOOST_TEST((page & (page - 1)) == 0U);
    for (const std::size_t size : {std::size_t{1}, page, 5 * page + 1}) {
        const mapping mapped(size);
        BOOST_TEST(reinterpret_cast<std::uintptr_t>(mapped.memory) % page == 0U);
        BOOST_TEST(std::all_of(mapped.memory, mapped.memory + size, [](char c) { return c == 0; }));
    }
}

BOOST_AUTO_TEST_CASE(only_what_is_touched_is_resident) {
    const mapping mapped(64 * shared::page_size());
    BOOST_TEST(mapped.resident_pages() == 0U);
    mapped.memory[0] = 1;
    mapped.memory[40 * shared::page_size()] = 1;
    BOOST_TEST(mapped.resident_pages() == 2U);
}

BOOST_AUTO_TEST_CASE(populated_pages_keep_what_they_have) {
    const std::size_t page = shared::page_size();
    const mapping mapped(8 * page);
    mapped.memory[2 * page] = 'x';
    shared::populate_pages(mapped.memory + page, 4 * page);
    BOOST_TEST((mapped.resident_pages() == 4U || mapped.resident_pages() == 1U));  // a hint
    BOOST_TEST(mapped.memory[2 * page] == 'x');
    BOOST_TEST(mapped.memory[3 * page] == 0);
}

BOOST_AUTO_TEST_CASE(released_pages_are_not_resident_and_read_as_zero) {
    const std::size_t page = shared::page_size();
    const mapping mapped(16 * page);
    std::fill_n(mapped.memory, mapped.bytes, 'x');
    shared::release_pages(mapped.memory + 4 * page, 8 * page);
    BOOST_TEST(mapped.resident_pages() == 8U);
    BOOST_TEST(mapped.memory[4 * page - 1] == 'x');
    BOOST_TEST(mapped.memory[4 * page] == 0);
    BOOST_TEST(mapped.memory[12 * page - 1] == 0);
    BOOST_TEST(mapped.memory[12 * page] == 'x');
    mapped.memory[5 * page] = 'y';
    BOOST_TEST(mapped.memory[5 * page] == 'y');
}

BOOST_AUTO_TEST_CASE(a_page_that_is_released_in_part_keeps_all_it_has) {
    const std::size_t page = shared::page_size();
    const mapping mapped(4 * page);
    std::fill_n(mapped.memory, mapped.bytes, 'x');
    shared::release_pages(mapped.memory + 1, page);
    shared::release_pages(mapped.memory + page - 1, 1);
    shared::release_pages(mapped.memory + page, 0);
    shared::release_pages(mapped.memory, page - 1);
    BOOST_TEST(mapped.resident_pages() == 4U);
    shared::release_pages(mapped.memory + 1, 3 * page - 2);
    BOOST_TEST(mapped.resident_pages() == 3U);
    BOOST_TEST(mapped.memory[page - 1] == 'x');
    BOOST_TEST(mapped.memory[page] == 0);
    BOOST_TEST(mapped.memory[2 * page] == 'x');
}

BOOST_AUTO_TEST_CASE(more_than_the_address_space_has_is_null) {
    void* const memory = shared::map_pages(std::size_t{1} << 62U);
    BOOST_TEST(memory == nullptr);
    shared::unmap_pages(memory, std::size_t{1} << 62U);
}

BOOST_AUTO_TEST_SUITE_END()
