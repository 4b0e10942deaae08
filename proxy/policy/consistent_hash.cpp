#include "proxy/policy/consistent_hash.hpp"

#include <utility>

namespace proxy {

consistent_hash::consistent_hash(std::shared_ptr<const maglev> table) noexcept
    : table_(std::move(table)) {}

std::size_t consistent_hash::pick(std::uint64_t hash, std::span<const candidate> /*candidates*/) {
    return table_->home(hash);
}

}  // namespace proxy
