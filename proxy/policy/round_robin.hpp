// Smooth weighted round-robin, as nginx's upstream module has it: weights 5, 1, 1 give a a b a c a
// a, not five times a in a row. One object for each worker and pool; only that worker touches it.
#pragma once

#include "proxy/policy/policy.hpp"

#include <cstdint>
#include <vector>

namespace proxy {

class round_robin final : public policy {
  public:
    explicit round_robin(std::size_t backends);

    bool shards() const noexcept override { return false; }

    /// For each choice every eligible backend earns its weight; the richest (the first of equals)
    /// is chosen and pays what all earned. So over any run of choices as long as the sum of the
    /// weights that begins with credits at 0, each backend is chosen exactly as often as its weight
    /// says.
    std::size_t pick(std::uint64_t hash, std::span<const candidate> candidates) override;

  private:
    struct turn {
        std::int64_t credit = 0;
        bool member = false;  // was eligible at the last choice
    };

    bool changed(std::span<const candidate> candidates) const noexcept;
    void settle(std::span<const candidate> candidates) noexcept;

    std::vector<turn> turns_;
};

}  // namespace proxy
