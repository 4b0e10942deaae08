#include "backend/replication/handshake.hpp"

#include "shared/resp/encoder.hpp"

#include <charconv>

namespace backend {
namespace {

std::optional<version> read_version(std::string_view text) noexcept {
    version stamp = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), stamp);
    if (problem != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return stamp;
}

std::string_view next_word(std::string_view& line) noexcept {
    const auto end = std::min(line.find(' '), line.size());
    const auto word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
}

std::optional<introduction> introduce(std::string_view name, std::string_view seen,
                                      std::string_view floor) {
    const auto seen_version = read_version(seen);
    const auto floor_version = read_version(floor);
    if (name.empty() || !seen_version || !floor_version) return std::nullopt;
    return introduction{std::string(name), *seen_version, *floor_version};
}

}  // namespace

std::string link_request(const introduction& self) {
    const std::string format = std::to_string(record_format);
    const std::string seen = std::to_string(self.seen);
    const std::string floor = std::to_string(self.floor);
    const std::string_view words[] = {"PARTNER", "LINK", format, self.name, seen, floor};
    std::string request;
    shared::append_request(request, words);
    return request;
}

link_offer read_link_request(std::span<const std::string_view> words) {
    if (words.size() != 4) return {{}, "ERR PARTNER LINK takes format, name, seen and floor"};
    if (words[0] != std::to_string(record_format)) {
        return {{},
                "ERR this backend's record format is " + std::to_string(record_format) +
                    ", the partner's " + std::string(words[0].substr(0, 16))};
    }
    auto partner = introduce(words[1], words[2], words[3]);
    if (!partner) return {{}, "ERR PARTNER LINK takes a name and two versions"};
    return {std::move(partner), {}};
}

std::string link_answer(const introduction& self) {
    return "+LINK " + self.name + " " + std::to_string(self.seen) + " " +
           std::to_string(self.floor) + "\r\n";
}

std::optional<introduction> read_link_answer(std::string_view line) {
    if (line.ends_with("\r\n")) line.remove_suffix(2);
    if (next_word(line) != "+LINK") return std::nullopt;
    const auto name = next_word(line);
    const auto seen = next_word(line);
    const auto floor = next_word(line);
    if (!line.empty()) return std::nullopt;
    return introduce(name, seen, floor);
}

void append_seen(std::string& out, version mark, version own_clock) {
    append_record(out, {.kind = effect_kind::mark,
                        .stamp = own_clock,
                        .key = std::to_string(mark),
                        .value = mark_seen});
}

std::optional<version> seen_mark(const effect& what) noexcept {
    if (what.kind != effect_kind::mark || what.value != mark_seen) return std::nullopt;
    return read_version(what.key);
}

unsigned side_by_name(std::string_view self, std::string_view partner) noexcept {
    return self < partner ? 0 : 1;
}

version outdated_below(const introduction& self, const introduction& partner) noexcept {
    // A partner that has just started has deleted nothing that we hold; its emptiness must not win.
    if (partner.seen == 0) return 0;
    const bool self_outdated = self.seen < partner.floor;
    const bool partner_outdated = partner.seen < self.floor;
    if (!self_outdated) return 0;
    if (partner_outdated && side_by_name(self.name, partner.name) == 0) return 0;
    return partner.floor;
}

}  // namespace backend
