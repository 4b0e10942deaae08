// The commands about a connection and its server, which proxy and backend answer alike: PING ECHO
// QUIT HELLO AUTH SELECT CLIENT COMMAND INFO CONFIG. Pure: facts in, reply out. Arguments, replies
// and errors are those of Redis 7: https://redis.io/docs/latest/commands/
#pragma once

#include "shared/command/client_state.hpp"
#include "shared/command/spec.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace shared {

/// The version of Redis whose behaviour clients may expect; HELLO and INFO tell it.
inline constexpr std::string_view compatible_version = "7.0.15";

/// One section of INFO: "Server" and its lines, "field:value\r\n" each.
struct info_section {
    std::string_view title;
    std::string lines;
    bool by_default = true;  // shown where none is asked for, and for "default"
};

/// What the connection commands ask of the program they run in.
class server_facts {
  public:
    virtual ~server_facts() = default;

    /// The sections of INFO, in their order.
    virtual std::vector<info_section> info() const = 0;

    /// What CONFIG GET can show, by Redis's names where Redis has the parameter.
    virtual std::vector<std::pair<std::string_view, std::string>> parameters() const = 0;

    /// What PING answers when the server should not get traffic yet, such as "LOADING …"; empty: it
    /// is well.
    virtual std::string not_ready() const = 0;

    /// True if the program serves the command: COMMAND tells of no other.
    virtual bool serves(const command_spec& spec) const = 0;
};

/// Runs one of these commands and appends its reply to `out`; may change `client` (HELLO, QUIT,
/// CLIENT SETNAME). Requires: `spec` has the flag `connection`, `words` fit its arity, the command
/// is neither PARTNER nor PROXY.
void run_connection_command(const command_spec& spec, std::span<const std::string_view> words,
                            client_state& client, const server_facts& facts, std::string& out);

}  // namespace shared
