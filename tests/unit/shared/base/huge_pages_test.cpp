#include "shared/base/huge_pages.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <vector>

namespace {

template <typename T>
using table = std::vector<T, shared::huge_page_allocator<T>>;

}  // namespace

BOOST_AUTO_TEST_SUITE(huge_pages_test)

BOOST_AUTO_TEST_CASE(a_table_begins_with_a_page_whatever_its_size) {
    for (const std::size_t size : {1U, 1U << 20U, (1U << 21U) + 1U, 1U << 23U}) {
        const table<std::uint8_t> bytes(size);
        const table<std::uint64_t> words(size);
        BOOST_TEST(reinterpret_cast<std::uintptr_t>(bytes.data()) % shared::huge_page == 0U);
        BOOST_TEST(reinterpret_cast<std::uintptr_t>(words.data()) % shared::huge_page == 0U);
    }
}

BOOST_AUTO_TEST_CASE(a_table_can_be_moved_and_copied) {
    table<std::uint16_t> first(100'000, 7);
    const table<std::uint16_t> copy = first;
    const table<std::uint16_t> moved = std::move(first);
    BOOST_TEST((copy == moved));
    BOOST_TEST(moved[99'999] == 7U);
}

BOOST_AUTO_TEST_SUITE_END()
