// Two partners without sockets: the halves of both links over pipes of bytes, and a time that
// stands still until a test moves it.
#pragma once

#include "backend/replication/partnership.hpp"
#include "backend/replication/receiving_half.hpp"
#include "backend/replication/sending_half.hpp"
#include "shared/resp/request_parser.hpp"

#include <optional>
#include <string>

namespace backend_test {

using namespace std::chrono_literals;

/// The bytes on their way over one direction of a link.
struct wire final : backend::byte_outlet {
    std::string bytes;
    std::size_t capacity = SIZE_MAX;

    std::size_t write_some(std::string_view more) noexcept override {
        const auto taken = std::min(more.size(), capacity - bytes.size());
        bytes += more.substr(0, taken);
        return taken;
    }
};

/// One of the partners: all of a backend that its link needs.
struct partner {
    partner(std::string name, std::uint64_t run, shared::moment now, std::size_t backlog,
            std::size_t memory = 8UL << 20U)
        : records(backlog),
          data({.memory = memory, .shards = 1, .tombstones = true}, clock, &records),
          pair({std::move(name), run, 5s, 1h}, data, clock, guard, nullptr, now.steady),
          sender(data, clock, guard, records, 2s,
                 {.introduce = [this] { return pair.introduce(); },
                  .on_linked = [this](const auto& other) { pair.on_linked(other, linked_at); },
                  .on_seen = [this](backend::version stamp) { pair.on_acknowledged(stamp); },
                  .on_refused_version = [](backend::version) {}}) {
        records.attach([] {}, [] {});
        sender.begin_life(now);
    }

    void set(std::string_view key, std::string_view value, shared::moment now) {
        data.open(key, now.unix).set(value, 0);
        records.flush();
    }
    std::string get(std::string_view key, shared::moment now) {
        auto entry = data.open(key, now.unix);
        return entry.exists() ? std::string(entry.value()) : "(none)";
    }

    backend::hybrid_clock clock{0};
    backend::clock_guard guard{1h};
    backend::outbox records;
    backend::store data;
    backend::partnership pair;
    backend::sending_half sender;
    std::optional<backend::receiving_half> receiver;
    std::uint64_t link = 0;  // the number of the partner's
    shared::steady_time linked_at{};
    wire out;  // to the partner
};

/// Two that can be linked, cut, and restarted.
struct link_pair {
    /// The sender's half of `from` meets the receiver's half of `to`. Nothing is sent yet of what
    /// `from` has.
    void open_link(partner& from, partner& to) {
        from.sender.on_dialled(now);
        shared::request_parser parser;
        const auto request = from.sender.greeting();
        parser.parse(request);
        const auto offer = backend::read_link_request(parser.arguments().subspan(2));
        const auto accepted = to.pair.accept(*offer.partner);
        to.link = accepted.number;
        to.receiver.emplace(
            to.data, to.clock, to.guard, nullptr, offer.partner->link,
            backend::receiving_half::hooks{
                .on_exchanged = [&to](shared::unix_ms at) { to.pair.on_exchanged(to.link, at); },
                .on_seen = [&to](backend::version seen) { to.pair.on_seen(to.link, seen); }});
        from.linked_at = now.steady;
        answer(from, accepted.answer);
    }
    void link(partner& from, partner& to) {
        open_link(from, to);
        walk(from);
    }
    void walk(partner& from) {
        while (from.sender.exchange(now)) {
        }
    }

    /// What `from` has sent arrives, and is answered.
    void deliver(partner& from, partner& to) {
        std::string answers;
        to.receiver->on_bytes(std::exchange(from.out.bytes, {}), answers, now.unix);
        if (!answers.empty()) answer(from, answers);
    }

    void connect() {
        link(*a, *b);
        link(*b, *a);
        settle();
    }
    void settle() {
        pass(1ms);
        for (int i = 0; i < 3; ++i) {
            a->sender.on_time(now);
            b->sender.on_time(now);
            deliver(*a, *b);
            deliver(*b, *a);
            pass(200ms);
        }
    }
    void live(std::chrono::seconds time) {
        for (const auto end = now.steady + time; now.steady < end;) settle();
    }
    void cut() {
        for (auto* each : {&*a, &*b}) {
            each->sender.on_lost();
            each->pair.on_sender_lost();
            each->pair.on_receiver_lost(each->link, now.steady);
            each->receiver.reset();
            each->out.bytes.clear();
        }
    }
    void pass(std::chrono::milliseconds time) {
        now.steady += time;
        now.unix += time.count();
    }

    static constexpr std::size_t backlog = 100'000;
    shared::moment now{shared::steady_time(1h), 1'700'000'000'000};
    std::optional<partner> a{std::in_place, "a", 1, now, backlog};
    std::optional<partner> b{std::in_place, "b", 2, now, backlog};

  private:
    void answer(partner& to, std::string_view bytes) {
        problem = to.sender.on_bytes(bytes, to.out, now);
    }

  public:
    std::string problem;
};

}  // namespace backend_test
