// A worker: a thread with a loop of its own, and the pool of them. Workers share nothing on the hot
// path.
#pragma once

#include "shared/buffer/string_pool.hpp"
#include "shared/net/poller.hpp"
#include "shared/resp/request_parser.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <functional>
#include <memory>
#include <span>
#include <thread>
#include <vector>

namespace shared {

class worker {
  public:
    explicit worker(unsigned index);

    boost::asio::io_context& context() noexcept { return context_; }
    poller& events() noexcept { return events_; }
    unsigned index() const noexcept { return index_; }

    /// Room to read into that every connection of the worker uses in turn: an idle one needs no
    /// buffer. Valid until the next connection reads.
    std::span<char> scratch() noexcept { return scratch_; }

    /// Where its connections take requests apart, one at a time.
    request_scratch& requests() noexcept { return requests_; }

    /// Buffers for what is to be sent, which its connections use in turn.
    string_pool& buffers() noexcept { return buffers_; }

    void run() { context_.run(); }
    void stop() { context_.stop(); }

  private:
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> guard_;
    poller events_;
    std::vector<char> scratch_;
    request_scratch requests_;
    string_pool buffers_;
    unsigned index_;
};

class worker_pool {
  public:
    /// `threads` workers; 0: one for each core.
    explicit worker_pool(unsigned threads);
    ~worker_pool();

    std::size_t size() const noexcept { return workers_.size(); }
    worker& operator[](std::size_t index) noexcept { return *workers_[index]; }

    /// Runs all workers, the first in the calling thread, until `stop`.
    void run();
    void stop();

    /// Runs `work` for each worker in the worker's own thread, soon.
    void post_to_all(const std::function<void(worker&)>& work);

  private:
    std::vector<std::unique_ptr<worker>> workers_;
    std::vector<std::thread> threads_;
};

}  // namespace shared
