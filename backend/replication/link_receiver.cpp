#include "backend/replication/link_receiver.hpp"

#include "backend/replication/handshake.hpp"

namespace backend {
link_receiver::link_receiver(shared::worker& owner, shared::socket connection,
                             std::string_view answer, store& data, hybrid_clock& clock,
                             std::chrono::microseconds timeout, clock_guard& guard, hooks callbacks,
                             link_log log)
    : owner_(owner),
      socket_(std::move(connection)),
      data_(data),
      clock_(clock),
      timeout_(timeout),
      guard_(guard),
      hooks_(std::move(callbacks)),
      log_(log),
      deadline_(owner.context()) {
    out_.tail() += answer;
    owner_.events().add(socket_.descriptor(), *this);
    owner_.events().at_end_of_turn(*this, shared::turn_phase::first);
    watch();
}

link_receiver::~link_receiver() {
    if (!lost_) owner_.events().remove(socket_.descriptor(), *this);
    owner_.events().cancel(*this);
}

void link_receiver::on_io(shared::io_events events) {
    hangup_ = hangup_ || events.hangup;
    if (events.writable && write_blocked_) {
        write_blocked_ = false;
        owner_.events().at_end_of_turn(*this, shared::turn_phase::first);
    }
    if (events.readable && !lost_) read();
}

void link_receiver::at_end_of_turn() {
    while (!lost_ && !write_blocked_ && !out_.empty()) {
        const auto sent = socket_.write_some(out_.front());
        if (sent.closed) return lose("the connection broke");
        write_blocked_ = sent.would_block;
        out_.consume(sent.size);
    }
}

void link_receiver::read() {
    const auto got = in_.read(socket_, owner_.scratch(), 1);
    if (got.closed) return lose("the partner closed the connection");
    heard_ = true;
    std::size_t taken = 0;
    if (const auto problem = apply(in_.bytes(), taken); !problem.empty())
        return lose("the partner sent a record that is " + std::string(problem));
    in_.use(taken, 1);
    if (got.more || hangup_) owner_.events().again(*this);
}

/// What is wrong with a record; empty if nothing is.
std::string_view link_receiver::apply(std::string_view bytes, std::size_t& taken) {
    for (;;) {
        const auto next = read_record(bytes.substr(taken), longest_record);
        if (!next) return next.error() == shared::errc::record_incomplete ? "" : "corrupt";
        if (guard_.refuses(next->what.stamp, shared::unix_now())) {
            if (hooks_.on_refused) hooks_.on_refused(next->what.stamp);
            return "from the future";
        }
        taken += next->size;
        take(next->what);
    }
}

void link_receiver::take(const effect& what) {
    if (retired_) return;
    if (what.kind != effect_kind::mark) {
        const bool changed = data_.merge(what, shared::unix_now(), log_.sink);
        if (changed) commit_log();
        return;
    }
    if (what.value == mark_exchanged) hooks_.on_exchanged();
    hooks_.on_seen(what.stamp);
    commit_log();
    append_seen(out_.tail(), what.stamp, clock_.next(shared::unix_now()));
    owner_.events().at_end_of_turn(*this, shared::turn_phase::first);
}

void link_receiver::commit_log() {
    if (log_.commit != nullptr)
        owner_.events().at_end_of_turn(*log_.commit, shared::turn_phase::first);
}

/// Looks once in a time-out whether anything came in it.
void link_receiver::watch() {
    if (!heard_) return lose("the partner was silent for too long");
    heard_ = false;
    deadline_.expires_after(timeout_);
    deadline_.async_wait([this](boost::system::error_code problem) {
        if (!problem && !lost_) watch();
    });
}

void link_receiver::lose(const std::string& why) {
    lost_ = true;
    deadline_.cancel();
    owner_.events().remove(socket_.descriptor(), *this);
    owner_.events().cancel(*this);
    socket_.close();
    hooks_.on_lost(why);
}

}  // namespace backend
