// A backend that does what a test tells it: takes requests on a free port, keeps them, and answers
// by a script, with any bytes, late, or not at all. Runs on the test's own loop.
#pragma once

#include "shared/resp/request_parser.hpp"
#include "tests/support/peer.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

namespace support {

using words = std::vector<std::string>;

class fake_backend {
  public:
    using tcp = boost::asio::ip::tcp;
    /// The reply to a request; empty: none, for now.
    using script = std::function<std::string(const words&)>;

    fake_backend(boost::asio::io_context& context, script answer)
        : context_(context),
          acceptor_(context, free_endpoint()),
          where_(acceptor_.local_endpoint()),
          answer_(std::move(answer)) {
        accept();
    }
    explicit fake_backend(boost::asio::io_context& context, const std::string& always = "+OK\r\n")
        : fake_backend(context, [always](const words&) { return always; }) {}

    const tcp::endpoint& where() const noexcept { return where_; }
    void answer_with(script answer) { answer_ = std::move(answer); }

    /// All requests so far, of all connections.
    const std::vector<words>& requests() const noexcept { return requests_; }
    std::size_t accepted() const noexcept { return accepted_; }
    std::size_t connected() const noexcept { return links_.size(); }

    /// Sends bytes over every connection.
    void send(std::string_view bytes) {
        for (auto& one : links_) send(one, bytes);
    }

    /// Does not read any more, so the other end's requests fill the kernel's buffers.
    void stop_reading() { reading_ = false; }
    void go_on_reading() {
        reading_ = true;
        for (auto& one : links_) read(one);
    }

    /// Ends the connections, as a process that is killed does.
    void reset_connections() {
        for (auto& one : links_) {
            one->gone = true;
            one->end.reset();
        }
        links_.clear();
    }

    /// Nobody listens any more: connections are refused.
    void die() {
        boost::system::error_code ignored;
        acceptor_.close(ignored);
        reset_connections();
    }

    /// Listens again on the same port.
    void revive() {
        acceptor_ = tcp::acceptor(context_, where_);
        accept();
    }

  private:
    struct link {
        explicit link(tcp::socket made) : end(std::move(made)) {}
        peer end;
        std::string bytes;
        shared::request_parser parser;
        bool gone = false;
        bool pushing = false;
    };

    void accept() {
        acceptor_.async_accept([this](boost::system::error_code problem, tcp::socket made) {
            if (problem) return;
            made.set_option(tcp::no_delay(true), problem);  // as Redis does
            ++accepted_;
            read(links_.emplace_back(std::make_shared<link>(std::move(made))));
            accept();
        });
    }

    void read(const std::shared_ptr<link>& one) {
        if (!reading_) return;
        one->end.socket().async_wait(tcp::socket::wait_read,
                                     [this, one](boost::system::error_code problem) {
                                         if (problem || one->gone || !reading_) return;
                                         one->bytes += one->end.received();
                                         one->end.forget_received();
                                         take_requests(one);
                                         if (!one->end.seen_closed()) return read(one);
                                         one->gone = true;
                                         links_.remove(one);
                                     });
    }

    void take_requests(const std::shared_ptr<link>& one) {
        std::size_t taken = 0;
        while (taken < one->bytes.size() &&
               one->parser.parse(std::string_view(one->bytes).substr(taken)) ==
                   shared::parse_status::complete) {
            const auto arguments = one->parser.arguments();
            requests_.emplace_back(arguments.begin(), arguments.end());
            taken += one->parser.consumed();
            send(one, answer_(requests_.back()));
        }
        one->bytes.erase(0, taken);
    }

    void send(const std::shared_ptr<link>& one, std::string_view bytes) {
        one->end.send(bytes);
        if (one->end.unsent() != 0 && !one->pushing) push_later(one);
    }

    void push_later(const std::shared_ptr<link>& one) {
        one->pushing = true;
        one->end.socket().async_wait(tcp::socket::wait_write,
                                     [this, one](boost::system::error_code problem) {
                                         one->pushing = false;
                                         if (!problem && !one->gone && !one->end.push())
                                             push_later(one);
                                     });
    }

    boost::asio::io_context& context_;
    tcp::acceptor acceptor_;
    tcp::endpoint where_;
    script answer_;
    std::vector<words> requests_;
    std::list<std::shared_ptr<link>> links_;
    std::size_t accepted_ = 0;
    bool reading_ = true;
};

}  // namespace support
