#include "shared/net/listener.hpp"

#include "tests/support/loop.hpp"
#include "tests/support/peer.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <vector>

using shared::address;
using tcp = boost::asio::ip::tcp;

namespace {

const address any_port{"127.0.0.1", 0};

bool is_taken(const boost::system::system_error& problem) {
    return problem.code() == boost::asio::error::address_in_use;
}

struct listener_fixture {
    address at(std::uint16_t port) const { return {"127.0.0.1", port}; }

    shared::worker owner{0};
    shared::worker other{1};
    std::vector<tcp::socket> accepted;
    shared::listener::accept_handler keep = [this](tcp::socket made) {
        accepted.push_back(std::move(made));
    };
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(listener_test, listener_fixture)

BOOST_AUTO_TEST_CASE(a_free_port_is_found_and_can_be_listened_on) {
    const auto where = shared::claim(owner.context(), any_port);
    BOOST_TEST(where.port() != 0);
    shared::listener door(owner, where, keep);
    door.start();
    support::peer client(owner.context(), where);
    BOOST_TEST(support::run_until(owner.context(), [&] { return accepted.size() == 1; }));
}

BOOST_AUTO_TEST_CASE(a_port_where_another_program_listens_is_taken_though_it_shares_it) {
    const auto where = shared::claim(owner.context(), any_port);
    const shared::listener rival(owner, where, keep);
    BOOST_CHECK_EXCEPTION(shared::claim(owner.context(), at(where.port())),
                          boost::system::system_error, is_taken);
}

BOOST_AUTO_TEST_CASE(a_port_where_an_ordinary_program_listens_is_taken) {
    const tcp::acceptor rival(owner.context(), {boost::asio::ip::address_v4::loopback(), 0});
    const auto port = rival.local_endpoint().port();
    BOOST_CHECK_EXCEPTION(shared::claim(owner.context(), at(port)), boost::system::system_error,
                          is_taken);
    BOOST_CHECK_EXCEPTION(shared::listener(owner, rival.local_endpoint(), keep),
                          boost::system::system_error, is_taken);
}

BOOST_AUTO_TEST_CASE(a_port_that_was_left_with_connections_open_is_free) {
    const auto where = shared::claim(owner.context(), any_port);
    {
        shared::listener door(owner, where, keep);
        door.start();
        support::peer client(owner.context(), where);
        BOOST_TEST(support::run_until(owner.context(), [&] { return accepted.size() == 1; }));
        accepted.clear();  // our side closes first and keeps the address in TIME_WAIT
        door.stop();
        support::run_dry(owner.context());
    }
    BOOST_TEST(shared::claim(owner.context(), at(where.port())).port() == where.port());
}

BOOST_AUTO_TEST_CASE(several_workers_listen_on_one_address) {
    const auto where = shared::claim(owner.context(), any_port);
    shared::listener mine(owner, where, keep);
    shared::listener yours(other, where, keep);
    mine.start();
    yours.start();
    std::vector<std::unique_ptr<support::peer>> clients;
    for (int i = 0; i < 64; ++i)
        clients.push_back(std::make_unique<support::peer>(owner.context(), where));
    BOOST_TEST(support::run_until(owner.context(), [&] {
        other.context().poll();
        return accepted.size() == 64;
    }));
}

BOOST_AUTO_TEST_CASE(a_stopped_listener_refuses) {
    const auto where = shared::claim(owner.context(), any_port);
    shared::listener door(owner, where, keep);
    door.start();
    door.stop();
    BOOST_CHECK_THROW(support::peer(owner.context(), where), boost::system::system_error);
    support::run_dry(owner.context());
    BOOST_TEST(accepted.empty());
}

BOOST_AUTO_TEST_CASE(a_client_too_many_is_told_so) {
    support::connected_pair ends(owner.context());
    shared::refuse(std::move(ends.server));
    BOOST_TEST(support::run_until(owner.context(), [&] { return ends.client.closed(); }));
    BOOST_TEST(ends.client.received() == "-ERR max number of clients reached\r\n");
}

BOOST_AUTO_TEST_CASE(a_name_that_means_nothing_is_an_exception) {
    BOOST_CHECK_THROW(shared::resolve({"no.such.host.invalid", 1}), boost::system::system_error);
    BOOST_TEST(shared::resolve({"127.0.0.1", 7379}) ==
               tcp::endpoint(boost::asio::ip::address_v4::loopback(), 7379));
}

BOOST_AUTO_TEST_SUITE_END()
