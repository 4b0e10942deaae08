#include "shared/hash/hmac.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace shared {

sha256_bytes hmac_sha256(std::string_view key, std::string_view bytes) {
    sha256_bytes code{};
    unsigned size = 0;
    const auto* const begin = reinterpret_cast<const unsigned char*>(bytes.data());
    if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), begin, bytes.size(),
             code.data(), &size) == nullptr ||
        size != code.size())
        throw std::runtime_error("this OpenSSL gives no HMAC with SHA-256");
    return code;
}

bool equal_in_constant_time(std::string_view left, std::string_view right) noexcept {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace shared
