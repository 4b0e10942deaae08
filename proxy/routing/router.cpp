#include "proxy/routing/router.hpp"

#include "proxy/policy/bounded_load.hpp"

#include <utility>

namespace proxy {

topology::topology(std::vector<std::size_t> partners) : partner_of(std::move(partners)) {
    for (std::size_t i = 0; i < partner_of.size(); ++i) {
        if (partner_of[i] == nobody || i < partner_of[i]) pairs.push_back({i, partner_of[i]});
    }
}

target router::by_key(std::string_view key, std::span<const backend_status> statuses,
                      std::span<const candidate> loads) const {
    const std::size_t home = policy_->pick(hash_(key), {});
    const std::size_t partner = topology_.partner_of[home];
    const std::size_t server = serve_by(home, partner, statuses);
    if (!loads.empty() && bounds_load() && server == home && partner != nobody &&
        !has_room_for_one(home, loads, max_load_) && has_room_for_one(partner, loads, max_load_))
        return {home, partner, true};
    return {home, server};
}

target router::for_read(std::span<const candidate> candidates,
                        std::span<const backend_status> statuses) {
    const std::size_t picked = policy_->pick(0, candidates);
    if (picked != policy::npos) return {picked, picked};
    // Nobody is ready; somebody who is catching up is better than nobody.
    for (std::size_t i = 0; i < statuses.size(); ++i) {
        if (statuses[i] != backend_status::down) return {i, i};
    }
    return {0, nobody};
}

std::vector<target> router::one_of_each_pair(std::span<const backend_status> statuses) const {
    std::vector<target> targets;
    targets.reserve(topology_.pairs.size());
    for (const auto& pair : topology_.pairs) {
        targets.push_back({pair.first, serve_by(pair.first, pair.second, statuses)});
    }
    return targets;
}

}  // namespace proxy
