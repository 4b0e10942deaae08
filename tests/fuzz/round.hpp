// A round with hostile backends: some requests of one client, what each backend's connection
// answered, byte by byte, and so what the client may get. Pure.
//
// RESP has no numbers for requests: the n-th reply on a connection belongs to the n-th request,
// whatever it says, until the bytes are no reply, or no reply that the request can have. From there
// on nothing on that connection can be trusted, and the requests that wait there are answered with
// errors. So a reply that is spoiled and still sound is the client's; one that belongs to another
// request is not.
#pragma once

#include "tests/fuzz/model.hpp"
#include "tests/fuzz/reference.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

/// How closely the proxy looks at a backend's reply.
enum class scrutiny {
    types_and_counts,  // MGET of three keys is answered with three values
    types,             // with an array
    form,              // with what is a reply at all
};

inline constexpr scrutiny all_scrutinies[] = {scrutiny::types_and_counts, scrutiny::types,
                                              scrutiny::form};

/// What is under way on one connection, and what came back.
struct link_story {
    std::vector<words> requests;
    std::string answer;  // all bytes that the backend sent
    bool ended = false;  // and then it ended the connection
};

/// What a link's answer amounts to.
struct link_reading {
    enum class ending {
        complete,    // one reply for each request
        extra,       // and something behind them
        broken,      // what is no reply, from request `replies.size()` on
        incomplete,  // nothing more came
    };
    std::vector<reply> replies;
    ending end = ending::complete;

    /// True if the proxy must close the connection.
    bool must_close() const noexcept { return end == ending::extra || end == ending::broken; }
};

link_reading read_link(const link_story& story, scrutiny how);

/// Whether the client's replies are what the links' answers make of its requests: what is wrong, or
/// an empty text. There may be fewer replies than requests. `slow`: the round took so long that any
/// request may have timed out.
std::string check_round(const std::vector<words>& requests, const std::vector<link_story>& links,
                        const std::vector<reply>& replies, scrutiny how, bool slow);

/// The keys of a request of `make_plain_request`.
std::vector<std::string> keys_of(const words& request);

/// True if a request may be sent twice.
bool may_repeat(const words& request);

}  // namespace fuzz
