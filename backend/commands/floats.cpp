// INCRBYFLOAT. Numbers are `long double`, read by strtold and written with 17 digits, as Redis
// does: on the same machine both give the same text.
#include "backend/commands/handlers.hpp"

#include <array>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace backend {
namespace {

constexpr std::size_t longest_number = 5 * 1024;  // of a text, with its end: Redis's limit

std::optional<long double> parse_float(std::string_view text) {
    if (text.empty() || text.size() >= longest_number) return std::nullopt;
    // strtold skips them.
    if (text.front() == ' ' || (text.front() >= '\t' && text.front() <= '\r')) return std::nullopt;
    const std::string ended(text);
    char* end = nullptr;
    errno = 0;
    const long double number = std::strtold(ended.c_str(), &end);
    const bool beyond = errno == ERANGE && (std::isinf(number) || number == 0);
    const bool whole = static_cast<std::size_t>(end - ended.c_str()) == text.size();
    if (!whole || beyond || std::isnan(number)) return std::nullopt;
    return number;
}

/// Without an exponent, without zeros at the end. Requires: finite.
std::string format_float(long double number) {
    std::array<char, longest_number> buffer;
    const int size = std::snprintf(buffer.data(), buffer.size(), "%.17Lf", number);
    std::string text(buffer.data(), static_cast<std::size_t>(size));
    text.resize(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
    return text == "-0" ? "0" : text;
}

}  // namespace

void run_incrbyfloat(words_view words, command_context& context) {
    constexpr std::string_view not_a_float = "ERR value is not a valid float";
    auto entry = context.data.open(words[1], context.now);
    const auto held = entry.exists() ? parse_float(entry.value()) : 0;
    const auto step = parse_float(words[2]);
    if (!held || !step) return shared::append_error(context.out, not_a_float);
    const long double sum = *held + *step;
    if (std::isnan(sum) || std::isinf(sum)) {
        return shared::append_error(context.out, "ERR increment would produce NaN or Infinity");
    }
    const auto text = format_float(sum);
    if (replace_value(entry, text, context)) shared::append_bulk(context.out, text);
}

}  // namespace backend
