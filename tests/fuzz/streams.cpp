#include "tests/fuzz/streams.hpp"

#include <algorithm>

namespace fuzz {
namespace {

std::string binary(random_source& random, std::size_t size) {
    std::string out;
    for (std::size_t i = 0; i < size; ++i) out += random.byte();
    return out;
}

/// Bytes that mean something elsewhere in the protocol.
std::string tricky(random_source& random) {
    std::string out;
    for (std::size_t i = random.between(1, 6); i > 0; --i) {
        out += random.one_of({"\r\n", "\r", "\n", "*1\r\n", "$4\r\n", "*", "$", "-1", "+OK\r\n",
                              "\"", "'", "\\", " ", "\t", "\v", "PING\r\n", "x", "ab"});
    }
    return out;
}

std::string make_word(random_source& random) {
    switch (random.below(16)) {
        case 0:
            return "";
        case 1:
            return binary(random, random.between(1, 40));
        case 2:
        case 3:
            return tricky(random);
        case 4:
            if (!random.once_in(8)) return "long" + std::string(random.between(20, 200), 'y');
            return std::string(random.between(limits.line - 40, limits.value + 2), 'z');
        case 5:
            return std::string(random.one_of({"0", "1", "-1", "nx", "GET", "EX", "100", "2", "3"}));
        default:
            return "key" + std::to_string(random.below(1000));
    }
}

std::string mixed_case(std::string name, random_source& random) {
    if (!random.once_in(4)) return name;
    for (char& c : name) {
        if (c >= 'A' && c <= 'Z' && random.once_in(2)) c = static_cast<char>(c - 'A' + 'a');
    }
    return name;
}

/// Few or no words more than the command has of its own.
void add_words(words& request, std::size_t count, random_source& random) {
    for (std::size_t i = 0; i < count; ++i) request.push_back(make_word(random));
}

words make_request(random_source& random) {
    struct shape {
        std::string_view name;
        std::size_t least, most;  // words behind the name
    };
    static constexpr shape shapes[] = {
        {"GET", 1, 1},    {"GET", 1, 1},    {"GET", 1, 1},    {"SET", 2, 2},
        {"SET", 2, 2},    {"SET", 2, 4},    {"MGET", 1, 8},   {"MGET", 2, 5},
        {"DEL", 1, 6},    {"EXISTS", 1, 6}, {"MSET", 2, 2},   {"MSET", 4, 4},
        {"MSET", 1, 8},   {"PING", 0, 0},   {"PING", 0, 1},   {"ECHO", 1, 1},
        {"INCR", 1, 1},   {"INCRBY", 2, 2}, {"TTL", 1, 1},    {"PERSIST", 1, 1},
        {"EXPIRE", 2, 2}, {"SELECT", 1, 1}, {"DBSIZE", 0, 0}, {"FLUSHALL", 0, 1},
        {"CLIENT", 0, 3}, {"NOSUCH", 0, 5}, {"", 0, 3},       {"HELLO", 0, 1},
        {"DECR", 1, 1},   {"COMMAND", 1, 1}};
    const auto& chosen = shapes[random.below(std::size(shapes))];
    words request{mixed_case(std::string(chosen.name), random)};
    if (chosen.name.empty()) request[0] = make_word(random);
    const bool wrong_arity = random.once_in(20);
    add_words(request, wrong_arity ? random.below(5) : random.between(chosen.least, chosen.most),
              random);
    if (random.once_in(150)) request = {"QUIT"};
    if (random.once_in(1000)) request[0] = random.one_of({"POST", "Host:"});
    return request;
}

std::string quoted(const std::string& word, random_source& random) {
    const bool plain = !word.empty() && word.find_first_of(std::string_view(
                                            " \t\r\n\v\f\"'\\\0", 10)) == std::string::npos;
    if (plain && !random.once_in(4)) return word;
    const bool single = word.find_first_of("\r\n\\'") == std::string::npos && random.once_in(2);
    if (single) return "'" + word + "'";
    std::string out = "\"";
    for (const char c : word) {
        if (c == '\n') {
            out += random.once_in(2) ? "\\n" : "\\x0a";
        } else if (c == '\r') {
            out += random.once_in(2) ? "\\r" : "\\x0D";
        } else if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string as_line(const words& request, random_source& random) {
    std::string line;
    for (const auto& word : request) {
        line += line.empty() && !random.once_in(30) ? "" : random.one_of({" ", " ", "  ", "\t"});
        line += quoted(word, random);
    }
    return line + (random.once_in(2) ? "\n" : "\r\n");
}

/// What is sound and asks for nothing, and what is not sound.
std::string make_oddity(random_source& random) {
    return std::string(random.one_of({"\r\n",
                                      "\n",
                                      " \r\n",
                                      "*0\r\n",
                                      "*-1\r\n",
                                      "*-7\r\n",
                                      "\r\n\r\n",
                                      "*1\r\n$-1\r\n",
                                      "*1\r\n$-2\r\n",
                                      "*+1\r\n$4\r\nPING\r\n",
                                      "*01\r\n$4\r\nPING\r\n",
                                      "* 1\r\n$4\r\nPING\r\n",
                                      "*1\n$4\r\nPING\r\n",
                                      "*1\r\n$4\nPING\r\n",
                                      "*1\r\n$4\r\nPING\n\n",
                                      "*1\r\n$04\r\nPING\r\n",
                                      "*1\r\n$+4\r\nPING\r\n",
                                      "*1\r\n$4 \r\nPING\r\n",
                                      "*1\r\n:4\r\nPING\r\n",
                                      "*1\r\nPING\r\n",
                                      "*1\r\n$3\r\nPING\r\n",
                                      "*1\r\n$5\r\nPING\r\n",
                                      "*9223372036854775807\r\n",
                                      "*9223372036854775808\r\n",
                                      "*18446744073709551617\r\n$4\r\nPING\r\n",
                                      "*1\r\n$9223372036854775807\r\n",
                                      "*1\r\n$9223372036854775808\r\n",
                                      "*1\r\n$18446744073709551620\r\nPING\r\n",
                                      "*1\r\n$-9223372036854775808\r\n",
                                      "*-\r\n",
                                      "*\r\n",
                                      "*1\r\n$\r\n",
                                      "*1\r\n$4\r\r\nPING\r\n",
                                      "*1048577\r\n",
                                      "*1\r\n$16385\r\n",
                                      "*1\r\n$-0\r\n",
                                      "*-0\r\n",
                                      "*2\r\n*1\r\n$4\r\nPING\r\n",
                                      "\"unbalanced\r\n",
                                      "GET \"a\"b\r\n",
                                      "'a\\'b' \"\\x41\\xg1\\q\" x\"y z\"\r\n",
                                      "GET a\vb \v c\r\n"}));
}

std::string long_length(random_source& random) {
    const auto digits = std::string(random.between(limits.line - 3, limits.line + 3), '1');
    return std::string(random.one_of({"*", "*1\r\n$", "PING "})) + digits + "\r\n";
}

std::string make_requests(random_source& random) {
    std::string bytes;
    const std::size_t count = random.once_in(8) ? random.between(1, 30) : random.between(1, 8);
    for (std::size_t i = 0; i < count; ++i) {
        if (random.once_in(40)) {
            bytes += make_oddity(random);
        } else if (random.once_in(1500)) {
            bytes += long_length(random);
        } else {
            const auto request = make_request(random);
            bytes += random.once_in(3) ? as_line(request, random) : encoded(request);
        }
    }
    return bytes;
}

void mutate_once(std::string& bytes, random_source& random) {
    const std::size_t at = random.below(bytes.size() + 1);
    const std::size_t size = std::min(random.between(1, 12), bytes.size() - at);
    switch (random.below(9)) {
        case 0:
            if (size != 0) bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
            return;
        case 1:
            bytes.erase(at, random.once_in(3) ? size : 1);
            return;
        case 2:
            bytes.insert(at, bytes.substr(at, size));
            return;
        case 3:
            if (size >= 2) std::swap(bytes[at], bytes[at + size - 1]);
            return;
        case 4:
            if (random.once_in(3)) bytes.resize(at);
            return;
        case 5:
        case 6:
            bytes.insert(at, random.one_of({"\r", "\n", "\r\n", "$", "*", "-", "+", "0", "1", "9",
                                            "99999999999999999999", " ", "\""}));
            return;
        case 7:
            if (size != 0) bytes[at] = random.byte();
            return;
        default: {
            const auto moved = bytes.substr(at, size);
            bytes.erase(at, size);
            bytes.insert(random.below(bytes.size() + 1), moved);
        }
    }
}

}  // namespace

std::string encoded(const words& request) {
    std::string out = "*" + std::to_string(request.size()) + "\r\n";
    for (const auto& word : request)
        out += "$" + std::to_string(word.size()) + "\r\n" + word + "\r\n";
    return out;
}

words make_plain_request(random_source& random, const std::string& name) {
    const std::size_t most = random.once_in(10) ? 20 : 4;
    words request{std::string(random.one_of(
        {"GET", "GET", "SET", "INCR", "MGET", "DEL", "EXISTS", "MSET", "TTL", "EXPIRE"}))};
    const bool many = request[0] == "MGET" || request[0] == "DEL" || request[0] == "EXISTS";
    const std::size_t keys = many || request[0] == "MSET" ? random.between(1, most) : 1;
    for (std::size_t i = 0; i < keys; ++i) {
        request.push_back(name + "." + std::to_string(i) + (random.once_in(9) ? "\r\n$" : ""));
        const bool pair = request[0] == "MSET" || request[0] == "SET" || request[0] == "EXPIRE";
        if (pair) request.push_back(std::to_string(random.below(1000)));
    }
    return request;
}

void mutate(std::string& bytes, random_source& random) {
    for (std::size_t i = random.between(1, 4); i > 0; --i) mutate_once(bytes, random);
}

std::vector<std::size_t> cut(const std::string& bytes, random_source& random) {
    std::vector<std::size_t> cuts{bytes.size()};
    const std::size_t way = random.below(40);
    if (way == 0 && bytes.size() <= 200) {
        for (std::size_t at = 1; at < bytes.size(); ++at) cuts.push_back(at);
    } else if (way >= 12) {
        for (std::size_t i = random.between(1, 6); i > 0 && !bytes.empty(); --i) {
            std::size_t at = random.below(bytes.size());
            // Around the end of a line is where it is hardest to be right.
            const auto line_end = bytes.find('\n', at);
            if (way >= 26 && line_end != std::string::npos) at = line_end - (at & 1) + (at & 2) / 2;
            cuts.push_back(std::min(at, bytes.size()));
        }
    }
    std::sort(cuts.begin(), cuts.end());
    std::vector<std::size_t> pieces;
    std::size_t begin = 0;
    for (const auto end : cuts) {
        if (end > begin) pieces.push_back(end - begin);
        begin = std::max(begin, end);
    }
    return pieces;
}

stream make_stream(std::uint64_t seed, std::uint64_t number) {
    random_source random(seed, number, 0);
    stream out;
    if (random.once_in(40)) {
        out.bytes = binary(random, random.between(0, 60));
    } else {
        out.bytes = make_requests(random);
    }
    if (random.once_in(30)) {
        const auto other = make_requests(random);
        out.bytes.resize(random.below(out.bytes.size() + 1));
        out.bytes += other.substr(random.below(other.size() + 1));
    }
    if (random.once_in(2)) mutate(out.bytes, random);
    out.pieces = cut(out.bytes, random);
    return out;
}

}  // namespace fuzz
