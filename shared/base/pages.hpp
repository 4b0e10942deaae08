// Zeroed memory straight from the kernel, for large arrays that are given back piece by piece.
// Any thread may call these functions; the memory belongs to the caller. A page has the size that
// sysconf(_SC_PAGESIZE) tells: 4096 bytes where this runs, and `page_size()` to be exact.
// Memory is taken page by page as it is touched: mapping much costs addresses only.
#pragma once

#include <cstddef>

namespace shared {

/// Bytes; a power of two.
std::size_t page_size() noexcept;

/// Zeroed memory for `bytes` bytes, rounded up to whole pages, at the beginning of a page.
/// Null if the kernel has none. Requires: `bytes` is not 0.
void* map_pages(std::size_t bytes) noexcept;

/// Takes the memory of the pages that lie wholly within the `bytes` bytes at `address` at once,
/// which costs less than taking page by page when each is touched (MADV_POPULATE_WRITE, Linux
/// 5.14). A hint: without it, they are taken then. Requires: they are in memory of `map_pages`.
void populate_pages(void* address, std::size_t bytes) noexcept;

/// Gives the pages that lie wholly within the `bytes` bytes at `address` back to the kernel
/// (MADV_DONTNEED). The addresses stay good and read as zero until they are written again.
/// Requires: they are in memory of `map_pages`.
void release_pages(void* address, std::size_t bytes) noexcept;

/// Requires: `address` and `bytes` are those of `map_pages`, or `address` is null.
void unmap_pages(void* address, std::size_t bytes) noexcept;

}  // namespace shared
