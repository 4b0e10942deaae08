// Memory for large tables that are looked up at random: in pages of 2 MiB, where the kernel has
// them, so that a look-up that misses the cache does not miss the TLB as well.
// https://docs.kernel.org/admin-guide/mm/transhuge.html
#pragma once

#include <cstddef>

namespace shared {

inline constexpr std::size_t huge_page = 2UL * 1024 * 1024;  // bytes

/// Whole huge pages for `size` bytes. Throws std::bad_alloc.
void* allocate_huge(std::size_t size);
void free_huge(void* memory) noexcept;

/// For a vector that is filled once: each allocation takes whole pages.
template <typename T>
struct huge_page_allocator {
    using value_type = T;

    huge_page_allocator() = default;
    template <typename Other>
    huge_page_allocator(const huge_page_allocator<Other>&) noexcept {}

    T* allocate(std::size_t count) { return static_cast<T*>(allocate_huge(count * sizeof(T))); }
    void deallocate(T* memory, std::size_t) noexcept { free_huge(memory); }

    bool operator==(const huge_page_allocator&) const noexcept { return true; }
};

}  // namespace shared
