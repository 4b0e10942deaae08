#include "shared/base/pages.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>

namespace shared {

namespace {

void advise(void* address, std::size_t bytes, int advice) noexcept {
    const std::size_t page = page_size();
    auto* const begin = static_cast<std::byte*>(address);
    const std::size_t before = -reinterpret_cast<std::uintptr_t>(begin) % page;
    if (bytes >= before + page) ::madvise(begin + before, (bytes - before) / page * page, advice);
}

}  // namespace

std::size_t page_size() noexcept {
    static const auto size = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    return size;
}

void* map_pages(std::size_t bytes) noexcept {
    void* const memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? nullptr : memory;
}

void populate_pages(void* address, std::size_t bytes) noexcept {
#ifdef MADV_POPULATE_WRITE
    advise(address, bytes, MADV_POPULATE_WRITE);
#endif
}

void release_pages(void* address, std::size_t bytes) noexcept {
    advise(address, bytes, MADV_DONTNEED);
}

void unmap_pages(void* address, std::size_t bytes) noexcept {
    if (address != nullptr) ::munmap(address, bytes);
}

}  // namespace shared
