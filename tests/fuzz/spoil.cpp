#include "tests/fuzz/spoil.hpp"

#include "tests/fuzz/streams.hpp"

#include <numeric>

namespace fuzz {
namespace {

constexpr std::size_t rounds_for_a_timeout = 60;  // they take long

std::string joined(const std::vector<std::string>& replies) {
    return std::accumulate(replies.begin(), replies.end(), std::string());
}

/// An array within as many arrays as that, less one.
std::string nested(int arrays) {
    std::string bytes;
    while (arrays-- > 0) bytes += "*1\r\n";
    return bytes + ":1\r\n";
}

/// Bytes that are no reply, or none that RESP2 has.
std::string no_reply(random_source& random) {
    static const std::string too_deep = nested(65);
    return std::string(random.one_of({"$-2\r\n",
                                      "*-2\r\n",
                                      "$x\r\n",
                                      "*\r\n",
                                      "$\r\n",
                                      ":\r\n",
                                      ":x\r\n",
                                      ":1.5\r\n",
                                      ":+1\r\n",
                                      ":01\r\n",
                                      ":-0\r\n",
                                      "$04\r\nabcd\r\n",
                                      "$-0\r\n\r\n",
                                      "$ 4\r\nabcd\r\n",
                                      "$4\nabcd\n",
                                      "$3\r\nabcd\r\n",
                                      "$5\r\nabc\r\n\r\n",
                                      "$99999999999999999999\r\n",
                                      "*99999999999\r\n",
                                      "*4294967297\r\n",
                                      "$4294967297\r\n",
                                      ":9223372036854775808\r\n",
                                      "+OK\n",
                                      "-ERR\n",
                                      "OK\r\n",
                                      "\r\n",
                                      "!3\r\nERR\r\n",
                                      "_\r\n",
                                      "#t\r\n",
                                      ",1.5\r\n",
                                      "%1\r\n+a\r\n+b\r\n",
                                      "~0\r\n",
                                      ">1\r\n+a\r\n",
                                      "(1\r\n",
                                      "=7\r\ntxt:abc\r\n",
                                      "GET / HTTP/1.1\r\n",
                                      "*1\r\nx\r\n",
                                      "*2\r\n$1\r\na\r\n$-2\r\n",
                                      too_deep}));
}

std::string some_reply(random_source& random) {
    static const std::string deepest = nested(64);
    return std::string(random.one_of({"+OK\r\n", "+another\r\n", "-ERR another\r\n", ":1\r\n",
                                      ":-5\r\n", "$7\r\nanother\r\n", "$0\r\n\r\n", "$-1\r\n",
                                      "*0\r\n", "*-1\r\n", "*1\r\n$7\r\nanother\r\n",
                                      "*2\r\n:1\r\n:2\r\n", "*1\r\n*1\r\n*1\r\n:1\r\n", deepest}));
}

}  // namespace

spoiled spoil(const std::vector<std::string>& replies, random_source& random) {
    auto list = replies;
    auto& chosen = list[random.below(list.size())];
    spoiled out;
    switch (random.below(8)) {
        case 0:
            chosen = no_reply(random);
            break;
        case 1:
            chosen = some_reply(random);
            break;
        case 2:
            list.push_back(random.once_in(2) ? some_reply(random) : no_reply(random));
            break;
        case 3:
            chosen += random.once_in(2) ? chosen : some_reply(random);
            break;
        case 4:
            std::swap(chosen, list[random.below(list.size())]);
            break;
        case 5: {
            const auto all = joined(list);
            const std::size_t kept = random.below(all.size());
            out.answer = all.substr(0, kept);
            if (random.once_in(rounds_for_a_timeout / 4)) {
                out.silent = true;
                out.late = all.substr(kept);
            }
            return out;
        }
        default:
            out.answer = joined(list);
            mutate(out.answer, random);
            return out;
    }
    out.answer = joined(list);
    return out;
}

}  // namespace fuzz
