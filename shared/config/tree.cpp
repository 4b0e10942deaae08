#include "shared/config/tree.hpp"

#include <toml++/toml.h>

#include <sstream>

namespace shared {
namespace {

config_node convert(const toml::node& source, config_place place);

config_node convert_table(const toml::table& source, config_node node) {
    node.kind = config_node::form::table;
    for (const auto& [key, value] : source) {
        config_place place{node.place.source, key.source().begin.line};
        node.members.push_back(convert(value, std::move(place)));
        node.members.back().name = key.str();
    }
    return node;
}

config_node convert_list(const toml::array& source, config_node node) {
    node.kind = config_node::form::list;
    for (const auto& value : source) {
        config_place place{node.place.source, value.source().begin.line};
        node.members.push_back(convert(value, std::move(place)));
    }
    return node;
}

/// How TOML writes what no key of ours can be: a fraction, a date, a time.
std::string written(const toml::node& source) {
    std::ostringstream out;
    source.visit([&out](const auto& value) { out << value; });
    return out.str();
}

config_node convert(const toml::node& source, config_place place) {
    using form = config_node::form;
    config_node node;
    node.place = std::move(place);
    if (const auto* table = source.as_table()) return convert_table(*table, std::move(node));
    if (const auto* list = source.as_array()) return convert_list(*list, std::move(node));
    if (const auto* text = source.as_string()) {
        node.kind = form::text;
        node.text = text->get();
    } else if (const auto* whole = source.as_integer()) {
        node.kind = form::whole;
        node.whole = whole->get();
    } else if (const auto* truth = source.as_boolean()) {
        node.kind = form::truth;
        node.whole = truth->get() ? 1 : 0;
    } else {
        node.kind = form::other;
        node.text = written(source);
    }
    return node;
}

/// The member `key` of `table`, made if it is missing.
config_node& member(config_node& table, std::string_view key, const std::string& flag,
                    config_node::form kind) {
    for (auto& value : table.members) {
        if (value.name == key) return value;
    }
    auto& made = table.members.emplace_back();
    made.name = key;
    made.kind = kind;
    made.place = {flag, 0};
    return made;
}

}  // namespace

std::string config_place::text() const {
    return line == 0 ? source : source + ":" + std::to_string(line);
}

const config_node* config_node::find(std::string_view key) const {
    for (const auto& value : members) {
        if (value.name == key) return &value;
    }
    return nullptr;
}

std::string config_node::shown() const {
    switch (kind) {
        case form::table:
            return "a table";
        case form::list:
            return "a list";
        case form::text:
        case form::flag:
            return quote_toml(text);
        case form::whole:
            return std::to_string(whole);
        case form::truth:
            return whole != 0 ? "true" : "false";
        case form::other:
            break;
    }
    return text;
}

config_node parse_toml(std::string_view text, const std::string& name,
                       std::vector<config_problem>& problems) {
    try {
        return convert(toml::parse(text, std::string_view(name)), {name, 1});
    } catch (const toml::parse_error& error) {
        const config_place place{name, error.source().begin.line};
        problems.push_back({place, std::string(error.description())});
        config_node empty;
        empty.place = {name, 1};
        return empty;
    }
}

void override_value(config_node& root, std::string_view path, const std::string& flag,
                    std::string value) {
    using form = config_node::form;
    config_node* node = &root;
    for (auto dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
        auto key = path.substr(0, dot);
        path.remove_prefix(dot + 1);
        const bool list = key.ends_with("[]");
        if (list) key.remove_suffix(2);
        node = &member(*node, key, flag, list ? form::list : form::table);
        if (list && node->kind == form::list) node = &member(*node, "", flag, form::table);
        if (node->kind != form::table) return;
    }
    auto& target = member(*node, path, flag, form::flag);
    target.members.clear();
    target.kind = form::flag;
    target.place = {flag, 0};
    target.text = std::move(value);
}

std::string quote_toml(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.append({'\\', c});
        } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            constexpr std::string_view digits = "0123456789abcdef";
            out += "\\u00";
            out += digits[static_cast<unsigned char>(c) >> 4];
            out += digits[c & 0xf];
        } else {
            out += c;
        }
    }
    return out += '"';
}

}  // namespace shared
