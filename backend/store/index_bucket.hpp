// A bucket of the store's index: one cache line, up to seven entries with their whole hashes.
// A value without an owner; to be touched under the lock of the shard that it belongs to.
//
//   byte 0       1           6       7          8          16             56         64
//   ┌───────┬───────┬───┬───────┬──────────┬──────────┬──────────┬───┬──────────┐
//   │ tag 0 │ tag 1 │ … │ tag 6 │ overflow │  slot 0  │  slot 1  │ … │  slot 6  │
//   └───────┴───────┴───┴───────┴──────────┴──────────┴──────────┴───┴──────────┘
//   tag       the low 8 bits of the hash: the high ones choose the bucket, so in one bucket
//             only the low ones differ
//   slot      bits 0–39: entry_ref + 1, 0 in an empty slot; bits 40–63: bits 8–31 of the hash
//   overflow  how many entries that would have been put here or before lie in a later bucket,
//             because this one was full; from 255 on it is not known any more and stays 255
//             until a look finds none
//
// The bytes are those of little-endian words. Zeroed memory is an empty bucket. The slots in use
// come first, without gaps. Counting overflows, so that a look-up knows where to end and a removal
// leaves no tombstone, is the idea of Facebook's F14 (https://github.com/facebook/folly,
// folly/container/F14.md, "reference-counted tombstones").
#pragma once

#include "backend/store/entry_ref.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace backend {

struct indexed_entry {
    std::uint32_t hash;
    entry_ref ref;

    bool operator==(const indexed_entry&) const = default;
};

struct alignas(64) index_bucket {
    static constexpr unsigned slots = 7;
    static constexpr unsigned most_overflow = 255;

    std::uint64_t header;
    std::array<std::uint64_t, slots> words;

    static std::uint64_t word_of(std::uint32_t hash, entry_ref ref) noexcept {
        return static_cast<std::uint64_t>(hash >> 8U) << entry_ref_bits | (ref + 1);
    }

    bool empty() const noexcept { return words[0] == 0; }
    bool full() const noexcept { return words[slots - 1] != 0; }

    unsigned filled() const noexcept {
        unsigned count = 0;
#pragma GCC unroll 7
        for (const auto word : words) count += word != 0 ? 1 : 0;
        return count;
    }

    std::uint32_t hash(unsigned slot) const noexcept {
        const auto tag = static_cast<std::uint8_t>(header >> 8 * slot);
        return static_cast<std::uint32_t>(words[slot] >> entry_ref_bits) << 8U | tag;
    }

    entry_ref ref(unsigned slot) const noexcept { return (words[slot] & no_entry) - 1; }

    indexed_entry at(unsigned slot) const noexcept {
        return {.hash = hash(slot), .ref = ref(slot)};
    }

    /// One bit for each slot that may hold an entry of this hash, in the highest bit of the slot's
    /// byte. All seven tags are compared at once: where a tag is equal, the difference's byte is
    /// zero, and a byte that is zero borrows. The byte after an equal one may be met in vain.
    std::uint64_t candidates(std::uint32_t hash) const noexcept {
        constexpr std::uint64_t ones = 0x01010101010101;
        const std::uint64_t difference = header ^ ones * static_cast<std::uint8_t>(hash);
        return (difference - ones) & ~difference & ones << 7U;
    }

    static unsigned first_slot(std::uint64_t candidates) noexcept {
        return static_cast<unsigned>(std::countr_zero(candidates)) / 8;
    }

    bool holds(unsigned slot, std::uint32_t hash) const noexcept {
        return this->hash(slot) == hash && words[slot] != 0;
    }

    void set(unsigned slot, indexed_entry entry) noexcept {
        words[slot] = word_of(entry.hash, entry.ref);
        set_tag(slot, static_cast<std::uint8_t>(entry.hash));
    }

    /// Requires: not full.
    void append(indexed_entry entry) noexcept { set(filled(), entry); }

    /// The last entry takes the place of the erased one. Requires: the slot is in use.
    void erase(unsigned slot) noexcept {
        const unsigned last = filled() - 1;
        words[slot] = words[last];
        set_tag(slot, static_cast<std::uint8_t>(header >> 8 * last));
        words[last] = 0;
        set_tag(last, 0);
    }

    /// Only the first `kept` entries stay.
    void truncate(unsigned kept) noexcept {
        const std::uint64_t tags = (1ULL << 8 * kept) - 1;
        header &= tags | 0xFFULL << 56U;
        for (unsigned slot = kept; slot < slots; ++slot) words[slot] = 0;
    }

    /// The slot whose hash is the greatest or the least, when counting begins at `zero` and goes
    /// round at 2^32. Requires: full, or not empty.
    unsigned greatest(std::uint32_t zero) const noexcept {
        std::uint64_t best = 0;
#pragma GCC unroll 7
        for (unsigned slot = 0; slot < slots; ++slot) best = std::max(best, rank(slot, zero));
        return best % 8;
    }
    unsigned least(std::uint32_t zero) const noexcept {
        std::uint64_t best = UINT64_MAX;
#pragma GCC unroll 7
        for (unsigned slot = 0; slot < slots; ++slot) {
            const std::uint64_t nothing = words[slot] == 0 ? 1ULL << 63U : 0;
            best = std::min(best, rank(slot, zero) | nothing);
        }
        return best % 8;
    }

    unsigned overflow() const noexcept { return static_cast<unsigned>(header >> 56U); }
    void add_overflow() noexcept {
        if (overflow() != most_overflow) header += 1ULL << 56U;
    }
    void clear_overflow() noexcept { header &= (1ULL << 56U) - 1; }
    void subtract_overflow() noexcept {
        if (overflow() != most_overflow) header -= 1ULL << 56U;
    }

    /// How many of the following buckets the overflowed entries may lie in.
    std::size_t reach() const noexcept {
        return overflow() == most_overflow ? SIZE_MAX : (overflow() + slots - 1) / slots;
    }

  private:
    // No branch on what is random: one that is guessed wrong costs as much as all of this.
    std::uint64_t rank(unsigned slot, std::uint32_t zero) const noexcept {
        return static_cast<std::uint64_t>(hash(slot) - zero) << 3U | slot;
    }
    void set_tag(unsigned slot, std::uint8_t tag) noexcept {
        header = (header & ~(0xFFULL << 8 * slot)) | static_cast<std::uint64_t>(tag) << 8 * slot;
    }
};
static_assert(sizeof(index_bucket) == 64);

}  // namespace backend
