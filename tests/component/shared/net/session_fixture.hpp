// A session that talks, one end of a connection, and the other end, on a loop in the test's thread.
#pragma once

#include "shared/net/client_session.hpp"
#include "shared/net/session_table.hpp"
#include "shared/resp/encoder.hpp"
#include "tests/support/loop.hpp"
#include "tests/support/peer.hpp"

#include <boost/test/unit_test.hpp>

#include <new>
#include <string>
#include <vector>

namespace shared::test {

/// Answers "say TEXT" with a line and "fill BYTES" with so many bytes, owes a reply to "later", and
/// obeys "bye", "drop" and "throw".
class talker final : public shared::client_session {
  public:
    talker(shared::session_id, shared::worker& owner, boost::asio::ip::tcp::socket connection,
           const shared::request_limits& limits)
        : client_session(owner, std::move(connection), limits) {}

    using client_session::resume;

    void pay() {
        out() += "+paid\r\n";
        --owed;
        wake();
    }

    std::vector<std::string> heard;
    int owed = 0;
    bool willing = true;
    bool busy = false;

  private:
    bool on_request(std::span<const std::string_view> words) override {
        if (busy) return false;
        heard.emplace_back(words.back());
        if (words[0] == "say") out().append("+").append(words[1]).append("\r\n");
        if (words[0] == "fill") out().append(std::stoul(std::string(words[1])), 'x');
        if (words[0] == "later") ++owed;
        if (words[0] == "bye") finish();
        if (words[0] == "drop") return close(), true;
        if (words[0] == "throw") throw std::bad_alloc();
        wake();
        return true;
    }
    void on_malformed(std::string_view error) override { shared::append_error(out(), error); }
    bool answers_pending() const override { return owed != 0; }
    bool may_read() const override { return willing; }
};

struct session_fixture {
    explicit session_fixture(int receive_buffer = 0) : ends(owner.context(), receive_buffer) {}

    talker& start(const shared::request_limits& limits = {}) {
        session = &table.emplace(owner, std::move(ends.server), limits);
        session->on_end([this] { ended = true; });
        return *session;
    }
    bool until(const std::function<bool()>& predicate) {
        return support::run_until(owner.context(), predicate);
    }
    bool hears(const std::string& text) {
        return until([&] { return ends.client.received() == text; });
    }
    bool is_over() {
        return until([&] { return ended && table.size() == 0 && ends.client.closed(); });
    }
    void settle() { support::run_dry(owner.context()); }

    shared::worker owner{0};
    shared::session_table<talker> table{owner.events()};
    support::connected_pair ends;
    talker* session = nullptr;
    bool ended = false;
};

struct small_buffer_fixture : session_fixture {
    small_buffer_fixture() : session_fixture(8 * 1024) {}
};

}  // namespace shared::test
