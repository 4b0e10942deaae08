// A trace: keys in the order in which they were asked for. Read once; constant from then on.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <string>
#include <vector>

namespace bench {

struct key_trace {
    std::vector<std::string> keys;        // each once
    std::vector<std::uint32_t> requests;  // indexes of keys
};

/// One key a line, up to the first blank; what follows it and empty lines count for nothing. Throws
/// std::runtime_error for a key that memcached would not take (250 bytes, no control characters).
key_trace read_key_trace(std::istream& input);

}  // namespace bench
