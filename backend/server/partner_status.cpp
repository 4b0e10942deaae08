#include "backend/server/partner_status.hpp"

namespace backend {
namespace {

std::string_view word_for(sync_state state) noexcept {
    switch (state) {
        case sync_state::waiting:
            return "waiting";
        case sync_state::catching_up:
            return "catching-up";
        case sync_state::synced:
            break;
    }
    return "synced";
}

std::string_view word_for(missing what) noexcept {
    switch (what) {
        case missing::everything:
            return "everything";
        case missing::newer:
            return "newer";
        case missing::unheard:
            break;
    }
    return "unheard";
}

std::string_view state_of(const link_status& status) noexcept {
    if (status.sent_all && status.receiving == sync_state::synced) return "in-step";
    if (status.sending || status.receiving != sync_state::waiting) return "catching-up";
    return "no-link";
}

/// A lag is known of a link that is up alone: without one what is kept is not the
/// partner's yet, and may have to be sent otherwise.
std::string if_linked(const link_status& status, std::uint64_t number) {
    return status.sending ? std::to_string(number) : "unknown";
}

std::string partner_of(const node_identity& self) {
    return self.partner ? self.partner->id + ' ' + self.partner->name : "nobody";
}

std::uint64_t count_of(std::chrono::microseconds time) noexcept {
    return static_cast<std::uint64_t>(time.count());
}

}  // namespace

std::vector<std::pair<std::string_view, std::string>> partner_facts(const link_status& status,
                                                                    std::uint64_t tombstones) {
    return {{"state", std::string(state_of(status))},
            {"ready", status.ready ? "yes" : "no"},
            {"receiving", std::string(word_for(status.receiving))},
            {"sending", status.sending ? "up" : "down"},
            {"unsent_bytes", std::to_string(status.unsent_bytes)},
            {"records_sent", std::to_string(status.records_sent)},
            {"lag_records", if_linked(status, status.lag.records)},
            {"lag_bytes", if_linked(status, status.lag.bytes)},
            {"lag_ms", if_linked(status, count_of(status.lag.time) / 1000)},
            {"lag_us", std::to_string(count_of(status.lag.answer))},
            {"last_exchange_of", std::string(word_for(status.exchange_of))},
            {"last_exchange_sent", std::to_string(status.exchange_sent / 1000)},
            {"last_exchange_received", std::to_string(status.exchange_received / 1000)},
            {"tombstones", std::to_string(tombstones)},
            {"refused_versions", std::to_string(status.refused_versions)},
            {"refused", status.refused.empty() ? "no" : status.refused},
            {"own_id", status.identity.id},
            {"paired_with", partner_of(status.identity)}};
}

std::string verification_lines(const verification_result& found) {
    const auto& differ = found.differ;
    const std::pair<std::string_view, std::uint64_t> facts[] = {{"keys", found.keys},
                                                                {"keys_that_differ", differ.keys()},
                                                                {"other_value", differ.content},
                                                                {"only_here", differ.here},
                                                                {"only_there", differ.there},
                                                                {"rounds", found.rounds}};
    std::string lines = differ.keys() == 0 ? "result:equal\r\n" : "result:different\r\n";
    for (const auto& [name, value] : facts)
        lines.append(name).append(":").append(std::to_string(value)).append("\r\n");
    return lines;
}

std::string partner_lines(const link_status& status, std::uint64_t tombstones,
                          std::string_view before) {
    std::string lines;
    for (const auto& [name, value] : partner_facts(status, tombstones)) {
        lines.append(before).append(name).append(":").append(value).append("\r\n");
    }
    return lines;
}

}  // namespace backend
