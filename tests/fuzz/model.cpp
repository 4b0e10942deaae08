#include "tests/fuzz/model.hpp"

#include "shared/command/spec.hpp"

#include <algorithm>
#include <map>

namespace fuzz {
namespace {

constexpr std::string_view null_bulk = "$-1\r\n";
constexpr std::string_view resp3_null = "_\r\n";
constexpr std::string_view ok = "+OK\r\n";
constexpr long long keys_of_each = 21;  // what DBSIZE answers

std::uint64_t digest(std::initializer_list<std::string_view> parts) {
    std::uint64_t hash = 14695981039346656037U;
    const auto add = [&hash](char c) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    };
    for (const auto part : parts) {
        for (const char c : part) add(c);
        add('|');
        for (const char c : std::to_string(part.size())) add(c);
    }
    return hash ^ (hash >> 29);
}

std::uint64_t digest_of(const words& request) {
    std::string rest;
    for (std::size_t i = 1; i < request.size(); ++i)
        rest += std::to_string(request[i].size()) + ':' + request[i];
    return digest({lower(request[0]), rest});
}

std::string hex(std::uint64_t number) {
    std::string out;
    for (int shift = 60; shift >= 0; shift -= 4) out += "0123456789abcdef"[(number >> shift) & 15];
    return out;
}

std::string integer(long long number) {
    return ":" + std::to_string(number) + "\r\n";
}

std::string bulk(const std::string& text) {
    return "$" + std::to_string(text.size()) + "\r\n" + text + "\r\n";
}

std::string error(const std::string& text) {
    std::string out = "-";
    for (const char c : text) out += c == '\r' || c == '\n' ? ' ' : c;
    return out + "\r\n";
}

/// A value that names its request, and now and then looks like something else or is long.
std::string value_for(std::uint64_t number) {
    if (number % 8 == 0) return std::string(null_bulk);
    std::string text = hex(number);
    if (number % 8 == 1) text = "\r\n$-1\r\n*2\r\n" + text + "\r\n+OK\r\n";
    if (number % 512 == 2) text.append(3000, '*');
    if (number % 4096 == 3) text.append(100'000, '\n');
    return bulk(text);
}

bool is_one_of(const std::string& name, std::initializer_list<std::string_view> all) {
    return std::find(all.begin(), all.end(), name) != all.end();
}

bool counts_signed(const std::string& name) {
    return is_one_of(name, {"incr", "decr", "incrby", "decrby"});
}

long long keys_that_exist(const words& request) {
    long long count = 0;
    for (std::size_t i = 1; i < request.size(); ++i)
        count += static_cast<long long>(digest({"key", request[i]}) & 1);
    return count;
}

/// A value that a backend refuses; every backend says so of the first of its own.
std::string refusal(const std::string& key, const std::string& value) {
    const auto number = digest({"mset", key, value});
    return number % 16 == 0 ? "-ERR refused " + hex(number) + "\r\n" : "";
}

std::string reply_to_set(const words& request) {
    const auto number = digest_of(request);
    if (number % 4 == 0) return "-ERR refused " + hex(number) + "\r\n";
    const auto is_get = [](const std::string& word) { return lower(word) == "get"; };
    if (std::any_of(request.begin() + 3, request.end(), is_get)) return value_for(number);
    return std::string(ok);
}

std::string reply_to_mset(const words& request) {
    for (std::size_t i = 1; i + 1 < request.size(); i += 2) {
        if (const auto text = refusal(request[i], request[i + 1]); !text.empty()) return text;
    }
    return std::string(ok);
}

std::string reply_to_mget(const words& request) {
    std::string out = "*" + std::to_string(request.size() - 1) + "\r\n";
    for (std::size_t i = 1; i < request.size(); ++i) out += value_for(digest({"mget", request[i]}));
    return out;
}

}  // namespace

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return out;
}

std::string backend_reply(const words& request) {
    const auto name = lower(request[0]);
    const auto number = digest_of(request);
    if (name == "ping") return "+PONG\r\n";
    if (name == "get") return value_for(number);
    if (name == "set") return reply_to_set(request);
    if (name == "mset") return reply_to_mset(request);
    if (name == "mget") return reply_to_mget(request);
    if (name == "del" || name == "exists") return integer(keys_that_exist(request));
    if (name == "ttl" || name == "pttl") return integer(static_cast<long long>(number >> 20));
    if (name == "expire" || name == "persist") return integer(static_cast<long long>(number & 1));
    if (counts_signed(name)) return integer(static_cast<long long>(number));
    if (name == "dbsize") return integer(keys_of_each);
    if (name == "flushall") return std::string(ok);
    return "-ERR no such command here " + hex(number) + "\r\n";
}

bool has_type(const words& request, const reply& answer) {
    const auto name = lower(request[0]);
    if (answer.type == '-') return true;
    if (name == "get") return answer.type == '$';
    if (name == "set") return answer.type == '+' || answer.type == '$';
    if (name == "mset" || name == "flushall") return answer.type == '+';
    return answer.type == (name == "mget" ? '*' : ':');
}

