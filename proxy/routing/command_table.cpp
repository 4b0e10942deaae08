#include "proxy/routing/command_table.hpp"

#include <algorithm>

namespace proxy {

using shared::command_id;

route route_of(const shared::command_spec& spec) noexcept {
    switch (spec.id) {
        case command_id::mget:
            return route::split_values;
        case command_id::del:
        case command_id::exists:
            return route::split_sum;
        case command_id::mset:
            return route::split_ok;
        case command_id::dbsize:
            return route::everywhere_sum;
        case command_id::flushall:
            return route::everywhere_ok;
        case command_id::partner:
            return route::refused;
        default:
            return spec.has(shared::connection) ? route::locally : route::to_key;
    }
}

bool is_idempotent(const shared::command_spec& spec,
                   std::span<const std::string_view> words) noexcept {
    if (!spec.has(shared::idempotent)) return false;
    // With a condition or GET, the second application would answer otherwise than the first.
    const std::size_t plain_words =
        spec.id == command_id::set || spec.id == command_id::expire ? 3 : words.size();
    return std::none_of(
        words.begin() + static_cast<std::ptrdiff_t>(std::min(plain_words, words.size())),
        words.end(), [](std::string_view option) {
            constexpr std::string_view conditions[] = {"nx", "xx", "get", "gt", "lt"};
            return std::any_of(std::begin(conditions), std::end(conditions),
                               [option](auto one) { return shared::same_word(option, one); });
        });
}

}  // namespace proxy
