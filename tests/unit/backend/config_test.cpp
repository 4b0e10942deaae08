#include "backend/config.hpp"

#include "tests/support/scratch_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

using namespace std::chrono_literals;
using lines = std::vector<std::string>;

namespace {

backend::config read(std::string_view text) {
    auto source = shared::document::parse(text, "f.toml");
    const auto read = backend::read_config(source);
    if (read.has_error()) BOOST_FAIL(read.error().front());
    return *read;
}

void check_problems(std::string_view text, const lines& expected) {
    auto source = shared::document::parse(text, "f.toml");
    const auto read = backend::read_config(source);
    BOOST_TEST_REQUIRE(read.has_error());
    BOOST_TEST(read.error() == expected, boost::test_tools::per_element());
}

backend::config load(const std::string& path) {
    shared::command_line line;
    line.config_file = path;
    const auto loaded = backend::load_config(line);
    if (loaded.has_error()) BOOST_FAIL(loaded.error().front());
    return *loaded;
}

constexpr std::string_view everything = R"(name = "a1"
listen = "[::1]:0"
threads = 3
memory = "1gb"
eviction = "lru"
max_value = "1mb"
max_reply = "3mb"
max_line = "2kb"
max_clients = 7
debug_commands = true
log_level = "debug"
[partner]
address = "partner.example:7402"
timeout = "1500ms"
grace = "0s"
backlog = "1mb"
tombstones = "2d"
max_clock_ahead = "5s"
ack = "partner"
ack_timeout = "70ms"
[log]
dir = "/var/lib/ringway/a1"
fsync = "always"
on_error = "serve"
rewrite_growth = 50
rewrite_from = "1mb"
salvage = true
)";

}  // namespace

BOOST_AUTO_TEST_SUITE(backend_config)

BOOST_AUTO_TEST_CASE(a_name_alone_is_a_configuration) {
    backend::config expected;
    expected.name = "a1";
    BOOST_TEST((read("name = \"a1\"") == expected));
    BOOST_TEST(expected.listen.port == 7401U);
    BOOST_TEST(!expected.partner.has_value());
    BOOST_TEST(!expected.log.has_value());
}

BOOST_AUTO_TEST_CASE(every_key_is_read) {
    const auto settings = read(everything);
    BOOST_TEST(settings.name == "a1");
    BOOST_TEST(settings.listen.host == "::1");
    BOOST_TEST(settings.threads == 3U);
    BOOST_TEST(settings.memory == 1ULL << 30);
    BOOST_TEST(settings.max_value == 1ULL << 20);
    BOOST_TEST(settings.max_reply == 3ULL << 20);
    BOOST_TEST(settings.max_line == 2048U);
    BOOST_TEST(settings.max_clients == 7U);
    BOOST_TEST(settings.debug_commands);
    BOOST_TEST((settings.log_level == shared::log_level::debug));
    BOOST_TEST_REQUIRE(settings.partner.has_value());
    BOOST_TEST(to_string(settings.partner->address) == "partner.example:7402");
    BOOST_TEST((settings.partner->timeout == 1500ms));
    BOOST_TEST((settings.partner->grace == 0s));
    BOOST_TEST(settings.partner->backlog == 1ULL << 20);
    BOOST_TEST((settings.partner->tombstones == 48h));
    BOOST_TEST((settings.partner->max_clock_ahead == 5s));
    BOOST_TEST((settings.partner->ack == backend::ack_mode::partner));
    BOOST_TEST((settings.partner->ack_timeout == 70ms));
    BOOST_TEST_REQUIRE(settings.log.has_value());
    BOOST_TEST((*settings.log == backend::log_settings{.dir = "/var/lib/ringway/a1",
                                                       .fsync = backend::fsync_policy::always,
                                                       .on_error = backend::on_log_error::serve,
                                                       .rewrite_growth = 50,
                                                       .rewrite_from = 1UL << 20U,
                                                       .salvage = true}));
}

BOOST_AUTO_TEST_CASE(what_is_described_reads_back_as_the_same) {
    for (const auto text : {everything, std::string_view("name = \"a1\"")}) {
        const auto settings = read(text);
        BOOST_TEST((read(backend::describe(settings)) == settings), backend::describe(settings));
    }
}

BOOST_AUTO_TEST_CASE(a_secret_is_read_and_never_told) {
    const auto settings =
        read("name = \"a1\"\n[partner]\naddress = \"h:1\"\nsecret = \"s3cret\"\n");
    BOOST_TEST(settings.partner->secret == "s3cret");
    const auto told = backend::describe(settings);
    BOOST_TEST(told.find("s3cret") == std::string::npos, told);
    BOOST_TEST(told.find("# secret is set, and not shown\n") != std::string::npos, told);
    BOOST_TEST(read(told).partner->secret == "");
}

BOOST_AUTO_TEST_CASE(a_secret_may_stand_in_a_file) {
    const support::scratch_directory directory;
    const auto path = directory.path() + "/secret";
    std::ofstream(path) << "s3cret\n";
    const auto settings =
        read("name = \"a1\"\n[partner]\naddress = \"h:1\"\nsecret_file = \"" + path + "\"\n");
    BOOST_TEST(settings.partner->secret == "s3cret");
    const auto told = backend::describe(settings);
    BOOST_TEST(told.find("s3cret") == std::string::npos, told);
    BOOST_TEST((read(told) == settings), told);
}

