#include "shared/config/cli.hpp"

#include "shared/config/nearest.hpp"

#include <boost/program_options.hpp>

#include <algorithm>
#include <sstream>

namespace shared {
namespace {

namespace options = boost::program_options;

options::options_description describe_flags(const cli_program& program) {
    const auto value = [](const char* name) {
        return options::value<std::string>()->value_name(name);
    };
    options::options_description all("Flags");
    auto add = all.add_options();
    add("config", value("FILE"), "read the configuration from FILE");
    add("check", "check the configuration, print it as it would be used, and exit");
    add("version", "print the version and exit");
    add("help", "print this text and exit");
    for (const auto& flag : program.flags) {
        add(std::string(flag.name).c_str(), value("VALUE"), std::string(flag.help).c_str());
    }
    return all;
}

std::string help_text(const cli_program& program, const options::options_description& flags) {
    std::ostringstream out;
    out << "Usage: " << program.name << " --config FILE [flags]\n"
        << program.purpose << "\n\n"
        << flags << "\nA flag with a VALUE overrides the key of the same meaning in FILE.\n";
    return out.str();
}

std::string unknown_flag(const std::string& token, const options::options_description& flags) {
    const auto flag = token.substr(0, token.find('='));  // Boost names "--flag=value" as a whole
    std::vector<std::string_view> names;
    for (const auto& option : flags.options()) names.push_back(option->long_name());
    const auto name =
        nearest(std::string_view(flag).substr(std::min<std::size_t>(2, flag.size())), names);
    const auto hint = name.empty() ? "; see --help" : "; did you mean --" + std::string(name) + "?";
    return flag + ": unknown flag" + hint;
}

options::parsed_options parse(int argc, const char* const* argv,
                              const options::options_description& flags) {
    namespace style = options::command_line_style;
    const int exact = style::allow_long | style::long_allow_adjacent | style::long_allow_next;
    return options::command_line_parser(argc, argv).options(flags).style(exact).run();
}

/// The arguments that belong to no flag; Boost passes over them in silence.
std::vector<std::string> stray_arguments(const options::parsed_options& parsed) {
    std::vector<std::string> problems;
    for (const auto& option : parsed.options) {
        if (option.position_key < 0) continue;
        problems.push_back(option.value.front() +
                           ": unexpected; settings are given as --flag VALUE, see --help");
    }
    return problems;
}

command_line fill(const options::parsed_options& parsed, const cli_program& program,
                  const options::options_description& flags) {
    options::variables_map values;
    options::store(parsed, values);
    command_line line;
    line.problems = stray_arguments(parsed);
    if (values.contains("help")) line.answer = help_text(program, flags);
    if (values.contains("version"))
        line.answer = std::string(program.name) + " " RINGWAY_VERSION "\n";
    line.check = values.contains("check");
    if (values.contains("config")) line.config_file = values["config"].as<std::string>();
    for (const auto& flag : program.flags) {
        const std::string name(flag.name);
        if (!values.contains(name)) continue;
        line.overrides.push_back(
            {std::string(flag.key), "--" + name, values[name].as<std::string>()});
    }
    return line;
}

}  // namespace

command_line read_command_line(int argc, const char* const* argv, const cli_program& program) {
    const auto flags = describe_flags(program);
    command_line failed;
    try {
        return fill(parse(argc, argv, flags), program, flags);
    } catch (const options::unknown_option& error) {
        failed.problems.push_back(unknown_flag(error.get_option_name(), flags));
    } catch (const options::error& error) {
        failed.problems.emplace_back(error.what());
    }
    return failed;
}

document open_configuration(const command_line& line) {
    auto opened = line.config_file.empty() ? document::empty() : document::load(line.config_file);
    for (const auto& change : line.overrides) opened.set(change.key, change.flag, change.value);
    return opened;
}

}  // namespace shared
