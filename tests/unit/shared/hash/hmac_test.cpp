#include "shared/hash/hmac.hpp"

#include "shared/base/hex.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

std::string code(const std::string& key, const std::string& text) {
    return shared::to_hex(shared::hmac_sha256(key, text));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(hmac_test)

BOOST_AUTO_TEST_CASE(codes_are_those_of_rfc_4231) {
    BOOST_TEST(code(std::string(20, '\x0b'), "Hi There") ==
               "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    BOOST_TEST(code("Jefe", "what do ya want for nothing?") ==
               "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    BOOST_TEST(code(std::string(20, '\xaa'), std::string(50, '\xdd')) ==
               "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    std::string counted;
    for (char byte = 1; byte <= 25; ++byte) counted += byte;
    BOOST_TEST(code(counted, std::string(50, '\xcd')) ==
               "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
}

BOOST_AUTO_TEST_CASE(keys_longer_than_a_block_are_those_of_rfc_4231_too) {
    const std::string key(131, '\xaa');
    BOOST_TEST(code(key, "Test Using Larger Than Block-Size Key - Hash Key First") ==
               "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    BOOST_TEST(code(key,
                    "This is a test using a larger than block-size key and a larger than "
                    "block-size data. The key needs to be hashed before being used by the HMAC "
                    "algorithm.") ==
               "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

BOOST_AUTO_TEST_CASE(the_same_is_the_same_and_nothing_else) {
    BOOST_TEST(shared::equal_in_constant_time("", ""));
    BOOST_TEST(shared::equal_in_constant_time("abc", "abc"));
    for (const auto* other : {"", "ab", "abcd", "abd", "xbc", "ABC"})
        BOOST_TEST(!shared::equal_in_constant_time("abc", other));
}

BOOST_AUTO_TEST_SUITE_END()
