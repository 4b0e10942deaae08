// The parameters that CONFIG SET changes, by Redis's names: how each is read, checked and applied.
// Pure; every worker may run this, within a transaction or not: each parameter changes at once, and
// of two who change the same one the later wins.
#pragma once

#include "backend/server/server_state.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace backend {

using parameter_list = std::vector<std::pair<std::string_view, std::string>>;

/// The parameters that can change, with their present values.
parameter_list live_parameters(const server_state& server);

/// Applies "name value name value …", all or none. Redis's error text if it can't be; empty: it was
/// done. A parameter of `fixed` may be "changed" to what it is, for clients and tests do that.
std::string change_parameters(server_state& server, std::span<const std::string_view> words,
                              const parameter_list& fixed);

}  // namespace backend
