// From a policy's name in the configuration to its object. Called at start-up; any thread may.
#pragma once

#include "proxy/policy/placement.hpp"
#include "proxy/policy/policy.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace proxy {

enum class policy_kind { consistent_hash, round_robin, least_connections };

/// The kind named "consistent-hash", "round-robin" or "least-connections"; case matters.
std::optional<policy_kind> policy_kind_from(std::string_view name) noexcept;

/// The name that `policy_kind_from` reads back.
std::string_view name_of(policy_kind kind) noexcept;

/// A policy for one worker and a pool of so many `backends`. Never null.
/// Only consistent-hash reads `homes`; for the others it may be null.
/// Throws std::invalid_argument if consistent-hash has no placement.
std::unique_ptr<policy> make_policy(policy_kind kind, std::shared_ptr<const placement> homes,
                                    std::size_t backends);

}  // namespace proxy
