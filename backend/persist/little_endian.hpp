// Numbers as bytes, the lowest first: what records and headers of files are made of. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace backend {

/// Writes a number to `at`, and moves it on. Requires: there is room.
template <typename Unsigned>
void put_number(char*& at, Unsigned number) noexcept {
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
        *at++ = static_cast<char>(number >> (8 * i));
    }
}

template <typename Unsigned>
void append_number(std::string& out, Unsigned number) {
    char bytes[sizeof(Unsigned)];
    char* at = bytes;
    put_number(at, number);
    out.append(bytes, sizeof bytes);
}

/// Takes a number off the front of `input`. Requires: it is long enough.
template <typename Unsigned>
Unsigned take_number(std::string_view& input) noexcept {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
        number |= static_cast<std::uint64_t>(static_cast<unsigned char>(input[i])) << (8 * i);
    }
    input.remove_prefix(sizeof(Unsigned));
    return static_cast<Unsigned>(number);
}

}  // namespace backend