BOOST_AUTO_TEST_CASE(a_secret_that_is_none_is_refused_without_being_shown) {
    const std::string start = "name = \"a1\"\n[partner]\naddress = \"h:1\"\n";
    check_problems(start + "secret = \"\"\n", {"f.toml:4: a secret must not be empty"});
    check_problems(start + "secret = 31337\n",
                   {"f.toml:4: \"secret\" in [partner] expects a text in quotes"});
    check_problems(start + "secret = \"s\"\nsecret_file = \"/f\"\n",
                   {"f.toml:5: give a secret or a secret_file, not both"});
    check_problems(start + "secret_file = \"/absent/f\"\n",
                   {"f.toml:4: cannot read /absent/f: No such file or directory"});
}

BOOST_AUTO_TEST_CASE(every_problem_is_told_at_once) {
    check_problems(
        R"(nam = "a1"
memory = "1kb"
eviction = "lfu"
threads = 257
[partner]
timeout = 2
[log]
fsync = "everysecond"
on_error = 1
rewrite_growth = 10001
rewrite_from = "1kb"
salvage = "yes"
sync = "no"
)",
        {
            R"(f.toml:1: missing required key "name")",
            R"(f.toml:1: unknown key "nam"; did you mean "name"?)",
            R"(f.toml:2: "memory" must be at least 1mb, not "1kb")",
            R"(f.toml:3: "eviction" expects "lru", "s3-fifo", "w-tinylfu" or "adaptive-fifo", not "lfu"; did you mean "lru"?)",
            R"(f.toml:4: "threads" must be from 0 to 256, not 257)",
            R"(f.toml:5: missing required key "address" in [partner])",
            "f.toml:6: \"timeout\" in [partner] expects a duration such as \"250ms\", "
            "not 2",
            R"(f.toml:7: missing required key "dir" in [log])",
            R"(f.toml:8: "fsync" in [log] expects "always", "everysec" or "no", not "everysecond"; did you mean "everysec"?)",
            R"(f.toml:9: "on_error" in [log] expects "refuse" or "serve", not 1)",
            R"(f.toml:10: "rewrite_growth" in [log] must be from 0 to 10000, not 10001)",
            R"(f.toml:11: "rewrite_from" in [log] must be at least 64kb, not "1kb")",
            R"(f.toml:12: "salvage" in [log] expects true or false, not "yes")",
            R"(f.toml:13: unknown key "sync" in [log]; did you mean "fsync"?)",
        });
}

BOOST_AUTO_TEST_CASE(a_backend_is_not_its_own_partner) {
    check_problems("name = \"a1\"\nlisten = \"h:1\"\n[partner]\naddress = \"h:1\"\n",
                   {"f.toml:4: a backend cannot be its own partner"});
}

BOOST_AUTO_TEST_CASE(deletes_are_remembered_for_longer_than_a_partner_may_be_silent) {
    const std::string start = "name = \"a1\"\n[partner]\naddress = \"h:2\"\n";
    const auto enough = read(start + "timeout = \"1s\"\ntombstones = \"4s\"\n");
    BOOST_TEST((enough.partner->tombstones == 4s));
    check_problems(
        start + "timeout = \"1s\"\ntombstones = \"3999ms\"\n",
        {"f.toml:5: must be at least 4 times 'timeout': an older value may be "
         "on its way so long"});
}

BOOST_AUTO_TEST_CASE(flags_go_over_the_file) {
    const auto& program = backend::program();
    BOOST_TEST(program.name == "ringway-backend");
    const char* const arguments[] = {
        "x",           "--config",    RINGWAY_SOURCE_DIR "/conf/backend-a1.toml",
        "--name=x1",   "--listen",    "127.0.0.1:0",
        "--threads",   "2",           "--memory",
        "8mb",         "--partner",   "127.0.0.1:9",
        "--max-value", "1mb",         "--max-clients",
        "5",           "--log-level", "error",
        "--log-dir",   "/data/x1",    "--salvage",
        "true"};
    const auto line = shared::read_command_line(std::size(arguments), arguments, program);
    const auto loaded = backend::load_config(line);
    if (loaded.has_error()) BOOST_FAIL(loaded.error().front());
    BOOST_TEST(loaded->name == "x1");
    BOOST_TEST(loaded->listen.port == 0U);
    BOOST_TEST(loaded->threads == 2U);
    BOOST_TEST(loaded->memory == 8ULL << 20);
    BOOST_TEST(loaded->partner->address.port == 9U);
    BOOST_TEST(loaded->max_value == 1ULL << 20);
    BOOST_TEST(loaded->max_clients == 5U);
    BOOST_TEST((loaded->log_level == shared::log_level::error));
    BOOST_TEST(loaded->log->dir == "/data/x1");
    BOOST_TEST(loaded->log->salvage);
}

BOOST_AUTO_TEST_CASE(the_shipped_files_are_two_pairs_of_partners) {
    const auto path = [](const std::string& name) {
        return RINGWAY_SOURCE_DIR "/conf/backend-" + name + ".toml";
    };
    for (const auto& [one, other] : {std::pair("a1", "a2"), std::pair("b1", "b2")}) {
        const auto first = load(path(one));
        const auto second = load(path(other));
        BOOST_TEST(first.name == one);
        BOOST_TEST(second.name == other);
        BOOST_TEST((first.partner->address == second.listen));
        BOOST_TEST((second.partner->address == first.listen));
    }
}

BOOST_AUTO_TEST_SUITE_END()
