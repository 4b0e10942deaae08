#include "proxy/config.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

proxy::config read(std::string_view text) {
    auto source = shared::document::parse(text, "f.toml");
    const auto read = proxy::read_config(source);
    if (read.has_error()) BOOST_FAIL(read.error().front());
    return *read;
}

void check_problems(const std::string& text, const lines& expected) {
    auto source = shared::document::parse(text, "f.toml");
    const auto read = proxy::read_config(source);
    BOOST_TEST_REQUIRE(read.has_error());
    BOOST_TEST(read.error() == expected, boost::test_tools::per_element());
}

proxy::config load(const std::string& file) {
    shared::command_line line;
    line.config_file = RINGWAY_SOURCE_DIR "/conf/" + file;
    const auto loaded = proxy::load_config(line);
    if (loaded.has_error()) BOOST_FAIL(loaded.error().front());
    return *loaded;
}

/// Six lines; what is added starts at line 7, in the pool.
const std::string head =
    "[[listener]]\naddress = \"127.0.0.1:7379\"\npool = \"main\"\n\n[[pool]]\nname = \"main\"\n";

/// Two lines and `more`.
std::string backend(const std::string& name, const std::string& address,
                    const std::string& more = {}) {
    return "[[pool.backend]]\nname = \"" + name + "\"\naddress = \"" + address + "\"\n" + more;
}

const std::string everything = R"(threads = 2
max_value = "1mb"
max_line = "2kb"
max_clients = 7
max_arguments = 100
max_request = "2mb"
max_pipeline = 12
max_client_buffer = "3mb"
idle_timeout = "10m"
half_sent_timeout = "4s"
slow_reader_timeout = "0s"
drain = "0s"
log_level = "warn"

[[listener]]
address = "0.0.0.0:0"
protocol = "resp"
pool = "main"

[[pool]]
name = "main"
policy = "round-robin"
hash = "crc32"
layout = "ketama"
hash_tag = "{}"
connections = 16
connect_timeout = "1ms"
request_timeout = "2s"
max_in_flight = 13
max_queued = "5mb"
large_reply = "6kb"
max_lanes = 0
retry_share = 0.5
retry_least = 7
retry_most = 70
allow_keys = true
[pool.health]
interval = "3s"
timeout = "3s"
fall = 4
rise = 5
timeouts = 6
[[pool.backend]]
name = "a1"
address = "[::1]:7401"
partner = "a2"
weight = 1000
[[pool.backend]]
name = "a2"
address = "a2.example:7401"
weight = 0

[[pool]]
name = "spare"
[[pool.backend]]
name = "a1"
address = "127.0.0.1:7401"
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(proxy_config)

BOOST_AUTO_TEST_CASE(a_listener_and_a_pool_are_a_configuration) {
    const auto settings = read(head + backend("a1", "h:1"));
    BOOST_TEST(settings.listeners.at(0).protocol == "resp");
    BOOST_TEST(settings.limits.max_value == 512ULL << 20);
    BOOST_TEST((settings.drain == 5s));
    const auto& pool = settings.pools.at(0);
    BOOST_TEST(pool.policy == "consistent-hash");
    BOOST_TEST(pool.hash == "xxh3");
    BOOST_TEST(!pool.allow_keys);
    BOOST_TEST(pool.layout == "rendezvous");
    BOOST_TEST(pool.hash_tag.empty());
    BOOST_TEST(pool.max_load == 0);
    BOOST_TEST((pool.health == proxy::health_config{}));
    BOOST_TEST(pool.backends.at(0).weight == 1U);
    BOOST_TEST(pool.backends.at(0).partner.empty());
}

