#include "proxy/frontend/gather.hpp"

#include "shared/resp/reply_parser.hpp"

namespace proxy {
namespace {

constexpr std::string_view malformed_part =
    "-UNAVAILABLE a backend's reply is not of the expected type\r\n";

bool is_error(std::string_view reply) noexcept {
    return reply.starts_with('-');
}

bool is_unreachable(std::string_view reply) noexcept {
    return reply.starts_with("-UNAVAILABLE") || reply.starts_with("-TIMEOUT");
}

}  // namespace

void append_reply(std::string& out, std::string_view reply, shared::protocol version) {
    const bool no_value = reply == "$-1\r\n" || reply == "*-1\r\n";
    if (version == shared::protocol::resp2 || !(no_value || reply.starts_with('*'))) {
        out += reply;
        return;
    }
    if (no_value) return shared::append_null(out, version);
    const auto header = reply.find('\n') + 1;
    out += reply.substr(0, header);
    reply.remove_prefix(header);
    while (const auto item = shared::next_reply(reply)) append_reply(out, *item, version);
}

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
    append_reply(out, *chosen, version);
}

}  // namespace proxy
