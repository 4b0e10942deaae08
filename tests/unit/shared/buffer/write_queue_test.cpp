#include "shared/buffer/write_queue.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

BOOST_AUTO_TEST_SUITE(write_queue_test)

BOOST_AUTO_TEST_CASE(bytes_leave_in_the_order_they_came) {
    shared::write_queue queue;
    BOOST_TEST(queue.empty());
    queue.tail() += "hello";
    queue.consume(2);
    queue.tail() += " you";
    BOOST_TEST(queue.front() == "llo you");
    BOOST_TEST(queue.size() == 7U);
    queue.consume(7);
    BOOST_TEST(queue.empty());
    BOOST_TEST(queue.front().empty());
}

BOOST_AUTO_TEST_CASE(a_reader_that_lags_keeps_the_stream_in_order) {
    shared::write_queue queue;
    std::string expected;
    for (unsigned step = 0; step < 500; ++step) {
        const std::string piece(1000 + step, static_cast<char>('a' + step % 26));
        queue.tail() += piece;
        expected += piece;
        const std::size_t taken = step % 3 == 0 ? expected.size() / 2 : expected.size() / 5;
        queue.consume(taken);
        expected.erase(0, taken);
        BOOST_TEST_REQUIRE((queue.front() == expected));
    }
}

BOOST_AUTO_TEST_CASE(written_bytes_do_not_pile_up_in_front) {
    shared::write_queue queue;
    const std::string piece(10000, 'x');
    queue.tail() += piece;
    for (int i = 0; i < 1000; ++i) {
        queue.tail() += piece;
        queue.consume(piece.size());
    }
    BOOST_TEST(queue.size() == piece.size());
    BOOST_TEST(queue.tail().size() <= 4 * shared::write_queue::kept_capacity);
}

BOOST_AUTO_TEST_CASE(the_memory_of_a_large_reply_goes_back_with_its_last_byte) {
    shared::write_queue queue;
    queue.tail().append(1000000, 'x');
    queue.consume(999999);
    BOOST_TEST(queue.front() == "x");
    queue.consume(1);
    BOOST_TEST(queue.tail().capacity() < 100U);
}

BOOST_AUTO_TEST_CASE(the_memory_of_small_replies_is_kept_until_released) {
    shared::write_queue queue;
    queue.tail().append(1000, 'x');
    queue.consume(1000);
    BOOST_TEST(queue.tail().capacity() >= 1000U);
    queue.release();
    BOOST_TEST(queue.tail().capacity() < 100U);
}

BOOST_AUTO_TEST_CASE(release_keeps_what_is_still_to_be_written) {
    shared::write_queue queue;
    queue.tail() += "ab";
    queue.consume(1);
    queue.release();
    BOOST_TEST(queue.front() == "b");
}

BOOST_AUTO_TEST_CASE(queues_with_a_pool_use_one_buffer_in_turn) {
    shared::string_pool buffers;
    shared::write_queue first(buffers);
    shared::write_queue second(buffers);
    first.tail().append(1000, 'x');
    const auto* const memory = first.front().data();
    first.consume(1000);
    second.tail().append(500, 'y');
    BOOST_TEST((second.front().data() == memory));
    first.tail() += "z";
    BOOST_TEST(first.front() == "z");
    BOOST_TEST(second.front() == std::string(500, 'y'));
    second.consume(100);
    BOOST_TEST(second.size() == 400U);
}

BOOST_AUTO_TEST_CASE(a_buffer_that_was_taken_for_nothing_goes_back) {
    shared::string_pool buffers;
    std::string used(1000, 'x');
    buffers.give_back(used);
    BOOST_TEST(used.capacity() < 100U);
    shared::write_queue queue(buffers);
    BOOST_TEST(queue.tail().capacity() >= 1000U);
    queue.release();
    BOOST_TEST(buffers.take().capacity() >= 1000U);
}

BOOST_AUTO_TEST_CASE(a_pool_keeps_no_large_buffers_and_not_too_many) {
    shared::string_pool buffers;
    std::string large(shared::string_pool::largest_kept + 1, 'x');
    buffers.give_back(large);
    BOOST_TEST(buffers.take().capacity() < 100U);
    for (std::size_t i = 0; i < 30'000; ++i) {
        std::string used(100, 'x');
        buffers.give_back(used);
    }
    std::size_t kept = 0;
    for (;;) {
        const auto one = buffers.take();
        if (one.capacity() < 100) break;
        kept += one.capacity();
    }
    BOOST_TEST(kept <= shared::string_pool::most_kept);
    BOOST_TEST(kept > shared::string_pool::most_kept / 2);
}

BOOST_AUTO_TEST_SUITE_END()
