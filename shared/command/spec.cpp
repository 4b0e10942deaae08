#include "shared/command/spec.hpp"

#include "shared/command/command_list.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace shared {
namespace {

constexpr bool ordered_by_id() {
    std::size_t next = 0;
    for (const auto& spec : command_list) {
        if (static_cast<std::size_t>(spec.id) != next++) return false;
    }
    for (const auto& spec : subcommand_list) {
        if (static_cast<std::size_t>(spec.id) != next++) return false;
    }
    return next == static_cast<std::size_t>(command_id::count);
}
static_assert(ordered_by_id());

constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

constexpr std::size_t slots = 1024;
constexpr std::uint16_t nothing = 0xffff;

template <std::size_t... At>
constexpr std::uint64_t load(const char* bytes, std::index_sequence<At...>) noexcept {
    return ((std::uint64_t{static_cast<std::uint8_t>(bytes[At])} << (8 * At)) | ...);
}

/// First and last bytes of a name, up to eight of each, in any case: they overlap in a short one.
struct name_ends {
    std::uint64_t first;
    std::uint64_t last;
};

constexpr name_ends ends_of(std::string_view name) noexcept {
    const char* const begin = name.data();
    const char* const end = begin + name.size();
    if (name.size() >= 8) {
        using eight = std::make_index_sequence<8>;
        return {load(begin, eight()), load(end - 8, eight())};
    }
    if (name.size() >= 4) {
        using four = std::make_index_sequence<4>;
        return {load(begin, four()), load(end - 4, four())};
    }
    if (name.empty()) return {0, 0};
    using one = std::make_index_sequence<1>;
    return {load(begin, one()) | load(begin + name.size() / 2, one()) << 8, load(end - 1, one())};
}

/// The start of a linear probe. Letters of either case hash alike, and so may other bytes.
constexpr std::size_t slot_of(std::string_view name) noexcept {
    constexpr std::uint64_t any_case = 0x2020202020202020;
    const auto ends = ends_of(name);
    std::uint64_t hash = (ends.first | any_case) * 0x9e3779b97f4a7c15;
    hash = (hash ^ (ends.last | any_case) ^ name.size()) * 0xff51afd7ed558ccd;
    return hash >> 54;
}
static_assert(slots == 1U << (64 - 54));

constexpr std::array<std::uint16_t, slots> make_index() {
    std::array<std::uint16_t, slots> index{};
    index.fill(nothing);
    for (std::size_t i = 0; i < command_list.size(); ++i) {
        std::size_t slot = slot_of(command_list[i].name);
        while (index[slot] != nothing) slot = (slot + 1) % slots;
        index[slot] = static_cast<std::uint16_t>(i);
    }
    return index;
}

constexpr auto index_by_name = make_index();
constexpr std::size_t longest_name = 20;

const command_spec* find_subcommand(std::string_view command, std::string_view name) noexcept {
    for (const auto& spec : subcommand_list) {
        const auto bar = command.size();
        if (spec.name.starts_with(command) && spec.name[bar] == '|' &&
            same_word(spec.name.substr(bar + 1), name))
            return &spec;
    }
    return nullptr;
}

/// The command or subcommand, whatever the number of words.
const command_spec* find_any(std::span<const std::string_view> words) noexcept {
    const auto* const spec = find_command(words[0]);
    if (spec == nullptr || !spec->has(container) || words.size() == 1) return spec;
    return find_subcommand(spec->name, words[1]);
}

}  // namespace

std::span<const command_spec> all_commands() noexcept {
    return command_list;
}

const command_spec* find_command(std::string_view name) noexcept {
    if (name.size() > longest_name) return nullptr;
    for (std::size_t slot = slot_of(name); index_by_name[slot] != nothing;
         slot = (slot + 1) % slots) {
        const auto& spec = command_list[index_by_name[slot]];
        if (same_word(spec.name, name)) return &spec;
    }
    return nullptr;
}

const command_spec* find_request(std::span<const std::string_view> words) noexcept {
    const auto* const spec = find_any(words);
    return spec != nullptr && arity_fits(*spec, words.size()) ? spec : nullptr;
}

std::string request_error(std::span<const std::string_view> words) {
    if (const auto* const spec = find_any(words)) return wrong_arity_error(spec->name);
    const auto* const command = find_command(words[0]);
    return command == nullptr ? unknown_command_error(words)
                              : unknown_subcommand_error(words[1], command->name);
}

bool arity_fits(const command_spec& spec, std::size_t words) noexcept {
    const auto count = static_cast<std::int64_t>(words);
    return spec.arity >= 0 ? count == spec.arity : count >= -spec.arity;
}

std::string unknown_command_error(std::span<const std::string_view> words) {
    constexpr std::size_t shown = longest_echo;  // of the name, and of all arguments together
    std::string text = "ERR unknown command '";
    text += words[0].substr(0, shown);
    text += "', with args beginning with: ";
    std::size_t left = shown;
    for (const auto word : words.subspan(1)) {
        if (left == 0) break;
        const auto part = word.substr(0, left);
        left -= std::min(left, part.size() + 3);
        text += '\'';
        text += part;
        text += "' ";
    }
    return text;
}

std::string wrong_arity_error(std::string_view name) {
    return "ERR wrong number of arguments for '" + std::string(name) + "' command";
}

std::string unknown_subcommand_error(std::string_view subcommand, std::string_view command) {
    std::string upper(command);
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c; });
    return "ERR unknown subcommand '" + std::string(subcommand.substr(0, longest_echo)) +
           "'. Try " + upper + " HELP.";
}

bool same_word(std::string_view a, std::string_view b) noexcept {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace shared
