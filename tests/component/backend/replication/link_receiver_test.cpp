#include "backend/replication/link_receiver.hpp"

#include "tests/component/backend/replication/node.hpp"
#include "tests/support/fake_backend.hpp"
#include "tests/support/loop.hpp"
#include "tests/support/peer.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <thread>

using namespace backend;
using namespace backend::test;
using support::peer;

namespace {

/// One backend, and the test in the place of its partner.
struct half_fixture {
    half_fixture() { a.open(support::free_endpoint()); }
    ~half_fixture() { a.close(); }

    bool until(const std::function<bool()>& predicate) {
        return support::run_until(context, predicate);
    }

    peer& call(const introduction& self) {
        caller = std::make_unique<peer>(context, a.where());
        caller->send(link_request(self));
        return *caller;
    }
    bool linked() {
        return until([&] {
            return caller->received().starts_with("+LINK ") && caller->received().ends_with("\r\n");
        });
    }
    void send(const effect& what) {
        std::string bytes;
        append_record(bytes, what);
        caller->send(bytes);
    }

    shared::worker_pool workers{1};
    boost::asio::io_context& context = workers[0].context();
    node a{workers, {.name = "a1"}, support::free_endpoint()};
    std::unique_ptr<peer> caller;
};

const version recent = version_at(shared::unix_now());

}  // namespace

BOOST_FIXTURE_TEST_SUITE(link_receiver_test, half_fixture)

BOOST_AUTO_TEST_CASE(a_link_is_answered_with_an_introduction) {
    call({"a2", 0, 0});
    BOOST_TEST_REQUIRE(linked());
    const auto self = read_link_answer(caller->received());
    BOOST_TEST_REQUIRE(self.has_value());
    BOOST_TEST(self->name == "a1");
    BOOST_TEST(self->seen == 0U);
    BOOST_TEST((a.status().receiving == sync_state::catching_up));
}

BOOST_AUTO_TEST_CASE(marks_are_answered_once_everything_before_them_is_applied) {
    call({"a2", 0, 0});
    BOOST_TEST_REQUIRE(linked());
    caller->forget_received();
    send({.kind = effect_kind::set, .stamp = recent + 2, .key = "k", .value = "v"});
    send({.kind = effect_kind::mark, .stamp = recent + 4, .value = mark_alive});
    BOOST_TEST(until([&] { return read_record(caller->received(), 1000).has_value(); }));
    const auto seen = read_record(caller->received(), 1000);
    BOOST_TEST(*seen_mark(seen->what) == recent + 4);
    BOOST_TEST(seen->what.stamp > recent + 4);
    BOOST_TEST(a.get("k") == "v");
    BOOST_TEST((a.status().receiving == sync_state::catching_up));
    send({.kind = effect_kind::mark, .stamp = recent + 6, .key = "0", .value = mark_exchanged});
    BOOST_TEST(until([&] { return a.status().receiving == sync_state::synced; }));
    // What it has seen it says of itself when it is called the next time.
    call({"a2", 0, 0});
    BOOST_TEST_REQUIRE(linked());
    BOOST_TEST(read_link_answer(caller->received())->seen == recent + 6);
}

BOOST_AUTO_TEST_CASE(what_was_seen_of_half_an_exchange_does_not_count) {
    call({"a2", 0, 0});
    BOOST_TEST_REQUIRE(linked());
    caller->forget_received();
    send({.kind = effect_kind::mark, .stamp = recent, .value = mark_alive});
    BOOST_TEST(until([&] { return !caller->received().empty(); }));
    call({"a2", 0, 0});
    BOOST_TEST_REQUIRE(linked());
    BOOST_TEST(read_link_answer(caller->received())->seen == 0U);
}

BOOST_AUTO_TEST_CASE(a_record_from_the_future_ends_the_link_and_is_not_applied) {
    call({"a2", 0, 0});
    BOOST_TEST_REQUIRE(linked());
    send({.kind = effect_kind::flush, .stamp = ~version{1}});
    BOOST_TEST(until([&] { return caller->closed(); }));
    a.set("k", "v");
    BOOST_TEST(a.get("k") == "v");
    BOOST_TEST(a.status().refused_versions == 1U);
    // Nor has it drawn our clock along.
    BOOST_TEST(time_of(a.link->newest()) <= shared::unix_now());
}

BOOST_AUTO_TEST_CASE(how_far_ahead_a_partner_may_be_is_configured) {
    node strict(workers, {.name = "s1", .max_ahead = milliseconds(2000)}, support::free_endpoint());
    strict.open(support::free_endpoint());
    for (const auto& [ahead, fits] : {std::pair{1000, true}, std::pair{4000, false}}) {
        caller = std::make_unique<peer>(context, strict.where());
        caller->send(link_request({"s2", 0, 0}));
        BOOST_TEST_REQUIRE(linked());
        send({.kind = effect_kind::set,
              .stamp = version_at(shared::unix_now() + ahead),
              .key = std::to_string(ahead),
              .value = "v"});
        BOOST_TEST(until(
            [&] { return fits ? strict.get(std::to_string(ahead)) == "v" : caller->closed(); }));
        BOOST_TEST(strict.status().refused_versions == (fits ? 0U : 1U));
    }
    BOOST_TEST(strict.get("4000") == "(none)");
    caller->close();
}

BOOST_AUTO_TEST_CASE(a_partner_whose_floor_lies_in_the_future_is_refused) {
    call({"a2", 0, ~version{1}});
    BOOST_TEST(
        until([&] { return caller->received().starts_with("-ERR the partner's versions"); }));
}

