// What is told of the link to the partner, by PARTNER STATUS and, with "partner_" before each name,
// in INFO. Pure.
#pragma once

#include "backend/replication/link_status.hpp"
#include "backend/replication/verification.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backend {

/// Names and values in their order. `tombstones`: deletes that are remembered for the partner.
std::vector<std::pair<std::string_view, std::string>> partner_facts(const link_status& status,
                                                                    std::uint64_t tombstones);

/// The same as lines, `name:value`, CR LF behind each; `before` stands before each name.
std::string partner_lines(const link_status& status, std::uint64_t tombstones,
                          std::string_view before);

/// What PARTNER VERIFY answers: lines of `field:value`.
std::string verification_lines(const verification_result& found);

}  // namespace backend
