// What one slice of the hashes holds, told in few bytes: for comparing two stores
// (verification.hpp). A slice is one part in 16,384 of the low 32 bits of keys' hashes, whatever
// the shards. Pure; the locks of the store are held one after another.
#pragma once

#include "backend/store/store.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace backend {

using slice_number = std::uint32_t;
inline constexpr slice_number slices = 1U << 14U;

/// A live entry: which key, and a hash of its version, value and time of expiry.
struct key_print {
    std::uint64_t key;
    std::uint64_t content;

    friend auto operator<=>(const key_print&, const key_print&) = default;
};

/// The live entries of a slice, in their order.
std::vector<key_print> prints_of(store& data, slice_number slice, shared::unix_ms now);

/// A hash of them all.
std::uint64_t digest_of(const std::vector<key_print>& prints) noexcept;

/// How two sides differ in a slice, in keys.
struct difference {
    std::uint64_t content = 0;  // both have the key, with another version or value
    std::uint64_t here = 0;     // this side alone has it
    std::uint64_t there = 0;

    difference& operator+=(const difference& more) noexcept;
    std::uint64_t keys() const noexcept { return content + here + there; }
};

difference compare(const std::vector<key_print>& here, const std::vector<key_print>& there);

/// The bytes of a question, "does your slice have this digest too?", and of its answer: yes, or
/// what the slice has there. Of more than 50,000 entries there the rest is not told.
std::string slice_question(slice_number slice, std::uint64_t digest);
std::string answer_question(store& data, std::string_view question, shared::unix_ms now);

struct slice_answer {
    slice_number slice = slices;
    bool equal = false;
    std::vector<key_print> prints;  // if not
};

/// An answer of slice `slices` if the bytes are none.
slice_answer read_answer(std::string_view bytes);

inline constexpr std::size_t longest_answer = 1UL << 20U;

}  // namespace backend
