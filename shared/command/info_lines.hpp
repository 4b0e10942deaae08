// The lines of a section of INFO, "field:value" each. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace shared {

class info_lines {
  public:
    info_lines& add(std::string_view field, std::string_view value) {
        text_.append(field).append(":").append(value).append("\r\n");
        return *this;
    }
    info_lines& add(std::string_view field, std::uint64_t value) {
        return add(field, std::to_string(value));
    }

    std::string take() { return std::move(text_); }

  private:
    std::string text_;
};

}  // namespace shared
