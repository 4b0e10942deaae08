#include "shared/base/counter.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <thread>

using shared::counter;

BOOST_AUTO_TEST_SUITE(counter_test)

BOOST_AUTO_TEST_CASE(a_counter_begins_at_nothing_and_goes_up_and_down) {
    counter count;
    BOOST_TEST(count.get() == 0U);
    count.add();
    count.add(41);
    BOOST_TEST(count.get() == 42U);
    count.subtract();
    count.subtract(40);
    BOOST_TEST(count.get() == 1U);
}

BOOST_AUTO_TEST_CASE(a_reader_in_another_thread_never_sees_it_go_back) {
    counter count;
    std::atomic<bool> in_order{true};
    std::thread reader([&] {
        std::uint64_t last = 0;
        while (last < 100'000) {
            const auto now = count.get();
            if (now < last) in_order = false;
            last = now;
        }
    });
    for (int i = 0; i < 100'000; ++i) count.add();
    reader.join();
    BOOST_TEST(in_order);
    BOOST_TEST(count.get() == 100'000U);
}

BOOST_AUTO_TEST_SUITE_END()
