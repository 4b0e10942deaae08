#include "proxy/health/prober.hpp"

#include "shared/net/socket.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

namespace proxy {
namespace {

using boost::system::error_code;

constexpr std::string_view question = "*1\r\n$4\r\nPING\r\n";

probe_outcome judge(std::string_view answer) noexcept {
    if (answer == "+PONG\r\n") return probe_outcome::ready;
    if (answer.starts_with("-LOADING")) return probe_outcome::catching_up;
    return probe_outcome::failed;
}

}  // namespace

prober::prober(boost::asio::io_context& context, boost::asio::ip::tcp::endpoint where,
               const probe_schedule& schedule, outcome_handler on_outcome)
    : where_(std::move(where)),
      schedule_(schedule),
      on_outcome_(std::move(on_outcome)),
      socket_(context),
      deadline_(context),
      next_(context) {}

void prober::start() {
    probe();
}

void prober::probe() {
    asking_ = true;
    begun_ = std::chrono::steady_clock::now();
    deadline_.expires_at(begun_ + schedule_.timeout);
    deadline_.async_wait([this](error_code problem) {
        if (!problem && asking_) conclude(probe_outcome::failed);
    });
    if (socket_.is_open()) {
        ask();
    } else {
        connect();
    }
}

void prober::connect() {
    socket_.async_connect(where_, [this](error_code problem) {
        if (problem == boost::asio::error::operation_aborted || !asking_) return;
        if (problem && shared::is_own_shortage(problem)) {
            error_code ignored;
            socket_.close(ignored);  // it is open, though not connected
            return rest();
        }
        if (problem) return conclude(probe_outcome::failed);
        ask();
    });
}

void prober::ask() {
    received_ = 0;
    boost::asio::async_write(socket_, boost::asio::buffer(question),
                             [this](error_code problem, std::size_t) {
                                 if (problem == boost::asio::error::operation_aborted || !asking_)
                                     return;
                                 if (problem) return conclude(probe_outcome::failed);
                                 listen();
                             });
}

void prober::listen() {
    const auto room = boost::asio::buffer(answer_.data() + received_, answer_.size() - received_);
    socket_.async_read_some(room, [this](error_code problem, std::size_t size) {
        if (problem == boost::asio::error::operation_aborted || !asking_) return;
        received_ += size;
        const std::string_view answer(answer_.data(), received_);
        if (problem || received_ == answer_.size()) return conclude(probe_outcome::failed);
        if (!answer.ends_with("\r\n")) return listen();
        conclude(judge(answer));
    });
}

void prober::conclude(probe_outcome outcome) {
    asking_ = false;
    deadline_.cancel();
    if (outcome != probe_outcome::failed) failures_ = 0;
    if (outcome == probe_outcome::failed) {
        ++failures_;
        error_code ignored;
        socket_.close(ignored);
    }
    on_outcome_(outcome);
    rest();
}

/// Waits for the next interval; after a failure that may be the first of a row, no longer than a
/// probe takes.
void prober::rest() {
    asking_ = false;
    deadline_.cancel();
    const bool in_doubt = failures_ != 0 && failures_ < schedule_.fall;
    next_.expires_at(begun_ + (in_doubt ? schedule_.timeout : schedule_.interval));
    next_.async_wait([this](error_code problem) {
        if (!problem) probe();
    });
}

}  // namespace proxy
