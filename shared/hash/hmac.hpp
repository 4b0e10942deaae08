// HMAC with SHA-256 (RFC 2104, FIPS 180-4), through OpenSSL: proofs that somebody knows a secret.
// Any thread may call it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace shared {

using sha256_bytes = std::array<std::uint8_t, 32>;

/// The code for `bytes` under `key`, of any length each. Throws std::runtime_error if OpenSSL has
/// no SHA-256; if the first call succeeds, all do.
sha256_bytes hmac_sha256(std::string_view key, std::string_view bytes);

/// Whether both are the same. The time that it takes depends on the length alone, so nobody learns
/// from it how much of a guess was right.
bool equal_in_constant_time(std::string_view left, std::string_view right) noexcept;

}  // namespace shared
