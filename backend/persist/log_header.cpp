#include "backend/persist/log_header.hpp"

#include "backend/persist/little_endian.hpp"
#include "shared/hash/hash.hpp"

namespace backend {
namespace {

constexpr std::string_view magic = "RINGWLOG";
constexpr std::size_t fixed_size = 16;  // magic, format, size of the name

/// A log of another format has another checksum than ours; a flipped bit leaves it.
bool differs_in_format_alone(std::string_view bytes, std::string_view node) {
    const auto ours = log_header(node);
    const auto behind = magic.size() + sizeof log_format;
    return bytes.substr(behind).starts_with(std::string_view(ours).substr(behind));
}

}  // namespace

std::string log_header(std::string_view node) {
    std::string out(magic);
    append_number(out, log_format);
    append_number(out, static_cast<std::uint32_t>(node.size()));
    out += node;
    append_number(out, static_cast<std::uint32_t>(shared::xxh3(out)));
    return out;
}

header_check check_header(std::string_view bytes, std::string_view node) {
    header_check damaged{header_state::damaged, "has a damaged header"};
    if (bytes.size() < fixed_size || !bytes.starts_with(magic))
        return {header_state::damaged, "is no log of Ringway"};
    std::string_view rest = bytes.substr(magic.size());
    const auto format = take_number<std::uint32_t>(rest);
    if (format != log_format) {
        if (differs_in_format_alone(bytes, node)) return damaged;
        return {header_state::foreign, "has format " + std::to_string(format) +
                                           ", this program knows " + std::to_string(log_format)};
    }
    const std::size_t size = take_number<std::uint32_t>(rest);
    if (size > longest_node_name || rest.size() < size + 4) return damaged;
    const auto name = rest.substr(0, size);
    rest.remove_prefix(size);
    const auto checksum = take_number<std::uint32_t>(rest);
    const auto covered = bytes.substr(0, fixed_size + size);
    if (checksum != static_cast<std::uint32_t>(shared::xxh3(covered))) return damaged;
    if (name == node) return {};
    return {header_state::foreign,
            "belongs to '" + std::string(name) + "', this backend is '" + std::string(node) + "'"};
}

bool log_header_cut(std::string_view bytes, std::string_view node) {
    const auto whole = log_header(node);
    return bytes.size() < whole.size() && whole.starts_with(bytes);
}

}  // namespace backend
