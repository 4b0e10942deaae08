#include "proxy/policy/consistent_hash.hpp"

#include <utility>

namespace proxy {

consistent_hash::consistent_hash(std::shared_ptr<const placement> homes) noexcept
    : homes_(std::move(homes)) {}

std::size_t consistent_hash::pick(std::uint64_t hash, std::span<const candidate> /*candidates*/) {
    return homes_->home(hash);
}

void consistent_hash::find_homes(std::span<const std::uint64_t> hashes,
                                 std::span<std::size_t> homes) {
    homes_->find_homes(hashes, homes);
}

}  // namespace proxy
