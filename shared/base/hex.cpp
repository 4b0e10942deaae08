#include "shared/base/hex.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

namespace shared {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

}  // namespace

std::string to_hex(std::span<const std::uint8_t> bytes) {
    std::string text;
    text.reserve(2 * bytes.size());
    for (const auto byte : bytes) {
        text += hex_digits[byte >> 4U];
        text += hex_digits[byte & 15U];
    }
    return text;
}

bool is_hex(std::string_view text, std::size_t digits) noexcept {
    return text.size() == digits && text.find_first_not_of(hex_digits) == std::string_view::npos;
}

std::string random_hex(std::size_t bytes) {
    std::vector<std::uint8_t> drawn(bytes);
    if (::getentropy(drawn.data(), drawn.size()) != 0)
        throw std::system_error(errno, std::generic_category(), "no random numbers");
    return to_hex(drawn);
}

}  // namespace shared
