#include "proxy/resilience/failover.hpp"

#include "shared/base/units.hpp"

#include <initializer_list>

namespace proxy {
namespace {

/// A request is sent twice at the most: the second time to the partner, or over a new connection.
constexpr unsigned most_attempts = 2;

}  // namespace

std::size_t serve_by(std::size_t home, std::size_t partner,
                     std::span<const backend_status> statuses) noexcept {
    if (statuses[home] >= backend_status::ready) return home;
    for (const auto least : {backend_status::returning, backend_status::catching_up}) {
        if (partner != nobody && statuses[partner] >= least &&
            (least == backend_status::returning || statuses[home] < least))
            return partner;
        if (statuses[home] >= least) return home;
    }
    return nobody;
}

bool may_retry(failure what, bool idempotent, unsigned attempts) noexcept {
    // One more where the last attempt ended before it began: a backend asked again is known to be
    // down by that, and there may be a partner.
    if (attempts >= most_attempts + (what == failure::not_sent ? 1U : 0U)) return false;
    // A deadline that has passed leaves no time for a second try, and a request that draws what is
    // no reply from one backend may do so from the next.
    const bool undone = what == failure::not_sent || what == failure::loading;
    return undone || (idempotent && what == failure::lost);
}

std::string failure_text(failure what, bool idempotent, std::string_view backend,
                         std::chrono::microseconds deadline) {
    const std::string name = "'" + std::string(backend) + "'";
    const std::string_view doubt =
        idempotent ? "" : "; the command may or may not have been applied";
    const std::string word = idempotent ? "UNAVAILABLE " : "UNKNOWN ";
    switch (what) {
        case failure::not_sent:
            return unavailable_text(backend);
        case failure::loading:
            return "LOADING backend " + name + " is loading its data, and no partner can answer";
        case failure::lost:
            return word + "connection to backend " + name + " was lost" + std::string(doubt);
        case failure::not_spared:
            return word + "connection to backend " + name + " was lost" +
                   ", and too many requests are sent again already";
        case failure::malformed:
            return word + "backend " + name + " broke the protocol" + std::string(doubt);
        case failure::timed_out:
            break;
    }
    return "TIMEOUT backend " + name + " did not answer within " +
           shared::format_duration(deadline) + std::string(doubt);
}

std::string unavailable_text(std::string_view home) {
    return "UNAVAILABLE backend '" + std::string(home) +
           "' is down and no partner can answer for it";
}

}  // namespace proxy
