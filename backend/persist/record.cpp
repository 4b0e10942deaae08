#include "backend/persist/record.hpp"

#include "backend/persist/little_endian.hpp"
#include "shared/hash/hash.hpp"

#include <array>

namespace backend {
namespace {

constexpr std::size_t length_size = 4;
constexpr std::size_t checksum_size = 4;
constexpr std::size_t fields_size = 1 + 8 + 8 + 4;  // kind, version, expires_at, key size
constexpr std::size_t shortest_length = checksum_size + fields_size;
static_assert(record_header_size == length_size + shortest_length);

std::uint32_t checksum_of(std::string_view bytes) noexcept {
    return static_cast<std::uint32_t>(shared::xxh3(bytes));
}

bool is_kind(std::uint8_t number) noexcept {
    return number >= static_cast<std::uint8_t>(effect_kind::set) &&
           number <= static_cast<std::uint8_t>(effect_kind::mark);
}

}  // namespace

void append_record(std::string& out, const effect& what) {
    std::array<char, record_header_size> header;
    char* at = header.data();
    put_number(at,
               static_cast<std::uint32_t>(shortest_length + what.key.size() + what.value.size()));
    put_number(at, std::uint32_t{0});
    put_number(at, static_cast<std::uint8_t>(what.kind));
    put_number(at, what.stamp);
    put_number(at, static_cast<std::uint64_t>(what.expires_at));
    put_number(at, static_cast<std::uint32_t>(what.key.size()));
    const std::size_t begin = out.size();
    out.append(header.data(), header.size());
    out += what.key;
    out += what.value;
    // Only now do the covered bytes lie side by side.
    constexpr std::size_t uncovered = length_size + checksum_size;
    char* checksum_at = out.data() + begin + length_size;
    put_number(checksum_at, checksum_of(std::string_view(out).substr(begin + uncovered)));
}

shared::result<decoded_record> read_record(std::string_view input, std::size_t longest) {
    if (input.size() < length_size) return shared::errc::record_incomplete;
    const std::size_t length = take_number<std::uint32_t>(input);
    if (length < shortest_length || length > longest) return shared::errc::record_corrupt;
    if (input.size() < length) return shared::errc::record_incomplete;
    std::string_view rest = input.substr(0, length);
    const auto checksum = take_number<std::uint32_t>(rest);
    if (checksum != checksum_of(rest)) return shared::errc::record_corrupt;
    const auto kind = take_number<std::uint8_t>(rest);
    if (!is_kind(kind)) return shared::errc::record_corrupt;
    effect what{.kind = static_cast<effect_kind>(kind)};
    what.stamp = take_number<version>(rest);
    what.expires_at = static_cast<shared::unix_ms>(take_number<std::uint64_t>(rest));
    const std::size_t key_size = take_number<std::uint32_t>(rest);
    if (key_size > rest.size()) return shared::errc::record_corrupt;
    what.key = rest.substr(0, key_size);
    what.value = rest.substr(key_size);
    return decoded_record{what, length_size + length};
}

bool may_begin_record(std::string_view input, std::size_t room) noexcept {
    constexpr std::size_t key_size_at = length_size + checksum_size + 1 + 8 + 8;
    if (input.size() < record_header_size) return false;
    if (!is_kind(static_cast<std::uint8_t>(input[length_size + checksum_size]))) return false;
    std::string_view rest = input.substr(key_size_at);
    const std::size_t key_size = take_number<std::uint32_t>(rest);
    const std::size_t length = take_number<std::uint32_t>(input);
    return length >= shortest_length && length + length_size <= room &&
           key_size <= length - shortest_length;
}

}  // namespace backend
