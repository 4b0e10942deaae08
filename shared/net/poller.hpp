// Readiness of many sockets at a low price: an epoll set of our own, edge-triggered, inside Asio's
// loop.
//
// Asio reads again after every read, to learn from EAGAIN that nothing is left, or arms the socket
// again with epoll_ctl: a system call for each request. Here a socket is registered once; a short
// read tells that it is empty. Asio waits for the epoll set as a whole (it is a descriptor itself)
// and keeps the rest: accepting, connecting, timers, signals.
//
//   Asio's loop ──readable──▶ poller: epoll_wait ──▶ handler.on_io … handler.on_io      one turn
//                                                └─▶ end of turn: tasks by phase, then burials
//
// What arrived in one turn leaves in one write for each socket: handlers queue bytes and ask for a
// task at the end of the turn. Requests to backends are worth the most together, for a write to one
// is dear: it wakes another process. So a turn with some replies to clients writes those, looks
// once more for what has come meanwhile (mostly what other clients ask next), and only then writes
// the requests of both looks. Owned by a worker, touched by its thread alone.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

namespace shared {

struct io_events {
    bool readable = false;
    bool writable = false;
    bool hangup = false;  // the peer has closed at least its sending side: read until the end
    bool broken = false;  // reset, or given up: nobody is there any more
};

class io_handler {
  public:
    virtual ~io_handler() = default;
    virtual void on_io(io_events events) = 0;

    /// `on_io` has thrown (memory or descriptors are short): ends what the handler stands for, and
    /// nothing else.
    virtual void give_up(const char* why) = 0;
};

/// Something to do once at the end of the current turn; a member or base of what asks for it.
class turn_task {
  public:
    virtual void at_end_of_turn() = 0;

  protected:
    ~turn_task() = default;

  private:
    friend class poller;
    bool queued_ = false;
};

enum class turn_phase : std::uint8_t {
    first,     // what must precede the replies: records to the log and to the partner
    requests,  // to backends: before the replies if these are few, or so many that they take long
    last,      // replies to clients
};

class poller {
  public:
    explicit poller(boost::asio::io_context& context);
    poller(const poller&) = delete;
    poller& operator=(const poller&) = delete;

    /// Reports edges of `socket` to `handler` from now on, beginning with its present state.
    /// Throws boost::system::system_error if the kernel refuses.
    void add(int socket, io_handler& handler);

    /// Ends the reports: `handler` is not called any more, not even for what this turn has brought.
    void remove(int socket, io_handler& handler) noexcept;

    /// Calls `handler.on_io` with `readable` once more at the next look, in this turn or the next:
    /// it stopped reading before the end.
    void again(io_handler& handler);

    /// Runs `task` at the end of this turn; soon, if no turn is going on. Asking twice runs it
    /// once.
    void at_end_of_turn(turn_task& task, turn_phase phase);

    /// Takes back what `at_end_of_turn` asked for. Needed before `task` is destroyed early.
    void cancel(turn_task& task) noexcept;

    /// `requests` are under way at a place that this turn has had to do with. Where they sum up to
    /// `crowd`, and `give_way` was asked for, other threads that want the core go first before the
    /// next turn, which then finds more to do at once. Where there are few, each is dealt with as
    /// soon as it comes: to wait for the core would be most of what it waits.
    void expect(std::size_t requests) noexcept { expected_ += requests; }

    /// The same where requests are answered at once, so that none is ever under way: a client has
    /// sent one, and is likely to send its next soon. `counted` is the client's own, 0 at first. A
    /// crowd are as many clients as `crowd` in the last turns, if these had more than one each.
    void expect_again(std::uint32_t& counted) noexcept {
        if (counted == period_) return;
        counted = period_;
        ++clients_;
    }

    /// Worth it where several threads share the requests: turns are small then.
    void give_way(bool wanted) noexcept { gives_way_ = wanted; }

    /// Whether there is such a crowd, as of the last turn or turns.
    bool crowded() const noexcept { return expected_ >= crowd || returning_; }

    /// Destroys `handler` when the turn is over, for it may be among its own callers. It gets no
    /// more events.
    void bury(std::unique_ptr<io_handler> handler);

    /// Destroys what `bury` was given. Requires: no turn is going on.
    void bury_now() noexcept { graveyard_.clear(); }

    static constexpr std::size_t crowd = 12;

    /// Replies in a turn, from which and up to which requests wait for them and for another look.
    static constexpr std::size_t few_replies = 4;
    static constexpr std::size_t most_replies = 64;

  private:
    void wait();
    void turn();
    std::size_t look();
    bool pays_to_look_again() const noexcept;
    void dispatch(std::size_t count);
    static void report(io_handler& handler, io_events events);
    std::vector<turn_task*>& tasks_of(turn_phase phase) noexcept {
        return tasks_[static_cast<std::size_t>(phase)];
    }
    void finish_turn();
    void run_tasks(turn_phase phase);
    void schedule_end();
    void count_turn(std::size_t events) noexcept;

    static constexpr std::size_t events_per_turn = 256;
    static constexpr std::size_t turns_in_period = 32;

    boost::asio::io_context& context_;
    boost::asio::posix::stream_descriptor epoll_;
    std::vector<epoll_event> events_;
    std::size_t pending_ = 0;  // events_[0..pending_) belong to the current turn
    std::vector<io_handler*> again_;
    std::vector<io_handler*> resuming_;
    std::array<std::vector<turn_task*>, 3> tasks_;
    std::vector<turn_task*> running_;
    std::vector<std::unique_ptr<io_handler>> graveyard_;
    std::size_t expected_ = 0;
    // Of `expect_again`: what this period of turns has seen, and what follows from the last one.
    std::uint32_t period_ = 1;
    std::size_t turns_ = 0;
    std::size_t seen_ = 0;
    std::size_t clients_ = 0;
    bool returning_ = false;
    bool gives_way_ = false;
    bool in_turn_ = false;
    bool end_scheduled_ = false;
};

}  // namespace shared
