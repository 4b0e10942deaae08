#include "backend/store/entry.hpp"

namespace backend {
namespace {

constexpr std::size_t size_width(std::size_t size) noexcept {
    std::size_t width = 1;
    while (size >>= 7U) ++width;
    return width;
}

/// In `width` bytes, which may be more than needed.
char* write_size(char* at, std::size_t size, std::size_t width) noexcept {
    for (; width > 1; --width, size >>= 7U) *at++ = static_cast<char>((size & 0x7FU) | 0x80U);
    *at++ = static_cast<char>(size);
    return at;
}

}  // namespace

std::size_t entry::time_width(shared::unix_ms time) noexcept {
    if (time == 0) return 0;
    return time >> 48U == 0 ? 6 : 8;
}

std::size_t entry::shape::size() const noexcept {
    return fixed_size + time_width(expires_at) + (linked ? links_size : 0) + size_width(key_size) +
           size_width(value_size) + key_size + value_size;
}

entry entry::write(char* at, const shape& what, std::string_view key, version stamp) noexcept {
    entry made(at);
    const std::size_t room = time_width(what.expires_at);
    made.set_flags((what.tombstone ? tombstone_bit : 0U) | (room != 0 ? time_bit : 0U) |
                   (room == 8 ? wide_bit : 0U) | (what.linked ? linked_bit : 0U));
    made.set_stamp(stamp);
    made.set_expires_at(what.expires_at);
    if (what.linked) made.write_links({});
    char* next = at + made.sizes_offset();
    next = write_size(next, what.key_size, size_width(what.key_size));
    next = write_size(next, what.value_size, size_width(what.value_size));
    if (!key.empty()) std::memcpy(next, key.data(), key.size());
    return made;
}

// Something dead with an empty key and the rest as its value, whose size takes four bytes whatever
// it is. What is too small for that, or is left behind it, is holes.
void entry::write_gap(char* at, std::size_t size) noexcept {
    constexpr std::size_t width = 4;
    constexpr std::size_t least = fixed_size + 1 + width;
    constexpr std::size_t most = least + (std::size_t{1} << 28U) - 1;
    while (size >= least) {
        const std::size_t part = size < most ? size : most;
        entry(at).set_flags(dead_bit);
        write_size(write_size(at + fixed_size, 0, 1), part - least, width);
        at += part;
        size -= part;
    }
    std::memset(at, hole, size);
}

void entry::set_expires_at(shared::unix_ms time) noexcept {
    std::memcpy(at_ + fixed_size, &time, time_room());
}

entry::links entry::read_links() const noexcept {
    const std::size_t offset = links_offset();
    const auto last = load<std::uint64_t>(offset + 2 * ref_size, 6);
    return {.newer = load<entry_ref>(offset, ref_size),
            .older = load<entry_ref>(offset + ref_size, ref_size),
            .stamp = last & ((std::uint64_t{1} << stamp_width) - 1),
            .queue = static_cast<unsigned>(last >> stamp_width)};
}

void entry::write_links(const links& what) noexcept {
    char* const start = at_ + links_offset();
    const std::uint64_t last = what.stamp | std::uint64_t{what.queue} << stamp_width;
    std::memcpy(start, &what.newer, ref_size);
    std::memcpy(start + ref_size, &what.older, ref_size);
    std::memcpy(start + 2 * ref_size, &last, 6);
}

void entry::overwrite(std::string_view value) noexcept {
    const sizes found = read_sizes();
    if (!value.empty()) {
        std::memmove(at_ + found.key_offset + found.key, value.data(), value.size());
    }
    if (value.size() == found.value) return;
    std::size_t key_size = 0;
    char* const start = at_ + (read_size(at_ + sizes_offset(), key_size) - at_);
    write_size(start, value.size(), static_cast<std::size_t>(at_ + found.key_offset - start));
}

}  // namespace backend
