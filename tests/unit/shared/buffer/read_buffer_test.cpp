#include "shared/buffer/read_buffer.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace {

void put(shared::read_buffer& buffer, std::string_view bytes) {
    const auto room = buffer.prepare(bytes.size());
    BOOST_TEST_REQUIRE(room.size() >= bytes.size());
    std::copy(bytes.begin(), bytes.end(), room.begin());
    buffer.commit(bytes.size());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(read_buffer_test)

BOOST_AUTO_TEST_CASE(a_new_buffer_is_empty_and_holds_no_memory) {
    const shared::read_buffer buffer;
    BOOST_TEST(buffer.data().empty());
    BOOST_TEST(buffer.capacity() == 0U);
}

BOOST_AUTO_TEST_CASE(bytes_come_out_in_their_order) {
    shared::read_buffer buffer;
    put(buffer, "hello ");
    put(buffer, "world");
    BOOST_TEST(buffer.data() == "hello world");
    buffer.consume(6);
    BOOST_TEST(buffer.data() == "world");
    put(buffer, "!");
    BOOST_TEST(buffer.data() == "world!");
}

BOOST_AUTO_TEST_CASE(prepared_room_that_is_not_committed_changes_nothing) {
    shared::read_buffer buffer;
    put(buffer, "a");
    std::ranges::fill(buffer.prepare(100), 'x');
    BOOST_TEST(buffer.data() == "a");
}

BOOST_AUTO_TEST_CASE(any_pattern_of_reads_and_requests_keeps_the_stream) {
    shared::read_buffer buffer;
    std::string expected;
    unsigned next = 0;
    for (std::size_t step = 1; step < 2000; ++step) {
        std::string piece;
        for (std::size_t i = 0; i < step * 7 % 61; ++i)
            piece += static_cast<char>('a' + next++ % 26);
        put(buffer, piece);
        expected += piece;
        const std::size_t taken = std::min(expected.size(), step * 11 % 67);
        buffer.consume(taken);
        expected.erase(0, taken);
        BOOST_TEST_REQUIRE(buffer.data() == expected);
    }
}

BOOST_AUTO_TEST_CASE(a_steady_stream_does_not_grow_the_buffer) {
    shared::read_buffer buffer;
    const std::string piece(100, 'x');
    put(buffer, piece);
    for (int i = 0; i < 10000; ++i) {
        put(buffer, piece);
        buffer.consume(100);
    }
    BOOST_TEST(buffer.capacity() <= 800U);
}

BOOST_AUTO_TEST_CASE(a_value_in_many_pieces_is_moved_a_few_times_only) {
    shared::read_buffer buffer;
    int moves = 0;
    const char* at = nullptr;
    for (int i = 0; i < 10000; ++i) {
        put(buffer, "0123456789");
        if (buffer.data().data() != at) ++moves;
        at = buffer.data().data();
    }
    BOOST_TEST(moves < 20);
}

BOOST_AUTO_TEST_CASE(memory_is_released_only_when_nothing_is_stored) {
    shared::read_buffer buffer;
    put(buffer, "ab");
    buffer.consume(1);
    buffer.release();
    BOOST_TEST(buffer.data() == "b");
    buffer.consume(1);
    BOOST_TEST(buffer.capacity() > 0U);
    buffer.release();
    BOOST_TEST(buffer.capacity() == 0U);
    put(buffer, "again");
    BOOST_TEST(buffer.data() == "again");
}

BOOST_AUTO_TEST_SUITE_END()
