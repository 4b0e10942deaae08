// The right name for a mistyped one: "did you mean …?". Pure; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace shared {

/// Letters to insert, delete, replace or swap with their neighbour to make `left` of `right`: the
/// optimal string alignment distance, Damerau (1964) with each letter edited at most once.
std::size_t edit_distance(std::string_view left, std::string_view right);

/// The candidate nearest to `word`, the first of equals; empty if none is near enough to be meant.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

/// `; did you mean "interval"?` to end a problem with, or nothing.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace shared
