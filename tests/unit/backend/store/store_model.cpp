#include "tests/unit/backend/store/store_model.hpp"

#include "backend/store/group.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace backend_test {
namespace {

constexpr std::uint64_t keys = 600;
constexpr std::size_t longest_value = 300'000;

void require(bool holds, std::string_view what, std::string_view key = {}) {
    if (!holds) throw std::runtime_error(std::string(what) + ": " + std::string(key.substr(0, 40)));
}

}  // namespace

model_walk::model_walk(const model_options& options)
    : numbers_(options.seed),
      tombstones_(options.tombstones),
      keeps_newest_(options.eviction != "w-tinylfu"),
      data_({.memory = options.memory,
             .shards = options.shards,
             .eviction = options.eviction,
             .tombstones = options.tombstones},
            clock_, nullptr),
      empty_memory_(data_.used_memory()) {}

void model_walk::step() {
    now_ += static_cast<shared::unix_ms>(random(8));
    const std::string key = random_key();
    const std::uint64_t choice = random(1000);
    if (choice < 250) {
        set(key);
    } else if (choice < 400) {
        reshape(key);
    } else if (choice < 500) {
        set_expiry(key);
    } else if (choice < 560) {
        erase(key);
    } else if (choice < 740) {
        read(key);
    } else if (choice < 840) {
        merge_set(key);
    } else if (choice < 880) {
        merge_erase(key);
    } else if (choice < 920) {
        in_group();
    } else if (choice < 970) {
        scan_on();
    } else if (choice < 985) {
        data_.expire_some(now_, random(100));
    } else if (choice < 992) {
        change_limit();
    } else if (choice < 995) {
        data_.forget_tombstones(random_version(), random_version());
    } else if (choice < 997) {
        drop();
    } else if (choice == 997) {
        now_ += static_cast<shared::unix_ms>(random(60'000));
    } else if (random(10) == 0) {
        flush();
    }
    check(key);
    check_memory();
}

/// Some are used much more than others; one in a hundred has a key so long that it may take a
/// segment of its own.
std::string model_walk::random_key() {
    const std::uint64_t number = std::min(random(keys), random(keys));
    std::string key = std::to_string(number);
    if (number % 100 == 7) key.resize(500 * (number / 100 + 1) * (number / 100 + 1), 'k');
    return key;
}

std::string model_walk::random_value() {
    static constexpr std::array<std::size_t, 8> sizes{1,    20,   100,    100,
                                                      1000, 5000, 20'000, longest_value};
    std::string value(random(sizes[random(sizes.size())] + 1), '\0');
    std::uint64_t word = numbers_();
    for (char& each : value)
        each = static_cast<char>((word = word * 0x9E3779B97F4A7C15U + 1) >> 56U);
    return value;
}

shared::unix_ms model_walk::random_time() {
    switch (random(8)) {
        case 0:
            return now_ + static_cast<shared::unix_ms>(random(20));
        case 1:
            return now_ + static_cast<shared::unix_ms>(random(2000));
        case 2:
            return now_ + static_cast<shared::unix_ms>(random(1'000'000));
        case 3:
            return now_ + (shared::unix_ms{1} << 50U);  // which takes eight bytes
        case 4:
            return now_ - static_cast<shared::unix_ms>(random(20));
        default:
            return 0;
    }
}

/// Of a partner whose clock is near.
backend::version model_walk::random_version() {
    const auto around = now_ + 20 - static_cast<shared::unix_ms>(random(2000));
    return backend::version_at(around) + 2 * random(1000) + 1;
}

void model_walk::write(backend::store::entry_access& at, const std::string& key,
                       std::string_view value, shared::unix_ms expires_at) {
    const std::string kept(value);
    const bool fits = at.could_hold(value.size());
    const bool passed = expires_at != 0 && expires_at <= now_;
    to_be_seen_.erase(key);
    require(at.set(value, expires_at) == (fits || passed), "set refuses what fits", key);
    if (passed) {
        forget(key, at.stamp());
    } else if (fits) {
        require(at.exists() && at.value() == kept && at.expires_at() == expires_at, "not set", key);
        live_[key] = {kept, expires_at, at.stamp()};
        deleted_.erase(key);
    }
}

void model_walk::forget(const std::string& key, backend::version deleted) {
    live_.erase(key);
    to_be_seen_.erase(key);
    if (deleted != 0) deleted_[key] = deleted;
}

void model_walk::set(const std::string& key) {
    const std::string value = random_value();
    const shared::unix_ms time = random_time();
    bool fits = false;
    {
        auto at = data_.open(key, now_);
        fits = at.could_hold(value.size());
        write(at, key, value, time);
    }
    if (fits && (time == 0 || time > now_)) check(key, keeps_newest_);
}

/// A part of the present value, or that and more, in its place.
void model_walk::reshape(const std::string& key) {
    auto at = data_.open(key, now_);
    if (!at.exists()) return;
    const std::string_view present = at.value();
    const shared::unix_ms time = random(2) == 0 ? at.expires_at() : random_time();
    const std::size_t cut = random(3) == 0 ? random(present.size() + 1) : random(30);
    if (random(3) == 0 && present.size() < longest_value) {
        write(at, key, std::string(present) + random_value().substr(0, random(2000)), time);
    } else {
        const std::size_t gone = std::min(cut, present.size());
        write(at, key,
              random(2) == 0 ? present.substr(gone) : present.substr(0, present.size() - gone),
              time);
    }
}

void model_walk::set_expiry(const std::string& key) {
    auto at = data_.open(key, now_);
    if (!at.exists()) return;
    const shared::unix_ms time = random_time();
    to_be_seen_.erase(key);
    require(at.set_expiry(time), "no time set", key);
    if (!at.exists()) {
        forget(key, at.stamp());
        return;
    }
    live_[key].expires_at = time;
    live_[key].stamp = at.stamp();
}

void model_walk::erase(const std::string& key) {
    auto at = data_.open(key, now_);
    at.erase();
    require(!at.exists(), "erased, but there", key);
    forget(key, at.stamp());
}

void model_walk::read(const std::string& key) {
    auto at = data_.open(key, now_);
    if (at.exists()) {
        at.touch();
    } else {
        at.miss();
    }
}

void model_walk::merge_set(const std::string& key) {
    const std::string value = random_value();
    const backend::effect what{.kind = backend::effect_kind::set,
                               .stamp = random_version(),
                               .expires_at = random_time(),
                               .key = key,
                               .value = value};
    backend::version before = 0;
    {
        auto at = data_.open(key, now_);
        before = at.stamp();
    }
    const bool changed = data_.merge(what, now_);
    require(!changed || what.stamp >= before, "an older effect has won", key);
    require(!changed || what.stamp >= watermark_, "an effect from before the flush has won", key);
    if (!changed) return;
    to_be_seen_.erase(key);
    const auto erased = deleted_.find(key);
    if (tombstones_ && erased != deleted_.end() && erased->second > what.stamp) {
        require(erased->second < data_.tombstone_floor(), "a deleted key is back", key);
    }
    deleted_.erase(key);
    live_[key] = {value, what.expires_at, what.stamp};
    if (what.expires_at != 0 && what.expires_at <= now_) live_.erase(key);
}

void model_walk::merge_erase(const std::string& key) {
    const backend::version stamp = random_version();
    backend::version before = 0;
    {
        auto at = data_.open(key, now_);
        before = at.stamp();
    }
    const bool changed =
        data_.merge({.kind = backend::effect_kind::erase, .stamp = stamp, .key = key}, now_);
    const bool newer = before < stamp && stamp >= watermark_;
    // An absent key gets a tombstone, if there is room for one.
    const bool may_change = newer && (before != 0 || tombstones_);
    require(changed ? may_change : !newer || before == 0, "merged wrongly", key);
    if (changed) forget(key, stamp);
}

void model_walk::drop_below(backend::version floor) {
    for (auto each = live_.begin(); each != live_.end();) {
        if (each->second.stamp >= floor) {
            ++each;
            continue;
        }
        to_be_seen_.erase(each->first);
        each = live_.erase(each);
    }
}

void model_walk::drop() {
    const backend::version floor = random_version() - backend::version_at(20'000);
    data_.drop_older_than(floor);
    drop_below(floor);
}

void model_walk::flush() {
    if (random(2) == 0) {
        data_.flush(now_);
        watermark_ = clock_.next(now_);
        drop_below(watermark_);
        require(data_.size() == 0, "something outlives a flush");
        deleted_.clear();
        return;
    }
    const backend::version stamp = random_version();
    data_.merge({.kind = backend::effect_kind::flush, .stamp = stamp}, now_);
    watermark_ = std::max(watermark_, stamp);
    drop_below(stamp);
}

void model_walk::change_limit() {
    static constexpr std::array<std::uint64_t, 4> limits{700'000, 1'500'000, 4'000'000, 30'000'000};
    data_.set_memory_limit(limits[random(limits.size())] + random(100'000), now_);
}

void model_walk::in_group() {
    std::array<std::string, 4> held;
    for (std::string& each : held) each = random_key();
    const std::vector<std::string_view> names(held.begin(), held.end());
    {
        const auto all = data_.hold(names, now_);
        for (const std::string& each : held) {
            auto at = data_.open(each, now_);
            if (random(4) == 0) {
                at.erase();
                forget(each, at.stamp());
            } else {
                write(at, each, random_value(), random_time());
            }
        }
    }
    for (const std::string& each : held) check(each);
}

/// A part of a scan that other steps change the store under.
void model_walk::scan_on() {
    if (!scanning_) {
        cursor_ = {};
        to_be_seen_.clear();
        for (const auto& [key, what] : live_) to_be_seen_[key] = 0;
        scanning_ = true;
    }
    const auto note = [&](const backend::effect& what) {
        check_shown(what);
        const auto found = to_be_seen_.find(what.key);
        if (found != to_be_seen_.end()) ++found->second;
    };
    if (!data_.scan(cursor_, 1 + random(50), note, now_)) finish_scan();
}

void model_walk::finish_scan() {
    for (const auto& [key, times] : to_be_seen_) {
        const bool is_there = data_.open(key, now_).exists();
        require(times == 1 || (times == 0 && !is_there), "not seen once by a scan", key);
    }
    to_be_seen_.clear();
    scanning_ = false;
}

void model_walk::check_shown(const backend::effect& what) const {
    if (what.kind != backend::effect_kind::set) return;
    const auto found = live_.find(what.key);
    require(found != live_.end(), "a scan shows what is gone", what.key);
    const known& expected = found->second;
    require(what.value == expected.value && what.stamp == expected.stamp &&
                what.expires_at == expected.expires_at,
            "a scan shows something else", what.key);
}

void model_walk::check(const std::string& key, bool must_be_there) {
    auto at = data_.open(key, now_);
    const auto found = live_.find(key);
    if (!at.exists()) {
        require(!must_be_there, "what was just set is gone", key);
        return;
    }
    require(found != live_.end(), "a deleted key is there", key);
    const known& expected = found->second;
    require(at.value() == expected.value, "another value", key);
    require(at.stamp() == expected.stamp, "another version", key);
    require(at.expires_at() == expected.expires_at, "another time", key);
    require(expected.expires_at == 0 || expected.expires_at > now_, "expired, but there", key);
}

// What is removed without a change by a client may begin a smaller index beside the present one.
void model_walk::check_memory() {
    constexpr std::uint64_t begun = 16UL * 1024;
    if (data_.used_memory() <= data_.memory_limit() + begun) return;
    require(data_.size() == 0, "more memory than the limit");
}

void model_walk::compare() {
    std::uint64_t bytes = 0;
    std::uint64_t shown = 0;
    std::uint64_t with_expiry = 0;
    std::uint64_t tombstones = 0;
    while (data_.expire_some(now_ + 16, 1000)) {  // after 16 ms at the latest all have gone
    }
    const auto count = [&](const backend::effect& what) {
        check_shown(what);
        if (what.kind == backend::effect_kind::erase) ++tombstones;
        if (what.kind != backend::effect_kind::set) return;
        ++shown;
        bytes += what.key.size() + what.value.size();
        if (what.expires_at != 0) ++with_expiry;
    };
    for (backend::scan_cursor cursor; data_.scan(cursor, 100, count, now_);) {
    }
    const backend::store_stats told = data_.stats();
    require(told.keys == shown, "keys");
    require(told.data_bytes == bytes, "data_bytes");
    require(told.keys_with_expiry == with_expiry, "keys_with_expiry");
    require(told.tombstones == tombstones, "tombstones");
}

void model_walk::empty() {
    data_.flush(now_);
    live_.clear();
    compare();
    require(data_.size() == 0, "something outlives a flush");
    require(data_.used_memory() <= empty_memory_ + backend::eviction_policy::spare_bytes,
            "an empty store takes " + std::to_string(data_.used_memory()) + " bytes, a new one " +
                std::to_string(empty_memory_));
}

}  // namespace backend_test
