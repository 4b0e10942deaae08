// Replies, and requests in canonical form, as reference.hpp declares them.
#include "tests/fuzz/reference.hpp"

namespace fuzz {
namespace {

constexpr std::string_view crlf = "\r\n";
constexpr int deepest = 64;            // arrays within arrays that the proxy takes
constexpr long long most = 4LL << 30;  // items of an array, bytes of a bulk

/// Takes the bytes up to the next CR LF. A CR or LF elsewhere is in no line.
reply_status take_line(std::string_view& stream, std::string& line) {
    line.clear();
    for (std::size_t at = 0; at < stream.size(); ++at) {
        if (stream[at] == '\n') {
            if (at == 0 || stream[at - 1] != '\r') return reply_status::malformed;
            line.pop_back();
            stream.remove_prefix(at + 1);
            return reply_status::complete;
        }
        line += stream[at];
    }
    return reply_status::incomplete;
}

reply_status take_bulk(std::string_view& stream, long long size, std::string& text) {
    const auto length = static_cast<std::size_t>(size);
    if (stream.size() < length + crlf.size()) return reply_status::incomplete;
    if (stream.substr(length, crlf.size()) != crlf) return reply_status::malformed;
    text = stream.substr(0, length);
    stream.remove_prefix(length + crlf.size());
    return reply_status::complete;
}

reply_status take_item(std::string_view& stream, std::string_view known, int depth, reply& out);

reply_status take_items(std::string_view& stream, std::string_view known, int depth,
                        long long count, reply& out) {
    for (long long i = 0; i < count; ++i) {
        const auto status = take_item(stream, known, depth, out.items.emplace_back());
        if (status != reply_status::complete) return status;
    }
    return reply_status::complete;
}

/// Requires: `depth` arrays are open already.
reply_status take_parts(std::string_view& stream, std::string_view known, int depth, reply& out) {
    if (stream.empty()) return reply_status::incomplete;
    out.type = stream[0];
    if (known.find(out.type) == std::string_view::npos) return reply_status::malformed;
    stream.remove_prefix(1);
    std::string line;
    const auto status = take_line(stream, line);
    if (status != reply_status::complete) return status;
    const bool has_number = std::string_view(":$*%~>=!").find(out.type) != std::string_view::npos;
    if (!has_number) {
        out.null = out.type == '_';
        out.text = line;
        return status;
    }
    const auto number = whole_number(line);
    if (!number) return reply_status::malformed;
    if (out.type == ':') {
        out.text = line;
        return status;
    }
    const bool is_bulk = out.type == '$' || out.type == '=' || out.type == '!';
    if (!is_bulk && depth == deepest) return reply_status::malformed;
    if (*number < 0) {
        out.null = *number == -1 && (out.type == '$' || out.type == '*');
        return out.null ? status : reply_status::malformed;
    }
    if (*number > most) return reply_status::malformed;
    if (is_bulk) return take_bulk(stream, *number, out.text);
    return take_items(stream, known, depth + 1, out.type == '%' ? 2 * *number : *number, out);
}

reply_status take_item(std::string_view& stream, std::string_view known, int depth, reply& out) {
    std::string_view rest = stream;
    const auto status = take_parts(rest, known, depth, out);
    if (status != reply_status::complete) return status;
    out.bytes = stream.substr(0, stream.size() - rest.size());
    stream = rest;
    return status;
}

}  // namespace

reply_status take_reply(std::string_view& stream, reply_types types, reply& out) {
    const std::string_view known = types == reply_types::resp2 ? "+-:$*" : "+-:$*_#,(!=%~>";
    out = {};
    return take_item(stream, known, 0, out);
}

reply_status take_canonical(std::string_view& stream, words& out) {
    reply request;
    std::string_view rest = stream;
    const auto status = take_reply(rest, reply_types::resp2, request);
    if (status == reply_status::incomplete) {
        // What has come of it must be an array of bulks too, as far as one can tell.
        return stream.empty() || stream[0] == '*' ? status : reply_status::malformed;
    }
    if (status == reply_status::malformed || request.type != '*' || request.items.empty())
        return reply_status::malformed;
    out.clear();
    for (const auto& item : request.items) {
        if (item.type != '$' || item.null) return reply_status::malformed;
        out.push_back(item.text);
    }
    stream = rest;
    return status;
}

}  // namespace fuzz
