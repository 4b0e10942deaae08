#include "backend/replication/link_auth.hpp"
#include "tests/component/backend/replication/pair_fixture.hpp"
#include "tests/support/peer.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>

using namespace backend;
using namespace backend::test;
using support::peer;

namespace {

const std::string secret = "s3cret";

struct agreeing_fixture : pair_fixture {
    agreeing_fixture()
        : pair_fixture({.name = "a1", .secret = secret}, {.name = "a2", .secret = secret}) {}
};

/// One backend with a secret, and the test in the place of its partner.
struct guarded_fixture {
    guarded_fixture() {
        a.set("k", "v");
        a.open(support::free_endpoint());
    }
    ~guarded_fixture() { a.close(); }

    void call() { caller = std::make_unique<peer>(context, a.where()); }

    /// The answer, without what is behind its line end.
    std::string ask(std::string_view request) {
        caller->forget_received();
        caller->send(std::string(request));
        support::run_until(context, [&] { return caller->received().ends_with("\r\n"); });
        return std::string(caller->received());
    }
    void greet() {
        call();
        nonces.dialler = std::string(64, 'd');
        const auto nonce = read_hello_answer(ask(hello_request(nonces.dialler)));
        BOOST_TEST_REQUIRE(nonce.has_value());
        nonces.listener = *nonce;
    }
    std::string request(std::string_view known) const {
        return link_request(self, dialler_proof(known, nonces, link_request(self)));
    }

