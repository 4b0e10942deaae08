// The subscribers of one worker: who gets a message that has come to it. Owned by the app, touched
// by the worker's thread alone.
#pragma once

#include "backend/server/channel_hub.hpp"
#include "shared/resp/encoder.hpp"

#include <set>
#include <unordered_map>

namespace backend {

/// A client as the one that messages are for; a base of its session.
class subscriber {
  public:
    using topics = std::set<std::string, std::less<>>;

    virtual shared::protocol message_version() const noexcept = 0;

    /// Queues a message. False: too much is queued that the client does not read.
    virtual bool push(std::string_view message) = 0;

    /// Ends the client, as `push` has failed.
    virtual void give_up_reading() = 0;

    const topics& topics_of(topic_kind kind) const noexcept {
        return kind == topic_kind::channel ? channels_ : patterns_;
    }
    std::size_t topic_count() const noexcept { return channels_.size() + patterns_.size(); }

  protected:
    ~subscriber() = default;

  private:
    friend class subscriptions;
    topics& own(topic_kind kind) noexcept {
        return kind == topic_kind::channel ? channels_ : patterns_;
    }

    topics channels_;
    topics patterns_;
};

class subscriptions {
  public:
    subscriptions(channel_hub& hub, std::size_t worker) : hub_(hub), worker_(worker) {}

    /// Nothing changes if the client has subscribed before.
    void add(subscriber& client, topic_kind kind, std::string_view topic);
    /// Nothing changes if it has not.
    void remove(subscriber& client, topic_kind kind, std::string_view topic);
    /// Ends all subscriptions of the client.
    void remove_all(subscriber& client);

    /// Pushes each message that waits to all who have subscribed before it was published.
    void deliver();

    channel_hub& hub() noexcept { return hub_; }

  private:
    struct listener {
        subscriber* client;
        std::uint64_t after;  // messages of higher numbers are for it
    };
    using listeners = std::unordered_map<std::string, std::vector<listener>>;

    listeners& listeners_to(topic_kind kind) noexcept {
        return kind == topic_kind::channel ? channels_ : patterns_;
    }
    void deliver(const publication& message);
    void push_to(const std::vector<listener>& all, std::string& text, std::uint64_t number);

    channel_hub& hub_;
    std::size_t worker_;
    listeners channels_;
    listeners patterns_;
    std::vector<subscriber*> overfull_;  // by the message that is being delivered
};

}  // namespace backend
