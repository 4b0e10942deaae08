// Requests of one connection to a backend: the bytes to be written and, in the same order, whose
// replies come back. Pure. Owned by one connection.
//
//    bytes_  │ answered, dropped │ sent, awaiting replies │ not sent yet │ ◀ begin_request appends
//                        head ───┘                 sent ──┘
//    waiting_                    │ ticket  ticket  ticket │ ticket ticket│
//
// The bytes of a request stay until its reply has come: if the connection breaks, they can go
// elsewhere without having been copied aside. Both grow to what is needed and stay, but for what a
// burst took: no allocation for a request.
#pragma once

#include "proxy/upstream/ticket.hpp"
#include "shared/base/clock.hpp"

#include <boost/circular_buffer.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proxy {

class pipeline {
  public:
    /// Append one request's bytes to what this returns, then call `end_request`.
    /// What an earlier one left half-done, because memory was short, is dropped.
    std::string& begin_request() {
        bytes_.resize(ended_);
        return bytes_;
    }
    void end_request(const ticket& whose, shared::steady_time deadline);

    /// What is to be written next, and how much of it was.
    std::string_view unsent() const noexcept {
        return std::string_view(bytes_).substr(sent_, ended_ - sent_);
    }
    void mark_sent(std::size_t size) noexcept { sent_ += size; }

    bool empty() const noexcept { return waiting_.empty(); }
    std::size_t in_flight() const noexcept { return waiting_.size(); }
    std::size_t queued_bytes() const noexcept { return ended_ - head_; }

    /// True if a reply may come now: the oldest request has been sent whole.
    bool expects_reply() const noexcept;

    /// Whose reply comes next; nothing if that request has been given up. Requires:
    /// expects_reply().
    std::optional<ticket> next_reply() const noexcept;

    /// The oldest request, given up or not. Requires: expects_reply().
    const ticket& oldest() const noexcept { return waiting_.front().whose; }

    /// The bytes of the oldest request. Valid until the next call. Requires: expects_reply().
    std::string_view oldest_request() const noexcept;

    /// Gives up the oldest request: its reply will be dropped. Requires: expects_reply().
    void give_up_oldest() noexcept { waiting_.front().given_up = true; }

    /// Gives every request time until `deadline` at least: time that its reply was kept waiting
    /// here does not count.
    void extend(shared::steady_time deadline) noexcept;

    /// Matches a reply to the oldest request and forgets it. Nothing if that request had been given
    /// up: its reply is late and to be dropped. Requires: expects_reply().
    std::optional<ticket> take_reply();

    /// Gives up the requests whose deadline has passed and calls `visit(ticket)` for each; their
    /// replies will be dropped.
    template <typename Visit>
    void expire(shared::steady_time now, Visit&& visit) {
        for (auto& one : waiting_) {
            if (one.deadline > now) break;  // deadlines are in the order of the requests
            if (one.given_up) continue;
            one.given_up = true;
            visit(one.whose);
        }
    }

    /// Takes out the requests whose deadline has passed and of which no byte has left: they will
    /// not. Calls `visit(ticket, request bytes)` for each; it may add requests.
    template <typename Visit>
    void take_out_unsent(shared::steady_time now, Visit&& visit) {
        if (unsent().empty() || waiting_.front().deadline > now) return;
        auto first = waiting_.begin();
        std::size_t begin = head_;
        for (; first != waiting_.end() && begin < sent_; ++first) begin += first->size;
        auto last = first;
        std::size_t end = begin;
        for (; last != waiting_.end() && last->deadline <= now; ++last) end += last->size;
        const std::vector<entry> taken(first, last);
        const std::string bytes = bytes_.substr(begin, end - begin);
        waiting_.erase(first, last);
        bytes_.erase(begin, end - begin);
        ended_ -= end - begin;
        drop_head(0);
        std::size_t at = 0;
        for (const auto& one : taken) {
            if (!one.given_up) visit(one.whose, std::string_view(bytes).substr(at, one.size));
            at += one.size;
        }
    }

    /// The deadline of the oldest request, given up or not.
    std::optional<shared::steady_time> oldest_deadline() const noexcept;

    /// Empties the pipeline; calls `visit(ticket, request bytes, sent)` for each request that has
    /// not been given up. `sent`: at least one byte of it may have reached the backend. `visit` may
    /// add requests: they start anew.
    template <typename Visit>
    void fail_all(Visit&& visit) {
        const std::string bytes = std::move(bytes_);
        const auto waiting = std::move(waiting_);
        std::size_t at = head_;
        const std::size_t sent = sent_;
        clear();
        for (const auto& one : waiting) {
            if (!one.given_up)
                visit(one.whose, std::string_view(bytes).substr(at, one.size), at < sent);
            at += one.size;
        }
    }

  private:
    struct entry {
        ticket whose;
        std::size_t size;
        shared::steady_time deadline;
        bool given_up = false;
    };

    void clear() noexcept;
    void drop_head(std::size_t size);

    std::string bytes_;
    boost::circular_buffer<entry> waiting_;
    std::size_t head_ = 0;
    std::size_t sent_ = 0;
    std::size_t ended_ = 0;  // where the last ended request's bytes end
};

}  // namespace proxy
