// An answer is compared, piece by piece, with what it must be, as far as it has come. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace bench {

enum class verdict {
    incomplete,  // the rest has to come yet
    good,
    error,  // an error reply: well-formed, but not what was asked for
    wrong,  // anything else: the stream is of no use any more
};

struct judgement {
    verdict outcome = verdict::incomplete;
    std::size_t size = 0;          // bytes of the answer; 0 unless it is good or an error
    std::uint32_t misses = 0;      // keys in the request that are not there
    std::uint64_t data_bytes = 0;  // keys and values that it found, or stored
};

class expectation {
  public:
    explicit expectation(std::string_view input) : input_(input) {}

    void expect(std::string_view piece) {
        if (outcome_ != verdict::good) return;
        const std::size_t size = std::min(piece.size(), input_.size() - at_);
        if (std::memcmp(input_.data() + at_, piece.data(), size) != 0) {
            outcome_ = verdict::wrong;
        } else if (size < piece.size()) {
            outcome_ = verdict::incomplete;
        }
        at_ += size;
    }

    /// Whether what comes next begins so. While too little has come to tell, nothing is expected
    /// of the rest and the answer is incomplete.
    bool next_is(std::string_view piece) {
        if (outcome_ != verdict::good) return false;
        const auto rest = input_.substr(at_);
        if (rest.size() < piece.size() && piece.starts_with(rest)) outcome_ = verdict::incomplete;
        return rest.starts_with(piece);
    }

    judgement result(std::uint32_t misses, std::uint64_t data_bytes = 0) const {
        if (outcome_ != verdict::good) return {outcome_};
        return {verdict::good, at_, misses, data_bytes};
    }

  private:
    std::string_view input_;
    std::size_t at_ = 0;
    verdict outcome_ = verdict::good;
};

/// The size of a line with its end, or 0 while it has not come.
inline std::size_t line_size(std::string_view input) {
    const auto end = input.find("\r\n");
    return end == std::string_view::npos ? 0 : end + 2;
}

}  // namespace bench
