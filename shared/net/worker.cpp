#include "shared/net/worker.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace shared {
namespace {

constexpr std::size_t scratch_size = 64 * 1024;

}  // namespace

worker::worker(unsigned index)
    : guard_(context_.get_executor()), events_(context_), scratch_(scratch_size), index_(index) {}

worker_pool::worker_pool(unsigned threads) {
    const unsigned count =
        threads != 0 ? threads : std::max(1U, std::thread::hardware_concurrency());
    for (unsigned i = 0; i < count; ++i) {
        workers_.push_back(std::make_unique<worker>(i));
        workers_.back()->events().give_way(count > 1);
    }
}

worker_pool::~worker_pool() {
    stop();
    for (auto& thread : threads_) thread.join();
}

void worker_pool::run() {
    for (std::size_t i = 1; i < workers_.size(); ++i) {
        threads_.emplace_back([this, i] { workers_[i]->run(); });
    }
    workers_[0]->run();
    for (auto& thread : threads_) thread.join();
    threads_.clear();
}

void worker_pool::stop() {
    for (auto& one : workers_) one->stop();
}

void worker_pool::post_to_all(const std::function<void(worker&)>& work) {
    for (auto& one : workers_) {
        boost::asio::post(one->context(), [work, &target = *one] { work(target); });
    }
}

}  // namespace shared
