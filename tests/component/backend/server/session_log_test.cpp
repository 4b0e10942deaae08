// A client of a backend whose disk fails: what it is told, and what is there afterwards.
#include "backend/replication/change_sinks.hpp"
#include "backend/replication/restore.hpp"
#include "backend/server/backend_info.hpp"
#include "backend/server/session.hpp"
#include "shared/net/listener.hpp"
#include "tests/support/failing_files.hpp"
#include "tests/support/loop.hpp"
#include "tests/support/peer.hpp"
#include "tests/support/scratch_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>

using namespace backend;

namespace {

struct logged_backend {
    explicit logged_backend(on_log_error on_error = on_log_error::refuse)
        : log({.dir = directory.path(), .fsync = fsync_policy::always, .on_error = on_error}, "a1",
              std::make_unique<support::failing_files>(directory.path(), failing)) {
        sink.attach(log);
        info.set_log(&log);
        door.start();
    }

    void load() {
        log.start({.apply = [this](const effect& what) { restored.apply(what, 1); },
                   .scan = [this] { return scan_for_log(data, {}, shared::unix_now); },
                   .on_loaded = [] {},
                   .on_failed = [](const std::string&) {}});
        BOOST_TEST(until([&] { return log.admits() == durable_log::gate::open; }));
    }

    bool until(const std::function<bool()>& predicate) {
        return support::run_until(workers[0].context(), predicate);
    }

    /// Sends the lines at once and waits for all of the answer.
    void expect(const std::string& lines, const std::string& answer) {
        client.forget_received();
        client.send(lines);
        until([&] { return client.received().size() >= answer.size(); });
        support::run_dry(workers[0].context());
        BOOST_TEST(client.received() == answer);
    }

    support::scratch_directory directory;
    std::atomic<bool> failing{false};
    shared::worker_pool workers{1};
    hybrid_clock clock{0};
    log_sink sink;
    store data{{.memory = 1UL << 20U, .shards = 4, .absent_deletes = true}, clock, &sink};
    restorer restored{data, false};
    durable_log log;
    std::deque<counters> counts{1};
    server_state server;
    backend_info info{{"a1", 1, 1}, data, counts, server};
    shared::session_table<session> clients{workers[0].events()};
    record_flusher flusher{nullptr, &log, clients};
    subscriptions topics{server.channels, 0};
    services with{workers[0], clients, data, nullptr,   &flusher, info,
                  server,     topics,  {},   counts[0], &log};
    boost::asio::ip::tcp::endpoint where = support::free_endpoint();
    shared::listener door{workers[0], where, [this](boost::asio::ip::tcp::socket made) {
                              clients.emplace(std::move(made), with, 1, "here", -1);
                          }};
    support::peer client{workers[0].context(), where};
};

/// Its partner is never there, and is not even looked for.
struct partnered_backend : logged_backend {
    partnered_backend() { with.partner = &link; }

