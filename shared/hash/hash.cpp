#include "shared/hash/hash.hpp"

#include "shared/hash/md5.hpp"

// Inlined into this file: for keys of a few bytes the call into the library costs as much as the
// hash.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace shared {
namespace {

constexpr std::uint64_t fnv_offset_basis = 0xCBF29CE484222325;
constexpr std::uint64_t fnv_prime = 0x100000001B3;

constexpr std::uint32_t crc32_reflected_polynomial = 0xEDB88320;

// Entry i is the remainder of the byte i: eight steps of the bitwise division at once.
constexpr std::array<std::uint32_t, 256> crc32_remainders = [] {
    std::array<std::uint32_t, 256> remainders{};
    for (std::uint32_t byte = 0; byte < remainders.size(); ++byte) {
        std::uint32_t remainder = byte;
        for (int bit = 0; bit < 8; ++bit) {
            const bool carry = (remainder & 1U) != 0;
            remainder = (remainder >> 1U) ^ (carry ? crc32_reflected_polynomial : 0U);
        }
        remainders[byte] = remainder;
    }
    return remainders;
}();

struct hash_entry {
    hash_kind kind;
    std::string_view name;
    hash_function standard;
    hash_function twemproxy;
};

// In the order of `hash_kind`, which is the index.
constexpr std::array<hash_entry, 5> hashes{{
    {hash_kind::xxh3, "xxh3", &xxh3, &xxh3},
    {hash_kind::fnv1a_64, "fnv1a_64", &fnv1a_64, &twemproxy_fnv1a_64},
    {hash_kind::crc32, "crc32", &crc32, &twemproxy_crc32},
    {hash_kind::crc32a, "crc32a", &crc32, &crc32},
    {hash_kind::md5, "md5", &md5, &md5},
}};

const hash_entry& entry_of(hash_kind kind) noexcept {
    return hashes[static_cast<std::size_t>(kind)];
}

}  // namespace

std::uint64_t xxh3(std::string_view bytes) noexcept {
    return XXH3_64bits(bytes.data(), bytes.size());
}

std::uint64_t fnv1a_64(std::string_view bytes) noexcept {
    std::uint64_t hash = fnv_offset_basis;
    for (const char byte : bytes) {
        hash ^= static_cast<unsigned char>(byte);
        hash *= fnv_prime;
    }
    return hash;
}

std::uint64_t crc32(std::string_view bytes) noexcept {
    std::uint32_t remainder = ~0U;
    for (const char byte : bytes) {
        const auto index = (remainder ^ static_cast<unsigned char>(byte)) & 0xFFU;
        remainder = (remainder >> 8U) ^ crc32_remainders[index];
    }
    return ~remainder;
}

std::uint64_t md5(std::string_view bytes) noexcept {
    const auto digest = md5_digest(bytes);
    std::uint64_t number = 0;
    for (std::size_t i = 8; i-- > 0;) number = number << 8U | digest[i];
    return number;
}

std::uint64_t twemproxy_fnv1a_64(std::string_view bytes) noexcept {
    auto hash = static_cast<std::uint32_t>(fnv_offset_basis);
    for (const char byte : bytes) {
        hash ^= static_cast<std::uint32_t>(static_cast<signed char>(byte));
        hash *= static_cast<std::uint32_t>(fnv_prime);
    }
    return hash;
}

std::uint64_t twemproxy_crc32(std::string_view bytes) noexcept {
    return (crc32(bytes) >> 16U) & 0x7FFFU;
}

std::optional<hash_kind> hash_kind_from(std::string_view name) noexcept {
    const auto found = std::ranges::find(hashes, name, &hash_entry::name);
    if (found == hashes.end()) return std::nullopt;
    return found->kind;
}

std::string_view name_of(hash_kind kind) noexcept {
    return entry_of(kind).name;
}

hash_function hash_for(hash_kind kind, hash_dialect dialect) {
    if (kind == hash_kind::md5) (void)md5_digest({});
    const auto& entry = entry_of(kind);
    return dialect == hash_dialect::twemproxy ? entry.twemproxy : entry.standard;
}

}  // namespace shared
