#include "backend/server/subscriptions.hpp"

#include "shared/command/glob.hpp"

#include <algorithm>
#include <utility>

namespace backend {

void subscriptions::add(subscriber& client, topic_kind kind, std::string_view topic) {
    if (!client.own(kind).emplace(topic).second) return;
    const auto after = hub_.add(kind, topic, worker_);
    listeners_to(kind)[std::string(topic)].push_back({&client, after});
}

void subscriptions::remove(subscriber& client, topic_kind kind, std::string_view topic) {
    auto& own = client.own(kind);
    const auto held = own.find(topic);
    if (held == own.end()) return;
    hub_.remove(kind, topic, worker_);
    auto& all = listeners_to(kind);
    const auto found = all.find(*held);
    std::erase_if(found->second, [&](const listener& one) { return one.client == &client; });
    if (found->second.empty()) all.erase(found);
    own.erase(held);
}

void subscriptions::remove_all(subscriber& client) {
    for (const auto kind : {topic_kind::channel, topic_kind::pattern}) {
        while (!client.topics_of(kind).empty()) {
            const std::string topic = *client.topics_of(kind).begin();
            remove(client, kind, topic);
        }
    }
}

void subscriptions::deliver() {
    for (const auto& message : hub_.take(worker_)) deliver(*message);
}

void subscriptions::deliver(const publication& message) {
    std::string text;
    if (const auto found = channels_.find(message.channel); found != channels_.end()) {
        shared::append_push_header(text, 3, shared::protocol::resp2);
        shared::append_bulk(text, "message");
        shared::append_bulk(text, message.channel);
        shared::append_bulk(text, message.payload);
        push_to(found->second, text, message.number);
    }
    for (const auto& [pattern, all] : patterns_) {
        if (!shared::glob_matches(pattern, message.channel, shared::letter_case::matters)) continue;
        text.clear();
        shared::append_push_header(text, 4, shared::protocol::resp2);
        shared::append_bulk(text, "pmessage");
        shared::append_bulk(text, pattern);
        shared::append_bulk(text, message.channel);
        shared::append_bulk(text, message.payload);
        push_to(all, text, message.number);
    }
    // Only now, for it changes who listens.
    for (auto* const client : std::exchange(overfull_, {})) client->give_up_reading();
}

/// `text` is the message in RESP2: in RESP3 its first byte is another.
void subscriptions::push_to(const std::vector<listener>& all, std::string& text,
                            std::uint64_t number) {
    for (const auto& one : all) {
        if (number <= one.after) continue;
        text.front() = one.client->message_version() == shared::protocol::resp3 ? '>' : '*';
        const bool known =
            std::find(overfull_.begin(), overfull_.end(), one.client) != overfull_.end();
        if (!known && !one.client->push(text)) overfull_.push_back(one.client);
    }
}

}  // namespace backend
