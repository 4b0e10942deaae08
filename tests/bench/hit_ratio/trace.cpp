#include "tests/bench/hit_ratio/trace.hpp"

#include "shared/hash/hash.hpp"

#include <zlib.h>

#include <array>
#include <charconv>
#include <stdexcept>
#include <string_view>

namespace bench {

void trace::close_file::operator()(gzFile_s* file) const noexcept {
    gzclose(file);
}

trace::trace(const std::string& path, bool with_sizes)
    : path_(path), with_sizes_(with_sizes), file_(gzopen(path.c_str(), "rb")) {
    if (!file_) throw std::runtime_error("cannot read " + path);
    gzbuffer(file_.get(), 1U << 17U);
}

void trace::fail(const std::string& why) const {
    throw std::runtime_error(path_ + ":" + std::to_string(number_) + ": " + why);
}

bool trace::read_line() {
    std::array<char, 256> piece{};
    line_.clear();
    ++number_;
    while (gzgets(file_.get(), piece.data(), static_cast<int>(piece.size())) != nullptr) {
        line_ += piece.data();
        if (line_.ends_with('\n')) {
            line_.pop_back();
            return true;
        }
    }
    int state = Z_OK;
    const char* const problem = gzerror(file_.get(), &state);
    if (state != Z_OK && state != Z_STREAM_END) fail(problem);
    return !line_.empty();
}

std::optional<trace_request> trace::next() {
    if (!read_line()) return std::nullopt;
    const std::string_view line = line_;
    if (!with_sizes_) return trace_request{.key = shared::xxh3(line), .size = 1};
    const auto space = line.rfind(' ');
    if (space == std::string_view::npos) fail("no size behind the key");
    trace_request found{.key = shared::xxh3(line.substr(0, space)), .size = 0};
    const char* const end = line.data() + line.size();
    const auto read = std::from_chars(line.data() + space + 1, end, found.size);
    if (read.ec != std::errc() || read.ptr != end) fail("the size is not a number");
    return found;
}

}  // namespace bench
