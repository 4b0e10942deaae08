// What a store has been told, as a plain map, and a walk of random changes that tells both and
// compares them. The store may have evicted what the model knows; what it has must be right.
#pragma once

#include "backend/store/store.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace backend_test {

struct model_options {
    std::string_view eviction;
    unsigned shards = 4;
    std::uint64_t memory = 2UL << 20U;
    bool tombstones = false;
    std::uint64_t seed = 1;
};

/// One store beside its model. Every method throws std::runtime_error where the two differ.
class model_walk {
  public:
    explicit model_walk(const model_options& options);

    /// One random change.
    void step();

    /// Compares everything, and the sums that the store tells with those of what it shows.
    void compare();

    /// Empties the store; it must take the memory that it took when it was new.
    void empty();

  private:
    struct known {
        std::string value;
        shared::unix_ms expires_at;
        backend::version stamp;
    };

    std::uint64_t random(std::uint64_t below) { return numbers_() % below; }
    std::string random_key();
    std::string random_value();
    shared::unix_ms random_time();
    backend::version random_version();

    void set(const std::string& key);
    void reshape(const std::string& key);
    void set_expiry(const std::string& key);
    void erase(const std::string& key);
    void read(const std::string& key);
    void merge_set(const std::string& key);
    void merge_erase(const std::string& key);
    void drop();
    void flush();
    void change_limit();
    void in_group();
    void scan_on();
    void finish_scan();

    void write(backend::store::entry_access& at, const std::string& key, std::string_view value,
               shared::unix_ms expires_at);
    void forget(const std::string& key, backend::version deleted);
    void drop_below(backend::version floor);
    void check(const std::string& key, bool must_be_there = false);
    void check_memory();
    void check_shown(const backend::effect& what) const;

    std::mt19937_64 numbers_;
    bool tombstones_;
    bool keeps_newest_;  // the others evict it only if it is alone
    shared::unix_ms now_ = 1'700'000'000'000;
    backend::hybrid_clock clock_{0};
    backend::store data_;
    std::uint64_t empty_memory_;
    std::map<std::string, known, std::less<>> live_;
    std::map<std::string, backend::version, std::less<>> deleted_;
    backend::version watermark_ = 0;
    backend::scan_cursor cursor_;
    bool scanning_ = false;
    std::map<std::string, unsigned, std::less<>> to_be_seen_;  // how often they were
};

}  // namespace backend_test
