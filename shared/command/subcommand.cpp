#include "shared/command/subcommand.hpp"

#include <algorithm>

namespace shared {

void run_subcommand(const connection_call& call, std::string_view command,
                    std::span<const subcommand> known) {
    const auto found = std::find_if(known.begin(), known.end(), [&](const subcommand& one) {
        return same_word(one.name, call.words[1]);
    });
    if (found == known.end())
        return append_error(call.out, unknown_subcommand_error(call.words[1], command));
    const auto count = static_cast<std::ptrdiff_t>(call.words.size());
    if (found->arity >= 0 ? count != found->arity : count < -found->arity) {
        return append_error(
            call.out, wrong_arity_error(std::string(command).append("|").append(found->name)));
    }
    found->run(call);
}

void append_help(std::string& out, std::string_view command,
                 std::span<const std::string_view> lines) {
    append_array_header(out, lines.size() + 3);
    append_simple(
        out, std::string(command) + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
    for (const auto line : lines) append_simple(out, line);
    append_simple(out, "HELP");
    append_simple(out, "    Prints this help.");
}

}  // namespace shared
