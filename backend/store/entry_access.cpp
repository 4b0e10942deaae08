// A client's change: version, data and the sink, all under the lock of the key's shard, so that the
// sink is told in the order of the versions.
#include "backend/store/shard.hpp"
#include "backend/store/store.hpp"
#include "shared/hash/hash.hpp"

namespace backend {

store::entry_access::entry_access(store& owner, std::string_view key, shared::unix_ms now)
    : owner_(owner),
      key_(key),
      now_(now),
      hash_(shared::xxh3(key)),
      shard_(owner.shard_of(hash_)),
      held_by_group_(held_by_thread_ != nullptr && owner.is_held(shard_)) {
    if (!held_by_group_) shard_.lock();
    held_ = shard_.find(located(), now_);
}

store::entry_access::~entry_access() {
    if (!held_by_group_) shard_.unlock();
    if (changed_) owner_.make_room(now_);
}

bool store::entry_access::exists() const noexcept {
    return held_.is_live();
}

std::string_view store::entry_access::value() const noexcept {
    return held_.held.value();
}

shared::unix_ms store::entry_access::expires_at() const noexcept {
    return held_.held.expires_at();
}

version store::entry_access::stamp() const noexcept {
    return held_ ? held_.held.stamp() : 0;
}

std::size_t store::entry_access::memory() const noexcept {
    constexpr std::size_t in_index = 12;
    return held_.held.size() + in_index;
}

bool store::entry_access::could_hold(std::size_t value_size) const noexcept {
    return owner_.could_hold(key_.size(), value_size);
}

void store::entry_access::touch() noexcept {
    ++shard_.counters.hits;
    shard_.use(held_, located().hash);
}

void store::entry_access::miss() noexcept {
    ++shard_.counters.misses;
}

lease_book& store::entry_access::leases() const noexcept {
    return owner_.leases_[owner_.shard_index(hash_)];
}

lease store::entry_access::held_lease() {
    return leases().find(hash_, now_);
}

version store::entry_access::grant_lease(shared::unix_ms until) {
    const version token = owner_.clock_.next(now_);
    leases().grant(hash_, {token, until}, now_);
    return token;
}

bool store::entry_access::end_lease(version token) {
    if (token == 0 || held_lease().token != token) return false;
    leases().end(hash_);
    return true;
}

watch_book& store::entry_access::watches() const noexcept {
    return owner_.watches_[owner_.shard_index(hash_)];
}

std::uint64_t store::entry_access::watch_absence() {
    return watches().watch(hash_);
}

std::uint64_t store::entry_access::end_absence_watch() {
    return watches().unwatch(hash_);
}

bool store::entry_access::set(std::string_view value, shared::unix_ms expires_at) {
    if (has_passed(expires_at)) {
        erase();
        return true;
    }
    if (!owner_.around_->fits(key_.size(), value.size())) return false;
    const bool arrives = !exists();  // before `put`, which may free what is held
    const version stamp = owner_.clock_.next(now_);
    const located_entry put = shard_.put(held_, located(), value, expires_at, stamp);
    if (!put) return false;
    if (arrives) watches().on_arrival(hash_);
    held_ = put;
    changed_ = true;
    leases().end(hash_);
    tell(effect_kind::set, stamp);
    return true;
}

bool store::entry_access::set_expiry(shared::unix_ms expires_at) {
    if (has_passed(expires_at)) {
        erase();
        return true;
    }
    const version stamp = owner_.clock_.next(now_);
    const located_entry put = shard_.set_expiry(held_, located(), expires_at, stamp);
    if (!put) return false;
    held_ = put;
    leases().end(hash_);
    changed_ = true;
    tell(effect_kind::set, stamp);
    return true;
}

void store::entry_access::erase() {
    leases().end(hash_);  // even of an absent key: what fills it may be read from before the delete
    // Nor is it enough that it was deleted before: the partner may have written since.
    const bool told = owner_.options_.tombstones || owner_.options_.absent_deletes;
    if (!exists() && !told) return;
    const version stamp = owner_.clock_.next(now_);
    held_ = held_ ? shard_.bury(held_, located(), stamp) : shard_.bury_absent(located(), stamp);
    changed_ = true;
    tell(effect_kind::erase, stamp);
}

void store::entry_access::tell(effect_kind kind, version stamp) const {
    if (owner_.sink_ == nullptr) return;
    effect what{.kind = kind, .stamp = stamp, .key = key_};
    if (kind == effect_kind::set) {
        what.expires_at = held_.held.expires_at();
        what.value = held_.held.value();
    }
    owner_.sink_->on_effect(what);
}

}  // namespace backend
