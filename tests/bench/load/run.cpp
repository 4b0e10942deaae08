#include "tests/bench/load/run.hpp"

#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <utility>

namespace bench {

namespace {

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t patience = 10 * second;  // without any answer
constexpr std::size_t read_size = 64 << 10;

std::int64_t steady_now() {
    return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

double own_cpu() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

std::size_t largest_answer(const workload_options& work) {
    const auto one = work.sizes.largest() + work.key_prefix.size() + 64;
    return one * (work.asked == command::mget ? work.mget_keys : 1);
}

}  // namespace

run::run(const load_options& options)
    : options_(options),
      work_(options.work),
      buffer_(largest_answer(options.work) + read_size),
      epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    // Sleeps until a request is due are to end then, not up to 50 µs later.
    prctl(PR_SET_TIMERSLACK, 1);
    clients_.reserve(options_.connections);
    for (std::size_t i = 0; i < options_.connections; ++i) {
        clients_.emplace_back(options_.host, options_.port, options_.pipeline);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        if (epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_.back().descriptor(), &event) != 0) {
            throw std::system_error(errno, std::generic_category(), "epoll_ctl");
        }
    }
}

run::~run() {
    ::close(epoll_);
}

measurement run::measure() {
    warm_up();
    const auto before = watch();
    const double own_before = own_cpu();
    begin();
    loop();
    result_.seconds = static_cast<double>(now_ - start_) / 1e9;
    result_.longest_gap = std::max(result_.longest_gap, now_ - last_good_);
    result_.own_cpu = own_cpu() - own_before;
    result_.watched = watch();
    for (std::size_t i = 0; i < before.size(); ++i) {
        result_.watched[i] = result_.watched[i] - before[i];
    }
    return result_;
}

// Connections, also those behind a proxy, are made and buffers grown before the time counts.
void run::warm_up() {
    now_ = last_answer_ = steady_now();
    limit_ = clients_.size();
    for (auto& one : clients_) {
        ask(one, now_);
        ++asked_;
        send(one);
    }
    loop();
    const auto errors = result_.errors;
    auto problem = std::move(result_.problem);
    result_ = measurement();
    result_.errors = errors;
    result_.problem = std::move(problem);
}

void run::begin() {
    asked_ = 0;
    limit_ = options_.requests;
    start_ = now_ = last_answer_ = last_good_ = steady_now();
    const auto length = static_cast<std::int64_t>(options_.seconds * 1e9);
    end_ = length > 0 ? start_ + length : 0;
    if (options_.rate > 0) {
        const auto tick = std::max<std::int64_t>(1, options_.tick * 1'000);
        timetable_.emplace(options_.rate, clients_.size(), tick);
        ask_what_is_due();
    } else {
        for (auto& one : clients_) ask_batch(one);
    }
}

bool run::may_ask() const {
    if (limit_ > 0 && asked_ >= limit_) return false;
    if (end_ == 0) return true;
    return (timetable_ ? start_ + timetable_->due(asked_) : now_) < end_;
}

bool run::is_over() const {
    return failed_ || (under_way_ == 0 && !(timetable_ && may_ask()));
}

void run::loop() {
    while (!is_over()) {
        wait();
        if (timetable_) ask_what_is_due();
        if (under_way_ > 0 && now_ - last_answer_ > patience) {
            fail("no answer within 10 s", under_way_);
        }
    }
}

std::int64_t run::time_to_wait() const {
    if (!timetable_ || !may_ask()) return patience;
    return std::max<std::int64_t>(0, start_ + timetable_->due(asked_) - steady_now());
}

void run::wait() {
    std::array<epoll_event, 256> events;
    const auto time = time_to_wait();
    const timespec limit{time / second, time % second};
    const int count =
        epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &limit, nullptr);
    if (count < 0 && errno != EINTR) return fail("epoll_pwait2", under_way_);
    for (int i = 0; i < count && !failed_; ++i) {
        const auto& event = events[static_cast<std::size_t>(i)];
        handle(clients_[event.data.u64], event.events);
    }
    now_ = steady_now();
    if (under_way_ == 0) last_answer_ = now_;
}

void run::handle(client& one, std::uint32_t events) {
    if ((events & EPOLLOUT) != 0) send(one);
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) == 0) return;
    receive(one);
    if (failed_) return;
    if (timetable_) {
        ask_waiting(one);
    } else if (one.under_way() == 0) {
        ask_batch(one);
    }
}

