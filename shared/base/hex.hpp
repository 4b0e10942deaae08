// Bytes as hexadecimal digits, and numbers that nobody can guess. Any thread may call it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace shared {

/// Two lower-case digits for each byte.
std::string to_hex(std::span<const std::uint8_t> bytes);

/// True for `digits` lower-case hexadecimal digits and nothing else.
bool is_hex(std::string_view text, std::size_t digits) noexcept;

/// So many bytes from the system's generator for cryptography, as digits. Requires: 256 at most.
/// Throws std::system_error where the system has none.
std::string random_hex(std::size_t bytes);

}  // namespace shared
