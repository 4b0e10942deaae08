#include "backend/server/command_stats.hpp"

#include <cstdio>

namespace backend {
namespace {

void append_line(std::string& out, std::string_view name, const command_sums& sums) {
    const auto micros = sums.estimated_micros();
    const double each =
        sums.calls == 0 ? 0.0 : static_cast<double>(micros) / static_cast<double>(sums.calls);
    std::array<char, 32> per_call{};
    std::snprintf(per_call.data(), per_call.size(), "%.2f", each);
    out.append("cmdstat_").append(name);
    out.append(":calls=").append(std::to_string(sums.calls));
    out.append(",usec=").append(std::to_string(micros));
    out.append(",usec_per_call=").append(per_call.data());
    out.append(",rejected_calls=").append(std::to_string(sums.rejected));
    out.append(",failed_calls=").append(std::to_string(sums.failed)).append("\r\n");
}

}  // namespace

command_sums& command_sums::operator+=(const command_counters& more) noexcept {
    calls += more.calls.get();
    rejected += more.rejected.get();
    failed += more.failed.get();
    timed += more.timed.get();
    micros += more.micros.get();
    return *this;
}

command_sums& command_sums::operator-=(const command_sums& less) noexcept {
    calls -= less.calls;
    rejected -= less.rejected;
    failed -= less.failed;
    timed -= less.timed;
    micros -= less.micros;
    return *this;
}

std::string command_lines(const command_table& sums) {
    std::string out;
    for (const auto& spec : shared::all_commands()) {
        const auto& one = sums[static_cast<std::size_t>(spec.id)];
        if (one.calls + one.rejected != 0) append_line(out, spec.name, one);
    }
    return out;
}

}  // namespace backend
