// A key with its value, or the tombstone of a deleted key, as it lies in the log of its shard
// (entry_log.hpp): bytes without alignment. An `entry` is a view of them, as cheap as a pointer; it
// is good until the log moves or drops what it points to. Under the shard's lock only.
//
//   0       1         9            9 + T          9 + T + L
//   ┌───────┬─────────┬────────────┬──────────────┬──────────┬────────────┬─────┬───────┐
//   │ flags │ version │ expires at │ links        │ key size │ value size │ key │ value │
//   │ 1     │ 8       │ T: 0, 6, 8 │ L: 0 or 16   │ 1 to 5   │ 1 to 5     │     │       │
//   └───────┴─────────┴────────────┴──────────────┴──────────┴────────────┴─────┴───────┘
//
//   flags       bits 0-1 uses, as the policy of eviction counts them; 2 tombstone; 3 dead;
//               4 there is room for a time; 5 and it is 8 bytes, not 6; 6 there are links
//   expires at  Unix time in milliseconds; 0: never
//   links       of policies that reorder with every use (linked_queues.hpp):
//               newer 5, older 5 (entry_ref), 6: the stamp, 46 bits, and the queue, 2 bits
//   sizes       seven bits a byte, the lowest first, the high bit set in all but the last (LEB128);
//               in more bytes than needed where the value has shrunk in its place
//
// What is dead stays until the log drops it: it can still be stepped over. A gap too small for an
// entry is filled with bytes `hole`.
#pragma once

#include "backend/clock/version.hpp"
#include "backend/store/entry_ref.hpp"
#include "shared/hash/hash.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace backend {

static_assert(std::endian::native == std::endian::little, "numbers lie as the machine has them");

/// Of a key: finds it in the index of its shard.
inline std::uint32_t hash_of(std::string_view key) {
    return static_cast<std::uint32_t>(shared::xxh3(key));
}

class entry {
  public:
    static constexpr std::size_t longest_text = (1UL << 31U) - 1;  // of a key, and of a value
    static constexpr unsigned most_uses = 3;
    static constexpr unsigned stamp_width = 46;

    /// What an entry has to have room for.
    struct shape {
        std::size_t key_size = 0;
        std::size_t value_size = 0;
        shared::unix_ms expires_at = 0;
        bool tombstone = false;
        bool linked = false;

        /// Bytes of the whole entry.
        std::size_t size() const noexcept;
    };

    /// Its place in the queues of a policy that links its entries.
    struct links {
        entry_ref newer = no_entry;
        entry_ref older = no_entry;
        std::uint64_t stamp = 0;  // of `stamp_width` bits
        unsigned queue = 0;       // below 4
    };

    entry() noexcept = default;  // none
    explicit entry(char* at) noexcept : at_(at) {}

    /// Writes a live entry, or a tombstone, at `at`, unused. The value is not written: see
    /// `overwrite`. Requires: room for `what.size()` bytes; `key` is of `what.key_size`.
    static entry write(char* at, const shape& what, std::string_view key, version stamp) noexcept;

    /// Makes `size` bytes into something dead that can be stepped over.
    static void write_gap(char* at, std::size_t size) noexcept;

    explicit operator bool() const noexcept { return at_ != nullptr; }
    char* at() const noexcept { return at_; }

    bool is_hole() const noexcept { return flags() == hole; }
    bool is_dead() const noexcept { return (flags() & dead_bit) != 0; }
    bool is_tombstone() const noexcept { return (flags() & tombstone_bit) != 0; }
    void kill() noexcept { set_flags(flags() | dead_bit); }

    unsigned uses() const noexcept { return flags() & uses_mask; }
    void set_uses(unsigned count) noexcept { set_flags((flags() & ~uses_mask) | count); }

    version stamp() const noexcept { return load<version>(1); }
    void set_stamp(version stamp) noexcept { std::memcpy(at_ + 1, &stamp, sizeof stamp); }

    shared::unix_ms expires_at() const noexcept {
        if ((flags() & time_bit) == 0) return 0;
        // Eight bytes are there in any case: two sizes follow the time.
        const auto time = load<shared::unix_ms>(fixed_size);
        return (flags() & wide_bit) != 0 ? time : time & ((shared::unix_ms{1} << 48) - 1);
    }
    bool expired(shared::unix_ms now) const noexcept {
        const auto time = expires_at();
        return time != 0 && time <= now;
    }
    /// Whether that time can be set without writing the entry anew.
    bool has_room_for(shared::unix_ms time) const noexcept {
        return time_width(time) <= time_room();
    }
    /// Requires: `has_room_for(time)`.
    void set_expires_at(shared::unix_ms time) noexcept;

    /// Requires: it has been written with links.
    links read_links() const noexcept;
    void write_links(const links& what) noexcept;

    std::string_view key() const noexcept {
        const sizes found = read_sizes();
        return {at_ + found.key_offset, found.key};
    }
    std::string_view value() const noexcept {
        const sizes found = read_sizes();
        return {at_ + found.key_offset + found.key, found.value};
    }
    std::size_t size() const noexcept {
        const sizes found = read_sizes();
        return found.key_offset + found.key + found.value;
    }

    /// `value` may overlap the present one. Requires: it is not longer than the present one; what
    /// it leaves over is the caller's to fill.
    void overwrite(std::string_view value) noexcept;

  private:
    static constexpr unsigned char uses_mask = 3;
    static constexpr unsigned char tombstone_bit = 4;
    static constexpr unsigned char dead_bit = 8;
    static constexpr unsigned char time_bit = 16;
    static constexpr unsigned char wide_bit = 32;
    static constexpr unsigned char linked_bit = 64;
    // No entry: a tombstone has no time.
    static constexpr unsigned char hole = dead_bit | tombstone_bit | time_bit;

    static constexpr std::size_t fixed_size = 9;
    static constexpr std::size_t links_size = 16;
    static constexpr std::size_t ref_size = 5;

    struct sizes {
        std::size_t key;
        std::size_t value;
        std::size_t key_offset;
    };

    static std::size_t time_width(shared::unix_ms time) noexcept;
    unsigned char flags() const noexcept { return static_cast<unsigned char>(*at_); }
    void set_flags(unsigned flags) noexcept { *at_ = static_cast<char>(flags); }
    std::size_t time_room() const noexcept {
        if ((flags() & time_bit) == 0) return 0;
        return (flags() & wide_bit) != 0 ? 8 : 6;
    }
    std::size_t links_offset() const noexcept { return fixed_size + time_room(); }
    std::size_t sizes_offset() const noexcept {
        return links_offset() + ((flags() & linked_bit) != 0 ? links_size : 0);
    }
    sizes read_sizes() const noexcept {
        sizes found{};
        const char* next = read_size(at_ + sizes_offset(), found.key);
        next = read_size(next, found.value);
        found.key_offset = static_cast<std::size_t>(next - at_);
        return found;
    }
    static const char* read_size(const char* at, std::size_t& size) noexcept {
        size = static_cast<unsigned char>(*at) & 0x7FU;
        for (unsigned shift = 7; (static_cast<unsigned char>(*at++) & 0x80U) != 0; shift += 7) {
            size |= (static_cast<unsigned char>(*at) & 0x7FULL) << shift;
        }
        return at;
    }

    template <typename Number>
    Number load(std::size_t offset, std::size_t width = sizeof(Number)) const noexcept {
        Number number = 0;
        std::memcpy(&number, at_ + offset, width);
        return number;
    }

    char* at_ = nullptr;
};

}  // namespace backend
