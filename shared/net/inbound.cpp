#include "shared/net/inbound.hpp"

#include <algorithm>
#include <cstring>

namespace shared {
namespace {

constexpr std::size_t smallest_read = 16 * 1024;
constexpr std::size_t largest_read =
    1024 * 1024;  // a length that the peer merely claims costs no more at once

}  // namespace

inbound::outcome inbound::read(socket& from, std::span<char> scratch, std::size_t missing) {
    const bool continued = !kept_.data().empty();
    const auto room =
        continued ? kept_.prepare(std::clamp(missing, smallest_read, largest_read)) : scratch;
    const auto got = from.read_some(room);
    if (continued) {
        kept_.commit(got.size);
    } else {
        fresh_ = {room.data(), got.size};
    }
    return {.closed = got.closed, .more = got.size == room.size(), .size = got.size};
}

void inbound::use(std::size_t size, std::size_t missing) {
    if (fresh_.empty()) {
        kept_.consume(size);
        kept_.release();
        return;
    }
    const auto rest = fresh_.substr(size);
    fresh_ = {};
    if (rest.empty()) return;
    const auto room =
        kept_.prepare(std::max(rest.size(), std::min(rest.size() + missing, largest_read)));
    std::memcpy(room.data(), rest.data(), rest.size());
    kept_.commit(rest.size());
}

void inbound::clear() {
    fresh_ = {};
    kept_.consume(kept_.data().size());
    kept_.release();
}

}  // namespace shared
