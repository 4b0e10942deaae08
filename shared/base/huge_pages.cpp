#include "shared/base/huge_pages.hpp"

#include <sys/mman.h>

#include <new>

namespace shared {

void* allocate_huge(std::size_t size) {
    const std::size_t whole = (size + huge_page - 1) / huge_page * huge_page;
    void* const memory = ::operator new(whole, std::align_val_t{huge_page});
    ::madvise(memory, whole, MADV_HUGEPAGE);  // a hint: without it a look-up is merely slower
    return memory;
}

void free_huge(void* memory) noexcept {
    ::operator delete(memory, std::align_val_t{huge_page});
}

}  // namespace shared
