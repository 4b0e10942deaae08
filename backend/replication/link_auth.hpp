// How partners with a shared secret prove to each other that they know it, before the first word
// of data: challenge and response with HMAC-SHA-256. Pure: the nonces are drawn by the caller.
//
//   dialler:  PARTNER HELLO <nonce>
//   listener: +HELLO <nonce>
//   dialler:  PARTNER LINK <format> <introduction> <proof>
//   listener: +LINK <introduction> <proof>
//
// What each code is of, every part with its length before it:
//   the dialler's   role, both nonces, its request without the proof
//   the listener's  role, both nonces, that request, its answer without the proof
//
// So a proof of one connection is worth nothing for another, one's own proof nothing as the
// other's, and no word of either introduction can be altered. It is the beginning of a link that
// is proved: who can alter the bytes of a connection on their way can still alter records.
// After ISO/IEC 9798-4, mutual authentication with nonces in three passes. The listener tells
// nothing that a guess of the secret could be tried on before the dialler has proved itself.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace backend {

inline constexpr std::size_t nonce_bytes = 32;

/// Numbers used once, as hexadecimal digits: what each side of one connection has drawn for it.
struct link_nonces {
    std::string dialler;
    std::string listener;
};

bool is_nonce(std::string_view text) noexcept;

/// The request and the answer, RESP.
std::string hello_request(std::string_view nonce);
std::string hello_answer(std::string_view nonce);

/// The nonce of an answer's line; nothing if it is none.
std::optional<std::string> read_hello_answer(std::string_view line);

/// `request` and `answer` are what `link_request` and `link_answer` give.
std::string dialler_proof(std::string_view secret, const link_nonces& nonces,
                          std::string_view request);
std::string listener_proof(std::string_view secret, const link_nonces& nonces,
                           std::string_view request, std::string_view answer);

/// An answer with the proof as its last word, and the two apart again. Of a line without a word
/// that could be one, all is the answer.
std::string with_proof(std::string_view answer, std::string_view proof);
struct proved_answer {
    std::string answer;
    std::string proof;
};
proved_answer split_proof(std::string_view line);

/// Why a listener refuses PARTNER HELLO: an error text; empty if it does not.
std::string refuses_hello(std::string_view secret, std::string_view nonce);

/// Why a listener refuses a dialler; empty if it does not. `secret` is empty where there is none,
/// `nonces` null if nobody has said PARTNER HELLO over the connection.
std::string refuses_dialler(std::string_view secret, const link_nonces* nonces,
                            std::string_view request, std::string_view proof);

}  // namespace backend
