#include "backend/persist/manifest.hpp"

#include "shared/base/text.hpp"
#include "shared/hash/hash.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace backend {
namespace {

constexpr std::string_view product = "ringway-log ";
constexpr std::string_view title = "ringway-log 1\n";
constexpr std::array<std::string_view, 2> kinds{"base-", "tail-"};  // in the order of log_kind
constexpr std::size_t digits = 6;

std::string checksum_line(std::string_view before) {
    std::array<char, 32> line{};
    const int size = std::snprintf(line.data(), line.size(), "checksum %08x\n",
                                   static_cast<unsigned>(shared::xxh3(before)));
    return {line.data(), static_cast<std::size_t>(size)};
}

std::optional<log_part> parse_part(std::string_view line) {
    const auto name = parse_log_name(shared::take_until(line, ' '));
    const auto size = shared::parse_unsigned(line);
    if (!name || (!size && line != "open")) return std::nullopt;
    return log_part{*name, size};
}

described<manifest> wrong(std::string what) {
    return {boost::system::in_place_error, std::move(what)};
}

}  // namespace

std::string log_name::text() const {
    auto text = std::to_string(number);
    if (text.size() < digits) text.insert(0, digits - text.size(), '0');
    return std::string(kinds[static_cast<std::size_t>(kind)]) + text;
}

std::optional<log_name> parse_log_name(std::string_view text) {
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        if (!text.starts_with(kinds[kind])) continue;
        const auto number = shared::parse_unsigned(text.substr(kinds[kind].size()));
        if (!number) return std::nullopt;
        const log_name name{static_cast<log_kind>(kind), *number};
        return name.text() == text ? std::optional(name) : std::nullopt;
    }
    return std::nullopt;
}

std::uint64_t manifest::next_number() const noexcept {
    std::uint64_t next = 1;
    for (const auto& part : parts) next = std::max(next, part.name.number + 1);
    return next;
}

bool manifest::has(const log_name& name) const noexcept {
    return std::any_of(parts.begin(), parts.end(),
                       [&name](const log_part& part) { return part.name == name; });
}

std::string write_manifest(const manifest& what) {
    std::string out(title);
    out += "node " + what.node + '\n';
    for (const auto& part : what.parts) {
        out += part.name.text() + ' ' + (part.size ? std::to_string(*part.size) : "open") + '\n';
    }
    return out + checksum_line(out);
}

bool manifest_has_other_format(std::string_view text) {
    if (!text.starts_with(product) || text.starts_with(title)) return false;
    const auto last = text.rfind("checksum ");
    return last != std::string_view::npos &&
           text.substr(last) == checksum_line(text.substr(0, last));
}

described<manifest> read_manifest(std::string_view text) {
    const auto last = text.rfind("checksum ");
    if (!text.starts_with(title)) return wrong("is no manifest that this program knows");
    if (last == std::string_view::npos || text.substr(last) != checksum_line(text.substr(0, last)))
        return wrong("is damaged: its checksum is wrong");
    std::string_view rest = text.substr(0, last);
    rest.remove_prefix(title.size());
    manifest read;
    const auto node = shared::take_until(rest, '\n');
    if (!node.starts_with("node ")) return wrong("lacks the name of its node");
    read.node = node.substr(5);
    while (!rest.empty()) {
        const auto line = shared::take_until(rest, '\n');
        const auto part = parse_part(line);
        if (!part) return wrong("has a line that cannot be read: " + std::string(line));
        read.parts.push_back(*part);
    }
    return read;
}

}  // namespace backend
