#include "proxy/config.hpp"

#include "shared/config/nearest.hpp"
#include "shared/config/writer.hpp"
#include "shared/resp/request_parser.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace proxy {
namespace {

using shared::section;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr std::array<std::string_view, 1> protocols{"resp"};
constexpr std::array<std::string_view, 3> policies{"consistent-hash", "round-robin",
                                                   "least-connections"};
constexpr std::array<std::string_view, 5> hashes{"xxh3", "fnv1a_64", "crc32", "crc32a", "md5"};
constexpr std::array<std::string_view, 4> layouts{"rendezvous", "maglev", "ketama", "ring"};
constexpr std::uint16_t memcached_port = 11211;

constexpr double least_max_load = 1.01;
constexpr double most_max_load = 1000;

constexpr std::array<shared::cli_flag, 6> flags{{
    {"listen", "listener[].address",
     "address of the first listener, such as 127.0.0.1:7379; port 0 is any free one"},
    {"threads", "threads", "number of workers; 0 is one per core"},
    {"max-value", "max_value", "longest value a client may send, such as 512mb"},
    {"max-clients", "max_clients", "most clients at a time"},
    {"drain", "drain", "time for requests in flight when the proxy is told to end, such as 5s"},
    {"log-level", "log_level", "trace, debug, info, warn or error"},
}};

/// What was read, with the table it came from: later checks need its lines.
template <typename Settings>
struct sourced {
    section from;
    Settings settings;
};

template <typename Settings>
std::vector<std::string_view> names_of(const std::vector<sourced<Settings>>& all) {
    std::vector<std::string_view> names;
    for (const auto& each : all) names.push_back(each.settings.name);
    return names;
}

template <typename Settings>
sourced<Settings>* find_named(std::vector<sourced<Settings>>& all, std::string_view name) {
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](auto& each) { return each.settings.name == name; });
    return found == all.end() ? nullptr : &*found;
}

template <typename Settings>
void reject_equal_names(std::vector<sourced<Settings>>& all, const std::string& what) {
    for (auto& each : all) {
        const auto& name = each.settings.name;
        if (name.empty() || find_named(all, name) == &each) continue;
        each.from.fail("name", "another " + what + " is named \"" + name + "\" too");
    }
}

template <typename Settings>
void reject_equal_addresses(std::vector<sourced<Settings>>& all, const std::string& what) {
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& address = all[i].settings.address;
        if (address.port == 0) continue;  // any free port, or an address that was rejected
        const auto same = [&](auto& other) { return other.settings.address == address; };
        if (std::none_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i), same)) continue;
        all[i].from.fail("address", "another " + what + " has " + to_string(address) + " too");
    }
}

template <typename Settings>
std::vector<Settings> settings_of(std::vector<sourced<Settings>>& all) {
    std::vector<Settings> out;
    for (auto& each : all) out.push_back(std::move(each.settings));
    return out;
}