bool fits(const words& request, const reply& answer) {
    if (!has_type(request, answer)) return false;
    if (answer.type != '*') return true;
    return answer.items.size() == request.size() - 1;
}

namespace {

const std::map<std::string, int>& arities() {
    static const std::map<std::string, int> all{
        {"ping", -1},  {"echo", 2},      {"quit", -1}, {"hello", -1}, {"auth", -2},
        {"select", 2}, {"get", 2},       {"set", -3},  {"del", -2},   {"exists", -2},
        {"mget", -2},  {"mset", -3},     {"incr", 2},  {"decr", 2},   {"incrby", 3},
        {"decrby", 3}, {"expire", -3},   {"ttl", 2},   {"pttl", 2},   {"persist", 2},
        {"dbsize", 1}, {"flushall", -1}, {"post", -1}, {"host:", -1}};
    return all;
}

expectation exactly(const std::string& text) {
    return {expectation::kind::one_of, {text}};
}

expectation anything() {
    return {expectation::kind::any_reply, {}};
}

expectation wrong_arity(const std::string& name) {
    return exactly("-ERR wrong number of arguments for '" + name + "' command\r\n");
}

/// The error of Redis 7: at most 128 bytes of the name, and as many of the arguments and what is
/// between them.
expectation unknown_command(const words& request) {
    std::string shown;
    for (std::size_t i = 1; i < request.size() && shown.size() < 128; ++i)
        shown += "'" + request[i].substr(0, 128 - shown.size()) + "' ";
    return exactly(error("ERR unknown command '" + request[0].substr(0, 128) +
                         "', with args beginning with: " + shown));
}

/// A RESP2 reply, a value or an array of them, as the client wants it: only "no value" differs.
expectation in_version(const std::string& reply2, const words& request, version speaks) {
    std::string reply3;
    if (reply2 == null_bulk) {
        reply3 = resp3_null;
    } else if (reply2[0] == '*') {
        reply3 = "*" + std::to_string(request.size() - 1) + "\r\n";
        for (std::size_t i = 1; i < request.size(); ++i) {
            const auto item = value_for(digest({"mget", request[i]}));
            reply3 += item == null_bulk ? resp3_null : item;
        }
    } else {
        reply3 = reply2;
    }
    if (speaks == version::either) return {expectation::kind::one_of, {reply2, reply3}};
    return exactly(speaks == version::resp3 ? reply3 : reply2);
}

expectation expected_mset(const words& request) {
    if (request.size() % 2 == 0) return wrong_arity("mset");
    expectation out{expectation::kind::one_of, {}};
    for (std::size_t i = 1; i < request.size(); i += 2) {
        const auto text = refusal(request[i], request[i + 1]);
        if (!text.empty()) out.texts.push_back(text);
    }
    if (out.texts.empty()) out.texts.emplace_back(ok);
    return out;
}

/// HELLO without options; with them the model only knows that it does not know the version then.
expectation expected_hello(const words& request, client& who) {
    if (request.size() > 2) who.speaks = version::either;
    if (request.size() != 2) return anything();
    const auto number = whole_number(request[1]);
    if (!number) return exactly("-ERR Protocol version is not an integer or out of range\r\n");
    if (*number != 2 && *number != 3) return exactly("-NOPROTO unsupported protocol version\r\n");
    who.speaks = *number == 3 ? version::resp3 : version::resp2;
    return anything();
}

expectation expected_ping(const words& request) {
    if (request.size() > 2) return wrong_arity("ping");
    return exactly(request.size() == 2 ? bulk(request[1]) : "+PONG\r\n");
}

expectation expected_close(const std::string& name, client& who) {
    who.closing = true;
    // POST and Host: are HTTP: closed without a word.
    if (name == "quit") return exactly(std::string(ok));
    return {expectation::kind::nothing, {}};
}

}  // namespace

expectation expected_reply(const words& request, client& who) {
    const auto name = lower(request[0]);
    const auto known = arities().find(name);
    if (known == arities().end()) {
        // Known to the proxy, but not to the model: one reply, whatever it is.
        return shared::find_command(name) != nullptr ? anything() : unknown_command(request);
    }
    const auto count = static_cast<int>(request.size());
    if (known->second >= 0 ? count != known->second : count < -known->second)
        return wrong_arity(name);
    if (is_one_of(name, {"quit", "post", "host:"})) return expected_close(name, who);
    if (name == "ping") return expected_ping(request);
    if (name == "echo") return exactly(bulk(request[1]));
    if (name == "hello") return expected_hello(request, who);
    if (is_one_of(name, {"auth", "select"})) return anything();
    if (name == "dbsize") return exactly(integer(keys_of_each * number_of_backends));
    if (name == "mset") return expected_mset(request);
    return in_version(backend_reply(request), request, who.speaks);
}

}  // namespace fuzz
