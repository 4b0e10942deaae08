// The wire between two programs under test: passes bytes on until it is frozen or cut. Runs on the
// test's own loop.
#pragma once

#include "tests/support/peer.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <array>
#include <list>
#include <memory>

namespace support {

class relay {
  public:
    using tcp = boost::asio::ip::tcp;

    /// Who connects to `where()` reaches `target`.
    relay(boost::asio::io_context& context, const tcp::endpoint& target)
        : context_(context),
          target_(target),
          acceptor_(context, {boost::asio::ip::address_v4::loopback(), 0}),
          where_(acceptor_.local_endpoint()) {
        accept();
    }

    const tcp::endpoint& where() const noexcept { return where_; }

    /// Ends all connections and refuses new ones.
    void cut() {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        for (auto& one : wires_) end(*one);
        wires_.clear();
    }
    void mend() {
        acceptor_ = tcp::acceptor(context_, where_);
        accept();
    }

    /// Ends all connections; not a byte passes over new ones until `thaw`.
    void lose() {
        for (auto& one : wires_) end(*one);
        wires_.clear();
        freeze();
    }

    /// Connections stay, but not a byte passes.
    void freeze() { frozen_ = true; }
    void thaw() {
        frozen_ = false;
        for (auto& one : wires_) watch(one);
    }

  private:
    struct wire {
        wire(tcp::socket from, boost::asio::io_context& context, const tcp::endpoint& target)
            : ends{peer(std::move(from)), peer(context, target)} {}
        std::array<peer, 2> ends;
        bool gone = false;
    };
    using wire_ptr = std::shared_ptr<wire>;

    void accept() {
        acceptor_.async_accept([this](boost::system::error_code problem, tcp::socket made) {
            if (problem) return;
            try {
                watch(wires_.emplace_back(
                    std::make_shared<wire>(std::move(made), context_, target_)));
            } catch (const boost::system::system_error&) {
                // Nobody listens at the target: the connection ends as it came.
            }
            accept();
        });
    }

    void watch(const wire_ptr& one) {
        for (const std::size_t from : {0, 1}) wait(one, from);
    }

    void wait(const wire_ptr& one, std::size_t from) {
        one->ends[from].socket().async_wait(tcp::socket::wait_read,
                                            [this, one, from](boost::system::error_code problem) {
                                                if (!problem) pass(one, from);
                                            });
    }

    void pass(const wire_ptr& one, std::size_t from) {
        if (one->gone || frozen_) return;
        auto& source = one->ends[from];
        auto& sink = one->ends[1 - from];
        sink.send(source.received());
        source.forget_received();
        if (source.seen_closed()) {
            end(*one);
            return wires_.remove(one), void();
        }
        if (sink.unsent() == 0) return wait(one, from);
        sink.socket().async_wait(tcp::socket::wait_write,
                                 [this, one, from](boost::system::error_code problem) {
                                     if (!problem) pass(one, from);
                                 });
    }

    static void end(wire& one) {
        one.gone = true;
        for (auto& each : one.ends) each.close();
    }

    boost::asio::io_context& context_;
    tcp::endpoint target_;
    tcp::acceptor acceptor_;
    tcp::endpoint where_;
    std::list<wire_ptr> wires_;
    bool frozen_ = false;
};

}  // namespace support
