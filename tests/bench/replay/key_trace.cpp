#include "tests/bench/replay/key_trace.hpp"

#include <algorithm>
#include <istream>
#include <stdexcept>
#include <unordered_map>

namespace bench {

namespace {

constexpr std::size_t longest_key = 250;

bool is_control(char byte) {
    const auto code = static_cast<unsigned char>(byte);
    return code < 0x20 || code == 0x7f;
}

}  // namespace

key_trace read_key_trace(std::istream& input) {
    key_trace made;
    std::unordered_map<std::string, std::uint32_t> known;
    std::uint64_t number = 0;
    for (std::string line; getline(input, line);) {
        ++number;
        line.resize(std::min(line.size(), line.find_first_of(" \t\r")));
        if (line.empty()) continue;
        if (line.size() > longest_key || std::any_of(line.begin(), line.end(), is_control)) {
            throw std::runtime_error("line " + std::to_string(number) +
                                     " has no key that a cache takes");
        }
        const auto [at, is_new] =
            known.try_emplace(line, static_cast<std::uint32_t>(made.keys.size()));
        if (is_new) made.keys.push_back(line);
        made.requests.push_back(at->second);
    }
    return made;
}

}  // namespace bench
