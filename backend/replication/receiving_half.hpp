// The partner's half of the link without its connection: applies its records to the store and
// answers its marks. Pure: bytes and time go in, answers come out. The link_receiver gives it a
// socket. Owned by that and touched by its thread, but for `retire`.
#pragma once

#include "backend/clock/clock_guard.hpp"
#include "backend/persist/record.hpp"
#include "backend/store/store.hpp"

#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace backend {

class receiving_half {
  public:
    struct hooks {
        std::function<void(shared::unix_ms)> on_exchanged;  // every entry has been applied
        std::function<void(version)> on_seen;  // everything up to that version has been applied
        std::function<void(version)> on_refused{};  // that version is too far ahead
    };

    /// `log`, if it is not null, is told what has changed. `link` is the partner's number for it.
    receiving_half(store& data, hybrid_clock& clock, clock_guard& guard, effect_sink* log,
                   std::uint64_t link, hooks callbacks)
        : data_(data),
          clock_(clock),
          guard_(guard),
          log_(log),
          link_(std::to_string(link)),
          hooks_(std::move(callbacks)) {}

    struct outcome {
        std::size_t taken = 0;     // bytes; the rest is the beginning of a record
        bool log_told = false;     // it must keep what it was told before the answers leave
        std::string_view problem;  // what is wrong with the next record; empty if nothing is
    };

    /// Applies the whole records of `bytes` and appends to `answers`. A record that `guard` refuses
    /// is a problem, and not applied.
    outcome on_bytes(std::string_view bytes, std::string& answers, shared::unix_ms now);

    /// Any thread: another link has taken this one's place, so what still comes here is out of
    /// date. Nothing of it is applied when this has returned.
    void retire() noexcept {
        const std::lock_guard lock(applying_);
        retired_ = true;
    }

  private:
    bool take(const effect& what, std::string& answers, shared::unix_ms now);

    store& data_;
    hybrid_clock& clock_;
    clock_guard& guard_;
    effect_sink* log_;
    const std::string link_;
    hooks hooks_;
    std::mutex applying_;
    bool retired_ = false;
};

}  // namespace backend
