// Who waits until the partner has applied what was changed here. Pure: time is an argument. Owned
// by the link_sender, touched by its thread alone.
//
// A mark goes to the partner behind the changes; when it has been seen, so have they. Two things
// are not behind a mark that was sent over this link: what was changed before the link opened,
// which the exchange brings, and what was on its way over a link that was lost, likewise. Both are
// there when the mark that ends the exchange has been seen.
#pragma once

#include "backend/clock/version.hpp"
#include "shared/base/clock.hpp"

#include <cstddef>
#include <functional>
#include <limits>
#include <list>
#include <optional>

namespace backend {

/// True: the partner has it. False: nobody knows.
using acknowledgement = std::function<void(bool confirmed)>;

struct awaited_change {
    /// Everything that is waited for is newer. The default: made while the link was up, or of no
    /// interest if not.
    version after = std::numeric_limits<version>::max();
    /// Until when to wait, over a loss of the link too unless `unless_lost`. None: until the link
    /// is lost.
    std::optional<shared::steady_time> until{};
    /// Not worth waiting for where no process is at the partner's port.
    bool unless_gone = false;
    /// Not worth waiting for without a link.
    bool unless_lost = false;

    bool needs_link() const noexcept { return unless_lost || !until; }
};

class acknowledgements {
  public:
    /// `mark`: of the mark that was sent behind the changes; 0: there is no link. `then` is called
    /// once, by one of the other methods, and must not call back.
    void wait(const awaited_change& what, version mark, acknowledgement then);

    /// A link is open: what is newer than `opened` is sent over it as it happens.
    void on_opened(version opened) noexcept;

    /// The mark that ends the exchange was sent.
    void on_exchanged(version mark) noexcept;

    /// The partner has answered that mark.
    void on_seen(version mark);

    void on_lost();

    /// The partner's port has refused a connection.
    void on_gone();

    /// Gives up those whose time is over.
    void expire(shared::steady_time now);

    /// True if somebody's time can come to an end.
    bool timed() const noexcept { return timed_ != 0; }

  private:
    struct waiter {
        awaited_change what;
        version mark;
        acknowledgement then;
    };

    template <typename Condition>
    void release(bool confirmed, Condition condition);

    std::list<waiter> waiters_;
    std::size_t timed_ = 0;
    version opened_ = std::numeric_limits<version>::max();
    version exchanged_ = 0;  // 0: the exchange goes on
};

}  // namespace backend
