#include "backend/replication/link_receiver.hpp"

namespace backend {

link_receiver::link_receiver(shared::worker& owner, shared::socket connection,
                             std::string_view answer, std::unique_ptr<receiving_half> half,
                             std::chrono::microseconds timeout, hooks callbacks)
    : owner_(owner),
      socket_(std::move(connection)),
      half_(std::move(half)),
      timeout_(timeout),
      hooks_(std::move(callbacks)),
      deadline_(std::make_shared<boost::asio::steady_timer>(owner.context())) {
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
    const auto result = half_->on_bytes(in_.bytes(), out_.tail(), shared::unix_now());
    // Before ours: what the log was told is kept before the answers leave.
    if (result.log_told && hooks_.commit != nullptr)
        owner_.events().at_end_of_turn(*hooks_.commit, shared::turn_phase::first);
    if (!out_.empty()) owner_.events().at_end_of_turn(*this, shared::turn_phase::first);
    if (!result.problem.empty())
        return lose("the partner sent a record that is " + std::string(result.problem));
    in_.use(result.taken, 1);
    if (got.more || hangup_) owner_.events().again(*this);
}

/// Looks once in a time-out whether anything came in it.
void link_receiver::watch() {
    if (!heard_) return lose("the partner was silent for too long");
    heard_ = false;
    deadline_->expires_after(timeout_);
    deadline_->async_wait(
        [this, there = std::weak_ptr(deadline_)](boost::system::error_code problem) {
            if (!problem && !there.expired() && !lost_) watch();
        });
}

void link_receiver::lose(const std::string& why) {
    lost_ = true;
    deadline_->cancel();
    owner_.events().remove(socket_.descriptor(), *this);
    owner_.events().cancel(*this);
    socket_.close();
    hooks_.on_lost(why);
}

}  // namespace backend
