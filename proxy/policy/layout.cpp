#include "proxy/policy/layout.hpp"

#include "proxy/policy/ketama.hpp"
#include "proxy/policy/maglev.hpp"
#include "proxy/policy/rendezvous.hpp"
#include "proxy/policy/ring.hpp"

#include <algorithm>
#include <array>

namespace proxy {
namespace {

template <typename Layout>
std::shared_ptr<const placement> make(std::span<const weighted_backend> backends) {
    return std::make_shared<const Layout>(backends);
}

struct layout_entry {
    layout_kind kind;
    std::string_view name;
    std::shared_ptr<const placement> (*make)(std::span<const weighted_backend>);
};

// In the order of `layout_kind`, which is the index.
constexpr std::array<layout_entry, 4> layouts{{
    {layout_kind::rendezvous, "rendezvous", &make<rendezvous>},
    {layout_kind::maglev, "maglev", &make<maglev>},
    {layout_kind::ketama, "ketama", &make<ketama>},
    {layout_kind::ring, "ring", &make<ring>},
}};

}  // namespace

std::optional<layout_kind> layout_kind_from(std::string_view name) noexcept {
    const auto found = std::ranges::find(layouts, name, &layout_entry::name);
    if (found == layouts.end()) return std::nullopt;
    return found->kind;
}

std::string_view name_of(layout_kind kind) noexcept {
    return layouts[static_cast<std::size_t>(kind)].name;
}

std::shared_ptr<const placement> make_placement(layout_kind kind,
                                                std::span<const weighted_backend> backends) {
    return layouts[static_cast<std::size_t>(kind)].make(backends);
}

}  // namespace proxy
