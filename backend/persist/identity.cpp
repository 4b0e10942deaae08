#include "backend/persist/identity.hpp"

#include "shared/base/hex.hpp"
#include "shared/base/text.hpp"
#include "shared/hash/hash.hpp"
#include "shared/log/log.hpp"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace backend {
namespace {

constexpr std::string_view title = "ringway-identity 1\n";
constexpr std::uint64_t longest_file = 4096;
const std::string scratch_name = "identity.new";

std::string checksum(std::string_view text) {
    const auto hash = shared::xxh3(text);
    return shared::to_hex(
        std::array{static_cast<std::uint8_t>(hash >> 24U), static_cast<std::uint8_t>(hash >> 16U),
                   static_cast<std::uint8_t>(hash >> 8U), static_cast<std::uint8_t>(hash)});
}

std::string checked_line(std::string text) {
    text += ' ';
    return text + checksum(text) + '\n';
}

/// The words before the checksum; none if it is wrong.
std::vector<std::string_view> checked_words(std::string_view line) {
    const auto last = line.rfind(' ');
    if (last == std::string_view::npos ||
        line.substr(last + 1) != checksum(line.substr(0, last + 1)))
        return {};
    std::vector<std::string_view> words;
    for (auto rest = line.substr(0, last + 1); !rest.empty();)
        words.push_back(shared::take_until(rest, ' '));
    return words;
}

bool is_lasting_id(std::string_view text) noexcept {
    return shared::is_hex(text, 2 * identity_bytes);
}

bool take_line(node_identity& read, std::string_view line) {
    const auto words = checked_words(line);
    if (words.size() == 2 && words[0] == "node" && is_lasting_id(words[1]) && !read.lasting()) {
        read.id = words[1];
        return true;
    }
    if (words.size() == 3 && words[0] == "partner" && is_lasting_id(words[1]) && !read.partner) {
        read.partner = {std::string(words[1]), std::string(words[2])};
        return true;
    }
    return false;
}

described<node_identity> wrong(std::string what) {
    return {boost::system::in_place_error, std::move(what)};
}

}  // namespace

bool is_node_id(std::string_view text) noexcept {
    return text == passing_id || is_lasting_id(text);
}

std::string write_identity(const node_identity& what) {
    std::string text(title);
    text += checked_line("node " + what.id);
    if (what.partner)
        text += checked_line("partner " + what.partner->id + ' ' + what.partner->name);
    return text;
}

described<node_identity> read_identity(std::string_view text) {
    if (!text.starts_with(title)) return wrong("is no identity that this program knows");
    node_identity read;
    for (auto rest = text.substr(title.size()); !rest.empty();) {
        const auto end = rest.find('\n');
        if (end == std::string_view::npos) return wrong("ends in the middle of a line");
        if (!take_line(read, rest.substr(0, end)))
            return wrong("has a line that is damaged: " + std::string(rest.substr(0, end)));
        rest.remove_prefix(end + 1);
    }
    if (!read.lasting()) return wrong("lacks the id of its node");
    return read;
}

described<node_identity> identity_file::open(const std::string& drawn) {
    const std::string name(identity_name);
    const auto text = read_all(files_, name, longest_file);
    if (!text && text.error() == boost::system::errc::no_such_file_or_directory) {
        node_identity made{drawn, {}};
        const auto problem = keep(made);
        if (!problem) return made;
        if (problem != boost::system::errc::no_space_on_device)
            return wrong(name + " cannot be written: " + problem.message());
        shared::log_warn("no identity can be kept: " + problem.message());
        return node_identity();
    }
    if (!text && text.error() == boost::system::errc::file_too_large)
        return wrong(name + " is no identity that this program knows");
    if (!text) return wrong(name + ": " + text.error().message());
    auto read = read_identity(*text);
    if (!read) return wrong(name + ' ' + read.error());
    return read;
}

disk_error identity_file::keep(const node_identity& what) {
    auto made = files_.create(scratch_name);
    if (!made) return made.error();
    auto problem = (*made)->append(write_identity(what));
    if (!problem) problem = (*made)->sync();
    if (!problem) problem = files_.rename(scratch_name, std::string(identity_name));
    if (!problem) problem = files_.sync_directory();
    return problem;
}

}  // namespace backend
