#include "shared/net/poller.hpp"

#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <exception>

namespace shared {
namespace {

int make_epoll() {
    const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
    if (descriptor < 0)
        throw boost::system::system_error(errno, boost::system::system_category(), "epoll_create1");
    return descriptor;
}

io_events translate(std::uint32_t bits) noexcept {
    constexpr std::uint32_t broken = EPOLLHUP | EPOLLERR;
    return {.readable = (bits & (EPOLLIN | EPOLLRDHUP | broken)) != 0,
            .writable = (bits & (EPOLLOUT | broken)) != 0,
            .hangup = (bits & (EPOLLRDHUP | broken)) != 0,
            .broken = (bits & EPOLLERR) != 0};
}

}  // namespace

poller::poller(boost::asio::io_context& context)
    : context_(context), epoll_(context, make_epoll()), events_(events_per_turn) {
    wait();
}

void poller::add(int socket, io_handler& handler) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &handler;
    if (::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_ADD, socket, &event) != 0) {
        throw boost::system::system_error(errno, boost::system::system_category(), "epoll_ctl");
    }
}

void poller::remove(int socket, io_handler& handler) noexcept {
    epoll_event ignored{};
    ::epoll_ctl(epoll_.native_handle(), EPOLL_CTL_DEL, socket, &ignored);
    for (std::size_t i = 0; i < pending_; ++i) {
        if (events_[i].data.ptr == &handler) events_[i].data.ptr = nullptr;
    }
    for (auto* list : {&again_, &resuming_}) {
        std::replace(list->begin(), list->end(), &handler, static_cast<io_handler*>(nullptr));
    }
}

void poller::again(io_handler& handler) {
    again_.push_back(&handler);
    schedule_end();
}

void poller::at_end_of_turn(turn_task& task, turn_phase phase) {
    if (task.queued_) return;
    task.queued_ = true;
    tasks_of(phase).push_back(&task);
    schedule_end();
}

void poller::cancel(turn_task& task) noexcept {
    if (!task.queued_) return;
    task.queued_ = false;
    constexpr turn_task* none = nullptr;
    for (auto& list : tasks_) std::replace(list.begin(), list.end(), &task, none);
    std::replace(running_.begin(), running_.end(), &task, none);
}

void poller::bury(std::unique_ptr<io_handler> handler) {
    graveyard_.push_back(std::move(handler));
    schedule_end();
}

void poller::wait() {
    epoll_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                      [this](boost::system::error_code problem) {
                          if (problem) return;
                          turn();
                          wait();
                      });
}

void poller::turn() {
    in_turn_ = true;
    expected_ = 0;
    std::size_t events = look();
    if (pays_to_look_again()) {
        run_tasks(turn_phase::first);
        run_tasks(turn_phase::last);
        events += look();
    }
    finish_turn();
    count_turn(events);
    if (gives_way_ && crowded()) ::sched_yield();
}

std::size_t poller::look() {
    const int count =
        ::epoll_wait(epoll_.native_handle(), events_.data(), static_cast<int>(events_.size()), 0);
    const auto found = static_cast<std::size_t>(std::max(count, 0));
    dispatch(found);
    return found;
}

bool poller::pays_to_look_again() const noexcept {
    const auto& [first, requests, last] = tasks_;
    return !requests.empty() && last.size() >= few_replies && last.size() <= most_replies;
}

void poller::count_turn(std::size_t events) noexcept {
    constexpr std::size_t busy = 2;  // events a turn
    seen_ += events;
    if (++turns_ < turns_in_period) return;
    returning_ = clients_ >= crowd && seen_ >= busy * turns_in_period;
    turns_ = seen_ = clients_ = 0;
    if (++period_ == 0) period_ = 1;
}

void poller::dispatch(std::size_t count) {
    pending_ = count;
    for (std::size_t i = 0; i < count; ++i) {
        auto* handler = static_cast<io_handler*>(events_[i].data.ptr);
        if (handler != nullptr) report(*handler, translate(events_[i].events));
    }
    pending_ = 0;
    resuming_.swap(again_);
    for (std::size_t i = 0; i < resuming_.size(); ++i) {  // on_io may strike out later ones
        if (resuming_[i] != nullptr) report(*resuming_[i], {.readable = true});
    }
    resuming_.clear();
}

void poller::report(io_handler& handler, io_events events) {
    try {
        handler.on_io(events);
    } catch (const std::exception& problem) {
        handler.give_up(problem.what());
    }
}

void poller::finish_turn() {
    in_turn_ = true;
    // A last task may give others work again (a failed write fails requests over), so until nothing
    // is left.
    while (true) {
        const auto next = std::find_if(tasks_.begin(), tasks_.end(),
                                       [](const auto& tasks) { return !tasks.empty(); });
        if (next == tasks_.end()) break;
        run_tasks(static_cast<turn_phase>(next - tasks_.begin()));
    }
    graveyard_.clear();
    in_turn_ = false;
    if (!again_.empty()) schedule_end();
}

void poller::run_tasks(turn_phase phase) {
    running_.swap(tasks_of(phase));
    for (std::size_t i = 0; i < running_.size(); ++i) {
        turn_task* task = running_[i];
        if (task == nullptr) continue;
        task->queued_ = false;
        task->at_end_of_turn();
    }
    running_.clear();
}

void poller::schedule_end() {
    if (in_turn_ || end_scheduled_) return;
    end_scheduled_ = true;
    boost::asio::post(context_, [this] {
        end_scheduled_ = false;
        in_turn_ = true;
        dispatch(0);
        finish_turn();
    });
}

}  // namespace shared
