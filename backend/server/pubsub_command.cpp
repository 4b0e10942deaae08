// SUBSCRIBE UNSUBSCRIBE PSUBSCRIBE PUNSUBSCRIBE PUBLISH PUBSUB.
#include "backend/server/server_commands.hpp"
#include "shared/command/glob.hpp"
#include "shared/command/subcommand.hpp"

namespace backend {
namespace {

using subcommand = shared::subcommand_of<server_call>;

/// What a client is told when it has subscribed or unsubscribed; `topic` null: to nothing.
void append_change(const server_call& call, std::string_view change,
                   const std::string_view* topic) {
    shared::append_push_header(call.out, 3, call.client.version);
    shared::append_bulk(call.out, change);
    if (topic != nullptr) {
        shared::append_bulk(call.out, *topic);
    } else {
        shared::append_null(call.out, call.client.version);
    }
    shared::append_integer(call.out, static_cast<std::int64_t>(call.self.topic_count()));
}

void note_topics(const server_call& call) {
    const auto count = [&](topic_kind kind) {
        return static_cast<std::uint32_t>(call.self.topics_of(kind).size());
    };
    call.record.channels = count(topic_kind::channel);
    call.record.patterns = count(topic_kind::pattern);
}

void subscribe(const server_call& call, topic_kind kind, std::string_view change) {
    for (const auto topic : call.words.subspan(1)) {
        call.topics.add(call.self, kind, topic);
        append_change(call, change, &topic);
    }
    note_topics(call);
}

void unsubscribe(const server_call& call, topic_kind kind, std::string_view change) {
    const auto& all = call.self.topics_of(kind);
    if (call.words.size() == 1 && all.empty()) append_change(call, change, nullptr);
    while (call.words.size() == 1 && !all.empty()) {
        const std::string topic = *all.begin();
        const std::string_view view = topic;
        call.topics.remove(call.self, kind, topic);
        append_change(call, change, &view);
    }
    for (const auto topic : call.words.subspan(1)) {
        call.topics.remove(call.self, kind, topic);
        append_change(call, change, &topic);
    }
    note_topics(call);
}

void wrong_arguments(const server_call& call) {
    shared::append_error(call.out, "ERR unknown subcommand or wrong number of arguments for '" +
                                       std::string(call.words[1].substr(0, shared::longest_echo)) +
                                       "'. Try PUBSUB HELP.");
}

void run_channels(const server_call& call) {
    if (call.words.size() > 3) return wrong_arguments(call);
    if (shared::any_pattern_too_long(call.words.subspan(2)))
        return shared::append_error(call.out, shared::pattern_too_long);
    const auto names =
        call.topics.hub().channels(call.words.size() == 3 ? call.words[2] : std::string_view("*"));
    shared::append_array_header(call.out, names.size());
    for (const auto& name : names) shared::append_bulk(call.out, name);
}

void run_numsub(const server_call& call) {
    const auto names = call.words.subspan(2);
    shared::append_array_header(call.out, names.size() * 2);
    for (const auto name : names) {
        shared::append_bulk(call.out, name);
        shared::append_integer(call.out,
                               static_cast<std::int64_t>(call.topics.hub().subscribers(name)));
    }
}

void run_numpat(const server_call& call) {
    shared::append_integer(call.out, static_cast<std::int64_t>(call.topics.hub().pattern_count()));
}

constexpr std::array<std::string_view, 7> help{
    "CHANNELS [<pattern>]",
    "    Return the currently active channels matching a <pattern> (default: '*').",
    "NUMPAT",
    "    Return number of subscriptions to patterns.",
    "NUMSUB [<channel> ...]",
    "    Return the number of subscribers for the specified channels, excluding",
    "    pattern subscriptions(default: no channels).",
};

void run_help(const server_call& call) {
    shared::append_help(call.out, "PUBSUB", help);
}

constexpr std::array<subcommand, 4> subcommands{{
    {"channels", -2, run_channels},
    {"help", 2, run_help},
    {"numpat", 2, run_numpat},
    {"numsub", -2, run_numsub},
}};

}  // namespace

void run_subscribe(const server_call& call) {
    subscribe(call, topic_kind::channel, "subscribe");
}

void run_psubscribe(const server_call& call) {
    if (shared::any_pattern_too_long(call.words.subspan(1)))
        return shared::append_error(call.out, shared::pattern_too_long);
    subscribe(call, topic_kind::pattern, "psubscribe");
}

void run_unsubscribe(const server_call& call) {
    unsubscribe(call, topic_kind::channel, "unsubscribe");
}

void run_punsubscribe(const server_call& call) {
    unsubscribe(call, topic_kind::pattern, "punsubscribe");
}

void run_publish(const server_call& call) {
    const auto receivers = call.topics.hub().publish(call.words[1], call.words[2]);
    shared::append_integer(call.out, static_cast<std::int64_t>(receivers));
}

void run_pubsub(const server_call& call) {
    shared::run_subcommand(call, "pubsub", subcommands);
}

}  // namespace backend
