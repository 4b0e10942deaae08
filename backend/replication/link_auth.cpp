#include "backend/replication/link_auth.hpp"

#include "shared/base/hex.hpp"
#include "shared/hash/hmac.hpp"
#include "shared/resp/encoder.hpp"

#include <array>
#include <initializer_list>

namespace backend {
namespace {

constexpr std::string_view hello_word = "+HELLO ";
constexpr std::string_view line_end = "\r\n";
constexpr std::string_view role_of_dialler = "ringway link 1 dialler";
constexpr std::string_view role_of_listener = "ringway link 1 listener";

std::string code_of(std::string_view secret, std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const auto part : parts) text.append(std::to_string(part.size())).append(":").append(part);
    return shared::to_hex(shared::hmac_sha256(secret, text));
}

}  // namespace

bool is_nonce(std::string_view text) noexcept {
    return shared::is_hex(text, 2 * nonce_bytes);
}

std::string hello_request(std::string_view nonce) {
    std::string request;
    const std::array<std::string_view, 3> words{"PARTNER", "HELLO", nonce};
    shared::append_request(request, words);
    return request;
}

std::string hello_answer(std::string_view nonce) {
    return std::string(hello_word).append(nonce).append(line_end);
}

std::optional<std::string> read_hello_answer(std::string_view line) {
    if (line.ends_with(line_end)) line.remove_suffix(line_end.size());
    if (!line.starts_with(hello_word)) return std::nullopt;
    line.remove_prefix(hello_word.size());
    return is_nonce(line) ? std::optional<std::string>(line) : std::nullopt;
}

std::string dialler_proof(std::string_view secret, const link_nonces& nonces,
                          std::string_view request) {
    return code_of(secret, {role_of_dialler, nonces.dialler, nonces.listener, request});
}

std::string listener_proof(std::string_view secret, const link_nonces& nonces,
                           std::string_view request, std::string_view answer) {
    return code_of(secret, {role_of_listener, nonces.dialler, nonces.listener, request, answer});
}

std::string with_proof(std::string_view answer, std::string_view proof) {
    answer.remove_suffix(line_end.size());
    return std::string(answer).append(" ").append(proof).append(line_end);
}

proved_answer split_proof(std::string_view line) {
    const auto blank = line.rfind(' ');
    if (!line.ends_with(line_end) || blank == std::string_view::npos)
        return {std::string(line), {}};
    const auto proof = line.substr(blank + 1, line.size() - line_end.size() - blank - 1);
    return {std::string(line.substr(0, blank)).append(line_end), std::string(proof)};
}

std::string refuses_hello(std::string_view secret, std::string_view nonce) {
    if (secret.empty())
        return "NOAUTH the partner has a secret and this backend has none: give both the same, "
               "secret in [partner]";
    if (!is_nonce(nonce)) return "ERR PARTNER HELLO takes a nonce of 64 hexadecimal digits";
    return {};
}

std::string refuses_dialler(std::string_view secret, const link_nonces* nonces,
                            std::string_view request, std::string_view proof) {
    if (secret.empty()) return {};
    if (nonces == nullptr)
        return "NOAUTH this backend has a secret and the partner has none: give both the same, "
               "secret in [partner]";
    if (!shared::equal_in_constant_time(proof, dialler_proof(secret, *nonces, request)))
        return "NOAUTH the partner's secret is another than this backend's: give both the same, "
               "secret in [partner]";
    return {};
}

}  // namespace backend
