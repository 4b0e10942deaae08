#include "proxy/routing/router.hpp"

#include "proxy/policy/bounded_load.hpp"
#include "proxy/resilience/ramp.hpp"

#include <algorithm>
#include <utility>

namespace proxy {

topology::topology(std::vector<std::size_t> partners) : partner_of(std::move(partners)) {
    for (std::size_t i = 0; i < partner_of.size(); ++i) {
        if (partner_of[i] == nobody || i < partner_of[i]) pairs.push_back({i, partner_of[i]});
    }
}

target router::serve(std::size_t home, std::uint64_t hash, std::span<const backend_status> statuses,
                     std::span<const candidate> loads) const {
    const std::size_t partner = topology_.partner_of[home];
    const std::size_t server = serve_by(home, partner, statuses);
    if (server != home && statuses[home] == backend_status::returning &&
        slice_of(hash) < shares_[home])
        return {home, home};
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

scan_step router::scan(const scan_position& at, std::span<const backend_status> statuses) const {
    const auto& pairs = topology_.pairs;
    const auto server_of = [&](const backend_pair& pair) {
        return serve_by(pair.first, pair.second, statuses);
    };
    auto own = std::find_if(pairs.begin(), pairs.end(), [&](const backend_pair& pair) {
        return pair.first == at.backend || pair.second == at.backend;
    });
    if (!shards() && server_of(*own) == nobody) {
        const auto other = std::find_if(pairs.begin(), pairs.end(), [&](const backend_pair& pair) {
            return server_of(pair) != nobody;
        });
        if (other != pairs.end()) own = other;
    }
    const bool is_last = !shards() || own + 1 == pairs.end();
    // A cursor of 0 and the next pair's first side is never 0: backend 0 is in the first pair.
    const auto next = is_last ? 0 : *join_cursor({(own + 1)->first, 0}, statuses.size());
    if (at.cursor != 0 && statuses[at.backend] != backend_status::down)
        return {{own->first, at.backend}, at.cursor, next};
    return {{own->first, server_of(*own)}, 0, next};
}

}  // namespace proxy
