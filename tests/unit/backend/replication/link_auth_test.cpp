#include "backend/replication/link_auth.hpp"

#include "backend/replication/handshake.hpp"
#include "shared/resp/request_parser.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace backend;

namespace {

const link_nonces nonces{std::string(64, 'd'), std::string(64, '1')};
const introduction dialler{"a1", 10, 20, 30, 40};
const introduction listener{"a2", 11, 21, 31, 41};
const std::string request = link_request(dialler);
const std::string answer = link_answer(listener);

/// Each of the words altered, one at a time.
std::vector<introduction> altered(const introduction& self) {
    std::vector<introduction> all(7, self);
    all[0].name += 'x';
    ++all[1].seen;
    ++all[2].floor;
    ++all[3].run;
    ++all[4].seen_run;
    all[5].id = std::string(32, 'e');
    all[6].paired = std::string(32, 'e');
    return all;
}

std::string refusal(const std::string& proof, const link_nonces& of = nonces,
                    const std::string& said = request) {
    return refuses_dialler("s3cret", &of, said, proof);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(link_auth_test)

BOOST_AUTO_TEST_CASE(hello_is_a_request_of_three_words_and_its_answer_a_line) {
    const auto said = hello_request(nonces.dialler);
    shared::request_parser parser;
    BOOST_TEST_REQUIRE((parser.parse(said) == shared::parse_status::complete));
    const auto words = parser.arguments();
    BOOST_TEST_REQUIRE(words.size() == 3U);
    BOOST_TEST(words[0] == "PARTNER");
    BOOST_TEST(words[1] == "HELLO");
    BOOST_TEST(words[2] == nonces.dialler);
    BOOST_TEST(*read_hello_answer(hello_answer(nonces.listener)) == nonces.listener);
}

BOOST_AUTO_TEST_CASE(all_else_is_no_answer_to_hello) {
    const auto right = hello_answer(nonces.listener);
    for (const auto& wrong :
         {std::string(), std::string("+OK\r\n"), std::string("+HELLO\r\n"),
          std::string("+HELLO \r\n"), std::string("-NOAUTH no\r\n"), right + right,
          "+HELLO " + std::string(63, 'a') + "\r\n", "+HELLO " + std::string(65, 'a') + "\r\n",
          "+HELLO " + std::string(64, 'A') + "\r\n", right.substr(1), answer})
        BOOST_TEST(!read_hello_answer(wrong).has_value(), wrong);
}

BOOST_AUTO_TEST_CASE(who_knows_the_secret_is_let_in) {
    BOOST_TEST(refusal(dialler_proof("s3cret", nonces, request)) == "");
}

BOOST_AUTO_TEST_CASE(another_secret_is_refused) {
    for (const auto* other : {"", "s", "s3cre", "s3crets", "S3cret", "s3cret\n"})
        BOOST_TEST(refusal(dialler_proof(other, nonces, request)).starts_with("NOAUTH "), other);
}

BOOST_AUTO_TEST_CASE(a_proof_that_is_cut_or_altered_is_refused) {
    const auto right = dialler_proof("s3cret", nonces, request);
    BOOST_TEST(right.size() == 64U);
    for (std::size_t size = 0; size < right.size(); ++size)
        BOOST_TEST(refusal(right.substr(0, size)).starts_with("NOAUTH "));
    for (std::size_t at = 0; at < right.size(); ++at) {
        auto wrong = right;
        wrong[at] = wrong[at] == '0' ? '1' : '0';
        BOOST_TEST(refusal(wrong).starts_with("NOAUTH "));
    }
}

BOOST_AUTO_TEST_CASE(no_word_of_the_request_can_be_altered) {
    const auto proof = dialler_proof("s3cret", nonces, request);
    for (const auto& other : altered(dialler))
        BOOST_TEST(refusal(proof, nonces, link_request(other)).starts_with("NOAUTH "));
}

BOOST_AUTO_TEST_CASE(a_proof_of_another_connection_is_worth_nothing) {
    const auto proof = dialler_proof("s3cret", nonces, request);
    BOOST_TEST(refusal(proof, {nonces.dialler, std::string(64, '2')}).starts_with("NOAUTH "));
    BOOST_TEST(refusal(proof, {std::string(64, 'e'), nonces.listener}).starts_with("NOAUTH "));
    BOOST_TEST(refusal(proof, {nonces.listener, nonces.dialler}).starts_with("NOAUTH "));
}

BOOST_AUTO_TEST_CASE(a_proof_of_the_other_role_is_worth_nothing) {
    BOOST_TEST(refusal(listener_proof("s3cret", nonces, request, answer)).starts_with("NOAUTH "));
    BOOST_TEST(refusal(listener_proof("s3cret", nonces, request, "")).starts_with("NOAUTH "));
}

BOOST_AUTO_TEST_CASE(the_listeners_proof_is_of_every_word_of_both) {
    const auto proof = listener_proof("s3cret", nonces, request, answer);
    BOOST_TEST(listener_proof("s3cret", nonces, request, answer) == proof);
    BOOST_TEST(listener_proof("secret", nonces, request, answer) != proof);
    BOOST_TEST(listener_proof("s3cret", {nonces.listener, nonces.dialler}, request, answer) !=
               proof);
    for (const auto& other : altered(dialler))
        BOOST_TEST(listener_proof("s3cret", nonces, link_request(other), answer) != proof);
    for (const auto& other : altered(listener))
        BOOST_TEST(listener_proof("s3cret", nonces, request, link_answer(other)) != proof);
}

BOOST_AUTO_TEST_CASE(moving_bytes_between_the_parts_makes_another_proof) {
    BOOST_TEST(listener_proof("s", {"a", "b"}, "cd", "e") !=
               listener_proof("s", {"a", "b"}, "c", "de"));
    BOOST_TEST(listener_proof("s", {"a", "b1:c"}, "d", "e") !=
               listener_proof("s", {"a", "b"}, "c1:d", "e"));
    BOOST_TEST(dialler_proof("s", {"ab", ""}, "c") != dialler_proof("s", {"a", "b"}, "c"));
}

BOOST_AUTO_TEST_CASE(who_has_a_secret_refuses_who_has_none) {
    const auto refused = refuses_dialler("s3cret", nullptr, request, "");
    BOOST_TEST(refused.starts_with("NOAUTH this backend has a secret and the partner has none"));
    BOOST_TEST(refuses_hello("", nonces.dialler)
                   .starts_with("NOAUTH the partner has a secret and this backend has none"));
    BOOST_TEST(refuses_dialler("", nullptr, request, "") == "");
}

BOOST_AUTO_TEST_CASE(a_nonce_that_is_none_is_refused) {
    BOOST_TEST(refuses_hello("s3cret", nonces.dialler) == "");
    for (const auto& wrong : {std::string(), std::string("1"), std::string(63, 'a'),
                              std::string(65, 'a'), std::string(64, 'g')})
        BOOST_TEST(refuses_hello("s3cret", wrong).starts_with("ERR "));
}

BOOST_AUTO_TEST_CASE(a_proof_behind_an_answer_comes_off_again) {
    const auto [before, proof] = split_proof(with_proof(answer, "p"));
    BOOST_TEST(before == answer);
    BOOST_TEST(proof == "p");
    for (const auto* none : {"", "\r\n", "+LINK\r\n", "+LINK a1", "-NOAUTH"}) {
        BOOST_TEST(split_proof(none).answer == none);
        BOOST_TEST(split_proof(none).proof == "");
    }
}

BOOST_AUTO_TEST_SUITE_END()
