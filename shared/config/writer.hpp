// Writes a resolved configuration as TOML, for `--check`. Main thread, at start-up.
#pragma once

#include "shared/base/address.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace shared {

class toml_writer {
  public:
    /// Starts a table; `header` has its brackets: "[partner]", "[[pool]]".
    toml_writer& table(std::string_view header);

    toml_writer& text(std::string_view key, std::string_view value);
    toml_writer& size(std::string_view key, std::uint64_t bytes);
    toml_writer& duration(std::string_view key, std::chrono::microseconds value);
    toml_writer& integer(std::string_view key, std::uint64_t value);
    toml_writer& boolean(std::string_view key, bool value);
    toml_writer& real(std::string_view key, double value);
    toml_writer& place(std::string_view key, const address& value);

    /// A line that says something without being a key.
    toml_writer& note(std::string_view text);

    const std::string& str() const { return out_; }

  private:
    toml_writer& line(std::string_view key, std::string_view value);

    std::string out_;
};

}  // namespace shared
