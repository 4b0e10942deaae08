#include "proxy/resilience/ramp.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

using namespace std::chrono_literals;
using proxy::all_slices;
using proxy::ramp;

namespace {

const shared::steady_time start{};

}  // namespace

BOOST_AUTO_TEST_SUITE(ramp_test)

BOOST_AUTO_TEST_CASE(it_grows_evenly_from_one_slice_to_all) {
    ramp slow(64s);
    slow.begin();
    BOOST_TEST(slow.share(start) == 1);
    for (int i = 1; i < 64; ++i) BOOST_TEST(slow.share(start + i * 1s) == i);
    BOOST_TEST(slow.active());
    BOOST_TEST(slow.share(start + 64s) == all_slices);
    BOOST_TEST(!slow.active());
}

BOOST_AUTO_TEST_CASE(its_time_begins_when_it_is_first_asked) {
    ramp slow(64s);
    slow.begin();
    BOOST_TEST(slow.share(start + 1h) == 1);
    BOOST_TEST(slow.share(start + 1h + 32s) == 32);
}

BOOST_AUTO_TEST_CASE(without_a_length_there_is_none) {
    ramp none(0s);
    none.begin();
    BOOST_TEST(!none.active());
}

BOOST_AUTO_TEST_CASE(ended_and_begun_again_it_starts_from_one) {
    ramp slow(64s);
    slow.begin();
    BOOST_TEST(slow.share(start) == 1);
    slow.end();
    BOOST_TEST(!slow.active());
    slow.begin();
    BOOST_TEST(slow.share(start + 50s) == 1);
}

BOOST_AUTO_TEST_CASE(slices_are_about_the_same_size_also_of_small_hashes) {
    for (const std::uint64_t step : {1ULL, 0x1'0000'0001ULL, 0x123'4567'89ab'cdefULL}) {
        std::array<int, all_slices> keys{};
        for (std::uint64_t i = 0; i < 64'000; ++i) ++keys.at(proxy::slice_of(i * step));
        for (const int one : keys) {
            BOOST_TEST(one > 500);
            BOOST_TEST(one < 2000);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