    shared::worker_pool workers{1};
    boost::asio::io_context& context = workers[0].context();
    node a{workers, {.name = "a1", .secret = secret}, support::free_endpoint()};
    std::unique_ptr<peer> caller;
    introduction self{"a2", 1, 2, 3, 4};
    link_nonces nonces;
};

/// Two that do not agree about the secret, and time for ten attempts.
void check_strangers(const std::string& left, const std::string& right, const std::string& reason) {
    pair_fixture pair({.name = "a1", .secret = left}, {.name = "a2", .secret = right});
    pair.a.set("k", "of a");
    pair.b.set("k2", "of b");
    pair.a.open(pair.to_b.where());
    pair.b.open(pair.to_a.where());
    BOOST_TEST(pair.until([&] {
        return pair.a.status().refused.find("NOAUTH") != std::string::npos &&
               pair.b.status().refused.find("NOAUTH") != std::string::npos;
    }));
    support::run_until(pair.context, [] { return false; }, milliseconds(1000));
    BOOST_TEST(pair.a.status().refused.find(reason) != std::string::npos, pair.a.status().refused);
    for (auto* each : {&pair.a, &pair.b}) {
        BOOST_TEST(!each->status().sending);
        BOOST_TEST((each->status().receiving == sync_state::waiting));
        BOOST_TEST(each->status().records_sent == 0U);
    }
    BOOST_TEST(pair.b.get("k") == "(none)");
    BOOST_TEST(pair.a.get("k2") == "(none)");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(partner_auth_test)

BOOST_FIXTURE_TEST_CASE(partners_with_one_secret_keep_each_other_in_step, agreeing_fixture) {
    a.set("k", "of a");
    BOOST_TEST_REQUIRE(meet());
    BOOST_TEST(both_have("k", "of a"));
    b.set("k", "of b");
    BOOST_TEST(both_have("k", "of b"));
    BOOST_TEST(a.status().refused == "");
    BOOST_TEST(b.status().refused == "");
}

BOOST_FIXTURE_TEST_CASE(after_a_cut_they_prove_it_again, agreeing_fixture) {
    BOOST_TEST_REQUIRE(meet());
    cut();
    BOOST_TEST_REQUIRE(both_alone());
    a.set("k", "v");
    mend();
    BOOST_TEST_REQUIRE(both_synced());
    BOOST_TEST(both_have("k", "v"));
}

BOOST_AUTO_TEST_CASE(another_secret_makes_no_link) {
    check_strangers(secret, "another", "the partner's secret is another than this backend's");
}

BOOST_AUTO_TEST_CASE(a_secret_on_one_side_makes_no_link) {
    check_strangers(secret, "", "secret and");
    check_strangers("", secret, "secret and");
}

BOOST_FIXTURE_TEST_CASE(who_proves_itself_is_let_in_and_given_a_proof, guarded_fixture) {
    greet();
    const auto [answer, proof] = split_proof(ask(request(secret)));
    BOOST_TEST_REQUIRE(read_link_answer(answer).has_value());
    BOOST_TEST(proof == listener_proof(secret, nonces, link_request(self), answer));
    BOOST_TEST((a.status().receiving == sync_state::catching_up));
}

BOOST_FIXTURE_TEST_CASE(who_does_not_is_told_nothing_but_that, guarded_fixture) {
    greet();
    BOOST_TEST(ask(request("another")).starts_with("-NOAUTH the partner's secret is another"));
    call();
    BOOST_TEST(ask(link_request(self)).starts_with("-NOAUTH this backend has a secret"));
    BOOST_TEST(a.status().refused.starts_with("NOAUTH this backend has a secret"));
    greet();
    BOOST_TEST(ask(link_request(self)).starts_with("-ERR "));
    call();
    BOOST_TEST(ask(hello_request("short")).starts_with("-ERR "));
    BOOST_TEST((a.status().receiving == sync_state::waiting));
}

BOOST_FIXTURE_TEST_CASE(altered_words_are_refused, guarded_fixture) {
    const auto right = self;
    for (int word = 0; word < 7; ++word) {
        greet();
        const auto proof = dialler_proof(secret, nonces, link_request(right));
        auto altered = right;
        if (word == 0) altered.name = "a3";
        if (word == 1) ++altered.seen;
        if (word == 2) ++altered.floor;
        if (word == 3) ++altered.run;
        if (word == 4) ++altered.seen_run;
        if (word == 5) altered.id = std::string(32, 'e');
        if (word == 6) altered.paired = std::string(32, 'e');
        BOOST_TEST(ask(link_request(altered, proof)).starts_with("-NOAUTH "));
    }
    BOOST_TEST((a.status().receiving == sync_state::waiting));
}

BOOST_FIXTURE_TEST_CASE(what_was_recorded_lets_nobody_in, guarded_fixture) {
    greet();
    const auto recorded = request(secret);
    const auto first = nonces.listener;
    BOOST_TEST(ask(recorded).starts_with("+LINK "));
    greet();
    BOOST_TEST(nonces.listener != first);
    BOOST_TEST(ask(recorded).starts_with("-NOAUTH "));
}

BOOST_FIXTURE_TEST_CASE(a_nonce_is_good_for_one_attempt, guarded_fixture) {
    greet();
    BOOST_TEST(ask(request("a guess")).starts_with("-NOAUTH the partner's secret is another"));
    BOOST_TEST(ask(request(secret)).starts_with("-ERR "));
    BOOST_TEST(ask(link_request(self)).starts_with("-NOAUTH this backend has a secret"));
}

BOOST_AUTO_TEST_CASE(not_one_record_goes_to_a_listener_that_has_not_proved_itself) {
    shared::worker_pool workers(1);
    auto& context = workers[0].context();
    boost::asio::ip::tcp::acceptor door(context, {boost::asio::ip::address_v4::loopback(), 0});
    node a(workers, {.name = "a1", .secret = secret}, support::free_endpoint());
    a.set("k", "v");
    a.open(door.local_endpoint());
    std::unique_ptr<peer> called;
    door.async_accept([&](boost::system::error_code, boost::asio::ip::tcp::socket made) {
        called = std::make_unique<peer>(std::move(made));
    });
    const auto until = [&](const auto& predicate) {
        BOOST_TEST_REQUIRE(support::run_until(context, predicate));
    };
    const auto line_came = [&] { return called && called->received().ends_with("\r\n"); };
    until(line_came);
    BOOST_TEST(called->received().find("HELLO") != std::string::npos);
    called->forget_received();
    called->send(hello_answer(std::string(64, 'e')));
    until(line_came);
    BOOST_TEST(called->received().find("LINK") != std::string::npos);
    called->forget_received();
    called->send(with_proof(link_answer({"a2", 0, 0, 5, 6}), std::string(64, '0')));
    until([&] { return called->closed(); });
    BOOST_TEST(called->received() == "");
    BOOST_TEST(a.status().records_sent == 0U);
    BOOST_TEST(a.status().refused == "it has not proved that it knows the secret");
    a.close();
}

BOOST_AUTO_TEST_SUITE_END()
