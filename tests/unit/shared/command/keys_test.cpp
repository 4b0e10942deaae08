#include "shared/command/keys.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>
#include <utility>
#include <vector>

using shared::key_search;
using shared::reply_shape;

namespace {

struct request {
    explicit request(const std::string& line) {
        std::istringstream stream(line);
        for (std::string word; stream >> word;) kept.push_back(word);
        words.assign(kept.begin(), kept.end());
        spec = shared::find_request(words);
        BOOST_TEST_REQUIRE(spec != nullptr);
    }

    std::vector<std::string> kept;
    std::vector<std::string_view> words;
    const shared::command_spec* spec;
};

/// The keys, with a blank behind each.
std::string keys_of(const std::string& line) {
    const request asked(line);
    const auto keys = shared::find_keys(*asked.spec, asked.words);
    BOOST_TEST_REQUIRE((keys.outcome == key_search::found));
    std::string found;
    keys.for_each(asked.words, [&](std::string_view key) { found.append(key).append(" "); });
    return found;
}

key_search outcome_of(const std::string& line) {
    const request asked(line);
    return shared::find_keys(*asked.spec, asked.words).outcome;
}

reply_shape shape_of(const std::string& line) {
    const request asked(line);
    return shared::shape_of(*asked.spec, asked.words);
}

void check_keys(const std::vector<std::pair<std::string, std::string>>& cases) {
    for (const auto& [line, keys] : cases) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST(keys_of(line) == keys);
        }
    }
}

void check_outcome(key_search expected, const std::vector<std::string>& lines) {
    for (const auto& line : lines) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST((outcome_of(line) == expected));
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(keys_test)

BOOST_AUTO_TEST_CASE(keys_at_fixed_places_are_found) {
    check_keys({{"GET a", "a "},
                {"RENAME a b", "a b "},
                {"MSETNX a 1 b 2", "a b "},
                {"SUNIONSTORE d a b", "d a b "},
                {"BITOP AND d a b", "d a b "},
                {"OBJECT ENCODING a", "a "},
                {"XGROUP CREATE a g $", "a "},
                {"BLPOP a b 5", "a b "}});
}

BOOST_AUTO_TEST_CASE(keys_behind_their_number_are_found) {
    check_keys({{"EVAL script 2 a b c", "a b "},
                {"EVALSHA_RO sha 1 a", "a "},
                {"ZUNION 2 a b WITHSCORES", "a b "},
                {"SINTERCARD 1 a LIMIT 3", "a "},
                {"ZMPOP 1 a MIN", "a "},
                {"ZUNIONSTORE d 2 a b WEIGHTS 1 2", "d a b "},
                {"ZDIFFSTORE d 1 a", "d a "}});
}

BOOST_AUTO_TEST_CASE(a_number_of_keys_that_are_not_there_is_malformed) {
    check_outcome(key_search::malformed,
                  {"EVAL script 2 a", "EVAL script x a", "EVAL script -1 a", "ZUNION 2 a",
                   "ZUNION 0 a", "ZUNIONSTORE d 0 a", "LMPOP 0 a LEFT", "ZUNIONSTORE d 2 a",
                   "EVAL script 99999999999999999999 a", "EVAL script 9223372036854775807 a"});
    check_outcome(key_search::none, {"EVAL script 0", "EVALSHA sha 0 argument", "FCALL f 0"});
}

BOOST_AUTO_TEST_CASE(keys_of_streams_are_half_of_what_follows_the_word) {
    check_keys({{"XREAD STREAMS a 0", "a "},
                {"XREAD COUNT 2 streams a b 0 0", "a b "},
                {"XREAD STREAMS block count 0 0", "block count "},
                {"XREADGROUP GROUP g c STREAMS a >", "a "},
                {"XREADGROUP GROUP streams block COUNT 1 NOACK STREAMS a >", "a "},
                {"XREADGROUP COUNT 1 GROUP g streams STREAMS a b 0 >", "a b "}});
    check_outcome(key_search::malformed,
                  {"XREAD STREAMS a b 0", "XREAD COUNT 1 STREAMS", "XREAD a b c",
                   "XREAD COUNT 1 COUNT", "XREADGROUP GROUP g c STREAMS a b 0"});
}

BOOST_AUTO_TEST_CASE(what_may_wait_for_keys_is_told_apart) {
    check_outcome(key_search::blocking,
                  {"XREAD BLOCK 0 STREAMS a 0", "XREAD COUNT 1 block 5 STREAMS a 0",
                   "XREADGROUP GROUP g c BLOCK 0 STREAMS a >"});
}

BOOST_AUTO_TEST_CASE(a_destination_behind_options_is_found) {
    check_keys({{"SORT a", "a "},
                {"SORT a LIMIT 0 5 DESC store d", "a d "},
                {"SORT store BY get GET # ALPHA", "store "},
                {"SORT a STORE d STORE e", "a e "},
                {"GEORADIUS a 1 2 3 km STORE d", "a d "},
                {"GEORADIUSBYMEMBER a m 3 km COUNT 2 STOREDIST d", "a d "},
                {"GEORADIUSBYMEMBER a m 3 km STORE store", "a store "},
                {"GEORADIUS a 1 2 3 km", "a "}});
    check_outcome(key_search::malformed,
                  {"SORT a LIMIT 0", "SORT a BAD", "SORT a STORE", "SORT a BY"});
}

BOOST_AUTO_TEST_CASE(a_sort_by_other_keys_is_told_apart) {
    check_outcome(key_search::elsewhere, {"SORT a BY w_*", "SORT a GET # GET o_*->f STORE d"});
    check_outcome(key_search::found, {"SORT a BY nosort", "SORT a GET #"});
}

BOOST_AUTO_TEST_CASE(commands_without_keys_have_none) {
    check_outcome(key_search::none, {"PING", "DBSIZE", "SCAN 0", "SCRIPT LOAD x"});
    check_outcome(key_search::malformed, {"MSETNX a 1 b", "MSET a 1 b"});
}

BOOST_AUTO_TEST_CASE(the_shape_of_a_reply_may_depend_on_an_option) {
    const std::vector<std::pair<std::string, reply_shape>> cases{
        {"HGETALL h", reply_shape::map},
        {"ZRANGE z 0 1", reply_shape::as_is},
        {"ZRANGE z 0 1 withscores", reply_shape::scored},
        {"ZRANGE withscores 0 1", reply_shape::as_is},
        {"ZUNION 1 withscores", reply_shape::as_is},
        {"ZUNION 2 withscores withscores WITHSCORES", reply_shape::scored},
        {"ZUNION 2 withscores withscores", reply_shape::as_is},
        {"ZRANDMEMBER z 2 WITHSCORES", reply_shape::scored},
        {"HRANDFIELD h 2 WITHVALUES", reply_shape::valued},
        {"HRANDFIELD h", reply_shape::as_is},
        {"ZPOPMIN z", reply_shape::popped},
        {"ZPOPMIN z 1", reply_shape::scored},
        {"GET k", reply_shape::as_is},
    };
    for (const auto& [line, shape] : cases) {
        BOOST_TEST_CONTEXT(line) {
            BOOST_TEST((shape_of(line) == shape));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