BOOST_AUTO_TEST_CASE(every_key_is_read) {
    const auto settings = read(everything);
    BOOST_TEST(settings.threads == 2U);
    BOOST_TEST((settings.limits ==
                proxy::limits_config{1U << 20, 2048, 100, 2U << 20, 12, 3U << 20, 10min, 4s, 0s}));
    BOOST_TEST(settings.max_clients == 7U);
    BOOST_TEST((settings.drain == 0s));
    BOOST_TEST((settings.log_level == shared::log_level::warn));
    BOOST_TEST(to_string(settings.listeners.at(0).address) == "0.0.0.0:0");
    BOOST_TEST(settings.pools.size() == 2U);
    const auto& pool = settings.pools.at(0);
    BOOST_TEST(pool.policy == "round-robin");
    BOOST_TEST(pool.hash == "crc32");
    BOOST_TEST(pool.layout == "ketama");
    BOOST_TEST(pool.hash_tag == "{}");
    BOOST_TEST(pool.connections == 16U);
    BOOST_TEST((pool.connect_timeout == 1ms));
    BOOST_TEST((pool.request_timeout == 2s));
    BOOST_TEST(pool.max_in_flight == 13U);
    BOOST_TEST(pool.max_queued == 5U << 20);
    BOOST_TEST(pool.large_reply == 6U << 10);
    BOOST_TEST(pool.max_lanes == 0U);
    BOOST_TEST(pool.retry_share == 0.5);
    BOOST_TEST(pool.retry_least == 7U);
    BOOST_TEST(pool.retry_most == 70U);
    BOOST_TEST(pool.allow_keys);
    BOOST_TEST((pool.health == proxy::health_config{3s, 3s, 4, 5, 6}));
    BOOST_TEST(pool.backends.size() == 2U);
    BOOST_TEST((pool.backends.at(0) == proxy::backend_config{"a1", {"::1", 7401}, "a2", 1000}));
    BOOST_TEST(settings.pools.at(1).backends.at(0).name == "a1");
}

BOOST_AUTO_TEST_CASE(a_slow_start_is_of_pools_that_shard) {
    const auto settings = read(head + "slow_start = \"7s\"\n" + backend("a1", "h:1"));
    BOOST_TEST((settings.pools.at(0).slow_start == 7s));
    check_problems(head + "policy = \"round-robin\"\nslow_start = \"7s\"\n" + backend("a1", "h:1"),
                   {"f.toml:8: \"slow_start\" belongs to the policy \"consistent-hash\""});
}

BOOST_AUTO_TEST_CASE(what_is_described_reads_back_as_the_same) {
    for (const auto& text :
         {everything, head + backend("a1", "h:1"), head + "[[pool.backend]]\naddress = \"h:1\"\n",
          head + "slow_start = \"7s\"\nmax_load = 1.25\n" +
              backend("a1", "h:1", "partner = \"a2\"\n") + backend("a2", "h:2")}) {
        const auto settings = read(text);
        BOOST_TEST((read(proxy::describe(settings)) == settings), proxy::describe(settings));
    }
}

BOOST_AUTO_TEST_CASE(a_backend_without_a_name_is_called_what_twemproxy_calls_it) {
    const auto settings = read(head + "[[pool.backend]]\naddress = \"10.0.0.1:6379\"\n" +
                               "[[pool.backend]]\naddress = \"10.0.0.1:11211\"\n" +
                               "[[pool.backend]]\naddress = \"[::1]:7\"\n");
    const auto& backends = settings.pools.at(0).backends;
    BOOST_TEST(backends.at(0).name == "10.0.0.1:6379");
    BOOST_TEST(backends.at(1).name == "10.0.0.1");
    BOOST_TEST(backends.at(2).name == "::1:7");
}

BOOST_AUTO_TEST_CASE(a_hash_tag_is_two_characters) {
    BOOST_TEST(read(head + "hash_tag = \"$$\"\n" + backend("a1", "h:1")).pools.at(0).hash_tag ==
               "$$");
    check_problems(head + "hash_tag = \"{\"\n" + backend("a1", "h:1"),
                   {"f.toml:7: \"hash_tag\" expects two characters such as \"{}\""});
}

BOOST_AUTO_TEST_CASE(a_bound_on_the_load_needs_partners_who_can_take_it) {
    const auto pair = backend("a1", "h:1", "partner = \"a2\"\n") + backend("a2", "h:2");
    BOOST_TEST(read(head + "max_load = 1.25\n" + pair).pools.at(0).max_load == 1.25);
    BOOST_TEST(read(head + "max_load = 2\n" + pair).pools.at(0).max_load == 2);
    BOOST_TEST(read(head + "max_load = 0\n" + backend("a1", "h:1")).pools.at(0).max_load == 0);
    check_problems(head + "max_load = 1\n" + pair,
                   {"f.toml:7: \"max_load\" in [[pool]] must be 0 or from 1.01 to 1000, not 1"});
    check_problems(head + "max_load = \"1.25\"\n" + pair,
                   {"f.toml:7: \"max_load\" in [[pool]] expects a number, not \"1.25\""});
    check_problems(head + "max_load = 1.25\n" + backend("a1", "h:1"),
                   {"f.toml:7: \"max_load\" hands reads to the home's partner, for nobody else has "
                    "the data, and no backend of this pool has one"});
    check_problems(head + "max_load = 1.25\npolicy = \"round-robin\"\n" + pair,
                   {"f.toml:7: \"max_load\" belongs to the policy \"consistent-hash\""});
}

