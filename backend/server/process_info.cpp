#include "backend/server/process_info.hpp"

#include "shared/command/info_lines.hpp"

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <random>

namespace backend {
namespace {

std::string seconds(const timeval& time) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%ld.%06ld", static_cast<long>(time.tv_sec),
                  static_cast<long>(time.tv_usec));
    return text.data();
}

}  // namespace

std::uint64_t resident_bytes() {
    std::ifstream pages("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    pages >> all >> resident;
    return pages ? resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

std::string for_people(std::uint64_t bytes) {
    if (bytes < 1024) return std::to_string(bytes) + "B";
    constexpr std::array<char, 4> units{'K', 'M', 'G', 'T'};
    double scaled = static_cast<double>(bytes) / 1024.0;
    std::size_t unit = 0;
    while (scaled >= 1024.0 && unit + 1 < units.size()) {
        scaled /= 1024.0;
        ++unit;
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.2f%c", scaled, units[unit]);
    return text.data();
}

std::string cpu_lines() {
    rusage own{};
    ::getrusage(RUSAGE_SELF, &own);
    return shared::info_lines()
        .add("used_cpu_sys", seconds(own.ru_stime))
        .add("used_cpu_user", seconds(own.ru_utime))
        .take();
}

std::string operating_system() {
    utsname name{};
    if (::uname(&name) != 0) return "unknown";
    return std::string(name.sysname) + " " + name.release + " " + name.machine;
}

std::uint64_t memory_of_system() {
    return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
           static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

std::string make_run_id() {
    constexpr std::string_view digits = "0123456789abcdef";
    std::random_device source;
    std::string id;
    while (id.size() < 40) id += digits[source() % digits.size()];
    return id;
}

}  // namespace backend
