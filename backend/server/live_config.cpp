#include "backend/server/live_config.hpp"

#include "shared/command/spec.hpp"
#include "shared/resp/integer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>

namespace backend {
namespace {

constexpr std::int64_t any_size = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t least_memory = 1 << 20;

struct parameter {
    std::string_view name;
    std::int64_t least;
    std::int64_t most;
    bool memory;  // takes "100mb", too
    std::int64_t (*get)(const server_state& server);
    void (*set)(server_state& server, std::int64_t value);
};

constexpr std::array<parameter, 6> parameters{{
    {"latency-monitor-threshold", 0, any_size, false,
     [](const server_state& server) { return server.latency.threshold(); },
     [](server_state& server, std::int64_t value) { server.latency.set_threshold(value); }},
    {"maxclients", 1, std::numeric_limits<std::uint32_t>::max(), false,
     [](const server_state& server) { return std::int64_t{server.most_clients}; },
     [](server_state& server, std::int64_t value) {
         server.most_clients = static_cast<std::uint32_t>(value);
     }},
    {"maxmemory", least_memory, any_size, true,
     [](const server_state& server) { return static_cast<std::int64_t>(server.memory_limit()); },
     [](server_state& server, std::int64_t value) {
         server.set_memory_limit(static_cast<std::uint64_t>(value));
     }},
    {"slowlog-log-slower-than", -1, any_size, false,
     [](const server_state& server) { return server.slow.threshold(); },
     [](server_state& server, std::int64_t value) { server.slow.set_threshold(value); }},
    {"slowlog-max-len", 0, any_size, false,
     [](const server_state& server) { return static_cast<std::int64_t>(server.slow.capacity()); },
     [](server_state& server, std::int64_t value) {
         server.slow.set_capacity(static_cast<std::size_t>(value));
     }},
    {"timeout", 0, std::numeric_limits<std::int32_t>::max(), false,
     [](const server_state& server) { return std::int64_t{server.idle_timeout}; },
     [](server_state& server, std::int64_t value) {
         server.idle_timeout = static_cast<std::int32_t>(value);
     }},
}};

const parameter* find(std::string_view name) noexcept {
    const auto found = std::find_if(parameters.begin(), parameters.end(), [&](const auto& one) {
        return shared::same_word(one.name, name);
    });
    return found != parameters.end() ? &*found : nullptr;
}

/// Bytes of "100", "100b", "1k" (1000), "1kb" (1024), "1m", "1mb", "1g", "1gb", as Redis reads
/// them.
std::optional<std::int64_t> parse_memory(std::string_view text) noexcept {
    constexpr std::array<std::pair<std::string_view, std::int64_t>, 8> units{{
        {"", 1},
        {"b", 1},
        {"k", 1000},
        {"kb", 1 << 10},
        {"m", 1'000'000},
        {"mb", 1 << 20},
        {"g", 1'000'000'000},
        {"gb", 1 << 30},
    }};
    const auto digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = shared::parse_integer(text.substr(0, digits));
    if (!number) return std::nullopt;
    for (const auto& [unit, factor] : units) {
        if (!shared::same_word(unit, text.substr(digits))) continue;
        return *number <= any_size / factor ? std::optional(*number * factor) : std::nullopt;
    }
    return std::nullopt;
}

/// What is wrong with the value; empty: nothing.
std::string_view problem_of(const parameter& which, std::optional<std::int64_t> value) {
    if (which.memory && !value) return "argument must be a memory value";
    if (!value) return "argument couldn't be parsed into an integer";
    return {};
}

struct change {
    const parameter* which;
    std::int64_t value;
};

class change_reader {
  public:
    explicit change_reader(const parameter_list& fixed) noexcept : fixed_(fixed) {}

    /// The error of the pair; empty: it can be applied.
    std::string read(std::string_view name, std::string_view text) {
        const auto* const which = find(name);
        if (which == nullptr) return read_fixed(name, text);
        if (std::any_of(changes.begin(), changes.end(),
                        [&](const change& one) { return one.which == which; })) {
            return failed(which->name, "duplicate parameter");
        }
        const auto value = which->memory ? parse_memory(text) : shared::parse_integer(text);
        if (const auto problem = problem_of(*which, value); !problem.empty())
            return failed(which->name, problem);
        if (*value < which->least || *value > which->most) {
            return failed(which->name, "argument must be between " + std::to_string(which->least) +
                                           " and " + std::to_string(which->most) + " inclusive");
        }
        changes.push_back({which, *value});
        return {};
    }

    std::vector<change> changes;

  private:
    static std::string failed(std::string_view name, std::string_view why) {
        return "ERR CONFIG SET failed (possibly related to argument '" + std::string(name) +
               "') - " + std::string(why);
    }

    std::string read_fixed(std::string_view name, std::string_view text) const {
        const auto found = std::find_if(fixed_.begin(), fixed_.end(), [&](const auto& one) {
            return shared::same_word(one.first, name);
        });
        if (found == fixed_.end()) {
            return "ERR Unknown option or number of arguments for CONFIG SET - '" +
                   std::string(name.substr(0, shared::longest_echo)) + "'";
        }
        return text == found->second ? "" : failed(found->first, "can't set immutable config");
    }

    const parameter_list& fixed_;
};

}  // namespace

parameter_list live_parameters(const server_state& server) {
    parameter_list all;
    for (const auto& one : parameters) all.emplace_back(one.name, std::to_string(one.get(server)));
    return all;
}

std::string change_parameters(server_state& server, std::span<const std::string_view> words,
                              const parameter_list& fixed) {
    if (words.size() % 2 != 0) return "ERR syntax error";
    change_reader reader(fixed);
    for (std::size_t i = 0; i < words.size(); i += 2) {
        if (auto error = reader.read(words[i], words[i + 1]); !error.empty()) return error;
    }
    for (const auto& [which, value] : reader.changes) which->set(server, value);
    return {};
}

}  // namespace backend
