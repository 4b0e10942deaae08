#include "backend/store/store.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <random>
#include <thread>

namespace {

class counting_sink : public backend::effect_sink {
  public:
    void on_effect(const backend::effect&) override { ++told; }
    std::atomic<std::uint64_t> told{0};
};

constexpr backend::store_options small{.memory = 1 << 20, .tombstones = true};

void change_at_random(backend::store& data, unsigned seed) {
    std::mt19937 random(seed);
    for (shared::unix_ms now = 1; now < 40'000; ++now) {
        const auto key = std::to_string(random() % 20'000);
        const std::string value(random() % 300, 'x');
        switch (random() % 16) {
            case 0:
                data.open(key, now).erase();
                break;
            case 1:
                data.expire_some(now, 10);
                break;
            case 2:
                data.merge({.kind = backend::effect_kind::set,
                            .stamp = backend::version_at(now) | 1U,
                            .key = key,
                            .value = value},
                           now);
                break;
            case 3:
                if (random() % 200 == 0) data.flush(now);
                data.forget_tombstones(0, backend::version_at(now - 1));
                break;
            case 4: {
                backend::scan_cursor cursor;
                std::size_t bytes = 0;
                data.scan(
                    cursor, 20, [&](const backend::effect& what) { bytes += what.value.size(); },
                    now);
                break;
            }
            default: {
                auto found = data.open(key, now);
                if (found.exists()) found.touch();
                found.set(value, random() % 4 == 0 ? now + 200 : 0);
            }
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_threads_test)

BOOST_AUTO_TEST_CASE(two_threads_change_the_same_keys_and_the_books_balance) {
    backend::hybrid_clock clock(0);
    counting_sink sink;
    backend::store data(small, clock, &sink);
    const auto empty = data.used_memory();
    std::thread one([&] { change_at_random(data, 1); });
    std::thread other([&] { change_at_random(data, 2); });
    one.join();
    other.join();
    BOOST_TEST(data.used_memory() <= data.memory_limit());
    BOOST_TEST(data.stats().evicted > 0U);
    BOOST_TEST(sink.told > 0U);
    data.flush(100'000);
    BOOST_TEST(data.size() == 0U);
    BOOST_TEST(data.used_memory() == empty);
}

BOOST_AUTO_TEST_CASE(changes_of_one_key_are_told_in_the_order_of_their_versions) {
    struct ordering_sink : backend::effect_sink {
        void on_effect(const backend::effect& what) override {
            ordered = ordered && what.stamp > last;
            last = what.stamp;
        }
        backend::version last = 0;  // guarded by the lock of the one key's shard
        bool ordered = true;
    } sink;
    backend::hybrid_clock clock(1);
    backend::store data({}, clock, &sink);
    const auto count_up = [&] {
        for (int i = 0; i < 2000; ++i) {
            auto found = data.open("counter", 1);
            const int present = found.exists() ? std::stoi(std::string(found.value())) : 0;
            found.set(std::to_string(present + 1), 0);
        }
    };
    std::thread one(count_up);
    std::thread other(count_up);
    one.join();
    other.join();
    BOOST_TEST(sink.ordered);
    BOOST_TEST(data.open("counter", 1).value() == "4000");
}

BOOST_AUTO_TEST_SUITE_END()
