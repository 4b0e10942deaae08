#include "backend/replication/handshake.hpp"

#include "backend/persist/log_header.hpp"
#include "shared/base/text.hpp"
#include "shared/resp/encoder.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace backend {
namespace {

constexpr std::size_t words_of_introduction = 8;
/// A record behind a mark may be older than the mark by as long as a worker takes to queue it; less
/// than deletes are remembered that the partner has (10 s).
constexpr std::int64_t kept_margin_ms = 1'000;
using introduction_words = std::array<std::string, words_of_introduction>;

introduction_words words_of(const introduction& self) {
    return {self.name,
            std::to_string(self.seen),
            std::to_string(self.floor),
            std::to_string(self.run),
            std::to_string(self.seen_run),
            std::to_string(self.link),
            self.id,
            self.paired};
}

/// It is written into a file and the log, so it must have no blank or line end.
bool is_name(std::string_view text) noexcept {
    const auto unfit = [](char letter) { return letter <= ' ' || letter == '\x7f'; };
    return !text.empty() && text.size() <= longest_node_name &&
           std::none_of(text.begin(), text.end(), unfit);
}

std::optional<introduction> introduce(std::span<const std::string_view> words) {
    const auto seen = shared::parse_unsigned(words[1]);
    const auto floor = shared::parse_unsigned(words[2]);
    const auto run = shared::parse_unsigned(words[3]);
    const auto seen_run = shared::parse_unsigned(words[4]);
    const auto link = shared::parse_unsigned(words[5]);
    if (!is_name(words[0]) || !seen || !floor || !run || !seen_run || !link ||
        !is_node_id(words[6]) || !is_node_id(words[7]))
        return std::nullopt;
    return introduction{
        std::string(words[0]), *seen, *floor, *run, *seen_run, *link, std::string(words[6]),
        std::string(words[7])};
}

}  // namespace

std::string link_request(const introduction& self, std::string_view proof) {
    const std::string format = std::to_string(record_format);
    const auto own = words_of(self);
    std::vector<std::string_view> words = {"PARTNER", "LINK", format};
    words.insert(words.end(), own.begin(), own.end());
    if (!proof.empty()) words.push_back(proof);
    std::string request;
    shared::append_request(request, words);
    return request;
}

link_offer read_link_request(std::span<const std::string_view> words) {
    if (!words.empty() && words[0] != std::to_string(record_format)) {
        return {{},
                "ERR this backend's record format is " + std::to_string(record_format) +
                    ", the partner's " + std::string(words[0].substr(0, 16))};
    }
    if (words.size() != 1 + words_of_introduction)
        return {{},
                "ERR PARTNER LINK takes format, name, seen, floor, run, seen-run, link, id and "
                "paired"};
    auto partner = introduce(words.subspan(1));
    if (!partner) return {{}, "ERR PARTNER LINK takes a name, five numbers and two ids"};
    return {std::move(partner), {}};
}

std::string link_answer(const introduction& self) {
    std::string line = "+LINK";
    for (const auto& word : words_of(self)) line += ' ' + word;
    return line + "\r\n";
}

std::optional<introduction> read_link_answer(std::string_view line) {
    if (line.ends_with("\r\n")) line.remove_suffix(2);
    if (shared::take_until(line, ' ') != "+LINK") return std::nullopt;
    std::array<std::string_view, words_of_introduction> words;
    for (auto& word : words) word = shared::take_until(line, ' ');
    if (!line.empty()) return std::nullopt;
    return introduce(words);
}

void append_seen(std::string& out, version mark, version own_clock) {
    append_record(out, {.kind = effect_kind::mark,
                        .stamp = own_clock,
                        .key = std::to_string(mark),
                        .value = mark_seen});
}

std::optional<version> seen_mark(const effect& what) noexcept {
    if (what.kind != effect_kind::mark || what.value != mark_seen) return std::nullopt;
    return shared::parse_unsigned(what.key);
}

unsigned side_by_name(std::string_view self, std::string_view partner) noexcept {
    return self < partner ? 0 : 1;
}

resumption resume(const introduction& self, const introduction& partner,
                  const past_link& past) noexcept {
    // Who drops what it has, lacks it.
    if (partner.seen == 0 || outdated_below(partner, self) != 0) return {};
    // Of what we keep for it, some is what we have to drop.
    if (outdated_below(self, partner) != 0) return {};
    const bool we_lived = partner.seen_run == self.run;
    const bool it_lived = partner.run == past.partner_run;
    // What is kept may have been replaced by a delete since, which the partner has forgotten.
    const bool beaten = partner.floor > earlier(past.kept_since, kept_margin_ms);
    if (we_lived && it_lived && past.kept_since != 0 && partner.seen >= past.kept_since && !beaten)
        return {missing::unheard, 0};
    if (we_lived || past.born >= partner.seen)
        return {missing::newer, earlier(partner.seen, queueing_margin_ms)};
    return {};
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
