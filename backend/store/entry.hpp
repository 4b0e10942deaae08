// A key with its value, or the tombstone of a deleted key: one allocation of header, key and value.
// Belongs to one shard; to be touched under that shard's lock only.
//
//   ┌────────────────────┬─────┬───────┐
//   │ header, 64 bytes   │ key │ value │     a tombstone has no value
//   └────────────────────┴─────┴───────┘
#pragma once

#include "backend/clock/version.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace backend {

struct entry {
    static constexpr std::uint32_t in_no_heap = UINT32_MAX;
    static constexpr unsigned stamp_width = 58;
    static constexpr std::size_t longest_text = (1UL << 31U) - 1;  // of a key, and of a value

    entry* chain = nullptr;  // the next in the bucket of the index
    entry* newer = nullptr;  // neighbours in a queue of eviction; unused in a tombstone
    entry* older = nullptr;
    version stamp = 0;
    shared::unix_ms expires_at = 0;  // 0: never
    // The eviction policy's own: the stamp in its queue, which queue, and how much it was used.
    std::uint64_t pushed_at : stamp_width = 0;
    std::uint64_t queue : 2 = 0;
    std::uint64_t uses : 4 = 0;
    std::uint32_t hash = 0;
    std::uint32_t heap_slot =
        in_no_heap;  // in the expiry heap, or a tombstone's in the tombstones'

    /// An entry that nothing knows yet, with a copy of key and value; null if there is no memory.
    /// Requires: neither text is longer than `longest_text`.
    static entry* make(std::uint32_t hash, std::string_view key, std::string_view value) noexcept;
    static entry* make_tombstone(std::uint32_t hash, std::string_view key) noexcept;
    static void destroy(entry* which) noexcept;

    /// Bytes of memory for an entry of these sizes.
    static std::size_t cost(std::size_t key_size, std::size_t value_size) noexcept;
    std::size_t cost() const noexcept { return cost(key_size_, value().size()); }

    bool is_tombstone() const noexcept { return value_size_ == no_value; }
    bool expired(shared::unix_ms now) const noexcept {
        return expires_at != 0 && expires_at <= now;
    }

    std::string_view key() const noexcept { return {text(), key_size_}; }
    std::string_view value() const noexcept {
        return {text() + key_size_, is_tombstone() ? 0 : value_size_};
    }

    /// Requires: a live entry, `cost(key().size(), value.size()) == cost()`. `value` may overlap
    /// the present one.
    void overwrite(std::string_view value) noexcept;

  private:
    static constexpr std::uint32_t no_value = UINT32_MAX;

    entry() = default;
    static entry* allocate(std::uint32_t hash, std::string_view key, std::size_t size) noexcept;
    char* text() noexcept { return reinterpret_cast<char*>(this + 1); }
    const char* text() const noexcept { return reinterpret_cast<const char*>(this + 1); }

    std::uint32_t key_size_ = 0;
    std::uint32_t value_size_ = 0;
};

static_assert(sizeof(entry) == 64);

}  // namespace backend
