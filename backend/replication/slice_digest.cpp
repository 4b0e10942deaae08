#include "backend/replication/slice_digest.hpp"

#include "backend/persist/little_endian.hpp"
#include "shared/hash/hash.hpp"

#include <algorithm>
#include <bit>

namespace backend {
namespace {

constexpr unsigned slice_shift = 32 - std::countr_zero(slices);
constexpr std::size_t entries_at_once = 8;  // few, for they may be large
constexpr std::size_t question_size = sizeof(slice_number) + sizeof(std::uint64_t);
constexpr std::size_t answer_header_size = sizeof(slice_number) + 1;
constexpr std::size_t most_prints = 50'000;

std::uint64_t content_of(const effect& what) {
    const std::uint64_t parts[] = {what.stamp, static_cast<std::uint64_t>(what.expires_at),
                                   shared::xxh3(what.value)};
    return shared::xxh3({reinterpret_cast<const char*>(parts), sizeof parts});
}

}  // namespace

std::vector<key_print> prints_of(store& data, slice_number slice, shared::unix_ms now) {
    std::vector<key_print> found;
    const auto take = [&](const effect& what) {
        if (what.kind != effect_kind::set) return;
        const std::uint64_t hash = shared::xxh3(what.key);
        if (static_cast<std::uint32_t>(hash) >> slice_shift == slice)
            found.push_back({hash, content_of(what)});
    };
    const std::uint64_t begin = static_cast<std::uint64_t>(slice) << slice_shift;
    const std::uint64_t end = begin + (1ULL << slice_shift);
    for (std::size_t shard = 0; shard < data.shards(); ++shard) {
        scan_cursor at{.shard = shard, .position = begin};
        while (at.shard == shard && at.position < end) data.scan(at, entries_at_once, take, now);
    }
    std::sort(found.begin(), found.end());
    return found;
}

std::uint64_t digest_of(const std::vector<key_print>& prints) noexcept {
    return shared::xxh3(
        {reinterpret_cast<const char*>(prints.data()), prints.size() * sizeof(key_print)});
}

difference& difference::operator+=(const difference& more) noexcept {
    content += more.content;
    here += more.here;
    there += more.there;
    return *this;
}

difference compare(const std::vector<key_print>& here, const std::vector<key_print>& there) {
    difference found;
    auto one = here.begin();
    auto other = there.begin();
    while (one != here.end() && other != there.end()) {
        if (one->key == other->key) {
            found.content += one->content != other->content ? 1 : 0;
            ++one;
            ++other;
        } else if (one->key < other->key) {
            ++found.here;
            ++one;
        } else {
            ++found.there;
            ++other;
        }
    }
    found.here += static_cast<std::uint64_t>(here.end() - one);
    found.there += static_cast<std::uint64_t>(there.end() - other);
    return found;
}

std::string slice_question(slice_number slice, std::uint64_t digest) {
    std::string bytes;
    append_number(bytes, slice);
    append_number(bytes, digest);
    return bytes;
}

std::string answer_question(store& data, std::string_view question, shared::unix_ms now) {
    if (question.size() != question_size) return {};
    const auto slice = take_number<slice_number>(question);
    const auto digest = take_number<std::uint64_t>(question);
    const auto prints = prints_of(data, slice, now);
    std::string bytes;
    append_number(bytes, slice);
    bytes += digest_of(prints) == digest ? '=' : '!';
    if (bytes.back() == '=') return bytes;
    for (std::size_t i = 0; i < std::min(prints.size(), most_prints); ++i) {
        append_number(bytes, prints[i].key);
        append_number(bytes, prints[i].content);
    }
    return bytes;
}

slice_answer read_answer(std::string_view bytes) {
    if (bytes.size() < answer_header_size ||
        (bytes.size() - answer_header_size) % sizeof(key_print) != 0)
        return {};
    slice_answer answer;
    answer.slice = std::min(take_number<slice_number>(bytes), slices);
    answer.equal = bytes.front() == '=';
    bytes.remove_prefix(1);
    while (!bytes.empty()) {
        const auto key = take_number<std::uint64_t>(bytes);
        const auto content = take_number<std::uint64_t>(bytes);
        answer.prints.push_back({key, content});
    }
    return answer;
}

}  // namespace backend