health_config read_health(section from) {
    health_config health;
    health.interval = from.duration("interval", health.interval, milliseconds(1), hours(1));
    health.timeout = from.duration("timeout", health.timeout, milliseconds(1), hours(1));
    health.fall = from.integer<std::uint32_t>("fall", health.fall, 1, 1000);
    health.rise = from.integer<std::uint32_t>("rise", health.rise, 1, 1000);
    health.timeouts = from.integer<std::uint32_t>("timeouts", health.timeouts, 0, 100'000);
    if (health.timeout > health.interval) {
        from.fail("timeout", "the timeout of a probe is longer than the interval between probes");
    }
    from.finish();
    return health;
}

/// What twemproxy calls a server without a name: libmemcached leaves its usual port out.
std::string name_from(const shared::address& address) {
    if (address.port == memcached_port || address.host.empty()) return address.host;
    return address.host + ":" + std::to_string(address.port);
}

backend_config read_backend(section& from) {
    backend_config backend;
    backend.address = from.required_peer_address("address");
    backend.name = from.name("name", name_from(backend.address));
    backend.partner = from.text("partner");
    backend.weight = from.integer<std::uint32_t>("weight", backend.weight, 0, 1000);
    from.finish();
    return backend;
}

/// Checks that partners are pairs, and completes a pair of which only one side names the other.
void join_partners(std::vector<sourced<backend_config>>& backends) {
    for (auto& [from, backend] : backends) {
        if (backend.partner.empty() || backend.name.empty()) continue;
        const auto quoted = "\"" + backend.partner + "\"";
        if (backend.partner == backend.name) {
            from.fail("partner", "backend " + quoted + " cannot be its own partner");
            continue;
        }
        auto* const other = find_named(backends, backend.partner);
        if (other == nullptr) {
            from.fail("partner", "no backend " + quoted + " in this pool" +
                                     shared::did_you_mean(backend.partner, names_of(backends)));
            continue;
        }
        auto& theirs = other->settings.partner;
        if (theirs.empty()) theirs = backend.name;
        if (theirs != backend.name) {
            from.fail("partner", quoted + " cannot be the partner of \"" + backend.name +
                                     "\": its partner is \"" + theirs + "\"");
        }
    }
}

std::vector<backend_config> read_backends(section& pool) {
    std::vector<sourced<backend_config>> backends;
    for (auto& from : pool.list("backend")) {
        auto backend = read_backend(from);
        backends.push_back({std::move(from), std::move(backend)});
    }
    if (backends.empty()) pool.fail("", "the pool has no backends: [[pool.backend]] is missing");
    reject_equal_names(backends, "backend of this pool");
    reject_equal_addresses(backends, "backend of this pool");
    join_partners(backends);
    const bool idle = std::all_of(backends.begin(), backends.end(),
                                  [](const auto& each) { return each.settings.weight == 0; });
    if (idle && !backends.empty()) pool.fail("", "every backend of the pool has weight 0");
    return settings_of(backends);
}

/// A bound that could never do anything is a mistake.
void check_max_load(section& from, const pool_config& pool) {
    if (pool.max_load == 0) return;
    if (pool.policy != "consistent-hash")
        return from.fail("max_load", "\"max_load\" belongs to the policy \"consistent-hash\"");
    if (!pool.backends.empty() &&
        std::none_of(pool.backends.begin(), pool.backends.end(),
                     [](const backend_config& one) { return !one.partner.empty(); })) {
        from.fail("max_load",
                  "\"max_load\" hands reads to the home's partner, for nobody else has "
                  "the data, and no backend of this pool has one");
    }
}

pool_config read_pool(section& from) {
    pool_config pool;
    pool.name = from.required_name("name");
    pool.policy = from.choice("policy", pool.policy, policies);
    pool.hash = from.choice("hash", pool.hash, hashes);
    pool.layout = from.choice("layout", pool.layout, layouts);
    pool.hash_tag = from.text("hash_tag");
    if (!pool.hash_tag.empty() && pool.hash_tag.size() != 2)
        from.fail("hash_tag", "\"hash_tag\" expects two characters such as \"{}\"");
    pool.max_load = from.real("max_load", pool.max_load, least_max_load, most_max_load);
    pool.connections = from.integer<std::uint32_t>("connections", pool.connections, 1, 16);
    pool.connect_timeout =
        from.duration("connect_timeout", pool.connect_timeout, milliseconds(1), hours(1));
    pool.request_timeout =
        from.duration("request_timeout", pool.request_timeout, milliseconds(1), hours(1));
    pool.max_in_flight =
        from.integer<std::uint32_t>("max_in_flight", pool.max_in_flight, 1, 100'000'000);
    pool.max_queued = from.size("max_queued", pool.max_queued, 64ULL << 10, 64ULL << 30);
    pool.large_reply = from.size("large_reply", pool.large_reply, 4ULL << 10, 1ULL << 30);
    pool.max_lanes = from.integer<std::uint32_t>("max_lanes", pool.max_lanes, 0, 10'000);
    pool.slow_start = from.duration("slow_start", pool.slow_start, microseconds(0), hours(1));
    if (pool.slow_start.count() != 0 && pool.policy != "consistent-hash")
        from.fail("slow_start", "\"slow_start\" belongs to the policy \"consistent-hash\"");
    pool.retry_share = from.real("retry_share", pool.retry_share, 0.001, 1);
    pool.retry_least = from.integer<std::uint32_t>("retry_least", pool.retry_least, 0, 1'000'000);
    pool.retry_most = from.integer<std::uint32_t>("retry_most", pool.retry_most, 0, 1'000'000);
    pool.allow_keys = from.boolean("allow_keys", pool.allow_keys);
    pool.health = read_health(from.table("health"));
    pool.backends = read_backends(from);
    check_max_load(from, pool);
    from.finish();
    return pool;
}

std::vector<sourced<pool_config>> read_pools(section& root) {
    std::vector<sourced<pool_config>> pools;
    for (auto& from : root.list("pool")) {
        auto pool = read_pool(from);
        pools.push_back({std::move(from), std::move(pool)});
    }
    if (pools.empty()) root.fail("pool", "no pool: [[pool]] is missing");
    reject_equal_names(pools, "pool");
    return pools;
}

std::vector<listener_config> read_listeners(section& root,
                                            std::vector<sourced<pool_config>>& pools) {
    std::vector<sourced<listener_config>> listeners;
    for (auto& from : root.list("listener")) {
        listener_config listener;
        listener.address = from.required_listen_address("address");
        listener.protocol = from.choice("protocol", listener.protocol, protocols);
        listener.pool = from.required_text("pool");
        if (!listener.pool.empty() && find_named(pools, listener.pool) == nullptr) {
            from.fail("pool", "no pool \"" + listener.pool + "\"" +
                                  shared::did_you_mean(listener.pool, names_of(pools)));
        }
        from.finish();
        listeners.push_back({std::move(from), std::move(listener)});
    }
    if (listeners.empty()) root.fail("listener", "no listener: [[listener]] is missing");
    reject_equal_addresses(listeners, "listener");
    return settings_of(listeners);
}

limits_config read_limits(section& root) {
    limits_config limits;
    limits.max_value = root.size("max_value", limits.max_value, 1ULL << 10, 4ULL << 30);
    limits.max_line = root.size("max_line", limits.max_line, 1ULL << 10, 64ULL << 20);
    limits.max_arguments =
        root.integer<std::uint32_t>("max_arguments", limits.max_arguments, 16, 1U << 30);
    const auto usual = shared::limits_for(limits.max_line, limits.max_value).request;
    limits.max_request = root.size("max_request", usual, 64ULL << 10, 64ULL << 30);
    if (limits.max_request < limits.max_value)
        root.fail("max_request",
                  "\"max_request\" is below \"max_value\", and a command holds its longest value");
    limits.max_pipeline =
        root.integer<std::uint32_t>("max_pipeline", limits.max_pipeline, 1, 1'000'000);
    limits.max_client_buffer =
        root.size("max_client_buffer", limits.max_client_buffer, 1ULL << 20, 64ULL << 30);
    const auto time = [&root](std::string_view key, microseconds otherwise) {
        return root.duration(key, otherwise, microseconds(0), 24 * hours(1));
    };
    limits.idle_timeout = time("idle_timeout", limits.idle_timeout);
    limits.half_sent_timeout = time("half_sent_timeout", limits.half_sent_timeout);
    limits.slow_reader_timeout = time("slow_reader_timeout", limits.slow_reader_timeout);
    return limits;
}

config read_root(section root) {
    config settings;
    settings.threads = root.integer("threads", settings.threads, 0U, 256U);
    settings.limits = read_limits(root);
    settings.max_clients =
        root.integer<std::uint32_t>("max_clients", settings.max_clients, 1, 1'000'000);
    settings.drain = root.duration("drain", settings.drain, microseconds(0), hours(1));
    const auto level =
        root.choice("log_level", to_string(settings.log_level), shared::log_level_names);
    settings.log_level = *shared::parse_log_level(level);
    auto pools = read_pools(root);
    settings.listeners = read_listeners(root, pools);
    settings.pools = settings_of(pools);
    root.finish();
    return settings;
}

void write_limits(shared::toml_writer& out, const limits_config& limits) {
    out.size("max_value", limits.max_value)
        .size("max_line", limits.max_line)
        .integer("max_arguments", limits.max_arguments)
        .size("max_request", limits.max_request)
        .integer("max_pipeline", limits.max_pipeline)
        .size("max_client_buffer", limits.max_client_buffer)
        .duration("idle_timeout", limits.idle_timeout)
        .duration("half_sent_timeout", limits.half_sent_timeout)
        .duration("slow_reader_timeout", limits.slow_reader_timeout);
}

void write_pool(shared::toml_writer& out, const pool_config& pool) {
    out.table("[[pool]]")
        .text("name", pool.name)
        .text("policy", pool.policy)
        .text("hash", pool.hash)
        .text("layout", pool.layout)
        .text("hash_tag", pool.hash_tag)
        .real("max_load", pool.max_load)
        .integer("connections", pool.connections)
        .duration("connect_timeout", pool.connect_timeout)
        .duration("request_timeout", pool.request_timeout)
        .integer("max_in_flight", pool.max_in_flight)
        .size("max_queued", pool.max_queued)
        .size("large_reply", pool.large_reply)
        .integer("max_lanes", pool.max_lanes)
        .duration("slow_start", pool.slow_start)
        .real("retry_share", pool.retry_share)
        .integer("retry_least", pool.retry_least)
        .integer("retry_most", pool.retry_most)
        .boolean("allow_keys", pool.allow_keys);
    out.table("[pool.health]")
        .duration("interval", pool.health.interval)
        .duration("timeout", pool.health.timeout)
        .integer("fall", pool.health.fall)
        .integer("rise", pool.health.rise)
        .integer("timeouts", pool.health.timeouts);
    for (const auto& backend : pool.backends) {
        out.table("[[pool.backend]]").text("name", backend.name).place("address", backend.address);
        if (!backend.partner.empty()) out.text("partner", backend.partner);
        out.integer("weight", backend.weight);
    }
}

}  // namespace

const shared::cli_program& program() {
    static constexpr shared::cli_program self{
        "ringway-proxy", "Spreads the requests of Redis clients over pools of backends.", flags};
    return self;
}

shared::checked<config> read_config(shared::document& source) {
    auto settings = read_root(source.root());
    if (auto problems = source.problems(); !problems.empty()) return problems;
    return settings;
}

shared::checked<config> load_config(const shared::command_line& line) {
    // Pools have no flags, so without a file there is nothing to proxy for.
    if (line.config_file.empty())
        return std::vector<std::string>{"no --config FILE given (see --help)"};
    auto source = shared::open_configuration(line);
    return read_config(source);
}

std::string describe(const config& settings) {
    shared::toml_writer out;
    out.integer("threads", settings.threads)
        .integer("max_clients", settings.max_clients)
        .duration("drain", settings.drain)
        .text("log_level", to_string(settings.log_level));
    write_limits(out, settings.limits);
    for (const auto& listener : settings.listeners) {
        out.table("[[listener]]")
            .place("address", listener.address)
            .text("protocol", listener.protocol)
            .text("pool", listener.pool);
    }
    for (const auto& pool : settings.pools) write_pool(out, pool);
    return out.str();
}

}  // namespace proxy
