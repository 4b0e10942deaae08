// Turns the outcomes of one backend's probes into its status: `fall` failures in a row take it
// down, `rise` good probes in a row bring it back. Pure. (HAProxy's terms: "fall" and "rise",
// Configuration Manual, section 5.2.)
#pragma once

#include "proxy/resilience/failover.hpp"

namespace proxy {

enum class probe_outcome : std::uint8_t { failed, catching_up, ready };

class probe_state {
  public:
    probe_state(unsigned fall, unsigned rise) noexcept : fall_(fall), rise_(rise) {}

    /// The very first outcome decides alone: at the start nothing is known that could be disturbed.
    backend_status on_probe(probe_outcome outcome) noexcept;

    /// A worker's connection was refused or reset: down at once, back by probes alone.
    backend_status on_refused() noexcept;

    backend_status status() const noexcept { return status_; }
    bool known() const noexcept { return known_; }

  private:
    unsigned fall_;
    unsigned rise_;
    unsigned row_ = 0;  // outcomes in a row that speak against the present status
    bool known_ = false;
    backend_status status_ = backend_status::down;
};

}  // namespace proxy
