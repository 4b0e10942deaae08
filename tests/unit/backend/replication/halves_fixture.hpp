// What the tests of both halves of the link share: two partners, and what they hold.
#pragma once

#include "tests/unit/backend/replication/link_pair.hpp"
#include "tests/unit/backend/store/store_fixture.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace backend_test {

struct halves_fixture : link_pair {
    void fill(partner& where, int from, int to) {
        for (int i = from; i < to; ++i) where.set(std::to_string(i), "v" + std::to_string(i), now);
    }
    bool has_all(partner& where, int to) {
        for (int i = 0; i < to; ++i) {
            if (where.get(std::to_string(i), now) != "v" + std::to_string(i)) return false;
        }
        return true;
    }
    std::uint64_t sent(partner& by) { return by.records.total().records; }
    bool synced() {
        return a->pair.facts(now.steady).receiving == backend::sync_state::synced &&
               b->pair.facts(now.steady).receiving == backend::sync_state::synced &&
               a->pair.facts(now.steady).sent_all && b->pair.facts(now.steady).sent_all;
    }
    /// As with a log: the data and the note of what was seen outlive the process.
    void restart_with_log(std::optional<partner>& which, std::uint64_t run, const char* name) {
        const auto seen = which->pair.seen();
        std::vector<backend_test::kept_effect> log;
        backend::scan_cursor cursor;
        const auto keep = [&](const backend::effect& what) { log.emplace_back(what); };
        while (which->data.scan(cursor, 8, keep, now.unix)) {
        }
        which.emplace(name, run, now, backlog);
        for (const auto& each : log) which->data.merge(each.view(), now.unix);
        which->sender.begin_life(now);
        which->pair.resume(seen);
    }
};

}  // namespace backend_test