void run::ask(client& one, std::int64_t due) {
    // With a timetable it is under way since it was due.
    if (!timetable_) ++under_way_;
    one.ask({work_.next(), due}, work_);
}

void run::ask_batch(client& one) {
    if (!may_ask()) return;
    while (!one.is_full() && may_ask()) {
        ask(one, now_);
        ++asked_;
    }
    send(one);
}

void run::ask_what_is_due() {
    while (may_ask() && start_ + timetable_->due(asked_) <= now_ && !failed_) {
        auto& one = clients_[timetable_->connection_of(asked_)];
        if (under_way_ == 0) last_answer_ = now_;
        ++asked_;
        ++under_way_;
        ++one.waiting;
        ask_waiting(one);
    }
}

void run::ask_waiting(client& one) {
    if (one.waiting == 0 || one.is_full()) return;
    const auto index = static_cast<std::size_t>(&one - clients_.data());
    for (; one.waiting > 0 && !one.is_full(); --one.waiting) {
        ask(one, start_ + timetable_->due(timetable_->number_of(index, one.taken++)));
    }
    send(one);
}

void run::send(client& one) {
    const auto outcome = one.flush();
    if (outcome == client::sending::failed) return fail("a connection is broken", under_way_);
    const bool partly = outcome == client::sending::partly;
    if (partly == one.wants_to_write) return;
    one.wants_to_write = partly;
    epoll_event event{};
    event.events = partly ? EPOLLIN | EPOLLOUT : EPOLLIN;
    event.data.u64 = static_cast<std::uint64_t>(&one - clients_.data());
    epoll_ctl(epoll_, EPOLL_CTL_MOD, one.descriptor(), &event);
}

void run::receive(client& one) {
    const std::size_t kept = one.rest.size();
    std::copy(one.rest.begin(), one.rest.end(), buffer_.begin());
    const auto size = ::recv(one.descriptor(), buffer_.data() + kept, buffer_.size() - kept, 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (size <= 0) return fail("a connection was closed by the other side", under_way_);
    now_ = last_answer_ = steady_now();
    const std::size_t all = kept + static_cast<std::size_t>(size);
    const std::size_t used = take_answers(one, all);
    one.rest.assign(buffer_.data() + used, all - used);
    if (one.rest.size() == buffer_.size()) fail("an answer is too long", under_way_);
}

// Gives the number of bytes that were answers.
std::size_t run::take_answers(client& one, std::size_t size) {
    std::size_t used = 0;
    while (used < size) {
        const std::string_view input(buffer_.data() + used, size - used);
        if (one.under_way() == 0) {
            fail("an answer to nothing", 1);
            return used;
        }
        const auto judged = work_.judge(one.oldest().asked, input);
        if (!take_answer(one, judged, input)) return used;
        used += judged.size;
    }
    return used;
}

bool run::take_answer(client& one, const judgement& judged, std::string_view answer) {
    if (judged.outcome == verdict::incomplete) return false;
    if (judged.outcome == verdict::wrong) {
        fail("not what was asked for: " + std::string(answer.substr(0, 80)), 1);
        return false;
    }
    if (judged.outcome == verdict::error) {
        ++result_.errors;
        if (one.oldest().asked.what != command::set) ++result_.failed_reads;
        if (result_.problem.empty()) result_.problem = answer.substr(0, judged.size - 2);
    }
    if (judged.outcome == verdict::good) {
        result_.longest_gap = std::max(result_.longest_gap, now_ - last_good_);
        last_good_ = now_;
    }
    result_.latencies.add(now_ - one.oldest().due);
    result_.misses += judged.misses;
    result_.data_bytes += judged.data_bytes;
    ++result_.requests;
    --under_way_;
    one.drop_oldest();
    return true;
}

void run::fail(std::string problem, std::uint64_t errors) {
    failed_ = true;
    result_.errors += std::max<std::uint64_t>(errors, 1);
    if (result_.problem.empty()) result_.problem = std::move(problem);
}

std::vector<cpu_time> run::watch() const {
    std::vector<cpu_time> times;
    for (const pid_t process : options_.watched) {
        const auto time = cpu_of(process);
        if (!time) {
            throw std::system_error(ESRCH, std::generic_category(),
                                    "--watch " + std::to_string(process));
        }
        times.push_back(*time);
    }
    return times;
}

}  // namespace bench
