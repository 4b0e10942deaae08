#include "backend/store/s3_fifo.hpp"

#include "tests/unit/backend/store/eviction_fixture.hpp"

#include <boost/test/unit_test.hpp>

using backend::queue_pair;
using cache = backend_test::one_part<backend::s3_fifo_policy>;

namespace {

constexpr std::string_view ten = "abcdefghij";

}  // namespace

BOOST_AUTO_TEST_SUITE(s3_fifo_test)

BOOST_AUTO_TEST_CASE(what_is_never_used_goes_in_the_order_of_coming) {
    cache held;
    held.add_all(ten);
    BOOST_TEST(held.evict(11) == "abcdefghij-");
}

BOOST_AUTO_TEST_CASE(one_use_does_not_save_a_new_entry_but_two_do) {
    cache held;
    held.add_all(ten);
    held.use('a');
    held.use('b', 2);
    BOOST_TEST(held.evict(8) == "acdefghi");
    BOOST_TEST(held.queue_of('b') == queue_pair::main);
    BOOST_TEST(held.queue_of('j') == queue_pair::small);
}

BOOST_AUTO_TEST_CASE(a_key_that_was_evicted_lately_comes_back_into_the_main_queue) {
    cache held;
    held.add_all(ten);
    BOOST_TEST(held.evict(2) == "ab");
    held.add('a');
    held.add('k');
    BOOST_TEST(held.queue_of('a') == queue_pair::main);
    BOOST_TEST(held.queue_of('k') == queue_pair::small);
    BOOST_TEST(held.evict(8) == "cdefghij");
    held.add('l');
    BOOST_TEST(held.evict(3) == "kal");
}

BOOST_AUTO_TEST_CASE(the_main_queue_gives_way_when_the_small_one_is_below_its_tenth) {
    cache held;
    held.add_all(ten);
    for (const char name : ten) held.use(name, 2);
    held.add_all("klmnopqr");
    BOOST_TEST(held.evict(7) == "klmnopq");
    // All ten have moved, and r is less than a tenth. What was used goes round once more.
    held.use('a');
    held.use('c');
    BOOST_TEST(held.evict() == 'b');
    held.add('s');
    BOOST_TEST(held.evict(11) == "rdefghijacs");
}

BOOST_AUTO_TEST_CASE(an_entry_can_be_removed_from_either_queue) {
    cache held;
    held.add_all(ten);
    held.evict(1);
    held.add('a');
    held.remove('a');
    held.remove('c');
    BOOST_TEST(held.evict(8) == "bdefghij");
    BOOST_TEST(held.evict() == '-');
}

BOOST_AUTO_TEST_CASE(a_new_value_goes_to_the_end_and_counts_as_a_use) {
    cache held;
    held.add_all(ten);
    held.replace('a', "longer");
    held.replace('b', "longer");
    held.replace('b', "longer still, much longer than it was");
    BOOST_TEST(held.evict(9) == "cdefghija");
    BOOST_TEST(held.evict() == 'b');
}

BOOST_AUTO_TEST_CASE(shards_together_give_way_as_one_queue) {
    cache held(4);
    for (std::size_t i = 0; i < ten.size(); ++i) held.add(ten[i], static_cast<unsigned>(i * 7 % 4));
    BOOST_TEST(held.evict(10) == ten);
}

BOOST_AUTO_TEST_CASE(shares_of_the_queues_are_of_bytes) {
    cache held;
    held.add_all("ab");
    held.evict(2);
    held.add('a', std::string(10'000, 'x'));  // main
    held.add_all("cd");
    BOOST_TEST(held.evict() == 'a');
}

BOOST_AUTO_TEST_CASE(what_was_written_last_is_spared_while_there_is_anything_else) {
    cache alone_in_small;
    alone_in_small.add_all("ab");
    alone_in_small.use('a', 2);
    alone_in_small.evict(0);
    alone_in_small.add('c', std::string(5000, 'x'));
    BOOST_TEST(alone_in_small.evict(3) == "bac");

    cache in_main;
    in_main.add_all("abc");
    in_main.evict(2);
    in_main.add('a');
    in_main.add('d');
    in_main.use('a', 3);
    in_main.evict(1);
    in_main.add('c', std::string(5000, 'x'));
    BOOST_TEST(in_main.queue_of('c') == queue_pair::main);
    BOOST_TEST(in_main.evict(3) == "adc");
}

BOOST_AUTO_TEST_CASE(what_is_remembered_is_counted_and_no_more_than_what_is_held) {
    cache held;
    held.add_all(ten);
    BOOST_TEST(held.part().bytes() == 0U);
    held.evict();
    BOOST_TEST(held.part().bytes() > 0U);
    BOOST_TEST(held.part().bytes() <= 2 * backend::ghosts::bucket_size);
}

BOOST_AUTO_TEST_SUITE_END()
