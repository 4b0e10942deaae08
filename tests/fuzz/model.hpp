// What commands are answered: by the fake backends, which make every reply out of the request's own
// words, so that a reply to another request is seen, and so by the proxy to its client. Pure.
#pragma once

#include "tests/fuzz/reference.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

inline constexpr std::size_t number_of_backends = 2;

/// A backend's reply to one request, RESP2. A command that it does not know gets an error.
std::string backend_reply(const words& request);

/// Whether `answer` can be the reply to `request`. An error can always.
bool fits(const words& request, const reply& answer);

/// The same, by its type alone: not what an array is made of.
bool has_type(const words& request, const reply& answer);

/// Which of RESP's versions a client has chosen, if that can be told.
enum class version { resp2, resp3, either };

struct client {
    version speaks = version::resp2;
    bool closing = false;  // the server answers what came before, and nothing more
};

/// What a client gets for one request.
struct expectation {
    enum class kind {
        nothing,
        one_of,     // one of `texts`, byte by byte
        any_reply,  // whatever it is, but one whole reply: the model does not go into it
    };

    kind what = kind::one_of;
    std::vector<std::string> texts;
};

/// The proxy's reply to `request`; `who` changes as the proxy's client does.
expectation expected_reply(const words& request, client& who);

/// `text` in lower case (ASCII).
std::string lower(std::string_view text);

}  // namespace fuzz
