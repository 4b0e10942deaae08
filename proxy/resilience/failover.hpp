// Who answers for a backend that is down, and what becomes of a request that was under way. Pure.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

namespace proxy {

enum class backend_status : std::uint8_t {
    down,         // does not answer
    catching_up,  // answers, but has not yet all that its partner has
    returning,    // has it all, and takes its keys back a few at a time
    ready,
};

inline constexpr std::size_t nobody = std::numeric_limits<std::size_t>::max();

/// The backend that serves keys whose home is `home`: home if ready, else its partner if that
/// is ready or returning, else whichever of the two is further on, home first. (Of a home that is
/// returning some keys are home already: see router::serve.) `nobody` if neither does. The ring
/// never changes, so no other key moves. `partner` is `nobody` for a backend without one.
std::size_t serve_by(std::size_t home, std::size_t partner,
                     std::span<const backend_status> statuses) noexcept;

/// How a request failed at a backend.
enum class failure : std::uint8_t {
    not_sent,    // no byte of it left: the connection could not be made, or broke before
    loading,     // the backend has not read its data yet, so nothing was done
    lost,        // the connection broke before the reply came
    timed_out,   // no reply within the request's deadline
    malformed,   // the backend sent what is no reply
    not_spared,  // lost, and the budget of second tries has nothing left
};

/// True if the request may be sent once more, to another backend or over another connection,
/// without being applied twice.
bool may_retry(failure what, bool idempotent, unsigned attempts) noexcept;

/// The error text for a client whose request failed for good at `backend`, without the leading '-'.
std::string failure_text(failure what, bool idempotent, std::string_view backend,
                         std::chrono::microseconds deadline);

/// The error text for a key that nobody can serve.
std::string unavailable_text(std::string_view home);

}  // namespace proxy
