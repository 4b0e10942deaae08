#include "tests/bench/load/options.hpp"

#include <boost/program_options.hpp>

#include <array>
#include <iostream>
#include <stdexcept>
#include <string>
#include <utility>

namespace bench {

namespace {

namespace po = boost::program_options;

constexpr std::array<std::pair<std::string_view, command>, 4> commands{{
    {"get", command::get},
    {"set", command::set},
    {"mix", command::mix},
    {"mget", command::mget},
}};

command command_named(std::string_view name) {
    for (const auto& [known, value] : commands) {
        if (known == name) return value;
    }
    throw std::invalid_argument("--command is get, set, mix or mget");
}

protocol protocol_named(std::string_view name) {
    if (name == "resp") return protocol::resp;
    if (name == "memcached") return protocol::memcached;
    throw std::invalid_argument("--protocol is resp or memcached");
}

void read_ratio(const std::string& text, workload_options& work) {
    std::size_t end = 0;
    try {
        work.sets = static_cast<std::uint32_t>(std::stoul(text, &end));
        if (text.at(end) != ':') throw std::invalid_argument("no colon");
        work.gets = static_cast<std::uint32_t>(std::stoul(text.substr(end + 1)));
    } catch (const std::logic_error&) {
        throw std::invalid_argument("--ratio is SETs:GETs, as in 1:9");
    }
    if (work.sets + work.gets == 0) throw std::invalid_argument("--ratio is 0:0");
}

po::options_description describe(load_options& made) {
    auto& work = made.work;
    po::options_description all(
        "bench_load asks, checks every answer, and tells how long they took");
    auto add = all.add_options();
    add("help,h", "this text");
    add("host", po::value(&made.host)->default_value(made.host), "IPv4 address");
    add("port", po::value(&made.port)->default_value(made.port));
    add("connections", po::value(&made.connections)->default_value(made.connections));
    add("pipeline", po::value(&made.pipeline)->default_value(made.pipeline),
        "requests under way on each connection");
    add("requests", po::value(&made.requests), "how many in all");
    add("seconds", po::value(&made.seconds), "or for how long; 5 when neither is given");
    add("rate", po::value(&made.rate),
        "requests a second, sent on a timetable whatever the answers do; latency counts from the "
        "time in it");
    add("tick", po::value(&made.tick)->default_value(made.tick),
        "microseconds; with --rate, requests of one tick are due together, at its beginning: "
        "fewer awakenings here, small bursts there");
    add("command", po::value<std::string>()->default_value("mix"), "get, set, mix or mget");
    add("ratio", po::value<std::string>()->default_value("1:9"), "SETs:GETs of a mix");
    add("keys", po::value(&work.keys)->default_value(work.keys));
    add("key-prefix", po::value(&work.key_prefix)->default_value(work.key_prefix),
        "before the digits of a key");
    add("key-digits", po::value(&work.key_digits)->default_value(work.key_digits), "1 to 12");
    add("value-size", po::value<std::string>()->default_value("64"),
        "bytes; or SIZE:WEIGHT,SIZE:WEIGHT…, each key having one of the sizes; or long-tail, 64 "
        "bytes to 1 MiB");
    add("expire", po::value(&work.expire), "seconds until what is set expires; 0 is never");
    add("mget-keys", po::value(&work.mget_keys)->default_value(work.mget_keys));
    add("prefill", po::bool_switch(), "set every key once, in order");
    add("in-order", po::bool_switch(&work.in_order), "keys 0, 1, 2 … instead of random ones");
    add("protocol", po::value<std::string>()->default_value("resp"),
        "resp or memcached (its text)");
    add("echo", po::bool_switch(&work.echo), "the answer is the request itself (bench_echo)");
    add("watch", po::value(&made.watched)->composing(), "report the CPU time of this process id");
    add("json", po::bool_switch(&made.json), "print one JSON object");
    add("histogram", po::bool_switch(&made.histogram),
        "with --json: latencies as [microseconds, count], in buckets less than 0.8 % wide");
    return all;
}

void complete(const po::variables_map& given, load_options& made) {
    auto& work = made.work;
    work.asked = command_named(given["command"].as<std::string>());
    work.spoken = protocol_named(given["protocol"].as<std::string>());
    work.sizes = value_sizes::read(given["value-size"].as<std::string>());
    read_ratio(given["ratio"].as<std::string>(), work);
    if (given["prefill"].as<bool>()) {
        work.asked = command::set;
        work.in_order = true;
        made.requests = work.keys;
    }
    if (made.requests == 0 && made.seconds <= 0) made.seconds = 5;
    if (made.connections == 0 || made.pipeline == 0 || work.keys == 0 || work.mget_keys == 0) {
        throw std::invalid_argument(
            "--connections, --pipeline, --keys and --mget-keys are 1 or more");
    }
    if (work.key_digits == 0 || work.key_digits > 12 ||
        std::to_string(work.keys - 1).size() > work.key_digits) {
        throw std::invalid_argument("--key-digits is 1 to 12, and enough for --keys");
    }
    if (made.rate < 0 || made.tick < 0) {
        throw std::invalid_argument("--rate and --tick are not negative");
    }
}

}  // namespace

std::optional<load_options> read_options(int argc, const char* const* argv, int& exit_code) {
    load_options made;
    const auto all = describe(made);
    try {
        po::variables_map given;
        po::store(po::parse_command_line(argc, argv, all), given);
        if (given.contains("help")) {
            std::cout << all;
            exit_code = 0;
            return std::nullopt;
        }
        po::notify(given);
        complete(given, made);
    } catch (const std::exception& problem) {
        std::cerr << "bench_load: " << problem.what() << '\n';
        exit_code = 1;
        return std::nullopt;
    }
    return made;
}

}  // namespace bench
