#include "proxy/upstream/pipeline.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>
#include <vector>

using proxy::pipeline;
using proxy::ticket;
using std::chrono::milliseconds;

namespace {

const shared::steady_time start{};

shared::steady_time at(int ms) {
    return start + milliseconds(ms);
}

ticket numbered(std::uint64_t number) {
    return {.client = {1, 1}, .request = number};
}

struct failed {
    std::uint64_t request;
    std::string bytes;
    bool sent;
    friend bool operator==(const failed&, const failed&) = default;
};

struct pipeline_fixture {
    /// Adds a request with the next number.
    void add(std::string_view bytes, int deadline_ms = 1000) {
        requests.begin_request().append(bytes);
        requests.end_request(numbered(next++), at(deadline_ms));
    }

    void send(std::size_t size) { requests.mark_sent(size); }
    void send_all() { requests.mark_sent(requests.unsent().size()); }

    /// The number of the request that a reply belongs to; -1 if it is dropped.
    int take() {
        BOOST_TEST_REQUIRE(requests.expects_reply());
        const auto whose = requests.take_reply();
        return whose ? static_cast<int>(whose->request) : -1;
    }

    std::vector<int> expire(int ms) {
        std::vector<int> given_up;
        requests.expire(at(ms), [&](const ticket& whose) {
            given_up.push_back(static_cast<int>(whose.request));
        });
        return given_up;
    }

    std::vector<failed> take_out(int ms) {
        std::vector<failed> all;
        requests.take_out_unsent(at(ms), [&](const ticket& whose, std::string_view bytes) {
            all.push_back({whose.request, std::string(bytes), false});
        });
        return all;
    }

    std::vector<failed> fail() {
        std::vector<failed> all;
        requests.fail_all([&](const ticket& whose, std::string_view bytes, bool sent) {
            all.push_back({whose.request, std::string(bytes), sent});
        });
        return all;
    }

