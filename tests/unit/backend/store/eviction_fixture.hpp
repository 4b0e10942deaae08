// Entries, and one part of a policy that holds them, for the tests of the policies.
#pragma once

#include "backend/store/eviction.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace backend_test {

template <typename Policy>
class one_part {
  public:
    explicit one_part(unsigned parts = 1) {
        for (unsigned i = 0; i < parts; ++i) parts_.push_back(policy.make_part());
    }
    ~one_part() {
        for (auto& [name, held] : entries_) backend::entry::destroy(held);
    }

    /// Adds an entry with the letter as its key; its hash is well spread.
    backend::entry& add(char name, unsigned part = 0) {
        return add(name, std::string_view(), part);
    }
    backend::entry& add(char name, std::string_view value, unsigned part = 0) {
        backend::entry* const made = make(name, value);
        entries_[name] = made;
        parts_[part]->add(*made);
        return *made;
    }
    void add_all(std::string_view names) {
        for (const char name : names) add(name);
    }
    void use(char name, int times = 1) {
        for (int i = 0; i < times; ++i) parts_[0]->use(*entries_.at(name));
    }
    void remove(char name) {
        parts_[0]->remove(*entries_.at(name));
        destroy(name);
    }
    void replace(char name, std::string_view value) {
        backend::entry* const made = make(name, value);
        parts_[0]->replace(*entries_.at(name), *made);
        destroy(name);
        entries_[name] = made;
    }

    /// Evicts one; its name, '-' without entries.
    char evict() {
        for (;;) {
            const auto next = backend::next_eviction(
                policy, parts_.size(),
                [this](std::size_t part, unsigned queue) { return parts_[part]->rank(queue); });
            if (!next) return '-';
            backend::entry* const victim = parts_[next->shard]->evict(next->queue);
            if (victim == nullptr) continue;
            const char name = victim->key().front();
            destroy(name);
            return name;
        }
    }
    std::string evict(int count) {
        std::string names;
        while (count-- > 0) names += evict();
        return names;
    }

    unsigned queue_of(char name) const { return entries_.at(name)->queue; }
    std::size_t size() const { return entries_.size(); }
    backend::eviction& part(unsigned which = 0) { return *parts_[which]; }

    Policy policy;

  private:
    static backend::entry* make(char name, std::string_view value) {
        const auto hash =
            static_cast<std::uint32_t>(static_cast<unsigned char>(name)) * 0x9E3779B1U;
        return backend::entry::make(hash, std::string_view(&name, 1), value);
    }
    void destroy(char name) {
        backend::entry::destroy(entries_.at(name));
        entries_.erase(name);
    }

    std::vector<std::unique_ptr<backend::eviction>> parts_;
    std::map<char, backend::entry*> entries_;
};

}  // namespace backend_test
