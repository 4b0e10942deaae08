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

/// The first eight bytes of the MD5 digest, as a little-endian number; its low half is what
/// twemproxy takes. Requires: `hash_for(hash_kind::md5)` has succeeded.
std::uint64_t md5(std::string_view bytes) noexcept;

/// twemproxy's `fnv1a_64` (src/hashkit/nc_fnv.c): the 64-bit constants cut to 32 bits, so the
/// offset is 0x84222325 and the prime 0x1B3, and a byte from 0x80 up counts as a negative number.
std::uint64_t twemproxy_fnv1a_64(std::string_view bytes) noexcept;

/// twemproxy's and libmemcached's `crc32` (src/hashkit/nc_crc32.c): 15 bits, bits 16 to 30 of
/// CRC-32.
std::uint64_t twemproxy_crc32(std::string_view bytes) noexcept;

enum class hash_kind { xxh3, fnv1a_64, crc32, crc32a, md5 };

/// Whose functions the names stand for. They differ in `fnv1a_64` and in `crc32`; twemproxy's
/// `crc32a` is CRC-32 in full. All of twemproxy's are the low 32 bits.
enum class hash_dialect { standard, twemproxy };

using hash_function = std::uint64_t (*)(std::string_view) noexcept;

/// The kind with this name in the configuration, "xxh3", "fnv1a_64", "crc32", "crc32a" or "md5";
/// case matters.
std::optional<hash_kind> hash_kind_from(std::string_view name) noexcept;

/// The name that `hash_kind_from` reads back.
std::string_view name_of(hash_kind kind) noexcept;

/// Never null. Throws std::runtime_error for md5 if OpenSSL has none.
hash_function hash_for(hash_kind kind, hash_dialect dialect = hash_dialect::standard);

}  // namespace shared
