#include "shared/hash/md5.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <thread>
#include <utility>

namespace {

std::string hex_of(const shared::md5_bytes& digest) {
    std::string out;
    for (const auto byte : digest) {
        out += "0123456789abcdef"[byte >> 4U];
        out += "0123456789abcdef"[byte & 15U];
    }
    return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(md5_test)

BOOST_AUTO_TEST_CASE(digests_are_those_of_rfc_1321) {
    const std::pair<std::string, std::string> vectors[] = {
        {"", "d41d8cd98f00b204e9800998ecf8427e"},
        {"a", "0cc175b9c0f1b6a831c399e269772661"},
        {"abc", "900150983cd24fb0d6963f7d28e17f72"},
        {"message digest", "f96b697d7cb7938d525a2f31aaf161d0"},
        {"12345678901234567890123456789012345678901234567890123456789012345678901234567890",
         "57edf4a22be3c955ac49da2e2107b67a"},
    };
    for (const auto& [text, digest] : vectors)
        BOOST_TEST(hex_of(shared::md5_digest(text)) == digest);
}

BOOST_AUTO_TEST_CASE(threads_do_not_disturb_each_other) {
    const auto expected = shared::md5_digest("key");
    bool same = true;
    std::thread other([&] {
        for (int i = 0; i < 10'000; ++i) same = same && shared::md5_digest("key") == expected;
    });
    for (int i = 0; i < 10'000; ++i) BOOST_TEST_REQUIRE((shared::md5_digest("key") == expected));
    other.join();
    BOOST_TEST(same);
}

BOOST_AUTO_TEST_SUITE_END()
