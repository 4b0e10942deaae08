#include "shared/config/reader.hpp"

#include <cerrno>
#include <fstream>
#include <map>
#include <sstream>
#include <system_error>

namespace shared {

document::document(std::unique_ptr<state> content) : state_(std::move(content)) {}

document document::parse(std::string_view text, const std::string& name) {
    auto content = std::make_unique<state>();
    content->root = parse_toml(text, name, content->problems);
    content->broken = !content->problems.empty();
    return document(std::move(content));
}

document document::load(const std::string& path) {
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file.is_open()) text << file.rdbuf();
    // An empty file leaves `text` failed too, but without an error; a directory opens and cannot be
    // read.
    if (!file.is_open() || (text.fail() && errno != 0)) {
        const auto reason = std::error_code(errno, std::generic_category()).message();
        auto content = std::make_unique<state>();
        content->problems.push_back({{path, 0}, "cannot be read: " + reason});
        content->broken = true;
        return document(std::move(content));
    }
    return parse(text.str(), path);
}

document document::empty() {
    auto content = std::make_unique<state>();
    content->root.place = {"no --config given", 0};
    return document(std::move(content));
}

void document::set(std::string_view path, const std::string& flag, std::string value) {
    override_value(state_->root, path, flag, std::move(value));
}

section document::root() {
    return {&state_->problems, state_->broken ? nullptr : &state_->root, {}, false};
}

std::vector<std::string> document::problems() const {
    std::multimap<std::uint32_t, const config_problem*>
        by_line;  // those of one line stay in their order
    for (const auto& problem : state_->problems) by_line.emplace(problem.place.line, &problem);
    std::vector<std::string> lines;
    for (const auto& [line, problem] : by_line) {
        lines.push_back(problem->place.text() + ": " + problem->message);
    }
    return lines;
}

}  // namespace shared
