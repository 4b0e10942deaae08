#include "backend/persist/log_reader.hpp"

#include "backend/persist/little_endian.hpp"

#include <algorithm>

namespace backend {

std::string_view file_window::view(std::uint64_t offset, std::size_t size) {
    const std::uint64_t have = begin_ + bytes_.size();
    if (offset >= begin_ && offset + size <= have)
        return std::string_view(bytes_).substr(static_cast<std::size_t>(offset - begin_));
    // What is in memory of it stays; the rest is read, and some more.
    std::size_t kept = 0;
    if (offset >= begin_ && offset < have) {
        kept = static_cast<std::size_t>(have - offset);
        bytes_.erase(0, bytes_.size() - kept);
    }
    begin_ = offset;
    const std::uint64_t left = file_.size() - offset;
    bytes_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(left, std::max(size, piece))));
    problem_ = file_.read(offset + kept, std::span(bytes_).subspan(kept));
    if (problem_) bytes_.clear();
    return bytes_;
}

log_reader::status log_reader::next(effect& what) {
    if (at_ >= end_) return status::end;
    if (const auto read = record_at(at_)) {
        what = read->what;
        at_ += read->size;
        ++records_;
        return status::record;
    }
    if (problem()) return status::failed;
    const auto found = find_record();
    if (problem()) return status::failed;
    resumes_at_ = found.value_or(end_);
    return found ? status::damaged : status::torn;
}

std::optional<decoded_record> log_reader::record_at(std::uint64_t offset) {
    const std::uint64_t room = end_ - offset;
    if (room < record_header_size) return std::nullopt;
    auto bytes = window_.view(offset, record_header_size);
    if (!may_begin_record(bytes, room)) return std::nullopt;
    auto length = bytes;
    const std::size_t size = sizeof(std::uint32_t) + take_number<std::uint32_t>(length);
    bytes = window_.view(offset, size);
    if (bytes.empty()) return std::nullopt;
    const auto read = read_record(bytes.substr(0, size), longest_record);
    return read ? std::optional(*read) : std::nullopt;
}

/// First where the damaged record says that it ends: its value may hold what looks like records.
std::optional<std::uint64_t> log_reader::find_record() {
    const auto claimed = claimed_end();
    if (claimed < end_ && record_at(claimed)) return claimed;
    for (auto offset = at_ + 1; offset + record_header_size <= end_; ++offset) {
        if (record_at(offset)) return offset;
        if (problem()) break;
    }
    return std::nullopt;
}

std::uint64_t log_reader::claimed_end() {
    constexpr std::size_t length_size = sizeof(std::uint32_t);
    if (end_ - at_ < length_size) return end_;
    auto bytes = window_.view(at_, length_size);
    if (bytes.empty()) return end_;
    return at_ + length_size + take_number<std::uint32_t>(bytes);
}

}  // namespace backend
