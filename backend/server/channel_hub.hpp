// Who listens to what, over all workers, and the way of a message to them. A worker keeps its own
// subscribers (subscriptions.hpp); here are only their numbers, under one lock, so that PUBLISH
// knows how many get a message and which workers have to be told: each gets it once. Pure: how a
// worker is woken is an argument.
//
//   PUBLISH ─▶ channel_hub ─┬─▶ worker 0: subscriptions ─▶ its subscribers
//     (lock)                └─▶ worker 2: subscriptions ─▶ its subscribers
//
// Messages are queued for the workers under the lock and taken in that order: all subscribers of a
// channel see the same order. What was published before a subscription is told from what came after
// it by its number.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace backend {

struct publication {
    std::string channel;
    std::string payload;
    std::uint64_t number;
};

enum class topic_kind : std::uint8_t { channel, pattern };

class channel_hub {
  public:
    using messages = std::vector<std::shared_ptr<const publication>>;

    /// `wake(worker)` is called when the worker's first message waits for it to call `take` soon;
    /// it must be quick and must not call the hub. Requires: called before the workers run.
    void start(std::size_t workers, std::function<void(std::size_t worker)> wake);

    /// Counts a subscriber. The number of the newest message that is not for it.
    std::uint64_t add(topic_kind kind, std::string_view topic, std::size_t worker);
    void remove(topic_kind kind, std::string_view topic, std::size_t worker);

    /// Queues the message for the workers that have subscribers for it; how many those are.
    std::uint64_t publish(std::string_view channel, std::string_view payload);

    /// What waits for the worker, the oldest first.
    messages take(std::size_t worker);

    /// Channels with subscribers, of patterns alone not, that match the pattern; empty: all.
    std::vector<std::string> channels(std::string_view pattern) const;
    std::uint64_t subscribers(std::string_view channel) const;
    std::size_t channel_count() const;
    std::size_t pattern_count() const;

  private:
    using counts = std::vector<std::uint64_t>;  // of subscribers, for each worker
    using topic_map = std::map<std::string, counts, std::less<>>;

    topic_map& topics(topic_kind kind) noexcept {
        return kind == topic_kind::channel ? channels_ : patterns_;
    }

    mutable std::mutex mutex_;
    std::size_t workers_ = 0;
    std::function<void(std::size_t)> wake_;
    std::vector<messages> waiting_;  // for each worker
    topic_map channels_;
    topic_map patterns_;
    std::uint64_t newest_ = 0;
};

}  // namespace backend
