#include "proxy/frontend/gather.hpp"

#include "proxy/routing/scan_cursor.hpp"
#include "shared/resp/reply_parser.hpp"

#include <algorithm>
#include <optional>

namespace proxy {
namespace {

constexpr std::string_view malformed_part =
    "-UNAVAILABLE a backend's reply is not of the expected type\r\n";
constexpr std::string_view cursor_too_large =
    "-ERR the backend's cursor is too large to be told together with the backend\r\n";
constexpr std::string_view no_value = "$-1\r\n";

bool is_error(std::string_view reply) noexcept {
    return reply.starts_with('-');
}

bool is_unreachable(std::string_view reply) noexcept {
    return reply.starts_with("-UNAVAILABLE") || reply.starts_with("-TIMEOUT");
}

}  // namespace

void gather::add(std::uint16_t part, std::string_view reply) {
    replies_[part].assign(reply);
    --missing_;
}

const std::string* gather::first_error() const noexcept {
    for (const auto& reply : replies_) {
        if (is_error(reply)) return &reply;
    }
    return nullptr;
}

void gather::finish(std::string& out, shared::protocol version) const {
    if (kind_ == gather_kind::copies) return finish_copies(out, version);
    if (const auto* error = first_error()) {
        out += *error;
        return;
    }
    switch (kind_) {
        case gather_kind::values:
            return finish_values(out, version);
        case gather_kind::sum:
            return finish_sum(out);
        case gather_kind::any:
            return finish_any(out, version);
        case gather_kind::list:
            return finish_list(out, version);
        case gather_kind::scan:
            return finish_scan(out, version);
        default:
            out += shared::ok_reply;
    }
}

void gather::finish_values(std::string& out, shared::protocol version) const {
    std::vector<std::string_view> rest(replies_.begin(), replies_.end());
    for (auto& part : rest) {
        if (!part.starts_with('*')) {
            out += malformed_part;
            return;
        }
        part.remove_prefix(part.find('\n') + 1);
    }
    std::string items;
    for (const auto part : part_of_key_) {
        const auto item = shared::next_reply(rest[part]);
        if (!item) {
            out += malformed_part;
            return;
        }
        append_reply(items, *item, version);
    }
    shared::append_array_header(out, part_of_key_.size());
    out += items;
}

void gather::finish_sum(std::string& out) const {
    std::int64_t sum = 0;
    for (const auto& reply : replies_) {
        const auto number = reply.starts_with(':') ? shared::reply_number(reply) : std::nullopt;
        if (!number || __builtin_add_overflow(sum, *number, &sum)) {
            out += malformed_part;
            return;
        }
    }
    shared::append_integer(out, sum);
}

void gather::finish_copies(std::string& out, shared::protocol version) const {
    const std::string* chosen = nullptr;
    for (const auto& reply : replies_) {
        if (is_error(reply) && !is_unreachable(reply)) {
            out += reply;
            return;
        }
        const bool better = chosen == nullptr || (is_error(*chosen) && !is_error(reply));
        if (better) chosen = &reply;
    }
    append_reply(out, *chosen, version, shape_);
}

void gather::finish_any(std::string& out, shared::protocol version) const {
    const auto found = std::find_if(replies_.begin(), replies_.end(),
                                    [](const auto& reply) { return reply != no_value; });
    append_reply(out, found == replies_.end() ? no_value : std::string_view(*found), version);
}

void gather::finish_list(std::string& out, shared::protocol version) const {
    std::size_t size = 0;
    std::string items;
    for (std::string_view reply : replies_) {
        const auto own = reply.starts_with('*') ? shared::reply_number(reply) : std::nullopt;
        if (!own || *own < 0) {
            out += malformed_part;
            return;
        }
        size += static_cast<std::size_t>(*own);
        reply.remove_prefix(reply.find('\n') + 1);
        while (const auto item = shared::next_reply(reply)) append_reply(items, *item, version);
    }
    shared::append_array_header(out, size);
    out += items;
}

void gather::finish_scan(std::string& out, shared::protocol version) const {
    std::string_view rest = replies_.front();
    const bool is_pair = rest.starts_with("*2\r\n");
    rest.remove_prefix(is_pair ? rest.find('\n') + 1 : rest.size());
    const auto bulk = shared::next_reply(rest).value_or("");
    const auto body = bulk.substr(bulk.find('\n') + 1);
    const auto theirs = bulk.starts_with('$') && body.size() > 2
                            ? parse_cursor(body.substr(0, body.size() - 2))
                            : std::nullopt;
    const auto keys = shared::next_reply(rest);
    if (!theirs || !keys) {
        out += malformed_part;
        return;
    }
    const std::optional<std::uint64_t> ours =
        *theirs == 0 ? scan_.next : join_cursor({scan_.backend, *theirs}, scan_.backends);
    if (!ours) {
        out += cursor_too_large;
        return;
    }
    shared::append_array_header(out, 2);
    shared::append_bulk(out, std::to_string(*ours));
    append_reply(out, *keys, version);
}

}  // namespace proxy
