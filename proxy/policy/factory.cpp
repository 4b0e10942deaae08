#include "proxy/policy/factory.hpp"

#include "proxy/policy/consistent_hash.hpp"
#include "proxy/policy/least_connections.hpp"
#include "proxy/policy/round_robin.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace proxy {
namespace {

using maker = std::unique_ptr<policy> (*)(std::shared_ptr<const placement>, std::size_t);

std::unique_ptr<policy> make_consistent_hash(std::shared_ptr<const placement> homes,
                                             std::size_t /*backends*/) {
    if (!homes) throw std::invalid_argument("consistent-hash needs a placement");
    return std::make_unique<consistent_hash>(std::move(homes));
}

std::unique_ptr<policy> make_round_robin(std::shared_ptr<const placement> /*homes*/,
                                         std::size_t backends) {
    return std::make_unique<round_robin>(backends);
}

std::unique_ptr<policy> make_least_connections(std::shared_ptr<const placement> /*homes*/,
                                               std::size_t /*backends*/) {
    return std::make_unique<least_connections>();
}

struct policy_entry {
    policy_kind kind;
    std::string_view name;
    maker make;
};

// In the order of `policy_kind`, which is the index.
constexpr std::array<policy_entry, 3> policies{{
    {policy_kind::consistent_hash, "consistent-hash", &make_consistent_hash},
    {policy_kind::round_robin, "round-robin", &make_round_robin},
    {policy_kind::least_connections, "least-connections", &make_least_connections},
}};

const policy_entry& entry_of(policy_kind kind) noexcept {
    return policies[static_cast<std::size_t>(kind)];
}

}  // namespace

std::optional<policy_kind> policy_kind_from(std::string_view name) noexcept {
    const auto found = std::ranges::find(policies, name, &policy_entry::name);
    if (found == policies.end()) return std::nullopt;
    return found->kind;
}

std::string_view name_of(policy_kind kind) noexcept {
    return entry_of(kind).name;
}

std::unique_ptr<policy> make_policy(policy_kind kind, std::shared_ptr<const placement> homes,
                                    std::size_t backends) {
    return entry_of(kind).make(std::move(homes), backends);
}

}  // namespace proxy
