// MULTI and WATCH of one client: the commands that wait for EXEC and the keys that must not change
// until then. Owned by the session, touched by its worker alone. Pure: what a key's version is, is
// an argument.
#pragma once

#include "backend/clock/version.hpp"

#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backend {

/// Bytes that the queued commands of a client, and the keys that it watches, may take.
inline constexpr std::size_t most_queued_bytes = 64UL * 1024 * 1024;

class transaction {
  public:
    /// False, and nothing is queued, if there would be too many bytes.
    bool add(std::span<const std::string_view> words);

    /// A command could not be queued: EXEC will refuse.
    void spoil() noexcept { spoiled_ = true; }
    bool spoiled() const noexcept { return spoiled_; }

    std::size_t size() const noexcept { return counts_.size(); }

    /// Calls `use` with the words of each command, in order.
    template <typename Use>
    void for_each(Use&& use) const {
        std::vector<std::string_view> words;
        std::size_t at = 0;
        auto length = lengths_.begin();
        for (const auto count : counts_) {
            words.clear();
            for (std::size_t i = 0; i < count; ++i, ++length) {
                words.push_back(std::string_view(bytes_).substr(at, *length));
                at += *length;
            }
            use(std::span<const std::string_view>(words));
        }
    }

  private:
    std::string bytes_;                 // of all words, one after the other
    std::vector<std::size_t> lengths_;  // of each word
    std::vector<std::size_t> counts_;   // of words, for each command
    bool spoiled_ = false;
};

struct watched_key {
    std::string key;
    version stamp;           // when it was watched; 0: there was no such key
    std::uint64_t arrivals;  // of an absent key, as the store counted them then
};

/// In the order of the keys: who chooses them could make a table of hashes as slow as a list.
struct by_key {
    using is_transparent = void;
    bool operator()(const watched_key& a, const watched_key& b) const noexcept {
        return a.key < b.key;
    }
    bool operator()(const watched_key& a, std::string_view b) const noexcept { return a.key < b; }
    bool operator()(std::string_view a, const watched_key& b) const noexcept { return a < b.key; }
};

class watched_keys {
  public:
    bool has(std::string_view key) const noexcept;

    /// False if there would be too many bytes. Requires: `!has(key)`.
    bool add(std::string_view key, version stamp, std::uint64_t arrivals);

    bool empty() const noexcept { return keys_.empty(); }
    const std::set<watched_key, by_key>& keys() const noexcept { return keys_; }
    void clear() noexcept;

  private:
    std::set<watched_key, by_key> keys_;
    std::size_t bytes_ = 0;
};

/// The keys whose shards EXEC has to hold; `everything` if some command reads more than keys that
/// its words name.
struct held_keys {
    std::vector<std::string_view> keys;
    bool everything = false;
};

/// The keys point into both arguments.
held_keys keys_to_hold(const transaction& queued, const watched_keys& watched);

}  // namespace backend