BOOST_AUTO_TEST_CASE(who_holds_a_shard_may_ask_for_the_state_while_entries_are_dropped) {
    a.set("k", "v");
    std::optional<store::entry_access> held(std::in_place, a.data, "k", shared::unix_now());
    std::thread other([&] {
        boost::asio::io_context own;
        boost::asio::ip::tcp::acceptor door(own, support::free_endpoint());
        boost::asio::ip::tcp::socket there(own);
        there.connect(door.local_endpoint());
        a.link->accept(workers[0], shared::socket(door.accept()),
                       {"a2", 1, version_at(shared::unix_now() + 1000), 9}, nullptr, nullptr);
    });
    std::this_thread::sleep_for(milliseconds(100));  // so that it waits for the shard
    auto asked = std::async(std::launch::async, [&] { return a.status().receiving; });
    BOOST_TEST((asked.wait_for(milliseconds(5000)) == std::future_status::ready));
    held.reset();
    other.join();
    BOOST_TEST((asked.get() == sync_state::catching_up));
    BOOST_TEST(a.get("k") == "(none)");
}

BOOST_AUTO_TEST_CASE(who_answers_with_a_floor_in_the_future_makes_nobody_drop_anything) {
    support::fake_backend partner(context,
                                  link_answer({.name = "d2", .seen = 1, .floor = ~version{1}}));
    node dialler(workers, {.name = "d1"}, support::free_endpoint());
    dialler.set("k", "v");
    dialler.open(partner.where());
    BOOST_TEST(until(
        [&] { return dialler.status().refused.find("from the future") != std::string::npos; }));
    BOOST_TEST(dialler.status().refused_versions >= 1U);
    BOOST_TEST(!dialler.status().sending);
    BOOST_TEST(dialler.get("k") == "v");
    BOOST_TEST(time_of(dialler.link->newest()) <= shared::unix_now());
    dialler.close();
}

BOOST_AUTO_TEST_CASE(records_may_be_split_at_any_byte) {
    call({"a2", 0, 0});
    BOOST_TEST_REQUIRE(linked());
    std::string bytes;
    append_record(bytes, {.kind = effect_kind::set, .stamp = recent, .key = "k", .value = "value"});
    append_record(
        bytes,
        {.kind = effect_kind::mark, .stamp = recent + 2, .key = "0", .value = mark_exchanged});
    for (const char one : bytes) {
        caller->send({&one, 1});
        support::run_dry(context, milliseconds(1));
    }
    BOOST_TEST(until([&] { return a.status().receiving == sync_state::synced; }));
    BOOST_TEST(a.get("k") == "value");
}

BOOST_AUTO_TEST_CASE(a_corrupt_record_ends_the_link_and_is_not_applied) {
    call({"a2", 0, 0});
    BOOST_TEST_REQUIRE(linked());
    std::string bytes;
    append_record(bytes, {.kind = effect_kind::set, .stamp = recent, .key = "good", .value = "v"});
    append_record(bytes, {.kind = effect_kind::set, .stamp = recent, .key = "bad", .value = "v"});
    bytes.back() = 'w';
    caller->send(bytes);
    BOOST_TEST(until([&] { return caller->closed(); }));
    BOOST_TEST(a.get("good") == "v");
    BOOST_TEST(a.get("bad") == "(none)");
    BOOST_TEST((a.status().receiving == sync_state::waiting));
}

BOOST_AUTO_TEST_CASE(a_record_of_absurd_length_ends_the_link_at_once) {
    call({"a2", 0, 0});
    BOOST_TEST_REQUIRE(linked());
    caller->send(std::string_view("\xff\xff\xff\x7f\0\0\0\0", 8));
    BOOST_TEST(until([&] { return caller->closed(); }));
    BOOST_TEST((a.status().receiving == sync_state::waiting));
}

BOOST_AUTO_TEST_CASE(a_partner_of_the_same_name_is_refused_and_remains_a_client) {
    call({"a1", 0, 0});
    BOOST_TEST(
        until([&] { return caller->received() == "-ERR both partners are called 'a1'\r\n"; }));
    BOOST_TEST((a.status().receiving == sync_state::waiting));
    caller->forget_received();
    caller->send("PING\nGET k\n");
    BOOST_TEST(until([&] { return caller->received().ends_with("$-1\r\n"); }));
}

BOOST_AUTO_TEST_CASE(a_partner_of_another_record_format_is_refused) {
    caller = std::make_unique<peer>(context, a.where());
    caller->send("PARTNER LINK 2 a2 0 0 7 0 1 - -\r\n");
    BOOST_TEST(until([&] {
        return caller->received() == "-ERR this backend's record format is 1, the partner's 2\r\n";
    }));
}

BOOST_AUTO_TEST_CASE(a_second_call_takes_the_place_of_the_first) {
    call({"a2", 0, 0});
    BOOST_TEST_REQUIRE(linked());
    const auto first = std::move(caller);
    call({"a2", 0, 0});
    BOOST_TEST_REQUIRE(linked());
    BOOST_TEST(until([&] { return first->closed(); }));
    BOOST_TEST((a.status().receiving == sync_state::catching_up));
    send({.kind = effect_kind::mark, .stamp = recent, .key = "0", .value = mark_exchanged});
    BOOST_TEST(until([&] { return a.status().receiving == sync_state::synced; }));
}

BOOST_AUTO_TEST_CASE(who_was_away_for_longer_than_deletes_are_remembered_drops_its_old_entries) {
    a.set("old", "v");
    const version floor = version_at(shared::unix_now() + 1000);
    call({"a2", recent, floor});
    BOOST_TEST_REQUIRE(linked());
    BOOST_TEST(a.get("old") == "(none)");
}

BOOST_AUTO_TEST_SUITE_END()
