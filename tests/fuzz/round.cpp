#include "tests/fuzz/round.hpp"

#include <algorithm>
#include <map>

namespace fuzz {
namespace {

bool is_proxys_error(std::string_view bytes, std::string_view word) {
    return bytes.starts_with("-" + std::string(word) + " ");
}

/// What may become of one part of a request.
struct outcome {
    const words* part = nullptr;
    std::optional<reply> answer;  // a backend's
    bool unavailable = false;     // or the proxy's own error
    bool timed_out = false;
};

outcome outcome_of(const link_story& story, const link_reading& read, std::size_t index) {
    outcome out{&story.requests[index], {}, false, false};
    if (index < read.replies.size()) {
        out.answer = read.replies[index];
    } else if (read.end == link_reading::ending::broken) {
        out.unavailable = true;
    } else if (!story.ended) {
        out.timed_out = true;
    } else {
        out.unavailable = true;
        if (may_repeat(*out.part)) {
            std::string_view right;
            const auto bytes = backend_reply(*out.part);
            right = bytes;
            take_reply(right, reply_types::resp2, out.answer.emplace());
        }
    }
    return out;
}

bool is_error(const std::optional<reply>& one) {
    return one && one->type == '-';
}

/// Whether `got`, an error, may come of a request of these parts.
bool error_is_right(const std::vector<outcome>& parts, const reply& got, bool slow) {
    return std::any_of(parts.begin(), parts.end(), [&](const outcome& part) {
        if (is_error(part.answer) && part.answer->bytes == got.bytes) return true;
        if ((part.unavailable || slow) &&
            (is_proxys_error(got.bytes, "UNAVAILABLE") || is_proxys_error(got.bytes, "UNKNOWN")))
            return true;
        return (part.timed_out || slow) && is_proxys_error(got.bytes, "TIMEOUT");
    });
}

/// The values of MGET by key; nothing if the parts' answers cannot be put together.
std::optional<std::string> gathered_values(const words& request,
                                           const std::vector<outcome>& parts) {
    std::map<std::string, std::string> values;
    for (const auto& part : parts) {
        const auto keys = keys_of(*part.part);
        if (part.answer->type != '*' || part.answer->items.size() < keys.size())
            return std::nullopt;
        for (std::size_t i = 0; i < keys.size(); ++i) values[keys[i]] = part.answer->items[i].bytes;
    }
    std::string out = "*" + std::to_string(request.size() - 1) + "\r\n";
    for (const auto& key : keys_of(request)) out += values[key];
    return out;
}

std::optional<std::string> gathered_sum(const std::vector<outcome>& parts) {
    long long sum = 0;
    for (const auto& part : parts) {
        const auto number =
            part.answer->type == ':' ? whole_number(part.answer->text) : std::nullopt;
        if (!number || __builtin_add_overflow(sum, *number, &sum)) return std::nullopt;
    }
    return ":" + std::to_string(sum) + "\r\n";
}

std::optional<std::string> gathered(const words& request, const std::vector<outcome>& parts) {
    if (request[0] == "MGET") return gathered_values(request, parts);
    if (request[0] == "MSET") return "+OK\r\n";
    return gathered_sum(parts);
}

/// Whether `got` may come of `request`, whose parts went their ways.
bool reply_is_right(const words& request, const std::vector<outcome>& parts, const reply& got,
                    bool slow) {
    if (got.type == '-' && error_is_right(parts, got, slow)) return true;
    if (parts.size() == 1) return parts[0].answer && parts[0].answer->bytes == got.bytes;
    const auto has_value = [](const outcome& part) {
        return part.answer && !is_error(part.answer);
    };
    if (!std::all_of(parts.begin(), parts.end(), has_value)) return false;
    const auto whole = gathered(request, parts);
    if (whole) return got.bytes == *whole;
    return is_proxys_error(got.bytes, "UNAVAILABLE") || is_proxys_error(got.bytes, "UNKNOWN");
}

std::string complaint(const words& request, const std::vector<outcome>& parts, const reply& got) {
    std::string text = "request " + escaped(request[0] + " " + request[1]) + " got " +
                       escaped(got.bytes.substr(0, 400)) + "; its parts were answered";
    for (const auto& part : parts) {
        text += part.answer ? " " + escaped(part.answer->bytes.substr(0, 400)) : " nothing";
        if (part.unavailable) text += " (connection lost)";
    }
    return text;
}

}  // namespace

std::vector<std::string> keys_of(const words& request) {
    const bool many = request[0] == "MGET" || request[0] == "DEL" || request[0] == "EXISTS";
    const std::size_t step = request[0] == "MSET" ? 2 : 1;
    const std::size_t end = many || step == 2 ? request.size() : 2;
    std::vector<std::string> keys;
    for (std::size_t i = 1; i < end; i += step) keys.push_back(request[i]);
    return keys;
}

bool may_repeat(const words& request) {
    return request[0] != "INCR";
}

link_reading read_link(const link_story& story, scrutiny how) {
    link_reading found;
    std::string_view rest = story.answer;
    for (const auto& request : story.requests) {
        reply one;
        const auto status = take_reply(rest, reply_types::resp2, one);
        if (status == reply_status::incomplete) {
            found.end = link_reading::ending::incomplete;
            return found;
        }
        const bool sound =
            status == reply_status::complete &&
            (how == scrutiny::form || (how == scrutiny::types && has_type(request, one)) ||
             fits(request, one));
        if (!sound) {
            found.end = link_reading::ending::broken;
            return found;
        }
        found.replies.push_back(one);
    }
    if (!rest.empty()) found.end = link_reading::ending::extra;
    return found;
}

std::string check_round(const std::vector<words>& requests, const std::vector<link_story>& links,
                        const std::vector<reply>& replies, scrutiny how, bool slow) {
    std::map<std::string, std::size_t> request_of_key;
    for (std::size_t i = 0; i < requests.size(); ++i) {
        for (const auto& key : keys_of(requests[i])) request_of_key[key] = i;
    }
    std::vector<std::vector<outcome>> parts(requests.size());
    for (const auto& story : links) {
        const auto read = read_link(story, how);
        for (std::size_t i = 0; i < story.requests.size(); ++i) {
            const auto key = keys_of(story.requests[i]).front();
            parts[request_of_key.at(key)].push_back(outcome_of(story, read, i));
        }
    }
    for (std::size_t i = 0; i < replies.size(); ++i) {
        if (!reply_is_right(requests[i], parts[i], replies[i], slow))
            return complaint(requests[i], parts[i], replies[i]);
    }
    return {};
}

}  // namespace fuzz
