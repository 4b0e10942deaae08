#include "backend/replication/outbox.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using backend::effect;
using backend::effect_kind;
using backend::outbox;

namespace {

constexpr std::size_t bound = 100'000;

/// Takes so many bytes until they are taken out.
class tube final : public backend::byte_outlet {
  public:
    std::size_t write_some(std::string_view bytes) noexcept override {
        const std::lock_guard lock(mutex_);
        if (broken) return 0;
        const auto taken = std::min(bytes.size(), capacity - bytes_.size());
        bytes_ += bytes.substr(0, taken);
        return taken;
    }
    std::string take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(bytes_, {});
    }

    std::atomic<bool> broken{false};

  private:
    static constexpr std::size_t capacity = 200'000;
    std::mutex mutex_;
    std::string bytes_;
};

/// An outbox that leads to a tube; the test empties it when it likes.
struct outbox_fixture {
    outbox_fixture() {
        records.attach([this] { ++blocked; }, [this] { ++overflows; });
    }

    static effect change(std::string_view key, std::string_view value = "v") {
        return {.kind = effect_kind::set, .stamp = 1, .key = key, .value = value};
    }

    /// Takes in what has arrived; the keys of the whole records so far.
    const std::vector<std::string>& keys() {
        bytes += outlet.take();
        std::size_t taken = 0;
        while (const auto next =
                   backend::read_record(std::string_view(bytes).substr(taken), 1'000'000)) {
            arrived.emplace_back(next->what.key);
            taken += next->size;
        }
        bytes.erase(0, taken);
        return arrived;
    }

    /// Fills the tube until it takes no more.
    std::size_t fill(const std::string& value = std::string(1000, 'x')) {
        std::size_t count = 0;
        do {
            records.append(change("fill", value));
            ++count;
        } while (records.flush());
        return count;
    }

