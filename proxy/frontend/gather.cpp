#include "proxy/frontend/gather.hpp"

#include "proxy/routing/scan_cursor.hpp"
#include "shared/resp/integer.hpp"
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
constexpr std::size_t kept_capacity = 16 * 1024;  // bytes that a part keeps for the next request

bool is_error(std::string_view reply) noexcept {
    return reply.starts_with('-');
}

/// Bytes of the next value of `rest`: a bulk, as a rule.
std::size_t size_of_value(std::string_view rest) {
    const auto bulk = shared::read_whole_bulk(rest);
    return bulk.line != 0 ? bulk.size() : shared::next_reply(rest).value_or("").size();
}

bool is_array_of(std::string_view reply, std::int64_t items) noexcept {
    return reply.starts_with('*') && shared::reply_number(reply) == items;
}

/// What an error of one copy says about a write, ordered: the greatest speaks for all errors.
enum class meaning : std::uint8_t {
    out_of_reach,  // its backend has not applied it, for nobody could reach it or it loads
    refused,       // its backend could be reached, and would not
    late,          // nobody knows whether it was applied
    unknown,       // nor this; and the command must not be repeated
};

meaning meaning_of(std::string_view error) noexcept {
    if (error.starts_with("-UNKNOWN ")) return meaning::unknown;
    if (error.starts_with("-TIMEOUT ")) return meaning::late;
    const bool out_of_reach = error.starts_with("-UNAVAILABLE ") || error.starts_with("-LOADING ");
    return out_of_reach ? meaning::out_of_reach : meaning::refused;
}

/// The cursor that a backend has told in a bulk; none if the bulk holds no cursor.
std::optional<std::uint64_t> cursor_of(std::string_view bulk) noexcept {
    const auto body = bulk.substr(bulk.find('\n') + 1);
    if (!bulk.starts_with('$') || body.size() <= 2) return std::nullopt;
    return parse_cursor(body.substr(0, body.size() - 2));
}

}  // namespace

void gather::begin(gather_kind kind, std::size_t parts, shared::reply_shape shape) {
    kind_ = kind;
    shape_ = shape;
    if (parts_.size() < parts) parts_.resize(parts);
    size_ = missing_ = parts;
    for (auto& one : this->parts()) {
        one.reply.clear();
        one.taken = 0;
        one.keys = 0;
        one.large = false;
    }
    part_of_key_.clear();
    key_ = large_ = held_ = 0;
}

void gather::trim() {
    for (auto& one : parts_) {
        if (one.reply.capacity() > kept_capacity) std::string().swap(one.reply);
    }
}

void gather::set_keys(std::span<const std::uint16_t> part_of_key) {
    part_of_key_.assign(part_of_key.begin(), part_of_key.end());
    for (const auto part : part_of_key) ++parts_[part].keys;
}

void gather::add(std::uint16_t part, std::string_view reply) {
    parts_[part].reply.assign(reply);
    held_ += reply.size();
    --missing_;
}

void gather::add_large(std::uint16_t part) {
    parts_[part].large = true;
    ++large_;
    --missing_;
}

void gather::lose_large(std::uint16_t part) {
    if (!parts_[part].large) return;
    parts_[part].large = false;
    --large_;
    ++missing_;
}

const gather::part_state* gather::first_error() const noexcept {
    for (const auto& one : parts()) {
        if (is_error(one.reply)) return &one;
    }
    return nullptr;
}

void gather::finish(std::string& out, shared::protocol version) {
    if (kind_ == gather_kind::copies) return finish_copies(out, version);
    if (kind_ == gather_kind::values) return finish_values(out, version);
    if (const auto* wrong = first_error()) {
        out += wrong->reply;
        return;
    }
    switch (kind_) {
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

void gather::finish_values(std::string& out, shared::protocol version) {
    if (start_values(out)) next_large(out, version);
}

bool gather::start_values(std::string& out) {
    if (const auto* wrong = first_error()) {
        out += wrong->reply;
        return false;
    }
    for (auto& one : parts()) {
        if (one.large) continue;
        if (!is_array_of(one.reply, one.keys)) {
            out += malformed_part;
            return false;
        }
        one.taken = one.reply.find('\n') + 1;
    }
    key_ = 0;
    shared::append_array_header(out, part_of_key_.size());
    return true;
}

std::optional<std::uint16_t> gather::next_large(std::string& out, shared::protocol version) {
    while (key_ < part_of_key_.size()) {
        const auto part = part_of_key_[key_];
        if (parts_[part].large) return part;
        append_run(out, part, version);
    }
    return std::nullopt;
}

/// Appends the items of one part up to the next key that another part answers. They lie one behind
/// the other, so in RESP2 one append does for all.
void gather::append_run(std::string& out, std::uint16_t part, shared::protocol version) {
    auto& from = parts_[part];
    const auto all = std::string_view(from.reply).substr(from.taken);
    std::size_t taken = 0;
    // There is one for each key: the reply was measured, and its first line says how many.
    for (; key_ < part_of_key_.size() && part_of_key_[key_] == part; ++key_) {
        const std::size_t size = size_of_value(all.substr(taken));
        if (version != shared::protocol::resp2) append_reply(out, all.substr(taken, size), version);
        taken += size;
    }
    if (version == shared::protocol::resp2) out += all.substr(0, taken);
    from.taken += taken;
}

void gather::finish_sum(std::string& out) const {
    std::int64_t sum = 0;
    for (const auto& one : parts()) {
        const auto& reply = one.reply;
        const auto number = reply.starts_with(':') ? shared::reply_number(reply) : std::nullopt;
        if (!number || __builtin_add_overflow(sum, *number, &sum)) {
            out += malformed_part;
            return;
        }
    }
    shared::append_integer(out, sum);
}

void gather::finish_copies(std::string& out, shared::protocol version) const {
    const std::string* good = nullptr;
    const std::string* wrong = nullptr;
    bool refused = false;
    for (const auto& one : parts()) {
        const auto& reply = one.reply;
        if (!is_error(reply)) {
            if (good == nullptr) good = &reply;
            continue;
        }
        const auto meant = meaning_of(reply);
        refused = refused || meant == meaning::refused;
        if (wrong == nullptr || meant > meaning_of(*wrong)) wrong = &reply;
    }
    const bool is_good = good != nullptr && !refused;
    append_reply(out, is_good ? *good : *wrong, version, shape_);
}

void gather::finish_any(std::string& out, shared::protocol version) const {
    const auto found =
        std::ranges::find_if(parts(), [](const auto& one) { return one.reply != no_value; });
    append_reply(out, found == parts().end() ? no_value : std::string_view(found->reply), version);
}

void gather::finish_list(std::string& out, shared::protocol version) const {
    std::size_t size = 0;
    std::string items;
    for (const auto& one : parts()) {
        std::string_view reply = one.reply;
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
    std::string_view rest = parts_.front().reply;
    const bool is_pair = rest.starts_with("*2\r\n");
    rest.remove_prefix(is_pair ? rest.find('\n') + 1 : rest.size());
    const auto theirs = cursor_of(shared::next_reply(rest).value_or(""));
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
