// Hashes of keys: pure functions of the bytes, the same on every machine and in every release.
// Any thread may call them. None resists an attacker who chooses the keys.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace shared {

/// XXH3, 64 bits, seed 0 (Yann Collet, xxHash 0.8). The default: fast, and every bit is well mixed.
std::uint64_t xxh3(std::string_view bytes) noexcept;

/// FNV-1a, 64 bits (Fowler, Noll, Vo; RFC 9923). One multiplication for each byte: for short keys.
std::uint64_t fnv1a_64(std::string_view bytes) noexcept;

/// CRC-32 of IEEE 802.3 as zlib's `crc32`: polynomial 0x04C11DB7 reflected, start and end inverted.
/// The upper half of the result is 0, so whoever places by it must not take the high bits alone.
std::uint64_t crc32(std::string_view bytes) noexcept;

enum class hash_kind { xxh3, fnv1a_64, crc32 };

using hash_function = std::uint64_t (*)(std::string_view) noexcept;

/// The kind with this name in the configuration, "xxh3", "fnv1a_64" or "crc32"; case matters.
std::optional<hash_kind> hash_kind_from(std::string_view name) noexcept;

/// The name that `hash_kind_from` reads back.
std::string_view name_of(hash_kind kind) noexcept;

/// Never null.
hash_function hash_for(hash_kind kind) noexcept;

}  // namespace shared
