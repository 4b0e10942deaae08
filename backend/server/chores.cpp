#include "backend/server/chores.hpp"

#include "backend/server/session.hpp"

namespace backend {
namespace {

constexpr std::chrono::milliseconds interval{100};
constexpr std::size_t rounds = 10;  // until every client has been looked at

}  // namespace

chores::chores(services& with) : with_(with), timer_(with.owner.context()) {}

void chores::start() {
    timer_.expires_after(interval);
    timer_.async_wait([this](boost::system::error_code problem) {
        if (!problem) run();
    });
}

void chores::run() {
    with_.now = shared::unix_now();
    const auto now = shared::steady_now();
    const shared::client_patience usual{.idle = std::chrono::seconds(with_.server.idle_timeout)};
    with_.clients.visit_next(with_.clients.places() / rounds + 1, [&](session& client) {
        client.check(now, client.subscribed() ? shared::client_patience{} : usual);
    });
    start();
}

}  // namespace backend
