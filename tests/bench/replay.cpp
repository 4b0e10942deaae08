// bench_replay: replays a trace at a cache server, GET and then SET on a miss, and prints how often
// the key was there. Ends with 0, or with 1 when an answer was wrong or missing, or 2 when it could
// not start.
#include "tests/bench/load/connection.hpp"
#include "tests/bench/load/report.hpp"
#include "tests/bench/replay/key_trace.hpp"
#include "tests/bench/replay/replayer.hpp"

#include <boost/program_options.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

namespace {

namespace po = boost::program_options;

struct options {
    std::string host = "127.0.0.1";
    std::uint16_t port = 6379;
    std::string protocol = "resp";
    std::string trace;
    double seconds = 0;  // the least time that it takes
    bench::replay_settings replay;
    bool show_help = false;
};

options read_options(int argc, char** argv) {
    options made;
    po::options_description all(
        "bench_replay asks for each key of a trace and sets what is not there");
    auto add = all.add_options();
    add("help,h", po::bool_switch(&made.show_help), "this text");
    add("host", po::value(&made.host)->default_value(made.host), "IPv4 address");
    add("port", po::value(&made.port)->default_value(made.port));
    add("protocol", po::value(&made.protocol)->default_value(made.protocol), "resp or memcached");
    add("trace", po::value(&made.trace), "a file with one key a line");
    add("seconds", po::value(&made.seconds),
        "spread over so long; as fast as it goes when not told");
    add("value-size", po::value(&made.replay.value_size)->default_value(64), "bytes");
    add("window", po::value(&made.replay.window)->default_value(1),
        "requests under way; one key's never overtake each other");
    po::variables_map given;
    po::store(po::parse_command_line(argc, argv, all), given);
    po::notify(given);
    if (made.show_help) {
        std::cout << all;
        return made;
    }
    if (made.protocol == "memcached") made.replay.spoken = bench::protocol::memcached;
    if (made.protocol != "memcached" && made.protocol != "resp") {
        throw std::invalid_argument("--protocol is resp or memcached");
    }
    if (made.replay.window == 0) throw std::invalid_argument("--window is 1 or more");
    if (made.seconds < 0) throw std::invalid_argument("--seconds is not negative");
    return made;
}

void send_all(int connection, const std::string& text) {
    for (std::size_t sent = 0; sent < text.size();) {
        const auto size = ::send(connection, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) throw std::runtime_error("the connection is broken");
        sent += static_cast<std::size_t>(size);
    }
}

// Waits until something has come and appends it.
void receive(int connection, std::string& text) {
    const std::size_t kept = text.size();
    text.resize(kept + (256U << 10U));
    auto size = ::recv(connection, text.data() + kept, text.size() - kept, 0);
    while (size < 0 && errno == EINTR) {
        size = ::recv(connection, text.data() + kept, text.size() - kept, 0);
    }
    if (size < 0 && errno == EAGAIN) throw std::runtime_error("no answer within 10 s");
    if (size <= 0) throw std::runtime_error("the connection was closed by the other side");
    text.resize(kept + static_cast<std::size_t>(size));
}

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bench::replay_counts replay(const options& given, const bench::key_trace& input) {
    const bench::connection where(given.host, given.port);
    const timeval patience{10, 0};
    ::setsockopt(where.descriptor(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    bench::replayer work(input, given.replay);
    const double rate = static_cast<double>(input.requests.size()) / given.seconds;
    const auto start = std::chrono::steady_clock::now();
    std::string out;
    std::string in;
    while (!work.is_over()) {
        out.clear();
        work.ask(out, given.seconds > 0
                          ? static_cast<std::uint64_t>(seconds_since(start) * rate) + 1
                          : UINT64_MAX);
        if (!work.is_waiting()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
            continue;
        }
        send_all(where.descriptor(), out);
        receive(where.descriptor(), in);
        in.erase(0, work.take(in));
    }
    return work.counts();
}

void print(const bench::replay_counts& counts, const bench::key_trace& input, double seconds) {
    std::cout << "{\"requests\": " << counts.requests << ", \"hits\": " << counts.hits
              << ", \"misses\": " << counts.requests - counts.hits
              << ", \"refused\": " << counts.refused << ", \"keys\": " << input.keys.size()
              << ", \"problem\": " << bench::json_string(counts.problem)
              << ", \"seconds\": " << seconds << "}\n";
}

int run(const options& given) {
    std::ifstream file(given.trace);
    if (!file) throw std::system_error(errno, std::generic_category(), given.trace);
    const auto input = bench::read_key_trace(file);
    const auto start = std::chrono::steady_clock::now();
    const auto counts = replay(given, input);
    print(counts, input, seconds_since(start));
    if (counts.problem.empty()) return 0;
    std::cerr << "bench_replay: " << counts.problem << '\n';
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const auto given = read_options(argc, argv);
        return given.show_help ? 0 : run(given);
    } catch (const std::system_error& problem) {
        std::cerr << "bench_replay: " << problem.what() << '\n';
        return 2;
    } catch (const std::exception& problem) {
        std::cerr << "bench_replay: " << problem.what() << '\n';
        return 1;
    }
}
