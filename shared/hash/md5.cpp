#include "shared/hash/md5.hpp"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace shared {
namespace {

/// OpenSSL's algorithm and one context of each thread: to look for the one and to allocate the
/// other takes longer than to hash a key.
struct md5_engine {
    struct release {
        void operator()(EVP_MD* one) const noexcept { EVP_MD_free(one); }
        void operator()(EVP_MD_CTX* one) const noexcept { EVP_MD_CTX_free(one); }
    };
    std::unique_ptr<EVP_MD, release> algorithm{EVP_MD_fetch(nullptr, "MD5", nullptr)};
    std::unique_ptr<EVP_MD_CTX, release> context{EVP_MD_CTX_new()};
};

}  // namespace

md5_bytes md5_digest(std::string_view bytes) {
    thread_local const md5_engine engine;
    md5_bytes digest{};
    auto* const context = engine.context.get();
    if (engine.algorithm == nullptr || context == nullptr ||
        EVP_DigestInit_ex2(context, engine.algorithm.get(), nullptr) != 1 ||
        EVP_DigestUpdate(context, bytes.data(), bytes.size()) != 1 ||
        EVP_DigestFinal_ex(context, digest.data(), nullptr) != 1)
        throw std::runtime_error("this OpenSSL gives no MD5");
    return digest;
}

}  // namespace shared
