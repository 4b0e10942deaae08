// simulate: runs the pair and the proxy's failover in simulated time, one run for each seed, and
// checks it (README.md). Ends with 1 if a seed fails; its history is printed.
#include "shared/log/log.hpp"
#include "shared/resp/integer.hpp"
#include "tests/simulation/world.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using simulation::tally;

constexpr std::string_view help =
    "simulate [options]\n"
    "  --seeds A..B   which seeds, or one (1..1000)\n"
    "  --jobs N       threads (1)\n"
    "  --trace        print what happened, for a good seed too\n"
    "  --keep-going   do not stop at the first seed that fails\n";

struct options {
    std::uint64_t first = 1, last = 1000;
    unsigned jobs = 1;
    bool trace = false, keep_going = false;
};

std::optional<std::uint64_t> number(std::string_view text) {
    const auto value = shared::parse_integer(text);
    if (!value || *value < 0) return std::nullopt;
    return static_cast<std::uint64_t>(*value);
}

bool read_seeds(std::string_view text, options& wanted) {
    const auto dots = text.find("..");
    const auto first = number(text.substr(0, dots));
    const auto last = dots == std::string_view::npos ? first : number(text.substr(dots + 2));
    if (!first || !last || *last < *first) return false;
    wanted.first = *first;
    wanted.last = *last;
    return true;
}

std::optional<options> read_options(int count, char** words) {
    options wanted;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = words[i];
        const std::string_view next = i + 1 < count ? words[i + 1] : "";
        if (name == "--trace") {
            wanted.trace = true;
        } else if (name == "--keep-going") {
            wanted.keep_going = true;
        } else if (name == "--seeds" && read_seeds(next, wanted)) {
            ++i;
        } else if (const auto jobs = number(next); name == "--jobs" && jobs && *jobs != 0) {
            wanted.jobs = static_cast<unsigned>(*jobs);
            ++i;
        } else {
            return std::nullopt;
        }
    }
    return wanted;
}

struct outcome {
    tally counts;
    std::uint64_t events;
    double simulated;
    std::string problem;
};

outcome run_seed(std::uint64_t seed, std::string* trace) {
    simulation::world all(seed, trace);
    outcome result{};
    try {
        all.run();
    } catch (const simulation::violation& wrong) {
        result.problem = wrong.what();
    }
    result.counts = all.notes.counts();
    result.events = all.time.events();
    result.simulated = static_cast<double>(all.time.now()) / simulation::second;
    return result;
}

class summary {
  public:
    explicit summary(const options& wanted) : wanted_(wanted) {}

    /// Any thread.
    void add(std::uint64_t seed, const outcome& result) {
        const std::lock_guard lock(mutex_);
        for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += result.counts[i];
        ++seeds_;
        events_ += result.events;
        simulated_ += result.simulated;
        if (result.problem.empty()) return;
        ++failed_;
        std::printf("seed %lu: %s\n", seed, result.problem.c_str());
        std::fflush(stdout);
    }

    void print(double seconds) const {
        for (std::size_t i = 0; i < sum_.size(); ++i)
            std::printf("%12lu %s\n", sum_[i], std::string(simulation::count_names[i]).c_str());
        std::printf("%lu seeds, %lu failed, %.1f s, %.0f seeds/s, %.0f events and %.1f simulated "
                    "seconds a seed\n",
                    seeds_, failed_, seconds, static_cast<double>(seeds_) / seconds,
                    static_cast<double>(events_) / static_cast<double>(seeds_),
                    simulated_ / static_cast<double>(seeds_));
    }

    std::uint64_t failed() const noexcept { return failed_; }

  private:
    const options& wanted_;
    std::mutex mutex_;
    tally sum_{};
    std::uint64_t seeds_ = 0, failed_ = 0, events_ = 0;
    double simulated_ = 0;
};

void print_history(std::uint64_t seed) {
    std::string lines;
    const auto result = run_seed(seed, &lines);
    std::printf("history of seed %lu:\n%s", seed, lines.c_str());
    if (!result.problem.empty())
        std::printf("seed %lu FAILED: %s\n", seed, result.problem.c_str());
}

}  // namespace

int main(int count, char** words) {
    const auto wanted = read_options(count, words);
    if (!wanted) {
        std::fputs(std::string(help).c_str(), stderr);
        return 2;
    }
    shared::set_up_log("simulate", shared::log_level::error);
    const auto began = std::chrono::steady_clock::now();
    summary all(*wanted);
    std::atomic<std::uint64_t> next{wanted->first};
    std::atomic<std::uint64_t> first_failed{UINT64_MAX};
    const auto work = [&] {
        for (;;) {
            const auto seed = next++;
            if (seed > wanted->last) return;
            if (!wanted->keep_going && first_failed != UINT64_MAX) return;
            const auto result = run_seed(seed, nullptr);
            all.add(seed, result);
            if (wanted->trace) print_history(seed);
            auto lowest = first_failed.load();
            while (!result.problem.empty() && seed < lowest &&
                   !first_failed.compare_exchange_weak(lowest, seed)) {
            }
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < wanted->jobs; ++i) threads.emplace_back(work);
    for (auto& each : threads) each.join();
    if (first_failed != UINT64_MAX && !wanted->trace) print_history(first_failed);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    all.print(took.count());
    return all.failed() == 0 ? 0 : 1;
}
