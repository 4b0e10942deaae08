#include "backend/server/transaction.hpp"

#include "backend/commands/table.hpp"
#include "shared/command/keys.hpp"

namespace backend {
namespace {

constexpr std::size_t cost_of_word = sizeof(std::size_t);
constexpr std::size_t cost_of_watching =
    sizeof(watched_key) + 4 * sizeof(void*);  // a node of the set

void add_keys(std::span<const std::string_view> words, held_keys& held) {
    const auto* const spec = shared::find_request(words);
    if (spec == nullptr || spec->id == shared::command_id::info ||
        spec->id == shared::command_id::config) {
        held.everything = true;
        return;
    }
    // Of OBJECT FREQ the keys are the subcommand's, and it is the command that has a handler.
    if (!is_about_data(*shared::find_command(words[0]))) return;
    const auto keys = shared::find_keys(*spec, words);
    if (keys.outcome != shared::key_search::found) {
        held.everything = true;
        return;
    }
    keys.for_each(words, [&held](std::string_view key) { held.keys.push_back(key); });
}

}  // namespace

bool transaction::add(std::span<const std::string_view> words) {
    std::size_t more = 0;
    for (const auto word : words) more += word.size();
    const std::size_t beside = (lengths_.size() + counts_.size() + words.size() + 1) * cost_of_word;
    if (bytes_.size() + more + beside > most_queued_bytes) return false;
    for (const auto word : words) {
        bytes_ += word;
        lengths_.push_back(word.size());
    }
    counts_.push_back(words.size());
    return true;
}

bool watched_keys::has(std::string_view key) const noexcept {
    return keys_.contains(key);
}

bool watched_keys::add(std::string_view key, version stamp, std::uint64_t arrivals) {
    const std::size_t more = key.size() + cost_of_watching;
    if (bytes_ + more > most_queued_bytes) return false;
    bytes_ += more;
    keys_.insert({std::string(key), stamp, arrivals});
    return true;
}

void watched_keys::clear() noexcept {
    keys_.clear();
    bytes_ = 0;
}

held_keys keys_to_hold(const transaction& queued, const watched_keys& watched) {
    held_keys held;
    for (const auto& one : watched.keys()) held.keys.push_back(one.key);
    queued.for_each([&held](std::span<const std::string_view> words) { add_keys(words, held); });
    return held;
}

}  // namespace backend
