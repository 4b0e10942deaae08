#include "shared/command/keys.hpp"

#include "shared/resp/integer.hpp"

#include <algorithm>
#include <array>

namespace shared {
namespace {

using words_view = std::span<const std::string_view>;

/// An option and the number of words that belong to it.
struct option {
    std::string_view name;
    std::size_t arguments;
};

constexpr std::array<option, 4> stream_options{
    {{"count", 1}, {"block", 1}, {"group", 2}, {"noack", 0}}};
constexpr std::array<option, 6> sort_options{
    {{"asc", 0}, {"desc", 0}, {"alpha", 0}, {"limit", 2}, {"by", 1}, {"get", 1}}};

std::size_t arguments_of(std::string_view word, std::span<const option> known) noexcept {
    const auto found = std::find_if(known.begin(), known.end(), [word](const option& one) {
        return same_word(one.name, word);
    });
    return found == known.end() ? std::string_view::npos : found->arguments;
}

request_keys by_position(const command_spec& spec, std::size_t words) noexcept {
    if (spec.first_key == 0) return {};
    const auto first = static_cast<std::size_t>(spec.first_key);
    const auto step = static_cast<std::size_t>(spec.step);
    const std::size_t last = spec.last_key >= 0 ? static_cast<std::size_t>(spec.last_key)
                                                : words - static_cast<std::size_t>(-spec.last_key);
    // MSETNX a 1 b: the last key lacks its value.
    if (spec.last_key < 0 && (words - first) % step != 0) return {key_search::malformed};
    return {key_search::found, first, (last - first) / step + 1, step, 0};
}

request_keys by_number(const command_spec& spec, words_view words, std::size_t at) noexcept {
    const auto number = parse_integer(words[at]);
    const auto most = static_cast<std::int64_t>(words.size() - at - 1);
    if (!number || *number < 0 || *number > most) return {key_search::malformed};
    const auto count = static_cast<std::size_t>(*number);
    const auto destination = static_cast<std::size_t>(spec.first_key);
    // Scripts alone may go without; they are also those with their number of keys in word 2 and no
    // destination before it.
    if (count == 0) {
        const bool is_script = at == 2 && destination == 0;
        return {is_script ? key_search::none : key_search::malformed};
    }
    return {key_search::found, at + 1, count, 1, destination};
}

request_keys behind_streams(words_view words) noexcept {
    std::size_t at = 1;
    while (at < words.size() && !same_word(words[at], "streams")) {
        if (same_word(words[at], "block")) return {key_search::blocking};
        const auto arguments = arguments_of(words[at], stream_options);
        if (arguments == std::string_view::npos) return {key_search::malformed};
        at += 1 + arguments;
    }
    const std::size_t left = at < words.size() ? words.size() - at - 1 : 0;
    if (left == 0 || left % 2 != 0) return {key_search::malformed};
    return {key_search::found, at + 1, left / 2, 1, 0};
}

/// BY and GET name keys by a pattern with a star; without one they name none ("nosort", "#").
bool names_other_keys(words_view words, std::size_t at) noexcept {
    return (same_word(words[at], "by") || same_word(words[at], "get")) &&
           words[at + 1].find('*') != std::string_view::npos;
}

request_keys of_sort(words_view words) noexcept {
    request_keys keys{key_search::found, 1, 1, 1, 0};
    for (std::size_t at = 2; at < words.size();) {
        const bool stores = same_word(words[at], "store");
        const auto arguments = stores ? 1 : arguments_of(words[at], sort_options);
        if (arguments == std::string_view::npos || arguments >= words.size() - at)
            return {key_search::malformed};
        if (stores) keys.destination = at + 1;
        if (names_other_keys(words, at)) keys.outcome = key_search::elsewhere;
        at += 1 + arguments;
    }
    return keys;
}

request_keys of_georadius(words_view words) noexcept {
    constexpr std::size_t first_option = 5;
    request_keys keys{key_search::found, 1, 1, 1, 0};
    for (std::size_t at = first_option; at + 1 < words.size(); ++at) {
        if (!same_word(words[at], "store") && !same_word(words[at], "storedist")) continue;
        keys.destination = ++at;
    }
    return keys;
}

bool any_word(words_view words, std::size_t from, std::string_view option_name) noexcept {
    return from < words.size() &&
           std::any_of(
               words.begin() + static_cast<std::ptrdiff_t>(from), words.end(),
               [option_name](std::string_view word) { return same_word(word, option_name); });
}

/// Index of the first word that may be an option: behind all that every request of the kind has.
std::size_t first_option(const command_spec& spec, words_view words) noexcept {
    const auto keys = find_keys(spec, words);
    const auto least = static_cast<std::size_t>(spec.arity < 0 ? -spec.arity : spec.arity);
    return std::max(least, keys.first + keys.count * keys.step);
}

}  // namespace

request_keys find_keys(const command_spec& spec, words_view words) noexcept {
    switch (spec.keys) {
        case key_finder::numkeys_first:
            return by_number(spec, words, 1);
        case key_finder::numkeys_second:
            return by_number(spec, words, 2);
        case key_finder::streams:
            return behind_streams(words);
        case key_finder::sort:
            return of_sort(words);
        case key_finder::georadius:
            return of_georadius(words);
        case key_finder::positions:
            break;
    }
    return by_position(spec, words.size());
}

reply_shape shape_of(const command_spec& spec, words_view words) noexcept {
    switch (spec.reply) {
        case reply_shape::scored:
            return any_word(words, first_option(spec, words), "withscores") ? reply_shape::scored
                                                                            : reply_shape::as_is;
        case reply_shape::valued:
            return any_word(words, first_option(spec, words), "withvalues") ? reply_shape::valued
                                                                            : reply_shape::as_is;
        case reply_shape::popped:
            return words.size() > 2 ? reply_shape::scored : reply_shape::popped;
        default:
            return spec.reply;
    }
}

}  // namespace shared