    pipeline requests;
    std::uint64_t next = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(pipeline_test, pipeline_fixture)

BOOST_AUTO_TEST_CASE(a_new_pipeline_expects_nothing) {
    BOOST_TEST(requests.empty());
    BOOST_TEST(requests.in_flight() == 0U);
    BOOST_TEST(requests.queued_bytes() == 0U);
    BOOST_TEST(requests.unsent().empty());
    BOOST_TEST(!requests.expects_reply());
    BOOST_TEST(!requests.oldest_deadline().has_value());
    BOOST_TEST(fail().empty());
    BOOST_TEST(expire(1'000'000).empty());
}

BOOST_AUTO_TEST_CASE(replies_belong_to_the_requests_in_their_order) {
    for (int i = 0; i < 5; ++i) add("request");
    send_all();
    for (int i = 0; i < 5; ++i) BOOST_TEST(take() == i);
    BOOST_TEST(requests.empty());
    BOOST_TEST(!requests.expects_reply());
}

BOOST_AUTO_TEST_CASE(a_reply_is_expected_once_the_oldest_request_has_left_whole) {
    add("abcd");
    add("ef");
    BOOST_TEST(!requests.expects_reply());
    for (int i = 0; i < 3; ++i) {
        send(1);
        BOOST_TEST(!requests.expects_reply());
    }
    BOOST_TEST(requests.unsent() == "def");
    send(1);
    BOOST_TEST(take() == 0);
    BOOST_TEST(!requests.expects_reply());
    send(1);
    BOOST_TEST(!requests.expects_reply());
    BOOST_TEST(requests.unsent() == "f");
    send(1);
    BOOST_TEST(take() == 1);
}

BOOST_AUTO_TEST_CASE(what_is_queued_counts_until_it_is_answered) {
    add("abcd");
    add("ef");
    BOOST_TEST(requests.queued_bytes() == 6U);
    send_all();
    BOOST_TEST(requests.queued_bytes() == 6U);
    take();
    BOOST_TEST(requests.queued_bytes() == 2U);
    take();
    BOOST_TEST(requests.queued_bytes() == 0U);
}

BOOST_AUTO_TEST_CASE(requests_whose_deadline_has_passed_are_given_up_once) {
    add("a", 10);
    add("b", 20);
    add("c", 30);
    BOOST_TEST(expire(9).empty());
    BOOST_TEST(expire(10) == std::vector{0});
    BOOST_TEST(expire(10).empty());
    BOOST_TEST(expire(30) == (std::vector{1, 2}));
    BOOST_TEST(expire(1000).empty());
    BOOST_TEST(requests.in_flight() == 3U);
}

BOOST_AUTO_TEST_CASE(late_replies_are_dropped_and_later_ones_still_matched) {
    add("a", 10);
    add("b", 10);
    add("c", 50);
    send_all();
    BOOST_TEST(expire(20) == (std::vector{0, 1}));
    add("d", 70);
    send_all();
    BOOST_TEST(take() == -1);
    BOOST_TEST(take() == -1);
    BOOST_TEST(take() == 2);
    BOOST_TEST(take() == 3);
    BOOST_TEST(requests.empty());
}

BOOST_AUTO_TEST_CASE(a_request_given_up_before_it_left_still_leaves_and_its_reply_is_dropped) {
    add("abcd", 10);
    add("ef", 50);
    send(2);
    BOOST_TEST(expire(10) == std::vector{0});
    BOOST_TEST(requests.unsent() == "cdef");
    send_all();
    BOOST_TEST(take() == -1);
    BOOST_TEST(take() == 1);
}

BOOST_AUTO_TEST_CASE(late_requests_of_which_nothing_has_left_are_taken_out_and_the_others_matched) {
    const std::vector<std::string> texts{"ab", "c", "def", "g", "hi"};
    for (std::size_t sent = 0; sent <= 9; ++sent) {
        BOOST_TEST_CONTEXT(sent << " bytes sent") {
            pipeline_fixture one;
            for (std::size_t i = 0; i < texts.size(); ++i) one.add(texts[i], i < 3 ? 10 : 50);
            one.send(sent);
            BOOST_TEST(one.take_out(9).empty());
            std::vector<failed> late;
            if (sent == 0) late.push_back({0, "ab", false});
            if (sent <= 2) late.push_back({1, "c", false});
            if (sent <= 3) late.push_back({2, "def", false});
            BOOST_TEST((one.take_out(10) == late));
            BOOST_TEST(one.take_out(10).empty());
            BOOST_TEST(one.requests.in_flight() == texts.size() - late.size());
            one.add("j", 60);
            one.send_all();
            for (int i = 0; i < 6; ++i) {
                const auto is_late = [&](const failed& each) {
                    return each.request == static_cast<std::uint64_t>(i);
                };
                if (std::any_of(late.begin(), late.end(), is_late)) continue;
                BOOST_TEST(one.requests.oldest_request() ==
                           (i < 5 ? texts[static_cast<std::size_t>(i)] : "j"));
                BOOST_TEST(one.take() == i);
            }
            BOOST_TEST(one.requests.empty());
            BOOST_TEST(one.requests.queued_bytes() == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_request_that_was_taken_out_may_come_in_again) {
    add("first", 10);
    add("second", 10);
    add("third", 50);
    send(3);
    requests.take_out_unsent(at(10), [&](const ticket& whose, std::string_view bytes) {
        requests.begin_request().append(bytes).append("!");
        requests.end_request(whose, at(60));
    });
    BOOST_TEST(requests.unsent() == "stthirdsecond!");
    send_all();
    for (const int number : {0, 2, 1}) BOOST_TEST(take() == number);
    BOOST_TEST(requests.empty());
}

BOOST_AUTO_TEST_CASE(the_oldest_deadline_is_the_oldest_requests_given_up_or_not) {
    add("a", 10);
    add("b", 20);
    BOOST_TEST((requests.oldest_deadline() == at(10)));
    expire(15);
    BOOST_TEST((requests.oldest_deadline() == at(10)));
    send_all();
    take();
    BOOST_TEST((requests.oldest_deadline() == at(20)));
}

BOOST_AUTO_TEST_CASE(failing_tells_sent_from_unsent_at_every_byte) {
    const std::vector<std::string> texts{"abc", "d", "efgh"};
    for (std::size_t sent = 0; sent <= 8; ++sent) {
        BOOST_TEST_CONTEXT(sent << " bytes sent") {
            next = 0;
            for (const auto& text : texts) add(text);
            send(sent);
            // One byte is enough: it may have reached the backend.
            const std::vector<failed> expected{
                {0, "abc", sent > 0}, {1, "d", sent > 3}, {2, "efgh", sent > 4}};
            BOOST_TEST((fail() == expected));
            BOOST_TEST(requests.empty());
            BOOST_TEST(requests.unsent().empty());
            BOOST_TEST(requests.queued_bytes() == 0U);
        }
    }
}

BOOST_AUTO_TEST_CASE(failing_leaves_out_what_was_answered_or_given_up) {
    add("answered", 10);
    add("late", 10);
    add("sent", 50);
    add("waiting", 50);
    send(8 + 4 + 2);
    take();
    expire(20);
    BOOST_TEST((fail() == std::vector<failed>{{2, "sent", true}, {3, "waiting", false}}));
}

BOOST_AUTO_TEST_CASE(a_request_added_while_others_fail_starts_anew) {
    add("first");
    add("second");
    send_all();
    requests.fail_all([&](const ticket& whose, std::string_view bytes, bool) {
        requests.begin_request().append(bytes).append("!");
        requests.end_request(whose, at(2000));
    });
    BOOST_TEST(requests.in_flight() == 2U);
    BOOST_TEST(requests.unsent() == "first!second!");
    BOOST_TEST(!requests.expects_reply());
    send_all();
    BOOST_TEST(take() == 0);
    BOOST_TEST(take() == 1);
}

BOOST_AUTO_TEST_CASE(a_queue_that_never_empties_does_not_grow_without_bound) {
    const std::string large(10'000, 'x');
    add(large);
    send_all();
    for (int i = 0; i < 2000; ++i) {
        add(large);
        send_all();
        BOOST_TEST_REQUIRE(take() == i);
        BOOST_TEST_REQUIRE(requests.queued_bytes() == large.size());
    }
    BOOST_TEST(requests.begin_request().size() < 1024U * 1024U);
}

BOOST_AUTO_TEST_CASE(requests_and_replies_in_any_mixture_stay_matched_and_their_bytes_whole) {
    std::mt19937 random(7);
    const auto below = [&](std::size_t end) { return random() % end; };
    const auto text_of = [](std::uint64_t number) {
        return std::to_string(number) +
               std::string(number * 7919 % 20'000, static_cast<char>('a' + number % 26));
    };
    std::uint64_t answered = 0;
    std::string wire;  // sent and not answered
    for (int step = 0; step < 20'000; ++step) {
        const auto what = below(8);
        if (what < 3 && requests.in_flight() < 200) {
            add(text_of(next));
        } else if (what < 6) {
            const auto size = below(requests.unsent().size() + 1);
            wire += requests.unsent().substr(0, size);
            send(size);
        } else if (requests.expects_reply()) {
            const auto text = text_of(answered);
            BOOST_TEST_REQUIRE(wire.starts_with(text));
            wire.erase(0, text.size());
            BOOST_TEST_REQUIRE(take() == static_cast<int>(answered));
            ++answered;
        }
        BOOST_TEST_REQUIRE(requests.queued_bytes() == wire.size() + requests.unsent().size());
    }
    BOOST_TEST(answered > 1000U);
    for (const auto& one : fail()) BOOST_TEST_REQUIRE((one.bytes == text_of(answered++)));
    BOOST_TEST(answered == next);
}

BOOST_AUTO_TEST_CASE(a_request_that_was_given_up_alone_has_its_reply_dropped) {
    add("one");
    add("two");
    send_all();
    BOOST_TEST(requests.oldest_request() == "one");
    BOOST_TEST(requests.next_reply()->request == 0U);
    requests.give_up_oldest();
    BOOST_TEST(!requests.next_reply());
    BOOST_TEST(take() == -1);
    BOOST_TEST(requests.oldest_request() == "two");
    BOOST_TEST(take() == 1);
}

BOOST_AUTO_TEST_CASE(extended_deadlines_move_only_forward) {
    add("one", 100);
    add("two", 200);
    requests.extend(at(150));
    BOOST_TEST(expire(149).empty());
    BOOST_TEST(expire(150) == std::vector<int>{0});
    BOOST_TEST(expire(200) == std::vector<int>{1});
}

BOOST_AUTO_TEST_CASE(a_request_that_was_left_half_done_is_neither_sent_nor_answered) {
    add("one");
    requests.begin_request().append("ha");  // memory was short, and `end_request` never came
    BOOST_TEST(requests.unsent() == "one");
    BOOST_TEST(requests.queued_bytes() == 3U);
    add("two");
    BOOST_TEST(requests.unsent() == "onetwo");
    send_all();
    BOOST_TEST(requests.oldest_request() == "one");
    BOOST_TEST(take() == 0);
    requests.begin_request().append("lf");
    BOOST_TEST(requests.oldest_request() == "two");
    BOOST_TEST(take() == 1);
    BOOST_TEST(requests.unsent().empty());
    BOOST_TEST(requests.queued_bytes() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
