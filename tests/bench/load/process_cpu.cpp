#include "tests/bench/load/process_cpu.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace bench {

namespace {

// Fields 14 and 15 of proc(5), utime and stime; the name, field 2, may hold spaces and brackets.
std::optional<double> ticks_of(const std::filesystem::path& directory) {
    std::ifstream file(directory / "stat");
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto end_of_name = text.rfind(')');
    if (end_of_name == std::string::npos) return std::nullopt;
    std::istringstream fields(text.substr(end_of_name + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field) fields >> skipped;
    double user = 0;
    double system = 0;
    fields >> user >> system;
    if (!fields) return std::nullopt;
    return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// The first figure of each thread's schedstat: nanoseconds on a core.
double scheduled_of(const std::filesystem::path& directory) {
    double sum = 0;
    std::error_code ignored;
    for (const auto& thread : std::filesystem::directory_iterator(directory / "task", ignored)) {
        double nanoseconds = 0;
        if (std::ifstream(thread.path() / "schedstat") >> nanoseconds) sum += nanoseconds;
    }
    return sum / 1e9;
}

}  // namespace

std::optional<cpu_time> cpu_of(pid_t process) {
    const std::filesystem::path directory = "/proc/" + std::to_string(process);
    const auto ticks = ticks_of(directory);
    if (!ticks) return std::nullopt;
    return cpu_time{*ticks, scheduled_of(directory)};
}

}  // namespace bench
