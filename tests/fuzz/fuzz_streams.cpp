// fuzz_streams: throws random and mutated streams of bytes, split at random places, at the real
// proxy over two fake backends and at a slow reference parser, and compares every byte that comes
// back. Ends with 1 at the first disagreement, which it prints with all that is needed to see it
// again. `fuzz_streams --help` tells its options.
#include "shared/resp/integer.hpp"
#include "tests/fuzz/backends.hpp"
#include "tests/fuzz/checks.hpp"
#include "tests/fuzz/clients.hpp"
#include "tests/fuzz/hostile.hpp"
#include "tests/fuzz/options.hpp"
#include "tests/fuzz/proxy_process.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

namespace {

using fuzz::options;

constexpr std::string_view help =
    "fuzz_streams [options]\n"
    "  --seed N              what the streams follow from (1)\n"
    "  --first N             number of the first stream (0)\n"
    "  --streams N           how many (100000)\n"
    "  --connections N       streams under way at a time (48)\n"
    "  --hostile-backends    spoil what the backends answer instead of what clients send, one "
    "stream\n"
    "                        at a time\n"
    "  --any-type            a backend's reply may have a type that the request's cannot have\n";

constexpr unsigned request_timeout_ms = 60'000;  // no backend is slow: a time-out is a finding

std::optional<options> read_options(int count, char** values) {
    options wanted;
    for (int i = 1; i < count; ++i) {
        const std::string_view name = values[i];
        if (name == "--hostile-backends") {
            wanted.hostile_backends = true;
            continue;
        }
        if (name == "--any-type") {
            wanted.any_type = true;
            continue;
        }
        const auto number = i + 1 < count ? shared::parse_integer(values[i + 1]) : std::nullopt;
        if (!number || *number < 0) return std::nullopt;
        const auto value = static_cast<std::uint64_t>(*number);
        ++i;
        if (name == "--seed") {
            wanted.seed = value;
        } else if (name == "--first") {
            wanted.first = value;
        } else if (name == "--streams") {
            wanted.streams = value;
        } else if (name == "--connections" && value > 0) {
            wanted.connections = value;
        } else {
            return std::nullopt;
        }
    }
    return wanted;
}

void print_disagreement(const options& wanted, std::uint64_t number, const std::string& problem) {
    const auto again = "--seed " + std::to_string(wanted.seed) + " --first " +
                       std::to_string(number) + " --streams 1" +
                       (wanted.hostile_backends ? " --hostile-backends" : "") +
                       (wanted.any_type ? " --any-type" : "");
    std::printf("disagreement: seed %llu, stream %llu\n%s\nagain: fuzz_streams %s\n",
                static_cast<unsigned long long>(wanted.seed),
                static_cast<unsigned long long>(number), problem.c_str(), again.c_str());
}

std::string shown(const fuzz::stream& sent) {
    std::string text = "\nstream: " + fuzz::escaped(sent.bytes) + "\npieces:";
    for (const auto size : sent.pieces) text += " " + std::to_string(size);
    return text;
}

/// Shows how far it is, on a terminal.
class progress {
  public:
    explicit progress(std::uint64_t all) : all_(all), shown_(::isatty(STDERR_FILENO) != 0) {}
    void step() {
        ++done_;
        if (!shown_ || done_ % 1000 != 0) return;
        std::fprintf(stderr, "\r%llu of %llu streams", static_cast<unsigned long long>(done_),
                     static_cast<unsigned long long>(all_));
    }
    void finish(const options& wanted) {
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began_;
        std::printf("%s%llu streams of seed %llu from %llu on: 0 disagreements; %.1f s, %.0f/s\n",
                    shown_ ? "\r" : "", static_cast<unsigned long long>(done_),
                    static_cast<unsigned long long>(wanted.seed),
                    static_cast<unsigned long long>(wanted.first), took.count(),
                    static_cast<double>(done_) / took.count());
    }

  private:
    std::uint64_t all_;
    std::uint64_t done_ = 0;
    bool shown_;
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

std::string problem_of(const fuzz::stream_client& client) {
    if (!client.is_over()) {
        return "the proxy neither answered nor closed; so far came " +
               fuzz::escaped(client.received());
    }
    auto problem = fuzz::check_replies(client.sent(), client.received());
    if (!problem.empty() && client.was_reset()) problem += " (and then a reset)";
    if (problem.empty()) problem = fuzz::check_request_parser(client.sent());
    return problem;
}

bool fuzz_clients(const options& wanted) {
    fuzz::io_loop loop;
    fuzz::backends behind(loop, [](fuzz::backend_link& link, const fuzz::words& request) {
        link.send(fuzz::backend_reply(request));
    });
    fuzz::proxy_process proxy({behind.port(0), behind.port(1)}, request_timeout_ms);
    progress so_far(wanted.streams);
    bool agree = true;
    const auto on_end = [&](const fuzz::stream_client& client) {
        const auto problem = problem_of(client);
        so_far.step();
        if (problem.empty()) return true;
        print_disagreement(wanted, client.number(), problem + shown(client.sent()));
        return agree = false;
    };
    const auto idle = [&] {
        if (behind.complaint().empty()) return true;
        std::printf(
            "disagreement: seed %llu, one of the last %zu streams (--connections 1 tells "
            "which): %s\n",
            static_cast<unsigned long long>(wanted.seed), wanted.connections,
            behind.complaint().c_str());
        return agree = false;
    };
    fuzz::run_clients(loop, proxy.port(), wanted, on_end, idle);
    const auto end = agree ? proxy.stop() : proxy.failure();
    if (!end.empty()) {
        std::printf("%s; %zu streams were under way (--connections 1 tells which it was)\n",
                    end.c_str(), wanted.connections);
    }
    if (agree && end.empty()) so_far.finish(wanted);
    return agree && end.empty();
}

bool fuzz_backends(const options& wanted) {
    fuzz::hostile_run run(wanted);
    progress so_far(wanted.streams);
    for (std::uint64_t i = 0; i < wanted.streams; ++i) {
        const auto problem = run.play(wanted.first + i);
        so_far.step();
        if (problem.empty()) continue;
        print_disagreement(wanted, wanted.first + i, problem);
        return false;
    }
    const auto end = run.finish();
    if (!end.empty()) std::printf("%s\n", end.c_str());
    if (end.empty()) so_far.finish(wanted);
    return end.empty();
}

}  // namespace

int main(int argc, char** argv) {
    const auto wanted = read_options(argc, argv);
    if (!wanted) {
        std::fputs(help.data(), stderr);
        return 2;
    }
    try {
        const bool agree =
            wanted->hostile_backends ? fuzz_backends(*wanted) : fuzz_clients(*wanted);
        return agree ? 0 : 1;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "fuzz_streams: %s\n", problem.what());
        return 1;
    }
}
