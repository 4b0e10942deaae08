#include "backend/config.hpp"

#include "backend/secret_file.hpp"
#include "shared/config/writer.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace backend {
namespace {

constexpr int least_tombstones = 4;  // in time-outs of the link

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr std::array<shared::cli_flag, 10> flags{{
    {"name", "name", "the backend's own name"},
    {"listen", "listen", "address to listen on, such as 127.0.0.1:7401; port 0 is any free one"},
    {"threads", "threads", "number of workers; 0 is one per core"},
    {"memory", "memory", "memory for data, such as 256mb"},
    {"max-value", "max_value", "longest value a client may send, such as 512mb"},
    {"max-clients", "max_clients", "most clients at a time"},
    {"partner", "partner.address", "address of the partner, such as 127.0.0.1:7402"},
    {"log-dir", "log.dir", "directory of the durable log"},
    {"salvage", "log.salvage", "true: take what is whole of a damaged log"},
    {"log-level", "log_level", "trace, debug, info, warn or error"},
}};

constexpr std::array<std::string_view, 2> ack_names{"none", "partner"};  // as in ack_mode

std::string_view to_string(ack_mode mode) noexcept {
    return ack_names.at(static_cast<std::size_t>(mode));
}

void take_secret(shared::section& from, partner_config& partner) {
    const auto secret = from.hidden_text("secret");
    const auto file = from.hidden_text("secret_file");
    if (secret && file) return from.fail("secret_file", "give a secret or a secret_file, not both");
    if (secret) {
        partner.secret = *secret;
        if (secret->empty()) from.fail("secret", "a secret must not be empty");
    } else if (file) {
        auto read = read_secret(*file);
        if (!read.problem.empty()) from.fail("secret_file", read.problem);
        partner.secret = std::move(read.secret);
        partner.secret_file = *file;
        partner.secret_exposed = read.exposed;
    }
}

std::optional<partner_config> read_partner(shared::section from) {
    if (!from.present()) return std::nullopt;
    partner_config partner;
    partner.address = from.required_peer_address("address");
    // Heartbeats come five times a second.
    partner.timeout = from.duration("timeout", partner.timeout, milliseconds(300), hours(1));
    partner.grace = from.duration("grace", partner.grace, milliseconds(0), hours(1));
    partner.backlog = from.size("backlog", partner.backlog, 64ULL << 10);
    partner.tombstones =
        from.duration("tombstones", partner.tombstones, milliseconds(0), hours(24 * 365));
    // What a partner has sent may be on its way for as long as it may be silent.
    if (partner.tombstones < least_tombstones * partner.timeout)
        from.fail("tombstones", "must be at least " + std::to_string(least_tombstones) +
                                    " times 'timeout': an older value may be on its way so long");
    partner.max_clock_ahead =
        from.duration("max_clock_ahead", partner.max_clock_ahead, milliseconds(1), hours(24 * 365));
    const auto ack = from.choice("ack", to_string(partner.ack), ack_names);
    partner.ack = ack == to_string(ack_mode::partner) ? ack_mode::partner : ack_mode::none;
    partner.ack_timeout =
        from.duration("ack_timeout", partner.ack_timeout, milliseconds(1), hours(1));
    take_secret(from, partner);
    from.finish();
    return partner;
}

template <typename Choice, std::size_t Count>
Choice read_choice(shared::section& from, std::string_view key, Choice fallback,
                   const std::array<std::string_view, Count>& names) {
    const auto chosen = from.choice(key, names[static_cast<std::size_t>(fallback)], names);
    return static_cast<Choice>(std::find(names.begin(), names.end(), chosen) - names.begin());
}

std::optional<log_settings> read_log(shared::section from) {
    if (!from.present()) return std::nullopt;
    log_settings log;
    log.dir = from.required_text("dir");
    log.fsync = read_choice(from, "fsync", log.fsync, fsync_policy_names);
    log.on_error = read_choice(from, "on_error", log.on_error, on_log_error_names);
    log.rewrite_growth = from.integer("rewrite_growth", log.rewrite_growth, 0U, 10'000U);
    log.rewrite_from = from.size("rewrite_from", log.rewrite_from, 64ULL << 10);
    log.salvage = from.boolean("salvage", log.salvage);
    from.finish();
    return log;
}

config read_root(shared::section& root) {
    config settings;
    settings.name = root.required_name("name");
    settings.listen = root.listen_address("listen", settings.listen);
    settings.threads = root.integer("threads", settings.threads, 0U, 256U);
    settings.memory = root.size("memory", settings.memory, 1ULL << 20);
    settings.eviction = root.choice("eviction", settings.eviction, eviction_names);
    settings.max_value = root.size("max_value", settings.max_value, 1ULL << 10, 4ULL << 30);
    settings.max_reply = root.size("max_reply", settings.max_reply, 1ULL << 10);
    settings.max_line = root.size("max_line", settings.max_line, 1ULL << 10, 64ULL << 20);
    settings.max_clients =
        root.integer<std::uint32_t>("max_clients", settings.max_clients, 1, 1'000'000);
    settings.debug_commands = root.boolean("debug_commands", settings.debug_commands);
    const auto level =
        root.choice("log_level", to_string(settings.log_level), shared::log_level_names);
    settings.log_level = *shared::parse_log_level(level);
    settings.partner = read_partner(root.table("partner"));
    settings.log = read_log(root.table("log"));
    root.finish();
    return settings;
}

}  // namespace

const shared::cli_program& program() {
    static constexpr shared::cli_program self{
        "ringway-backend", "Keeps cached values in memory, in step with a partner.", flags};
    return self;
}

shared::checked<config> read_config(shared::document& source) {
    auto root = source.root();
    auto settings = read_root(root);
    if (settings.partner && settings.partner->address == settings.listen) {
        root.table("partner").fail("address", "a backend cannot be its own partner");
    }
    if (auto problems = source.problems(); !problems.empty()) return problems;
    return settings;
}

shared::checked<config> load_config(const shared::command_line& line) {
    auto source = shared::open_configuration(line);
    return read_config(source);
}

std::string describe(const config& settings) {
    shared::toml_writer out;
    out.text("name", settings.name)
        .place("listen", settings.listen)
        .integer("threads", settings.threads)
        .size("memory", settings.memory)
        .text("eviction", settings.eviction)
        .size("max_value", settings.max_value)
        .size("max_reply", settings.max_reply)
        .size("max_line", settings.max_line)
        .integer("max_clients", settings.max_clients)
        .boolean("debug_commands", settings.debug_commands)
        .text("log_level", to_string(settings.log_level));
    if (settings.partner) {
        out.table("[partner]")
            .place("address", settings.partner->address)
            .duration("timeout", settings.partner->timeout)
            .duration("grace", settings.partner->grace)
            .size("backlog", settings.partner->backlog)
            .duration("tombstones", settings.partner->tombstones)
            .duration("max_clock_ahead", settings.partner->max_clock_ahead)
            .text("ack", to_string(settings.partner->ack))
            .duration("ack_timeout", settings.partner->ack_timeout);
        if (!settings.partner->secret_file.empty()) {
            out.text("secret_file", settings.partner->secret_file);
        } else if (!settings.partner->secret.empty()) {
            out.note("secret is set, and not shown");
        }
    }
    if (settings.log) {
        out.table("[log]")
            .text("dir", settings.log->dir)
            .text("fsync", fsync_policy_names[static_cast<std::size_t>(settings.log->fsync)])
            .text("on_error", on_log_error_names[static_cast<std::size_t>(settings.log->on_error)])
            .integer("rewrite_growth", settings.log->rewrite_growth)
            .size("rewrite_from", settings.log->rewrite_from)
            .boolean("salvage", settings.log->salvage);
    }
    return out.str();
}

}  // namespace backend
