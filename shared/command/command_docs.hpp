// What COMMAND DOCS tells of a command: what it does in a line, since which version of Redis it
// exists, to which group it belongs and how its time grows. Of the commands that ringway-backend
// has; others have none. Pure and constant. Versions and groups are those of Redis 7.0, which
// tests/e2e/commands_test.py compares; the words are ours.
#pragma once

#include "shared/command/command_id.hpp"

#include <string_view>

namespace shared {

struct command_doc {
    command_id id;
    std::string_view summary;
    std::string_view since;
    std::string_view group;
    std::string_view complexity;
};

/// Null: nothing is known of it.
const command_doc* find_doc(command_id id) noexcept;

}  // namespace shared
