// PROXY, which the proxy answers itself: `PROXY ROUTE key` tells where a key's home is, who would
// serve it now, and why. No socket, no clock.
#pragma once

#include "proxy/frontend/pool_facts.hpp"
#include "shared/resp/encoder.hpp"

#include <string>
#include <string_view>

namespace proxy {

/// Appends the reply to `PROXY ROUTE key`: names and values in turn (a map in RESP3), all of them
/// texts: hash, layout, place, home, partner, serves, why. What does not apply is "none".
/// `now` is where a read of the key would go; it counts for a pool that shards alone.
void append_route(std::string& out, std::string_view key, const pool_facts& pool, const target& now,
                  shared::protocol version);

/// Appends what PROXY HELP answers.
void append_proxy_help(std::string& out);

}  // namespace proxy
