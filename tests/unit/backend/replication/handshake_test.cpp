#include "backend/replication/handshake.hpp"

#include "shared/resp/request_parser.hpp"

#include <boost/test/unit_test.hpp>

#include <limits>
#include <vector>

using backend::introduction;
using backend::version;

namespace {

constexpr version newest = std::numeric_limits<version>::max();

backend::link_offer read(const std::vector<std::string_view>& words) {
    return backend::read_link_request(words);
}

void check(const std::optional<introduction>& actual, const introduction& expected) {
    BOOST_TEST_REQUIRE(actual.has_value());
    BOOST_TEST(actual->name == expected.name);
    BOOST_TEST(actual->seen == expected.seen);
    BOOST_TEST(actual->floor == expected.floor);
    BOOST_TEST(actual->run == expected.run);
    BOOST_TEST(actual->seen_run == expected.seen_run);
    BOOST_TEST(actual->link == expected.link);
    BOOST_TEST(actual->id == expected.id);
    BOOST_TEST(actual->paired == expected.paired);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(handshake_test)

BOOST_AUTO_TEST_CASE(a_request_is_read_as_what_was_said) {
    for (const auto& self :
         {introduction{"a1"},
          introduction{"b", 17, 4, 5, 6, 9, std::string(32, '7'), std::string(32, '8')},
          introduction{"x", newest, newest, newest, newest, newest}}) {
        const auto request = backend::link_request(self);
        shared::request_parser parser;
        BOOST_TEST_REQUIRE((parser.parse(request) == shared::parse_status::complete));
        BOOST_TEST(parser.consumed() == request.size());
        const auto words = parser.arguments();
        BOOST_TEST_REQUIRE(words.size() == 11U);
        BOOST_TEST(words[0] == "PARTNER");
        BOOST_TEST(words[1] == "LINK");
        const auto offer = backend::read_link_request(words.subspan(2));
        BOOST_TEST(offer.error.empty());
        check(offer.partner, self);
    }
}

BOOST_AUTO_TEST_CASE(another_record_format_is_refused_and_named) {
    const auto offer = read({"99", "a1", "0", "0", "0", "0", "0", "-", "-"});
    BOOST_TEST(!offer.partner.has_value());
    BOOST_TEST(offer.error == "ERR this backend's record format is 1, the partner's 99");
    const std::string endless(1000, '9');
    BOOST_TEST(read({endless, "a1", "0", "0", "0", "0", "0", "-", "-"}).error.size() < 100U);
    BOOST_TEST(read({"2", "what", "it", "then", "says"})
                   .error.starts_with("ERR this backend's record format is 1, the partner's 2"));
    for (const auto* wrong : {"", "01", "1 ", "x", "-1"}) {
        BOOST_TEST(read({wrong, "a1", "0", "0", "0", "0", "0", "-", "-"})
                       .error.starts_with("ERR this backend's record format"));
    }
}

BOOST_AUTO_TEST_CASE(the_wrong_number_of_words_is_refused) {
    for (const auto& words : std::vector<std::vector<std::string_view>>{
             {},
             {"1"},
             {"1", "a"},
             {"1", "a", "0", "0", "0", "0", "0", "-"},
             {"1", "a", "0", "0", "0", "0", "0", "-", "-", "0"}}) {
        const auto offer = read(words);
        BOOST_TEST(!offer.partner.has_value());
        BOOST_TEST(offer.error.starts_with("ERR "));
    }
}

BOOST_AUTO_TEST_CASE(a_version_that_is_no_number_is_refused) {
    for (const auto* wrong : {"", "-1", "x", "1x", " 1", "1.0", "18446744073709551616"}) {
        BOOST_TEST_CONTEXT("'" << wrong << "'") {
            for (std::size_t at = 2; at < 7; ++at) {
                std::vector<std::string_view> words{"1", "a1", "0", "0", "0", "0", "0", "-", "-"};
                BOOST_TEST(read(words).error.empty());
                words[at] = wrong;
                BOOST_TEST(read(words).error.starts_with("ERR "));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_name_or_an_id_that_would_spoil_a_file_is_refused) {
    const std::string endless(65, 'x');
    for (const auto& wrong : {std::string(), std::string("a 1"), std::string("a\n1"),
                              std::string("a1\r"), std::string("a\0001", 3), endless})
        BOOST_TEST(read({"1", wrong, "0", "0", "0", "0", "0", "-", "-"}).error.starts_with("ERR "));
    const std::string id(32, 'a');
    BOOST_TEST(read({"1", "a1", "0", "0", "0", "0", "0", id, "-"}).partner->id == id);
    for (const auto& wrong : {std::string(), std::string("--"), std::string(31, 'a'),
                              std::string(33, 'a'), std::string(32, 'g'), std::string(32, 'A')})
        BOOST_TEST(
            read({"1", "a1", "0", "0", "0", "0", "0", wrong, "-"}).error.starts_with("ERR "));
    BOOST_TEST(read({"1", "a1", "0", "0", "0", "0", "0", "-", id}).partner->paired == id);
    BOOST_TEST(read({"1", "a1", "0", "0", "0", "0", "0", "-", "x"}).error.starts_with("ERR "));
}

BOOST_AUTO_TEST_CASE(an_answer_is_read_as_what_was_said) {
    for (const auto& self :
         {introduction{"a1"},
          introduction{"b", 17, 4, 5, 6, 9, std::string(32, '7'), std::string(32, '8')},
          introduction{"x", newest, newest, newest, newest, newest}}) {
        const auto answer = backend::link_answer(self);
        BOOST_TEST(answer.ends_with("\r\n"));
        check(backend::read_link_answer(answer), self);
    }
}

BOOST_AUTO_TEST_CASE(all_else_is_no_answer) {
    for (const auto* wrong :
         {"", "\r\n", "-ERR no\r\n", "+OK\r\n", "+LINK\r\n", "+LINK a1\r\n", "+LINK a1 1 0 0 0\r\n",
          "+LINK a1 1 2 3 4 5 - - 6\r\n", "+LINK a1 1 x 0 0 0 - -\r\n",
          "+LINK a1 -1 0 0 0 0 - -\r\n", "+LINK  1 0 0 0 0 - -\r\n", "+LINK a1 1 0 0 0 y - -\r\n",
          "+LINKS a1 0 0 0 0 0 - -\r\n", "+LINK a1 0 0 0 0 0 x -\r\n", "LINK a1 0 0 0 0 0 - -\r\n",
          "+LINK a1 0 0 0 0 0 - -\r\n+LINK a1 0 0 0 0 0 - -\r\n"}) {
        BOOST_TEST_CONTEXT(wrong) {
            BOOST_TEST(!backend::read_link_answer(wrong).has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(an_answer_cut_short_is_never_taken_for_another_partner) {
    const auto answer = backend::link_answer({"a1", 123, 456});
    for (std::size_t size = 0; size < answer.size() - 2; ++size) {
        const auto read = backend::read_link_answer(answer.substr(0, size));
        if (read) BOOST_TEST(read->name == "a1");
    }
}

BOOST_AUTO_TEST_CASE(the_partners_come_to_different_sides) {
    BOOST_TEST(backend::side_by_name("a1", "a2") == 0U);
    BOOST_TEST(backend::side_by_name("a2", "a1") == 1U);
    BOOST_TEST(backend::side_by_name("a", "a1") + backend::side_by_name("a1", "a") == 1U);
}

BOOST_AUTO_TEST_CASE(nothing_is_outdated_while_the_deletes_are_remembered) {
    BOOST_TEST(backend::outdated_below({"a", 0, 0}, {"b", 0, 0}) == 0U);
    BOOST_TEST(backend::outdated_below({"a", 100, 50}, {"b", 100, 50}) == 0U);
    BOOST_TEST(backend::outdated_below({"a", 50, 0}, {"b", 0, 50}) == 0U);
}

BOOST_AUTO_TEST_CASE(who_was_away_too_long_drops_what_the_other_may_have_deleted) {
    const introduction away{"a", 10, 0};
    const introduction stayed{"b", 100, 50};
    BOOST_TEST(backend::outdated_below(away, stayed) == 50U);
    BOOST_TEST(backend::outdated_below(stayed, away) == 0U);
    BOOST_TEST(backend::outdated_below({"b", 10, 0}, {"a", 100, 50}) == 50U);
}

BOOST_AUTO_TEST_CASE(a_partner_that_has_just_started_makes_nobody_drop_anything) {
    const introduction fresh{"a", 0, 60};
    BOOST_TEST(backend::outdated_below({"b", 10, 50}, fresh) == 0U);
    BOOST_TEST(backend::outdated_below({"b", 0, 50}, fresh) == 0U);
    BOOST_TEST(backend::outdated_below(fresh, {"b", 70, 50}) == 50U);
}

BOOST_AUTO_TEST_CASE(when_both_were_away_too_long_one_of_them_keeps_its_entries) {
    const introduction a{"a", 10, 60};
    const introduction b{"b", 20, 50};
    BOOST_TEST(backend::outdated_below(a, b) == 0U);
    BOOST_TEST(backend::outdated_below(b, a) == 60U);
}

// What a partner lacks of what we have. We are a, in run 1, born at second 100; it is b, in run 2.
namespace {

constexpr version at_second(std::int64_t second) {
    return backend::version_at(second * 1000);
}

const introduction we{.name = "a", .run = 1};
const backend::past_link lived{
    .born = at_second(100), .partner_run = 2, .kept_since = at_second(150)};

introduction it(version seen, std::uint64_t seen_run = 1, std::uint64_t run = 2) {
    return {.name = "b", .seen = seen, .run = run, .seen_run = seen_run};
}

void check(const backend::resumption& actual, backend::missing what, version since = 0) {
    BOOST_TEST((actual.what == what));
    BOOST_TEST(actual.since == since);
}

}  // namespace

BOOST_AUTO_TEST_CASE(if_both_have_lived_it_lacks_what_is_kept) {
    check(resume(we, it(at_second(150)), lived), backend::missing::unheard);
    check(resume(we, it(at_second(170)), lived), backend::missing::unheard);
}

BOOST_AUTO_TEST_CASE(what_is_not_kept_far_enough_back_is_looked_for_in_the_data) {
    check(resume(we, it(at_second(149)), lived), backend::missing::newer, at_second(139));
    auto nothing_kept = lived;
    nothing_kept.kept_since = 0;
    check(resume(we, it(at_second(150)), nothing_kept), backend::missing::newer, at_second(140));
}

BOOST_AUTO_TEST_CASE(one_that_has_forgotten_deletes_of_that_time_gets_what_is_newer) {
    auto forgetful = it(at_second(150));
    auto up_to_date = we;
    up_to_date.seen = at_second(160);
    forgetful.floor = at_second(149);
    check(resume(up_to_date, forgetful, lived), backend::missing::unheard);
    forgetful.floor = at_second(151);
    check(resume(up_to_date, forgetful, lived), backend::missing::newer, at_second(140));
    // What is kept, and sent, may reach back further than what it has not seen.
    forgetful.seen = at_second(170);
    check(resume(up_to_date, forgetful, lived), backend::missing::newer, at_second(160));
}

BOOST_AUTO_TEST_CASE(a_restarted_one_with_a_log_gets_what_is_newer_than_its_last_note) {
    check(resume(we, it(at_second(150), 1, 3), lived), backend::missing::newer, at_second(140));
}

BOOST_AUTO_TEST_CASE(after_our_own_restart_it_gets_what_is_newer_if_the_clock_was_not_set_back) {
    const backend::past_link restarted{.born = at_second(100)};
    check(resume(we, it(at_second(99), 77), restarted), backend::missing::newer, at_second(89));
    check(resume(we, it(at_second(101), 77), restarted), backend::missing::everything);
    check(resume(we, it(at_second(99), 0), restarted), backend::missing::newer, at_second(89));
}

BOOST_AUTO_TEST_CASE(one_that_knows_nothing_gets_everything) {
    check(resume(we, it(0), lived), backend::missing::everything);
    check(resume(we, it(0, 0, 3), {}), backend::missing::everything);
}

BOOST_AUTO_TEST_CASE(one_that_has_to_drop_what_it_has_gets_everything) {
    auto forgetful = we;
    forgetful.seen = at_second(160);
    forgetful.floor = at_second(155);
    check(resume(forgetful, it(at_second(150)), lived), backend::missing::everything);
    check(resume(forgetful, it(at_second(155)), lived), backend::missing::unheard);
}

BOOST_AUTO_TEST_SUITE_END()
