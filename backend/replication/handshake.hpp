// The first words between partners, and what follows from them. Pure.
//
// Each side dials the other and sends its records over the connection that it made: one connection
// for each direction.
//
//   dialler:  PARTNER LINK <format> <introduction>   a command like any, on the same port
//   listener: +LINK <introduction>                   or an error: no link
//   dialler:  records: what the listener lacks, then the mark "exchanged", then each change as it
//             happens; the mark "alive" at short intervals
//   listener: a mark "seen" for each mark, which it names: all that was sent before has been
//             applied. Its own version is the listener's clock: newer than all that it has written
//   dialler:  now and then marks "verify", which the listener answers with marks "verified"
//             (slice_digest.hpp)
//
// An introduction is eight words:
//   name
//   seen      the newest version that a side knows it has seen of the other's; 0: none yet
//   floor     versions of deletes below it may have been forgotten
//   run       a number that this life of the process has drawn
//   seen-run  the run of the other side that `seen` was seen of; 0: not known any more
//   link      the dialler's number for the connection, which the mark "exchanged" names: what is
//             kept of an earlier link may hold such a mark, too. The listener's is 0
//   id        who a side is, whatever it is called (persist/identity); "-": nobody will know later
//   paired    the id of the only partner that a side takes; "-": any
// With a shared secret there are words before and behind these: link_auth.hpp.
#pragma once

#include "backend/clock/version.hpp"
#include "backend/persist/identity.hpp"
#include "backend/persist/record.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace backend {

struct introduction {
    std::string name;
    version seen = 0;
    version floor = 0;
    std::uint64_t run = 0;
    std::uint64_t seen_run = 0;
    std::uint64_t link = 0;
    std::string id{passing_id};
    std::string paired{passing_id};
};

inline constexpr std::string_view mark_exchanged = "exchanged";
inline constexpr std::string_view mark_alive = "alive";
inline constexpr std::string_view mark_seen = "seen";
inline constexpr std::string_view mark_verify = "verify";      // dialler: asks about a slice
inline constexpr std::string_view mark_verified = "verified";  // listener: the answer

/// The request that opens a link, RESP; where there is a secret, with a `proof` behind (link_auth).
std::string link_request(const introduction& self, std::string_view proof = {});

/// Reads the words behind PARTNER LINK. An error text for the other side if they are wrong or of
/// another format.
struct link_offer {
    std::optional<introduction> partner;
    std::string error;
};
link_offer read_link_request(std::span<const std::string_view> words);

/// The answer that accepts a link, RESP, and what it says.
std::string link_answer(const introduction& self);
std::optional<introduction> read_link_answer(std::string_view line);

/// The mark that answers `mark`, and the version of the mark that a "seen" answers; nothing if it
/// is none.
void append_seen(std::string& out, version mark, version own_clock);
std::optional<version> seen_mark(const effect& what) noexcept;

/// The side of the pair that `self` is: the names decide, so that both come to the same result.
/// Requires: the names differ.
unsigned side_by_name(std::string_view self, std::string_view partner) noexcept;

/// What the partner lacks of what we have.
enum class missing : std::uint8_t {
    everything,
    newer,    // what is newer than `since`, whoever has written it
    unheard,  // what we had not heard to have arrived, when the last link was lost
};
struct resumption {
    missing what = missing::everything;
    version since = 0;
};

/// What `self` knows of the time before a link.
struct past_link {
    version born = 0;               // every version that this life has given is newer
    std::uint64_t partner_run = 0;  // of the last link; 0: there was none
    version kept_since = 0;  // all records behind the mark of that version are kept; 0: none are
};

/// Where to begin with a partner that has answered `partner` to `self`.
///
/// Everything, unless the partner tells what it has: all that was queued before the mark `seen`. If
/// both have lived since, what is kept behind that mark is all that it lacks, unless it may have
/// forgotten deletes of that time. Otherwise one of
/// them has been restarted. With a log it may have lost the last of what it wrote itself: so it
/// gets what is newer, of both sides; unless our own versions may not be newer, as our clock was
/// set back between two lives.
resumption resume(const introduction& self, const introduction& partner,
                  const past_link& past) noexcept;

/// The version below which `self` must drop its entries before it takes the partner's: it was away
/// for longer than the partner remembers deletes, so what the partner does not send may have been
/// deleted there. 0: nothing. If both were away too long for each other, side 0 keeps its entries;
/// but a partner that has seen nothing since it started makes nobody drop anything.
version outdated_below(const introduction& self, const introduction& partner) noexcept;

}  // namespace backend
