#include "proxy/health/probe_state.hpp"

namespace proxy {
namespace {

constexpr backend_status status_after(probe_outcome outcome) noexcept {
    switch (outcome) {
        case probe_outcome::failed:
            return backend_status::down;
        case probe_outcome::catching_up:
            return backend_status::catching_up;
        case probe_outcome::ready:
            break;
    }
    return backend_status::ready;
}

}  // namespace

backend_status probe_state::on_probe(probe_outcome outcome) noexcept {
    const auto seen = status_after(outcome);
    const bool is_up = status_ != backend_status::down;
    const bool seen_up = seen != backend_status::down;
    if (!known_ || (is_up && seen_up)) {
        // Whether it has caught up is its own word, to be believed at once.
        known_ = true;
        row_ = 0;
        return status_ = seen;
    }
    if (is_up == seen_up) {
        row_ = 0;
        return status_;
    }
    if (++row_ >= (is_up ? fall_ : rise_)) {
        row_ = 0;
        status_ = seen;
    }
    return status_;
}

backend_status probe_state::on_refused() noexcept {
    known_ = true;
    row_ = 0;
    return status_ = backend_status::down;
}

}  // namespace proxy
