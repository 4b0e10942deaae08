#include "shared/base/pages.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace shared {

std::size_t page_size() noexcept {
    static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return size;
}

void* map_pages(std::size_t bytes) noexcept {
    void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? nullptr : memory;
}

void release_pages(void* address, std::size_t bytes) noexcept {
    const std::size_t page = page_size();
    auto* const begin = static_cast<std::byte*>(address);
    const std::size_t before = -reinterpret_cast<std::uintptr_t>(begin) % page;
    if (bytes < before + page) return;
    ::madvise(begin + before, (bytes - before) / page * page, MADV_DONTNEED);
}

void unmap_pages(void* address, std::size_t bytes) noexcept {
    if (address != nullptr) ::munmap(address, bytes);
}

}  // namespace shared
