#include "proxy/routing/request_split.hpp"

#include "proxy/policy/consistent_hash.hpp"
#include "proxy/policy/maglev.hpp"
#include "shared/resp/encoder.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>

using proxy::backend_status;

namespace {

using words = std::vector<std::string_view>;

struct split_fixture {
    const proxy::request_split& cut(const words& request, std::size_t step = 1) {
        split.cut(request, step, routes, statuses, {});
        return split;
    }
    std::string request_of(std::size_t part) const {
        std::string out;
        shared::append_request(out, split.words_of(part));
        return out;
    }

    std::vector<proxy::weighted_backend> names{{"a1"}, {"a2"}, {"b1"}, {"b2"}};
    proxy::topology pairs{{1, 0, 3, 2}};
    proxy::router routes{
        std::make_unique<proxy::consistent_hash>(std::make_shared<const proxy::maglev>(names)),
        shared::key_hash(shared::hash_for(shared::hash_kind::xxh3)), pairs};
    std::vector<backend_status> statuses{4, backend_status::ready};
    proxy::request_split split;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(request_split_test, split_fixture)

BOOST_AUTO_TEST_CASE(each_key_is_in_the_part_of_who_serves_it_and_in_order) {
    std::vector<std::string> keys;
    for (int i = 0; i < 200; ++i) keys.push_back("key" + std::to_string(i));
    words request{"MGET"};
    request.insert(request.end(), keys.begin(), keys.end());
    const auto& made = cut(request);
    BOOST_TEST(made.parts().size() == 4U);
    std::map<std::size_t, words> expected;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const auto part = made.part_of_key()[i];
        BOOST_TEST(made.parts()[part].where.server == routes.by_key(keys[i], statuses).server);
        expected[part].push_back(keys[i]);
    }
    for (const auto& [part, own] : expected) {
        BOOST_TEST(made.parts()[part].keys == own.size());
        words whole{"MGET"};
        whole.insert(whole.end(), own.begin(), own.end());
        std::string canonical;
        shared::append_request(canonical, whole);
        BOOST_TEST(request_of(part) == canonical);
    }
}

BOOST_AUTO_TEST_CASE(groups_stay_together) {
    const words request{"MSET", "key1", "v1", "key2", "v2", "key3", "v3"};
    const auto& made = cut(request, 2);
    std::string all;
    for (std::size_t i = 0; i < made.parts().size(); ++i) all += request_of(i);
    for (const char* pair :
         {"$4\r\nkey1\r\n$2\r\nv1\r\n", "$4\r\nkey2\r\n$2\r\nv2\r\n", "$4\r\nkey3\r\n$2\r\nv3\r\n"})
        BOOST_TEST(all.find(pair) != std::string::npos, pair);
}

BOOST_AUTO_TEST_CASE(keys_of_two_partners_are_one_part_when_one_serves_for_both) {
    statuses = {backend_status::ready, backend_status::down, backend_status::down,
                backend_status::ready};
    std::vector<std::string> keys;
    for (int i = 0; i < 50; ++i) keys.push_back("key" + std::to_string(i));
    words request{"DEL"};
    request.insert(request.end(), keys.begin(), keys.end());
    const auto& made = cut(request);
    std::set<std::size_t> servers;
    for (const auto& part : made.parts()) servers.insert(part.where.server);
    BOOST_TEST(made.parts().size() == 2U);
    BOOST_TEST((servers == std::set<std::size_t>{0, 3}));
}

BOOST_AUTO_TEST_CASE(keys_that_nobody_serves_are_a_part_too_and_a_later_request_begins_anew) {
    statuses.assign(4, backend_status::down);
    const words request{"MGET", "key1", "key2"};
    BOOST_TEST(cut(request).parts().size() == 1U);
    BOOST_TEST(split.parts()[0].where.server == proxy::nobody);
    statuses.assign(4, backend_status::ready);
    BOOST_TEST(cut({"GET", "key1"}).parts().size() == 1U);
    BOOST_TEST(split.parts()[0].where.server != proxy::nobody);
    BOOST_TEST(split.part_of_key().size() == 1U);
}

BOOST_AUTO_TEST_CASE(the_words_of_all_parts_are_there_at_once) {
    const words request{"MSET", "key1", "v1", "key2", "v2", "key3", "v3", "key4", "v4"};
    const auto& made = cut(request, 2);
    BOOST_TEST_REQUIRE(made.parts().size() > 1U);
    std::map<std::string_view, std::string_view> found;
    for (std::size_t part = 0; part < made.parts().size(); ++part) {
        const auto own = made.words_of(part);
        BOOST_TEST_REQUIRE(own.size() == 1 + 2 * made.parts()[part].keys);
        BOOST_TEST(own[0] == "MSET");
        for (std::size_t i = 1; i < own.size(); i += 2) {
            BOOST_TEST(routes.by_key(own[i], statuses).server == made.parts()[part].where.server);
            found[own[i]] = own[i + 1];
        }
    }
    BOOST_TEST((found == std::map<std::string_view, std::string_view>{
                             {"key1", "v1"}, {"key2", "v2"}, {"key3", "v3"}, {"key4", "v4"}}));
}

BOOST_AUTO_TEST_SUITE_END()
