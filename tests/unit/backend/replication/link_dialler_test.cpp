#include "backend/replication/link_dialler.hpp"

#include "shared/resp/request_parser.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace backend;

namespace {

std::vector<std::string> words_of(const std::string& request) {
    shared::request_parser parser;
    BOOST_TEST_REQUIRE((parser.parse(request) == shared::parse_status::complete));
    const auto words = parser.arguments();
    return {words.begin(), words.end()};
}

/// A dialler called a1 with a secret, and the test in the place of its listener.
struct dialler_fixture {
    /// Up to the dialler's proof.
    void begin() {
        const auto hello = words_of(dialler.greeting(self));
        BOOST_TEST_REQUIRE(hello.size() == 3U);
        nonces = {hello[2], std::string(64, 'b')};
        const auto step = dialler.on_line(hello_answer(nonces.listener));
        BOOST_TEST(step.problem == "");
        BOOST_TEST(!step.partner.has_value());
        request = step.request;
    }
    std::string answer_of(const introduction& who, std::string_view secret = "s3cret") const {
        return with_proof(link_answer(who),
                          listener_proof(secret, nonces, link_request(self), link_answer(who)));
    }

    int drawn = 0;
    link_dialler dialler{"s3cret",
                         [this] { return std::string(64, static_cast<char>('0' + ++drawn)); }};
    introduction self{"a1", 1, 2, 3, 4};
    introduction other{"a2", 5, 6, 7, 8};
    link_nonces nonces;
    std::string request;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(link_dialler_test, dialler_fixture)

BOOST_AUTO_TEST_CASE(without_a_secret_the_link_is_asked_for_at_once) {
    link_dialler open;
    BOOST_TEST(open.greeting(self) == link_request(self));
    const auto step = open.on_line(link_answer(other));
    BOOST_TEST_REQUIRE(step.partner.has_value());
    BOOST_TEST(step.partner->name == "a2");
    BOOST_TEST(open.on_line("-NOAUTH no\r\n").problem == "it answered: -NOAUTH no");
}

BOOST_AUTO_TEST_CASE(with_one_each_proves_that_it_knows_it) {
    begin();
    auto words = words_of(request);
    const auto proof = words.back();
    words.pop_back();
    BOOST_TEST(refuses_dialler("s3cret", &nonces, link_request(self), proof) == "");
    BOOST_TEST(words == words_of(link_request(self)), boost::test_tools::per_element());
    const auto step = dialler.on_line(answer_of(other));
    BOOST_TEST(step.problem == "");
    BOOST_TEST_REQUIRE(step.partner.has_value());
    BOOST_TEST(step.partner->name == "a2");
    BOOST_TEST(step.partner->seen_run == 8U);
}

BOOST_AUTO_TEST_CASE(neither_word_nor_proof_holds_the_secret) {
    const auto hello = dialler.greeting(self);
    begin();
    BOOST_TEST(hello.find("s3cret") == std::string::npos);
    BOOST_TEST(request.find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_listener_that_does_not_know_the_secret_is_given_up) {
    for (const auto* wrong : {"", "secret"}) {
        begin();
        const auto step = dialler.on_line(answer_of(other, wrong));
        BOOST_TEST(!step.partner.has_value());
        BOOST_TEST(step.problem == "it has not proved that it knows the secret");
    }
}

BOOST_AUTO_TEST_CASE(a_listener_that_proves_nothing_is_given_up) {
    begin();
    auto step = dialler.on_line(link_answer(other));
    BOOST_TEST(!step.partner.has_value());
    BOOST_TEST(step.problem.starts_with("it answered: +LINK a2 "));
    dialler.greeting(self);
    step = dialler.on_line(link_answer(other));  // as one without a secret would
    BOOST_TEST(!step.partner.has_value());
    BOOST_TEST(step.request == "");
    BOOST_TEST(step.problem.starts_with("it answered: +LINK a2 "));
}

BOOST_AUTO_TEST_CASE(the_listeners_words_cannot_be_altered) {
    begin();
    const auto right = answer_of(other);
    for (std::size_t at = 0; at + 2 < right.size(); ++at) {
        auto wrong = right;
        wrong[at] = wrong[at] == '1' ? '2' : '1';
        BOOST_TEST_REQUIRE(!dialler.on_line(wrong).partner.has_value(), wrong);
    }
    BOOST_TEST(dialler.on_line(right).partner.has_value());
}

BOOST_AUTO_TEST_CASE(our_own_proof_sent_back_is_none) {
    begin();
    const auto proof = words_of(request).back();
    BOOST_TEST(!dialler.on_line(with_proof(link_answer(other), proof)).partner.has_value());
    BOOST_TEST(!dialler.on_line(with_proof(link_answer(self), proof)).partner.has_value());
}

BOOST_AUTO_TEST_CASE(an_answer_of_an_earlier_connection_is_none) {
    begin();
    const auto recorded = answer_of(other);
    begin();
    BOOST_TEST(drawn == 2);
    BOOST_TEST(!dialler.on_line(recorded).partner.has_value());
    BOOST_TEST(dialler.on_line(answer_of(other)).partner.has_value());
}

BOOST_AUTO_TEST_CASE(every_connection_begins_anew) {
    begin();
    begin();
    BOOST_TEST(dialler.on_line(answer_of(other)).partner.has_value());
    const auto hello = words_of(dialler.greeting(self));
    BOOST_TEST(hello[2] == std::string(64, '3'));
}

BOOST_AUTO_TEST_SUITE_END()
