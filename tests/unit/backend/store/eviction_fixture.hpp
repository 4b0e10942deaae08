// Entries in the parts of a policy, for the tests of the policies.
#pragma once

#include "backend/store/eviction.hpp"
#include "backend/store/fifo_queues.hpp"
#include "backend/store/linked_queues.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backend_test {

/// What a shard has of a policy, and no more than that needs.
class eviction_part {
  public:
    explicit eviction_part(backend::eviction_policy& policy) {
        if (policy.needs_links()) {
            queues_ = std::make_unique<backend::linked_queues>(policy.queues, log_);
        } else {
            queues_ = std::make_unique<backend::fifo_queues>(policy.queues, log_, index_);
        }
        part = policy.make_part(*queues_);
    }

    void add(std::string_view key, std::string_view value = {}) {
        const unsigned queue = part->admit(backend::hash_of(key), shape_of(key, value).size());
        const auto made = write(queue, key, value);
        index_.insert(backend::hash_of(key), made);
        part->add(made, backend::hash_of(key), queue);
    }
    void use(std::string_view key) { part->use(find(key), backend::hash_of(key)); }
    void replace(std::string_view key, std::string_view value) {
        const auto old = find(key);
        const auto made = write(queue_of(key), key, value);
        backend::entry taking_over = log_.at(made);
        taking_over.set_uses(log_.at(old).uses());
        part->replace(old, made, backend::hash_of(key));
        index_.relocate(backend::hash_of(key), old, made);
        log_.kill(old);
    }
    void remove(std::string_view key) {
        const auto removed = find(key);
        part->remove(removed);
        destroy(key, removed);
    }
    /// The key of what was evicted.
    std::optional<std::string> evict(unsigned queue) {
        const auto victim = part->evict(queue);
        if (victim == backend::no_entry) return std::nullopt;
        std::string key(log_.at(victim).key());
        destroy(key, victim);
        return key;
    }

    bool has(std::string_view key) const { return find(key) != backend::no_entry; }
    unsigned queue_of(std::string_view key) const { return queues_->queue_of(find(key)); }
    std::size_t size() const { return index_.size(); }

    std::unique_ptr<backend::eviction> part;

  private:
    backend::entry::shape shape_of(std::string_view key, std::string_view value) const {
        return {.key_size = key.size(), .value_size = value.size(), .linked = queues_->linked()};
    }
    backend::entry_ref write(unsigned queue, std::string_view key, std::string_view value) {
        const auto what = shape_of(key, value);
        const auto made = log_.append(queues_->list_for(queue), what.size(), queues_->next_stamp());
        backend::entry::write(log_.at(made).at(), what, key, 1).overwrite(value);
        return made;
    }
    backend::entry_ref find(std::string_view key) const {
        return index_.find(backend::hash_of(key), [&](backend::entry_ref candidate) {
            return log_.at(candidate).key() == key;
        });
    }
    void destroy(std::string_view key, backend::entry_ref gone) {
        index_.remove(backend::hash_of(key), gone);
        log_.kill(gone);
    }

    backend::entry_log log_;
    backend::entry_index index_;
    std::unique_ptr<backend::entry_queues> queues_;
};

/// A step of eviction over the parts; the key of what was evicted.
inline std::optional<std::string> evict_step(const backend::eviction_policy& policy,
                                             std::vector<std::unique_ptr<eviction_part>>& parts) {
    const auto next = backend::next_eviction(
        policy, parts.size(),
        [&parts](std::size_t part, unsigned queue) { return parts[part]->part->rank(queue); });
    return next ? parts[next->shard]->evict(next->queue) : std::nullopt;
}

/// Entries whose keys are letters.
template <typename Policy>
class one_part {
  public:
    explicit one_part(unsigned parts = 1) {
        for (unsigned i = 0; i < parts; ++i) {
            parts_.push_back(std::make_unique<eviction_part>(policy));
        }
    }

    void add(char name, unsigned part = 0) { add(name, std::string_view(), part); }
    void add(char name, std::string_view value, unsigned part = 0) {
        parts_[part]->add({&name, 1}, value);
    }
    void add_all(std::string_view names) {
        for (const char name : names) add(name);
    }
    void use(char name, int times = 1) {
        for (int i = 0; i < times; ++i) parts_[0]->use({&name, 1});
    }
    void remove(char name) { parts_[0]->remove({&name, 1}); }
    void replace(char name, std::string_view value) { parts_[0]->replace({&name, 1}, value); }

    /// Evicts one; its name, '-' without entries.
    char evict() {
        while (size() > 0) {
            if (const auto victim = evict_step(policy, parts_)) return victim->front();
        }
        return '-';
    }
    std::string evict(int count) {
        std::string names;
        while (count-- > 0) names += evict();
        return names;
    }

    bool has(char name) const { return parts_[0]->has({&name, 1}); }
    unsigned queue_of(char name) const { return parts_[0]->queue_of({&name, 1}); }
    std::size_t size() const {
        std::size_t sum = 0;
        for (const auto& each : parts_) sum += each->size();
        return sum;
    }
    backend::eviction& part(unsigned which = 0) { return *parts_[which]->part; }

    Policy policy;

  private:
    std::vector<std::unique_ptr<eviction_part>> parts_;
};

}  // namespace backend_test