    tube outlet;
    outbox records{bound};
    std::atomic<int> blocked{0};
    std::atomic<int> overflows{0};
    std::string bytes;
    std::vector<std::string> arrived;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(outbox_test, outbox_fixture)

BOOST_AUTO_TEST_CASE(nothing_is_kept_while_no_link_is_open) {
    BOOST_TEST(!records.is_open());
    records.on_effect(change("k"));
    records.append(change("k"));
    BOOST_TEST(records.unsent() == 0U);
    BOOST_TEST(records.total().records == 0U);
    BOOST_TEST(records.flush());
}

BOOST_AUTO_TEST_CASE(records_leave_in_their_order_with_the_next_flush) {
    records.open(outlet, false);
    BOOST_TEST(records.is_open());
    records.on_effect(change("1"));
    records.append(change("2"));
    records.on_effect(change("3"));
    BOOST_TEST(keys().empty());
    BOOST_TEST(records.unsent() > 0U);
    BOOST_TEST(records.flush());
    BOOST_TEST((keys() == std::vector<std::string>{"1", "2", "3"}));
    BOOST_TEST(records.unsent() == 0U);
    BOOST_TEST(records.total().records == 3U);
    BOOST_TEST(blocked == 0);
}

BOOST_AUTO_TEST_CASE(a_full_outlet_is_reported_once_and_nothing_is_tried_until_it_takes_more) {
    records.open(outlet, false);
    const auto sent = fill();
    BOOST_TEST(blocked == 1);
    BOOST_TEST(!records.flush());
    BOOST_TEST(blocked == 1);
    const auto before = keys().size();
    BOOST_TEST(before < sent);
    BOOST_TEST(!records.flush());
    records.resume();
    BOOST_TEST(records.unsent() == 0U);
    BOOST_TEST(keys().size() == sent);
}

BOOST_AUTO_TEST_CASE(an_outlet_that_is_full_again_is_reported_again) {
    records.open(outlet, false);
    fill();
    records.append(change("large", std::string(900'000, 'x')));
    keys();
    records.resume();
    BOOST_TEST(blocked == 2);
    for (int i = 0; i < 100 && records.unsent() != 0; ++i) {
        keys();
        records.resume();
    }
    BOOST_TEST(keys().back() == "large");
}

BOOST_AUTO_TEST_CASE(effects_beyond_the_bound_close_it) {
    records.open(outlet, false);
    int count = 0;
    while (records.is_open()) {
        records.on_effect(change("k", std::string(1000, 'x')));
        BOOST_TEST_REQUIRE(records.unsent() <= bound);
        BOOST_TEST_REQUIRE(++count < 200);
    }
    BOOST_TEST(overflows == 1);
    BOOST_TEST(records.unsent() == 0U);
    records.on_effect(change("k"));
    BOOST_TEST(records.unsent() == 0U);
    BOOST_TEST(overflows == 1);
    BOOST_TEST(keys().empty());
}

BOOST_AUTO_TEST_CASE(the_entries_of_an_exchange_do_not_count_towards_the_bound) {
    records.open(outlet, false);
    records.append(change("entry", std::string(bound, 'x')));
    records.append(change("entry", std::string(bound, 'x')));
    records.on_effect(change("k"));
    BOOST_TEST(records.is_open());
    while (records.is_open()) records.on_effect(change("k", std::string(1000, 'x')));
    BOOST_TEST(overflows == 1);
}

BOOST_AUTO_TEST_CASE(
    entries_that_have_left_do_not_raise_the_bound_though_the_queue_was_never_empty) {
    records.open(outlet, false);
    fill();
    // Many times the bound passes through, and there is always a rest.
    for (int i = 0; i < 2000; ++i) {
        records.append(change("entry", std::string(5000, 'x')));
        if (i % 10 == 9) {
            keys();
            records.resume();
        }
        BOOST_TEST_REQUIRE(records.unsent() < 1'000'000U);
    }
    fill();
    const auto rest = records.unsent();
    while (records.is_open()) {
        records.on_effect(change("k", std::string(1000, 'x')));
        BOOST_TEST_REQUIRE(records.unsent() <= 2 * rest + bound + 2000);
    }
    BOOST_TEST(overflows == 1);
}

BOOST_AUTO_TEST_CASE(closing_discards_what_is_left_and_the_next_link_starts_clean) {
    records.open(outlet, false);
    fill();
    records.on_effect(change("lost"));
    records.close();
    BOOST_TEST(!records.is_open());
    BOOST_TEST(records.unsent() == 0U);
    tube next;
    bytes.clear();
    arrived.clear();
    records.open(next, false);
    records.on_effect(change("new"));
    BOOST_TEST(records.flush());
    bytes = next.take();
    BOOST_TEST(backend::read_record(bytes, 1'000'000)->what.key == "new");
    records.close();
}

BOOST_AUTO_TEST_CASE(a_broken_outlet_is_reported_as_blocked_and_kills_nobody) {
    records.open(outlet, false);
    outlet.broken = true;
    records.on_effect(change("k"));
    BOOST_TEST(!records.flush());
    BOOST_TEST(blocked == 1);
}

BOOST_AUTO_TEST_CASE(two_workers_may_append_and_send_at_once) {
    outbox shared_box(64UL * 1024 * 1024);
    shared_box.attach([this] { ++blocked; }, [this] { ++overflows; });
    shared_box.open(outlet, false);
    constexpr int each = 20'000;
    const auto work = [&](char name) {
        for (int i = 0; i < each; ++i) {
            shared_box.on_effect(change(name + std::to_string(i)));
            if (i % 16 == 0) shared_box.flush();
        }
    };
    std::thread one(work, 'a');
    std::thread two(work, 'b');
    while (keys().size() < 2 * each) {
        shared_box.resume();
        std::this_thread::yield();
    }
    one.join();
    two.join();
    std::map<char, int> next;
    for (const auto& key : arrived)
        BOOST_TEST_REQUIRE(key.substr(1) == std::to_string(next[key[0]]++));
    BOOST_TEST(shared_box.total().records == 2U * each);
    BOOST_TEST(overflows == 0);
    shared_box.close();
}

// What is kept for the next link.

namespace {

backend::effect mark(backend::version stamp) {
    return {.kind = effect_kind::mark, .stamp = stamp, .value = "alive"};
}

/// With a mark of version 10 behind a first record, from which on it keeps.
struct keeping_fixture : outbox_fixture {
    keeping_fixture() {
        records.open(outlet, false);
        records.on_effect(change("before"));
        records.append_and_keep(mark(10));
        records.flush();
    }

    std::vector<std::string> next_link() {
        keys();
        arrived.clear();
        bytes.clear();
        const bool resumed = records.open(outlet, true);
        records.flush();
        return resumed ? keys() : std::vector<std::string>{"not resumed"};
    }
};

using names = std::vector<std::string>;

}  // namespace

BOOST_FIXTURE_TEST_CASE(the_next_link_takes_up_behind_the_mark, keeping_fixture) {
    records.on_effect(change("sent"));
    records.flush();
    records.on_effect(change("unsent"));
    records.close();
    records.on_effect(change("without a link"));
    BOOST_TEST(records.kept_since() == 10U);
    BOOST_TEST((next_link() == names{"sent", "unsent", "without a link"}));
    records.on_effect(change("later"));
    records.flush();
    BOOST_TEST(keys().back() == "later");
    records.close();
    BOOST_TEST((next_link() == names{"sent", "unsent", "without a link", "later"}));
}

BOOST_FIXTURE_TEST_CASE(what_is_forgotten_is_not_sent_over_the_next_link, keeping_fixture) {
    records.on_effect(change("sent"));
    records.flush();
    records.forget();
    records.on_effect(change("with the link"));
    records.flush();
    BOOST_TEST(keys().back() == "with the link");
    records.close();
    BOOST_TEST(records.kept() == 0U);
    BOOST_TEST((next_link() == names{"not resumed"}));
    records.append_and_keep(mark(20));
    records.flush();
    records.close();
    records.on_effect(change("without a link"));
    records.forget();
    BOOST_TEST(records.kept() == 0U);
    BOOST_TEST(records.kept_since() == 0U);
    BOOST_TEST((next_link() == names{"not resumed"}));
}

BOOST_FIXTURE_TEST_CASE(what_is_acknowledged_is_gone, keeping_fixture) {
    records.on_effect(change("1"));
    const auto total = records.append_and_keep(mark(20));
    records.on_effect(change("2"));
    records.flush();
    const auto before = records.kept();
    records.acknowledge(20, total);
    BOOST_TEST(records.kept() < before);
    BOOST_TEST(records.kept_since() == 20U);
    records.close();
    BOOST_TEST((next_link() == names{"2"}));
}

BOOST_FIXTURE_TEST_CASE(a_mark_of_before_acknowledges_nothing, keeping_fixture) {
    records.on_effect(change("1"));
    records.flush();
    records.acknowledge(5, {1, 1});
    BOOST_TEST(records.kept_since() == 10U);
    records.close();
    BOOST_TEST((next_link() == names{"1"}));
}

BOOST_FIXTURE_TEST_CASE(what_was_unsent_before_the_mark_is_of_no_use_to_the_next, outbox_fixture) {
    records.open(outlet, false);
    fill();
    records.append_and_keep(mark(10));
    records.on_effect(change("kept"));
    records.close();
    outlet.take();
    records.open(outlet, true);
    records.flush();
    bytes.clear();
    arrived.clear();
    BOOST_TEST((keys() == names{"kept"}));
}

BOOST_FIXTURE_TEST_CASE(beyond_the_bound_what_was_sent_goes_first, keeping_fixture) {
    while (records.kept_since() != 0) {
        records.on_effect(change("k", std::string(1000, 'x')));
        records.flush();
        keys();
        BOOST_TEST_REQUIRE(records.kept() <= bound + 2000);
    }
    BOOST_TEST(records.is_open());
    BOOST_TEST(overflows == 0);
    BOOST_TEST(records.kept() < 2000U);
    records.append_and_keep(mark(30));
    BOOST_TEST(records.kept_since() == 30U);
}

BOOST_FIXTURE_TEST_CASE(marks_of_many_short_links_do_not_pile_up, keeping_fixture) {
    for (backend::version stamp = 11; stamp < 20'000; ++stamp) {
        records.append_and_keep(mark(stamp));
        records.close();
        BOOST_TEST_REQUIRE(records.kept() <= bound);
        records.open(outlet, true);
        keys();
    }
}

BOOST_FIXTURE_TEST_CASE(without_a_link_it_keeps_no_more_than_the_bound, keeping_fixture) {
    records.close();
    while (records.kept_since() != 0) {
        records.on_effect(change("k", std::string(1000, 'x')));
        BOOST_TEST_REQUIRE(records.kept() <= bound);
    }
    BOOST_TEST(records.kept() == 0U);
    BOOST_TEST(overflows == 0);
    records.on_effect(change("k"));
    BOOST_TEST(records.kept() == 0U);
    BOOST_TEST((next_link() == names{"not resumed"}));
    BOOST_TEST(records.is_open());
}

BOOST_AUTO_TEST_SUITE_END()