BOOST_AUTO_TEST_CASE(a_command_holds_its_longest_value) {
    BOOST_TEST(read("max_value = \"3gb\"\n" + head + backend("a1", "h:1")).limits.max_request >
               3ULL << 30);
    check_problems("max_value = \"3mb\"\nmax_request = \"2mb\"\n" + head + backend("a1", "h:1"),
                   {"f.toml:2: \"max_request\" is below \"max_value\", and a command holds its "
                    "longest value"});
}

BOOST_AUTO_TEST_CASE(an_empty_file_needs_a_listener_and_a_pool) {
    check_problems("", {"f.toml:1: no pool: [[pool]] is missing",
                        "f.toml:1: no listener: [[listener]] is missing"});
}

BOOST_AUTO_TEST_CASE(names_and_addresses_are_unique) {
    check_problems(head + backend("a1", "h:1") + backend("a1", "h:2") + backend("a3", "h:1") +
                       "[[pool]]\nname = \"main\"\n" + backend("a1", "h:1") +
                       "[[listener]]\naddress = \"127.0.0.1:7379\"\npool = \"main\"\n",
                   {"f.toml:11: another backend of this pool is named \"a1\" too",
                    "f.toml:15: another backend of this pool has h:1 too",
                    "f.toml:17: another pool is named \"main\" too",
                    "f.toml:22: another listener has 127.0.0.1:7379 too"});
}

