#include "tests/simulation/history.hpp"

#include "shared/hash/hash.hpp"

#include <charconv>

namespace simulation {

std::string key_name(key_number key) {
    return "k" + std::to_string(key);
}

key_number key_of(std::string_view name) {
    key_number number = all_keys;
    std::from_chars(name.data() + 1, name.data() + name.size(), number);
    return number;
}

std::string describe(const operation& what) {
    constexpr std::array<std::string_view, 5> kinds{"?", "set", "erase", "flush", "mark"};
    std::string text(kinds[static_cast<std::size_t>(what.kind)]);
    if (what.key != all_keys) text += " " + key_name(what.key);
    text += " version " + std::to_string(what.stamp) + " at " +
            std::to_string(static_cast<double>(what.made_at) / second) +
            (what.acknowledged ? ", acknowledged" : "");
    if (what.expires_at != 0) text += ", expires at " + std::to_string(what.expires_at);
    const auto where = [&](std::string_view place, std::uint8_t sides) {
        if (sides != 0)
            text += std::string(", ") + std::string(place) + (sides & 1 ? " a1" : "") +
                    (sides & 2 ? " a2" : "");
    };
    where("in memory of", what.in_memory);
    where("in the file of", what.in_file);
    where("on the disk of", what.on_disk);
    return text;
}

std::uint32_t history::add(const backend::effect& what, unsigned side) {
    const auto which = static_cast<std::uint32_t>(all_.size());
    const bool flush = what.kind == backend::effect_kind::flush;
    all_.push_back({.stamp = what.stamp,
                    .kind = what.kind,
                    .key = flush ? all_keys : key_of(what.key),
                    .digest = shared::xxh3(what.value),
                    .expires_at = what.expires_at,
                    .side = static_cast<std::uint8_t>(side),
                    .made_at = time_.now(),
                    .in_memory = bit(side)});
    unfiled_[side].push_back(which);
    unshared_[1 - side].push_back(which);
    (flush ? flushes_ : of_key_[all_.back().key]).push_back(which);
    return which;
}

void history::hold(std::uint32_t which, unsigned side) {
    auto& what = all_[which];
    if ((what.in_memory & bit(side)) != 0) return;
    what.in_memory |= bit(side);
    unfiled_[side].push_back(which);
}

void history::share(unsigned holder, backend::version before) {
    const unsigned to = 1 - holder;
    std::erase_if(unshared_[to], [&](std::uint32_t which) {
        const auto& what = all_[which];
        if ((what.in_memory & bit(holder)) != 0 && what.stamp < before) hold(which, to);
        return (what.in_memory & bit(to)) != 0;
    });
}

void history::filed(unsigned side) {
    for (const auto which : unfiled_[side]) {
        if ((all_[which].in_memory & bit(side)) == 0) continue;
        all_[which].in_file |= bit(side);
        unsynced_[side].push_back(which);
    }
    unfiled_[side].clear();
}

void history::synced(unsigned side) {
    for (const auto which : unsynced_[side]) {
        if ((all_[which].in_file & bit(side)) != 0) all_[which].on_disk |= bit(side);
    }
    unsynced_[side].clear();
}

std::vector<std::uint32_t> history::in_memory_of(unsigned side) const {
    std::vector<std::uint32_t> found;
    for (std::uint32_t which = 0; which < all_.size(); ++which) {
        if ((all_[which].in_memory & bit(side)) != 0) found.push_back(which);
    }
    return found;
}

void history::rewritten(unsigned side, const std::vector<std::uint32_t>& written) {
    for (const auto which : written) {
        auto& what = all_[which];
        if ((what.in_memory & bit(side)) == 0) continue;
        what.in_file |= bit(side);
        what.on_disk |= bit(side);
    }
}

void history::replayed(unsigned side) {
    unshared_[side].clear();
    for (std::uint32_t which = 0; which < all_.size(); ++which) {
        auto& what = all_[which];
        if ((what.in_file & bit(side)) != 0) {
            what.in_memory |= bit(side);
        } else {
            unshared_[side].push_back(which);
        }
    }
}

void history::memory_lost(unsigned side) {
    unshared_[side].clear();
    for (std::uint32_t which = 0; which < all_.size(); ++which) {
        all_[which].in_memory &= static_cast<std::uint8_t>(~bit(side));
        unshared_[side].push_back(which);
    }
    unfiled_[side].clear();
    unsynced_[side].clear();
}

void history::unsynced_lost(unsigned side) {
    for (auto& what : all_) {
        if ((what.on_disk & bit(side)) == 0) what.in_file &= static_cast<std::uint8_t>(~bit(side));
    }
}

void history::log_lost(unsigned side) {
    for (auto& what : all_) {
        what.in_file &= static_cast<std::uint8_t>(~bit(side));
        what.on_disk &= static_cast<std::uint8_t>(~bit(side));
    }
}

void history::dropped(unsigned side, backend::version floor) {
    const auto kept = static_cast<std::uint8_t>(~bit(side));
    for (const auto& of_one : of_key_) {
        backend::version newest = 0;  // that is dropped; what it has replaced is gone, too
        for (const auto which : of_one) {
            const auto& what = all_[which];
            if (what.kind == backend::effect_kind::set && what.stamp < floor)
                newest = std::max(newest, what.stamp);
        }
        for (const auto which : of_one) {
            auto& what = all_[which];
            if (what.stamp > newest) continue;
            what.in_memory &= kept;
            what.in_file &= kept;
            what.on_disk &= kept;
        }
    }
}

void history::pardon(backend::version floor) {
    for (const auto& gone : all_) {
        const bool deleted = gone.kind == backend::effect_kind::erase;
        if (!(deleted || may_have_expired(gone)) || gone.stamp >= floor) continue;
        for (const auto which : of_key_[gone.key]) {
            auto& what = all_[which];
            if (what.stamp <= gone.stamp) what.in_memory = what.in_file = what.on_disk = 0;
        }
    }
}

}  // namespace simulation
