#include "backend/store/group.hpp"

#include "backend/store/shard.hpp"
#include "shared/hash/hash.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <utility>

namespace backend {

store::group store::hold(std::span<const std::string_view> keys, shared::unix_ms now) {
    std::uint64_t wanted = 0;  // a bit for each shard
    assert(shards_.size() <= 64);
    for (const auto key : keys) wanted |= std::uint64_t{1} << shard_index(shared::xxh3(key));
    std::vector<shard*> shards;
    shards.reserve(static_cast<std::size_t>(std::popcount(wanted)));
    for (; wanted != 0; wanted &= wanted - 1) {
        shards.push_back(shards_[static_cast<std::size_t>(std::countr_zero(wanted))].get());
    }
    return {*this, std::move(shards), now};
}

store::group store::hold_all(shared::unix_ms now) {
    std::vector<shard*> shards;
    shards.reserve(shards_.size());
    for (const auto& each : shards_) shards.push_back(each.get());
    return {*this, std::move(shards), now};
}

store::group::group(store& owner, std::vector<shard*> shards, shared::unix_ms now)
    : owner_(owner), shards_(std::move(shards)), now_(now), outermost_(owner.held() == nullptr) {
    if (!outermost_) {
        assert(std::all_of(shards_.begin(), shards_.end(),
                           [&](const shard* each) { return owner.held()->covers(*each); }));
        shards_.clear();
        return;
    }
    for (shard* const each : shards_) each->lock();
    held_by_thread_ = this;
}

store::group::~group() {
    if (!outermost_) return;
    held_by_thread_ = nullptr;
    for (shard* const each : shards_) each->unlock();
    if (grew_) owner_.make_room(now_);
}

bool store::group::covers(const shard& which) const noexcept {
    return std::find(shards_.begin(), shards_.end(), &which) != shards_.end();
}

store::shard_lock::shard_lock(const store& owner, shard& which)
    : locked_(owner.is_held(which) ? nullptr : &which) {
    if (locked_ != nullptr) locked_->lock();
}

store::shard_lock::~shard_lock() {
    if (locked_ != nullptr) locked_->unlock();
}

store::group* store::held() const noexcept {
    group* const present = held_by_thread_;
    return present != nullptr && &present->owner_ == this ? present : nullptr;
}

bool store::is_held(const shard& which) const noexcept {
    const group* const present = held();
    if (present == nullptr) return false;
    // To wait for a lock out of the order could be for ever.
    assert(present->covers(which));
    return present->covers(which);
}

bool store::leave_room_to_group() const noexcept {
    group* const present = held();
    if (present != nullptr) present->grew_ = true;
    return present != nullptr;
}

}  // namespace backend
