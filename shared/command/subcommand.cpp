#include "shared/command/subcommand.hpp"

namespace shared {

bool subcommand_fits(std::span<const std::string_view> words, std::string_view command,
                     std::string_view name, int arity, std::string& out) {
    const auto count = static_cast<std::ptrdiff_t>(words.size());
    if (arity >= 0 ? count == arity : count >= -arity) return true;
    append_error(out, wrong_arity_error(std::string(command).append("|").append(name)));
    return false;
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
