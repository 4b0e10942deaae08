// Where the bytes for the partner go: a socket, or a network that a test has made.
#pragma once

#include <cstddef>
#include <string_view>

namespace backend {

class byte_outlet {
  public:
    virtual ~byte_outlet() = default;

    /// Takes as many of `bytes`, which are some, as it can without waiting; how many. 0: it is
    /// full, or broken, which whoever waits for it learns.
    virtual std::size_t write_some(std::string_view bytes) noexcept = 0;
};

}  // namespace backend
