#include "tests/bench/load/report.hpp"

#include <algorithm>
#include <array>
#include <iomanip>
#include <ostream>
#include <sstream>
#include <utility>

namespace bench {

namespace {

double micros(std::int64_t nanoseconds) {
    return static_cast<double>(nanoseconds) / 1e3;
}

double each(double seconds, const measurement& result) {
    return seconds * 1e6 / static_cast<double>(std::max<std::uint64_t>(result.requests, 1));
}

double rate_of(const measurement& result) {
    return result.seconds > 0 ? static_cast<double>(result.requests) / result.seconds : 0;
}

void print_histogram(std::ostream& out, const histogram& latencies) {
    const char* between = "";
    out << ", \"latencies\": [" << std::setprecision(3);
    latencies.for_each([&](std::int64_t end, std::uint32_t count) {
        out << between << '[' << micros(end) << ", " << count << ']';
        between = ", ";
    });
    out << ']';
}

constexpr std::array<std::pair<const char*, double>, 3> percentiles{
    {{"p50", 0.5}, {"p99", 0.99}, {"p99.9", 0.999}}};

}  // namespace

std::string json_string(const std::string& text) {
    std::ostringstream out;
    out << '"' << std::hex << std::setfill('0');
    for (const char byte : text) {
        const auto code = static_cast<unsigned char>(byte);
        if (code < 0x20 || code > 0x7e || byte == '"' || byte == '\\') {
            out << "\\u" << std::setw(4) << static_cast<unsigned>(code);
        } else {
            out << byte;
        }
    }
    out << '"';
    return out.str();
}

void print_text(std::ostream& out, const load_options& options, const measurement& result) {
    out << std::fixed << std::setprecision(1);
    out << "requests   " << result.requests << " in " << result.seconds << " s, " << rate_of(result)
        << "/s; errors " << result.errors << ", nils " << result.misses << '\n';
    out << "latency    ";
    for (const auto& [name, share] : percentiles) {
        out << name << ' ' << micros(result.latencies.percentile(share)) << "  ";
    }
    out << "max " << micros(result.latencies.max()) << "  microseconds\n";
    out << std::setprecision(3) << "CPU        " << each(result.own_cpu, result)
        << " microseconds a request here\n";
    for (std::size_t i = 0; i < result.watched.size(); ++i) {
        out << "           " << each(result.watched[i].best(), result) << " in process "
            << options.watched[i] << " (" << each(result.watched[i].ticks, result)
            << " by clock ticks)\n";
    }
    if (!result.problem.empty()) out << "problem    " << result.problem << '\n';
}

void print_json(std::ostream& out, const load_options& options, const measurement& result) {
    out << std::fixed << std::setprecision(4);
    out << "{\"requests\": " << result.requests << ", \"errors\": " << result.errors
        << ", \"failed_reads\": " << result.failed_reads
        << ", \"longest_gap_us\": " << micros(result.longest_gap)
        << ", \"misses\": " << result.misses << ", \"data_bytes\": " << result.data_bytes
        << ", \"problem\": " << json_string(result.problem) << ", \"seconds\": " << result.seconds
        << ", \"requests_per_second\": " << rate_of(result)
        << ", \"p50_us\": " << micros(result.latencies.percentile(0.5))
        << ", \"p99_us\": " << micros(result.latencies.percentile(0.99))
        << ", \"p999_us\": " << micros(result.latencies.percentile(0.999))
        << ", \"max_us\": " << micros(result.latencies.max())
        << ", \"own_cpu_us\": " << each(result.own_cpu, result) << ", \"watched\": [";
    for (std::size_t i = 0; i < result.watched.size(); ++i) {
        const auto& used = result.watched[i];
        out << (i > 0 ? ", " : "") << "{\"pid\": " << options.watched[i]
            << ", \"cpu_us\": " << each(used.best(), result) << ", \"ticks_s\": " << used.ticks
            << ", \"scheduled_s\": " << used.scheduled << "}";
    }
    out << ']';
    if (options.histogram) print_histogram(out, result.latencies);
    out << "}\n";
}

}  // namespace bench
