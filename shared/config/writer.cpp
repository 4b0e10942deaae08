#include "shared/config/writer.hpp"

#include "shared/base/units.hpp"
#include "shared/config/tree.hpp"

#include <charconv>
#include <iterator>

namespace shared {

toml_writer& toml_writer::line(std::string_view key, std::string_view value) {
    out_.append(key).append(" = ").append(value).append("\n");
    return *this;
}

toml_writer& toml_writer::table(std::string_view header) {
    out_.append("\n").append(header).append("\n");
    return *this;
}

toml_writer& toml_writer::text(std::string_view key, std::string_view value) {
    return line(key, quote_toml(value));
}

toml_writer& toml_writer::note(std::string_view text) {
    out_.append("# ").append(text).append("\n");
    return *this;
}

toml_writer& toml_writer::size(std::string_view key, std::uint64_t bytes) {
    return text(key, format_size(bytes));
}

toml_writer& toml_writer::duration(std::string_view key, std::chrono::microseconds value) {
    return text(key, format_duration(value));
}

toml_writer& toml_writer::integer(std::string_view key, std::uint64_t value) {
    return line(key, std::to_string(value));
}

toml_writer& toml_writer::boolean(std::string_view key, bool value) {
    return line(key, value ? "true" : "false");
}

toml_writer& toml_writer::real(std::string_view key, double value) {
    char text[32];
    const auto end = std::to_chars(std::begin(text), std::end(text), value).ptr;
    return line(key, {text, end});
}

toml_writer& toml_writer::place(std::string_view key, const address& value) {
    return text(key, to_string(value));
}

}  // namespace shared
