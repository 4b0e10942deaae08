#include "proxy/health/board.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using proxy::backend_status;
using proxy::health_board;
using proxy::probe_outcome;

namespace {

bool is(const health_board& board, std::size_t backend, backend_status expected) {
    return board.status(backend) == expected;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(board_test)

BOOST_AUTO_TEST_CASE(everybody_is_down_and_unknown_at_first) {
    const health_board board({"a", "b"}, 2, 2);
    BOOST_TEST(board.size() == 2U);
    BOOST_TEST(!board.all_known());
    BOOST_TEST(is(board, 0, backend_status::down));
    BOOST_TEST(is(board, 1, backend_status::down));
}

BOOST_AUTO_TEST_CASE(all_are_known_once_each_has_been_probed) {
    health_board board({"a", "b", "c"}, 2, 2);
    board.on_probe(0, probe_outcome::ready);
    board.on_probe(0, probe_outcome::ready);
    BOOST_TEST(!board.all_known());
    board.on_probe(2, probe_outcome::failed);
    BOOST_TEST(!board.all_known());
    board.on_probe(1, probe_outcome::catching_up);
    BOOST_TEST(board.all_known());
    BOOST_TEST(is(board, 0, backend_status::ready));
    BOOST_TEST(is(board, 1, backend_status::catching_up));
    BOOST_TEST(is(board, 2, backend_status::down));
}

BOOST_AUTO_TEST_CASE(each_backend_falls_and_rises_by_itself) {
    health_board board({"a", "b"}, 2, 2);
    for (const std::size_t i : {0, 1}) board.on_probe(i, probe_outcome::ready);
    board.on_probe(0, probe_outcome::failed);
    board.on_probe(1, probe_outcome::failed);
    board.on_probe(0, probe_outcome::failed);
    BOOST_TEST(is(board, 0, backend_status::down));
    BOOST_TEST(is(board, 1, backend_status::ready));
    board.on_probe(0, probe_outcome::ready);
    BOOST_TEST(is(board, 0, backend_status::down));
    board.on_probe(0, probe_outcome::ready);
    BOOST_TEST(is(board, 0, backend_status::ready));
}

BOOST_AUTO_TEST_CASE(a_refused_connection_is_seen_at_once) {
    health_board board({"a", "b"}, 3, 1);
    for (const std::size_t i : {0, 1}) board.on_probe(i, probe_outcome::ready);
    board.on_refused(1);
    BOOST_TEST(is(board, 0, backend_status::ready));
    BOOST_TEST(is(board, 1, backend_status::down));
}

BOOST_AUTO_TEST_CASE(one_that_has_come_back_returns_with_a_growing_share) {
    using namespace std::chrono_literals;
    const shared::steady_time start{};
    health_board board({"a", "b"}, 1, 1, 640ms);
    for (const std::size_t i : {0, 1}) board.on_probe(i, probe_outcome::ready);
    BOOST_TEST(is(board, 0, backend_status::ready));  // it was never away
    board.on_probe(0, probe_outcome::failed);
    board.on_probe(0, probe_outcome::catching_up);
    BOOST_TEST(is(board, 0, backend_status::catching_up));
    board.on_probe(0, probe_outcome::ready);
    BOOST_TEST(is(board, 0, backend_status::returning));
    BOOST_TEST(board.share(0) == 0);
    auto changes = board.changes();
    for (int slices = 1; slices < 64; ++slices) {
        board.advance(start + 10ms * slices);
        board.on_probe(0, probe_outcome::ready);
        BOOST_TEST_REQUIRE(is(board, 0, backend_status::returning));
        BOOST_TEST(board.share(0) == std::max(1, slices - 1));
        BOOST_TEST(board.changes() >= changes);
        changes = board.changes();
    }
    board.advance(start + 10ms + 640ms);
    BOOST_TEST(is(board, 0, backend_status::ready));
    BOOST_TEST(board.changes() > changes);
    BOOST_TEST(is(board, 1, backend_status::ready));
}

BOOST_AUTO_TEST_CASE(one_that_only_had_to_catch_up_has_not_been_away) {
    health_board board({"a"}, 1, 1, std::chrono::seconds(1));
    for (const auto outcome : {probe_outcome::catching_up, probe_outcome::ready,
                               probe_outcome::catching_up, probe_outcome::ready}) {
        board.on_probe(0, outcome);
        BOOST_TEST(!is(board, 0, backend_status::returning));
    }
}

BOOST_AUTO_TEST_CASE(one_that_goes_again_while_it_returns_begins_anew) {
    using namespace std::chrono_literals;
    const shared::steady_time start{};
    health_board board({"a"}, 1, 1, 640ms);
    board.on_probe(0, probe_outcome::ready);
    board.on_probe(0, probe_outcome::failed);
    board.on_probe(0, probe_outcome::ready);
    board.advance(start);
    board.advance(start + 320ms);
    BOOST_TEST(board.share(0) == 32);
    board.on_refused(0);
    BOOST_TEST(is(board, 0, backend_status::down));
    board.advance(start + 10s);
    BOOST_TEST(is(board, 0, backend_status::down));
    board.on_probe(0, probe_outcome::ready);
    BOOST_TEST(is(board, 0, backend_status::returning));
    BOOST_TEST(board.share(0) == 0);
    board.advance(start + 20s);
    BOOST_TEST(board.share(0) == 1);
}

BOOST_AUTO_TEST_SUITE_END()
