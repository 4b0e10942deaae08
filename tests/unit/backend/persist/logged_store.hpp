// A store with its log on a made-up disk, without threads: what the tests of crashes and errors
// drive. It writes down what was changed and what was acknowledged, and `check` compares that with
// a store that was started from the disk again.
#pragma once

#include "backend/persist/log_keeper.hpp"
#include "backend/replication/restore.hpp"
#include "tests/support/fake_disk.hpp"
#include "tests/unit/backend/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>

namespace backend_test {

/// The machine stops in the middle of an operation.
struct power_cut {};

/// What became of every change: told by one store, and kept over its end.
struct history {
    std::vector<kept_effect> effects;  // in their order
    std::vector<bool> acknowledged;    // for each; what was not may have survived or not
    std::size_t life_began = 0;        // with that effect

    void add(const backend::effect& what) {
        effects.emplace_back(what);
        acknowledged.push_back(false);
    }
    void acknowledge() {
        std::fill(acknowledged.begin() + static_cast<std::ptrdiff_t>(life_began),
                  acknowledged.end(), true);
    }
    bool all_acknowledged() const {
        return std::find(acknowledged.begin(), acknowledged.end(), false) == acknowledged.end();
    }

    void check(backend::store& data, shared::unix_ms now) const {
        std::set<std::string> keys;
        for (const auto& each : effects) keys.insert(each.key);
        for (const auto& key : keys) {
            if (!key.empty()) check(data, key, now);
        }
    }

    /// The key is as after its last acknowledged change, or as after a later one.
    void check(backend::store& data, const std::string& key, shared::unix_ms now) const {
        auto found = data.open(key, now);
        bool fits = true;  // an absent key, as long as nothing was acknowledged
        if (found.exists()) fits = false;
        for (std::size_t i = 0; i < effects.size(); ++i) {
            const auto& each = effects[i];
            const bool flush = each.kind == backend::effect_kind::flush;
            if (each.key != key && !flush) continue;
            const bool sets = each.kind == backend::effect_kind::set;
            const bool shows = sets ? found.exists() && found.stamp() == each.stamp &&
                                          found.value() == each.value &&
                                          found.expires_at() == each.expires_at
                                    : !found.exists();
            fits = acknowledged[i] ? shows : fits || shows;
        }
        BOOST_TEST(fits, "the key " << key << " is wrong");
    }
};

class logged_store final : private backend::effect_sink {
  public:
    logged_store(fake_disk& disk, history& past, backend::fsync_policy policy, bool tombstones)
        : past_(past),
          settings_{.dir = {}, .fsync = policy, .rewrite_growth = 0},
          tombstones_(tombstones),
          clock_(0),
          data(
              {.memory = 1UL << 20U, .shards = 4, .tombstones = tombstones, .absent_deletes = true},
              clock_, this),
          directory_(disk, "a1"),
          log(policy),
          keeper(directory_, log, settings_, [this] { return scan(); }) {
        past_.life_began = past_.effects.size();
    }

    /// As the program starts; the problem, or nothing.
    std::string start() {
        if (auto problem = directory_.open(false); !problem.empty()) return problem;
        auto tail = directory_.create(backend::log_kind::tail);
        if (!tail) return tail.error().message();
        backend::replay_progress progress;
        backend::restorer restorer(data, tombstones_);
        backend::replay replay(
            directory_, false,
            [&](const backend::effect& what) {
                if (what.kind == backend::effect_kind::flush) log.note_flush(what.stamp);
                restorer.apply(what, now);
            },
            progress);
        auto outcome = replay.run(stop_);
        if (!outcome) return outcome.error();
        keeper.begin(std::move(*outcome), std::move(*tail));
        return {};
    }

    /// Some changes, a commit, and what the log's thread does meanwhile.
    void turn(std::mt19937& chance) {
        for (auto changes = chance() % 3 + 1; changes != 0; --changes) change(chance);
        if (log.commit()) past_.acknowledge();
        if (chance() % 16 == 0) keeper.request_rewrite();
        for (auto steps = chance() % 3; steps != 0; --steps) work();
        now += 10;
    }

    void work() {
        time_ += std::chrono::milliseconds(50);
        keeper.step(time_);
    }

    shared::unix_ms now = 1'000'000;

  private:
    void change(std::mt19937& chance) {
        const auto key = "key" + std::to_string(chance() % 12);
        const auto kind = chance() % 40;
        if (kind == 0) return data.flush(now);
        auto entry = data.open(key, now);
        if (kind < 14) return entry.erase();
        const auto expiry = kind < 20 ? now + 1'000'000'000 : 0;
        entry.set("value" + std::to_string(chance() % 1000), expiry);
    }

    void on_effect(const backend::effect& what) override {
        log.append(what);
        past_.add(what);
    }

    backend::data_scan scan() {
        return backend::scan_for_log(data, {}, [this] { return now; });
    }

    history& past_;
    backend::log_settings settings_;
    bool tombstones_;
    backend::hybrid_clock clock_;

  public:
    backend::store data;

  private:
    backend::log_directory directory_;
    shared::steady_time time_{};
    std::atomic<bool> stop_{false};

  public:
    backend::append_log log;
    backend::log_keeper keeper;
};

}  // namespace backend_test
