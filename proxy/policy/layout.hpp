// From a layout's name in the configuration to its placement. Called at start-up; any thread may.
#pragma once

#include "proxy/policy/placement.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace proxy {

enum class layout_kind { rendezvous, maglev, ketama, ring };

/// The kind named "rendezvous", "maglev", "ketama" or "ring"; case matters.
std::optional<layout_kind> layout_kind_from(std::string_view name) noexcept;

/// The name that `layout_kind_from` reads back.
std::string_view name_of(layout_kind kind) noexcept;

/// Never null. Throws as the layout's constructor does.
std::shared_ptr<const placement> make_placement(layout_kind kind,
                                                std::span<const weighted_backend> backends);

}  // namespace proxy