BOOST_AUTO_TEST_CASE(listeners_on_any_free_port_are_not_equal) {
    const auto listener = "[[listener]]\naddress = \"127.0.0.1:0\"\npool = \"main\"\n";
    BOOST_TEST(read(head + backend("a1", "h:1") + listener + listener).listeners.size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_listener_needs_a_pool_that_exists) {
    check_problems("[[listener]]\naddress = \"h:1\"\npool = \"mian\"\n[[pool]]\nname = \"main\"\n" +
                       backend("a1", "h:1"),
                   {"f.toml:3: no pool \"mian\"; did you mean \"main\"?"});
}

BOOST_AUTO_TEST_CASE(a_pool_needs_backends_with_weight) {
    check_problems(head, {"f.toml:5: the pool has no backends: [[pool.backend]] is missing"});
    check_problems(
        head + backend("a1", "h:1", "weight = 0\n") + backend("a2", "h:2", "weight = 0\n"),
        {"f.toml:5: every backend of the pool has weight 0"});
}

BOOST_AUTO_TEST_CASE(a_probe_may_last_as_long_as_the_interval_and_no_longer) {
    const auto one = backend("a1", "h:1");
    read(head + "health.interval = \"250ms\"\n" + one);
    check_problems(head + "[pool.health]\ninterval = \"1s\"\ntimeout = \"1001ms\"\n" + one,
                   {"f.toml:9: the timeout of a probe is longer than the interval between probes"});
    check_problems(head + "[pool.health]\ninterval = \"1ms\"\n" + one,
                   {"f.toml:7: the timeout of a probe is longer than the interval between probes"});
}

BOOST_AUTO_TEST_CASE(one_side_that_names_its_partner_is_enough) {
    const auto partner = [](const char* name) {
        return std::string("partner = \"") + name + "\"\n";
    };
    for (const auto& text :
         {head + backend("a1", "h:1", partner("a2")) + backend("a2", "h:2"),
          head + backend("a1", "h:1") + backend("a2", "h:2", partner("a1")),
          head + backend("a1", "h:1", partner("a2")) + backend("a2", "h:2", partner("a1"))}) {
        const auto backends = read(text).pools.at(0).backends;
        BOOST_TEST(backends.at(0).partner == "a2");
        BOOST_TEST(backends.at(1).partner == "a1");
    }
}

BOOST_AUTO_TEST_CASE(partners_are_pairs_within_a_pool) {
    check_problems(head + backend("a1", "h:1", "partner = \"a1\"\n"),
                   {"f.toml:10: backend \"a1\" cannot be its own partner"});
    check_problems(head + backend("a1", "h:1", "partner = \"b\"\n") + backend("a2", "h:2"),
                   {"f.toml:10: no backend \"b\" in this pool"});
    check_problems(head + backend("west", "h:1", "partner = \"esat\"\n") + backend("east", "h:2"),
                   {"f.toml:10: no backend \"esat\" in this pool; did you mean \"east\"?"});
    check_problems(head + backend("a1", "h:1", "partner = \"a2\"\n") + backend("a2", "h:2") +
                       backend("a3", "h:3", "partner = \"a2\"\n"),
                   {"f.toml:17: \"a2\" cannot be the partner of \"a3\": its partner is \"a1\""});
}

BOOST_AUTO_TEST_CASE(wrong_values_are_told_with_table_and_line) {
    check_problems(head + "policy = \"least-connection\"\nconnections = 17\n[pool.health]\n" +
                       "interval_ = \"1s\"\n" + backend("a1", "h:0", "wieght = 1\n"),
                   {"f.toml:7: \"policy\" in [[pool]] expects \"consistent-hash\", \"round-robin\" "
                    "or \"least-connections\", not \"least-connection\"; did you mean "
                    "\"least-connections\"?",
                    "f.toml:8: \"connections\" in [[pool]] must be from 1 to 16, not 17",
                    "f.toml:10: unknown key \"interval_\" in [pool.health]; did you mean "
                    "\"interval\"?",
                    "f.toml:13: \"address\" in [[pool.backend]] expects a port from 1 to 65535, "
                    "not \"h:0\"",
                    "f.toml:14: unknown key \"wieght\" in [[pool.backend]]; did you mean "
                    "\"weight\"?"});
}

BOOST_AUTO_TEST_CASE(flags_go_over_the_file) {
    BOOST_TEST(proxy::program().name == "ringway-proxy");
    const char* const arguments[] = {
        "x",           "--config",    RINGWAY_SOURCE_DIR "/conf/proxy.toml",
        "--listen",    "127.0.0.1:0", "--threads",
        "2",           "--drain",     "1s",
        "--max-value", "1mb",         "--max-clients",
        "5",           "--log-level", "error"};
    const auto line = shared::read_command_line(std::size(arguments), arguments, proxy::program());
    const auto loaded = proxy::load_config(line);
    if (loaded.has_error()) BOOST_FAIL(loaded.error().front());
    BOOST_TEST(loaded->listeners.at(0).address.port == 0U);
    BOOST_TEST(loaded->threads == 2U);
    BOOST_TEST((loaded->drain == 1s));
    BOOST_TEST(loaded->limits.max_value == 1ULL << 20);
    BOOST_TEST(loaded->max_clients == 5U);
    BOOST_TEST((loaded->log_level == shared::log_level::error));
}

BOOST_AUTO_TEST_CASE(the_shipped_proxy_has_two_pairs) {
    const auto settings = load("proxy.toml");
    BOOST_TEST(to_string(settings.listeners.at(0).address) == "127.0.0.1:7379");
    const auto& backends = settings.pools.at(0).backends;
    BOOST_TEST_REQUIRE(backends.size() == 4U);
    const std::vector<std::pair<std::string, std::string>> expected{{"127.0.0.1:7401", "a2"},
                                                                    {"127.0.0.1:7402", "a1"},
                                                                    {"127.0.0.1:7403", "b2"},
                                                                    {"127.0.0.1:7404", "b1"}};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        BOOST_TEST(to_string(backends[i].address) == expected[i].first);
        BOOST_TEST(backends[i].partner == expected[i].second);
    }
}

BOOST_AUTO_TEST_CASE(the_shipped_proxy_before_redis_has_no_partners) {
    const auto settings = load("redis.toml");
    const auto& backends = settings.pools.at(0).backends;
    BOOST_TEST_REQUIRE(backends.size() == 2U);
    BOOST_TEST(to_string(backends[0].address) == "127.0.0.1:6379");
    BOOST_TEST(to_string(backends[1].address) == "127.0.0.1:6380");
    for (const auto& each : backends) BOOST_TEST(each.partner.empty());
}

BOOST_AUTO_TEST_SUITE_END()