    outbox records{1UL << 20U};
    partner_link link{workers,
                      {.name = "a1",
                       .partner = {"127.0.0.1", 1},
                       .timeout = std::chrono::seconds(1),
                       .grace = std::chrono::seconds(1),
                       .tombstones = std::chrono::hours(1)},
                      data,
                      clock,
                      records};
};

const std::string lost =
    "-MISCONF Errors writing to the AOF file: Input/output error; the change was made, and may be "
    "lost\r\n";
const std::string refused = "-MISCONF Errors writing to the AOF file: Input/output error\r\n";
const std::string loading = "-LOADING a1 is reading its log\r\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(session_log_test)

BOOST_AUTO_TEST_CASE(before_the_log_is_read_nothing_is_served) {
    logged_backend one;
    one.expect("GET k\r\nSET k v\r\nPING\r\nECHO x\r\n",
               loading + loading + loading + "$1\r\nx\r\n");
    one.expect(
        "MULTI\r\nGET k\r\nEXEC\r\n",
        "+OK\r\n" + loading + "-EXECABORT Transaction discarded because of previous errors.\r\n");
    one.load();
    one.expect("GET k\r\nPING\r\n", "$-1\r\n+PONG\r\n");
}

BOOST_AUTO_TEST_CASE(
    a_write_whose_sync_fails_is_not_acknowledged_and_reads_beside_it_are_answered) {
    logged_backend one;
    one.load();
    one.expect("SET k 1\r\n", "+OK\r\n");
    one.failing = true;
    one.expect("GET k\r\nSET k 2\r\nGET k\r\nINCR n\r\nECHO end\r\n",
               "$1\r\n1\r\n" + lost + "$1\r\n2\r\n" + lost + "$3\r\nend\r\n");
    one.expect("SET k 3\r\nGET k\r\nDEL k\r\n", refused + "$1\r\n2\r\n" + refused);
    one.failing = false;
    BOOST_TEST(one.until([&] { return one.log.admits() == durable_log::gate::open; }));
    one.expect("SET k 4\r\n", "+OK\r\n");
    BOOST_TEST(one.log.status().base_size > 0U);
}

BOOST_AUTO_TEST_CASE(in_a_transaction_the_replies_of_its_writes_are_taken_back) {
    logged_backend one;
    one.load();
    one.expect("SET k 1\r\nMULTI\r\nGET k\r\nSET k 2\r\n", "+OK\r\n+OK\r\n+QUEUED\r\n+QUEUED\r\n");
    one.failing = true;
    one.expect("EXEC\r\n", "*2\r\n$1\r\n1\r\n" + lost);
    one.expect(
        "MULTI\r\nSET k 3\r\nEXEC\r\n",
        "+OK\r\n" + refused + "-EXECABORT Transaction discarded because of previous errors.\r\n");
    one.expect("MULTI\r\nGET k\r\nEXEC\r\n", "+OK\r\n+QUEUED\r\n*1\r\n$1\r\n2\r\n");
}

BOOST_AUTO_TEST_CASE(a_transaction_queued_before_the_disk_failed_is_refused_whole) {
    logged_backend one;
    one.load();
    one.expect("MULTI\r\nSET k 1\r\n", "+OK\r\n+QUEUED\r\n");
    one.failing = true;
    {
        support::peer other(one.workers[0].context(), one.where);
        other.send("SET x 1\r\n");
        BOOST_TEST(one.until([&] { return other.received() == lost; }));
    }
    one.expect("EXEC\r\nGET k\r\n", refused + "$-1\r\n");
}

BOOST_AUTO_TEST_CASE(a_flush_of_a_pair_that_the_log_could_not_keep_is_told_so_once) {
    partnered_backend one;
    one.load();
    one.expect("SET k 1\r\nFLUSHALL\r\nECHO on\r\n", "+OK\r\n+OK\r\n$2\r\non\r\n");
    one.failing = true;
    one.expect("FLUSHALL\r\nECHO end\r\n", lost + "$3\r\nend\r\n");
}

BOOST_AUTO_TEST_CASE(wait_is_answered_while_the_disk_fails) {
    partnered_backend one;
    one.load();
    one.failing = true;
    one.expect("SET k 1\r\nWAIT 1 10\r\nECHO end\r\n", lost + ":0\r\n$3\r\nend\r\n");
}

BOOST_AUTO_TEST_CASE(replies_that_are_not_wanted_are_not_put_back) {
    logged_backend one;
    one.load();
    one.failing = true;
    one.expect("CLIENT REPLY SKIP\r\nSET k 1\r\nGET k\r\nSET k 2\r\n", "$1\r\n1\r\n" + lost);
}

BOOST_AUTO_TEST_CASE(where_it_is_wanted_writes_are_served_while_the_disk_fails) {
    logged_backend one(on_log_error::serve);
    one.load();
    one.failing = true;
    one.expect("SET k 1\r\nGET k\r\nINCR k\r\n", "+OK\r\n$1\r\n1\r\n:2\r\n");
    BOOST_TEST(!one.log.status().sound);
    one.failing = false;
    BOOST_TEST(one.until([&] { return one.log.status().sound; }));
}

BOOST_AUTO_TEST_SUITE_END()
