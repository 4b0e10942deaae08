// MD5 (RFC 1321), through OpenSSL: for placements that other programs have made with it, never to
// protect anything. Any thread may call it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace shared {

using md5_bytes = std::array<std::uint8_t, 16>;

/// The digest, in the order in which it is written. Throws std::runtime_error if OpenSSL has no
/// MD5, as where only what FIPS approves may be used; if the first call succeeds, all do.
md5_bytes md5_digest(std::string_view bytes);

}  // namespace shared
