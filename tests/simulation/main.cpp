// simulate: runs the pair and the proxy's failover in simulated time, one run for each seed, and
// checks it (README.md). Ends with 1 if a seed fails; its history is printed.
#include "shared/log/log.hpp"
#include "shared/resp/integer.hpp"
#include "tests/simulation/world.hpp"

#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <vector>

namespace {

using simulation::tally;

constexpr std::string_view help =
    "simulate [options]\n"
    "  --seeds A..B   which seeds, or one (1..1000)\n"
    "  --jobs N       processes (1)\n"
    "  --trace        print what happened, for a good seed too\n"
    "  --keep-going   do not stop at the first seed that fails\n";

constexpr unsigned most_jobs = 64;

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
        } else if (const auto jobs = number(next);
                   name == "--jobs" && jobs && *jobs - 1 < most_jobs) {
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
    simulation::sim_time simulated;
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
    result.simulated = all.time.now();
    return result;
}

/// What all jobs have come to, in memory that they share.
class summary {
  public:
    /// The next seed that a job is to run, or more than the last.
    std::uint64_t take(const options& wanted, unsigned job) noexcept {
        if (!wanted.keep_going && first_failed_ != none) return none;
        return present_[job] = wanted.first + taken_++;
    }

    std::uint64_t present(unsigned job) const noexcept { return present_[job]; }

    void add(std::uint64_t seed, const outcome& result) {
        for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += result.counts[i];
        ++seeds_;
        events_ += result.events;
        simulated_ += result.simulated;
        if (!result.problem.empty()) fail(seed, result.problem);
    }

    void fail(std::uint64_t seed, const std::string& problem) {
        ++failed_;
        auto lowest = first_failed_.load();
        while (seed < lowest && !first_failed_.compare_exchange_weak(lowest, seed)) {
        }
        std::printf("seed %lu: %s\n", seed, problem.c_str());
        std::fflush(stdout);
    }

    void print(double seconds) const {
        for (std::size_t i = 0; i < sum_.size(); ++i)
            std::printf("%12lu %s\n", sum_[i].load(),
                        std::string(simulation::count_names[i].text).c_str());
        const auto seeds = static_cast<double>(seeds_);
        std::printf(
            "%lu seeds, %lu failed, %.1f s, %.0f seeds/s, %.0f events and %.1f simulated "
            "seconds a seed\n",
            seeds_.load(), failed_.load(), seconds, seeds / seconds,
            static_cast<double>(events_) / seeds,
            static_cast<double>(simulated_) / simulation::second / seeds);
    }

    std::uint64_t failed() const noexcept { return failed_; }
    std::uint64_t first_failed() const noexcept { return first_failed_; }

    static constexpr std::uint64_t none = UINT64_MAX;

  private:
    using count = std::atomic<std::uint64_t>;
    static_assert(count::is_always_lock_free);  // or processes could not share it

    std::array<count, std::tuple_size_v<tally>> sum_{};
    count taken_{0}, seeds_{0}, failed_{0}, events_{0}, simulated_{0};
    count first_failed_{none};
    std::array<count, most_jobs> present_{};
};

summary* shared_summary() {
    auto* const room =
        mmap(nullptr, sizeof(summary), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED) throw std::bad_alloc();
    return new (room) summary;
}

void print_history(std::uint64_t seed) {
    std::string lines;
    const auto result = run_seed(seed, &lines);
    std::printf("history of seed %lu:\n%s", seed, lines.c_str());
    if (!result.problem.empty()) std::printf("seed %lu FAILED: %s\n", seed, result.problem.c_str());
}

void run_seeds(const options& wanted, unsigned job, summary& all) {
    for (;;) {
        const auto seed = all.take(wanted, job);
        if (seed > wanted.last) return;
        all.add(seed, run_seed(seed, nullptr));
        if (wanted.trace) print_history(seed);
    }
}

/// Processes, for threads would wait for each other where the stores get and return their memory.
void run_jobs(const options& wanted, summary& all) {
    std::vector<pid_t> jobs;
    for (unsigned job = 0; job < wanted.jobs; ++job) {
        const auto id = fork();
        if (id == -1) throw std::system_error(errno, std::generic_category(), "fork");
        if (id == 0) {
            run_seeds(wanted, job, all);
            std::fflush(stdout);
            _exit(0);
        }
        jobs.push_back(id);
    }
    for (unsigned job = 0; job < wanted.jobs; ++job) {
        int how = 0;
        pid_t ended = -1;
        do {
            ended = waitpid(jobs[job], &how, 0);
        } while (ended == -1 && errno == EINTR);
        if (ended == -1 || how != 0) all.fail(all.present(job), "it has ended its process");
    }
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
    auto& all = *shared_summary();
    run_jobs(*wanted, all);
    if (all.failed() != 0 && !wanted->trace) print_history(all.first_failed());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    all.print(took.count());
    return all.failed() == 0 ? 0 : 1;
}
