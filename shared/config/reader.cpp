#include "shared/config/reader.hpp"

#include "shared/base/units.hpp"
#include "shared/config/nearest.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace shared {
namespace {

using form = config_node::form;

bool has_text(const config_node& node) {
    return node.kind == form::text || node.kind == form::flag;
}

std::optional<std::int64_t> to_whole(const config_node& node) {
    if (node.kind == form::whole) return node.whole;
    if (node.kind != form::flag) return std::nullopt;
    std::int64_t number = 0;
    const char* const last = node.text.data() + node.text.size();
    const auto [end, error] = std::from_chars(node.text.data(), last, number);
    if (error != std::errc{} || end != last) return std::nullopt;
    return number;
}

std::optional<bool> to_truth(const config_node& node) {
    if (node.kind == form::truth) return node.whole != 0;
    if (node.kind == form::flag && node.text == "true") return true;
    if (node.kind == form::flag && node.text == "false") return false;
    return std::nullopt;
}

std::optional<double> to_real(const config_node& node) {
    if (node.kind == form::whole) return static_cast<double>(node.whole);
    if (node.kind != form::other && node.kind != form::flag) return std::nullopt;
    double number = 0;
    const char* const last = node.text.data() + node.text.size();
    const auto [end, error] = std::from_chars(node.text.data(), last, number);
    if (error != std::errc{} || end != last) return std::nullopt;
    return number;
}

std::string shown_real(double number) {
    char text[32];
    return {text, std::to_chars(std::begin(text), std::end(text), number).ptr};
}

bool is_name(std::string_view text, std::string_view more = {}) {
    std::string allowed = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    allowed += more;
    return !text.empty() && text.size() <= 64 &&
           text.find_first_not_of(allowed) == std::string_view::npos;
}

std::string must_be(const std::string& least, const std::string& most, const config_node& node) {
    return "must be from " + least + " to " + most + ", not " + node.shown();
}

std::string quoted_list(std::span<const std::string_view> names) {
    std::string out;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i != 0) out += i + 1 == names.size() ? " or " : ", ";
        out += quote_toml(names[i]);
    }
    return out;
}

}  // namespace

section::section(problem_list* problems, const config_node* node, std::string path, bool in_list)
    : problems_(problems), node_(node), path_(std::move(path)), in_list_(in_list) {}

const config_node* section::look_up(std::string_view key) {
    asked_.emplace_back(key);
    return node_ != nullptr ? node_->find(key) : nullptr;
}

const config_node* section::require(std::string_view key) {
    const auto* node = look_up(key);
    if (node == nullptr) fail("", "missing required key " + quote_toml(key) + in_this_table());
    return node;
}

std::string section::path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : path_ + "." + std::string(key);
}

std::string section::in_this_table() const {
    if (path_.empty()) return {};
    return in_list_ ? " in [[" + path_ + "]]" : " in [" + path_ + "]";
}

void section::reject(std::string_view key, const config_node& node, const std::string& complaint) {
    const bool from_flag = node.kind == form::flag;
    const auto subject = from_flag ? std::string() : quote_toml(key) + in_this_table() + " ";
    problems_->push_back({node.place, subject + complaint});
}

void section::fail(std::string_view key, const std::string& message) {
    if (node_ == nullptr) return;
    const auto* node = key.empty() ? nullptr : node_->find(key);
    problems_->push_back({node != nullptr ? node->place : node_->place, message});
}

std::string section::text(std::string_view key, std::string_view fallback) {
    const auto* node = look_up(key);
    if (node == nullptr) return std::string(fallback);
    if (has_text(*node)) return node->text;
    reject(key, *node, "expects a text in quotes, not " + node->shown());
    return std::string(fallback);
}

std::string section::required_text(std::string_view key) {
    return require(key) != nullptr ? text(key) : std::string();
}

std::optional<std::string> section::hidden_text(std::string_view key) {
    const auto* node = look_up(key);
    if (node == nullptr) return std::nullopt;
    if (has_text(*node)) return node->text;
    reject(key, *node, "expects a text in quotes");
    return std::nullopt;
}

std::string section::required_name(std::string_view key) {
    const auto* node = require(key);
    if (node == nullptr) return {};
    if (has_text(*node) && is_name(node->text)) return node->text;
    reject(key, *node,
           "expects a name of 1 to 64 letters, digits, '.', '_' or '-', not " + node->shown());
    return {};
}

std::string section::name(std::string_view key, const std::string& fallback) {
    const auto* node = look_up(key);
    if (node == nullptr) return fallback;
    if (has_text(*node) && is_name(node->text, ":")) return node->text;
    reject(key, *node,
           "expects a name of 1 to 64 letters, digits, '.', '_', '-' or ':', not " + node->shown());
    return fallback;
}

std::uint64_t section::size(std::string_view key, std::uint64_t fallback, std::uint64_t least,
                            std::uint64_t most) {
    const auto* node = look_up(key);
    if (node == nullptr) return fallback;
    const auto bytes = parse_size(has_text(*node) ? node->text : std::string());
    if (!bytes) {
        reject(key, *node, "expects a size such as \"64mb\", not " + node->shown());
        return fallback;
    }
    if (*bytes >= least && *bytes <= most) return *bytes;
    const bool open_ended = most == std::numeric_limits<std::uint64_t>::max();
    reject(key, *node,
           open_ended ? "must be at least " + format_size(least) + ", not " + node->shown()
                      : must_be(format_size(least), format_size(most), *node));
    return fallback;
}

std::chrono::microseconds section::duration(std::string_view key,
                                            std::chrono::microseconds fallback,
                                            std::chrono::microseconds least,
                                            std::chrono::microseconds most) {
    const auto* node = look_up(key);
    if (node == nullptr) return fallback;
    const auto duration = parse_duration(has_text(*node) ? node->text : std::string());
    if (!duration) {
        reject(key, *node, "expects a duration such as \"250ms\", not " + node->shown());
        return fallback;
    }
    if (*duration >= least && *duration <= most) return *duration;
    reject(key, *node, must_be(format_duration(least), format_duration(most), *node));
    return fallback;
}

double section::real(std::string_view key, double fallback, double least, double most) {
    const auto* node = look_up(key);
    if (node == nullptr) return fallback;
    const auto number = to_real(*node);
    if (!number) {
        reject(key, *node, "expects a number, not " + node->shown());
        return fallback;
    }
    if (*number == 0 || (*number >= least && *number <= most)) return *number;
    reject(key, *node,
           "must be 0 or from " + shown_real(least) + " to " + shown_real(most) + ", not " +
               node->shown());
    return fallback;
}

std::int64_t section::whole(std::string_view key, std::int64_t fallback, std::int64_t least,
                            std::int64_t most) {
    const auto* node = look_up(key);
    if (node == nullptr) return fallback;
    const auto number = to_whole(*node);
    if (!number) {
        reject(key, *node, "expects a whole number, not " + node->shown());
        return fallback;
    }
    if (*number >= least && *number <= most) return *number;
    reject(key, *node, must_be(std::to_string(least), std::to_string(most), *node));
    return fallback;
}

bool section::boolean(std::string_view key, bool fallback) {
    const auto* node = look_up(key);
    if (node == nullptr) return fallback;
    const auto truth = to_truth(*node);
    if (!truth) reject(key, *node, "expects true or false, not " + node->shown());
    return truth.value_or(fallback);
}

std::string section::choice(std::string_view key, std::string_view fallback,
                            std::span<const std::string_view> names) {
    const auto* node = look_up(key);
    if (node == nullptr) return std::string(fallback);
    if (has_text(*node) && std::find(names.begin(), names.end(), node->text) != names.end()) {
        return node->text;
    }
    const auto hint = has_text(*node) ? did_you_mean(node->text, names) : std::string();
    reject(key, *node, "expects " + quoted_list(names) + ", not " + node->shown() + hint);
    return std::string(fallback);
}

address section::to_address(std::string_view key, const config_node* node,
                            const address& fallback) {
    if (node == nullptr) return fallback;
    auto parsed = parse_address(has_text(*node) ? node->text : std::string());
    if (parsed) return *parsed;
    reject(key, *node, "expects an address such as \"127.0.0.1:7379\", not " + node->shown());
    return fallback;
}

address section::listen_address(std::string_view key, const address& fallback) {
    return to_address(key, look_up(key), fallback);
}

address section::required_listen_address(std::string_view key) {
    return to_address(key, require(key), {});
}

address section::required_peer_address(std::string_view key) {
    const auto* node = require(key);
    auto where = to_address(key, node, {});
    // A host was read, so the address itself was right.
    if (!where.host.empty() && where.port == 0) {
        reject(key, *node, "expects a port from 1 to 65535, not " + node->shown());
    }
    return where;
}

section section::table(std::string_view key) {
    const auto* node = look_up(key);
    if (node != nullptr && node->kind != form::table) {
        reject(key, *node, "expects a table, written [" + path_of(key) + "], not " + node->shown());
        node = nullptr;
    }
    return {problems_, node, path_of(key), false};
}

std::vector<section> section::list(std::string_view key) {
    std::vector<section> sections;
    const auto* node = look_up(key);
    if (node == nullptr) return sections;
    const auto expected = "expects tables, each written [[" + path_of(key) + "]], not ";
    if (node->kind != form::list) {
        reject(key, *node, expected + node->shown());
        return sections;
    }
    for (const auto& element : node->members) {
        if (element.kind == form::table) {
            sections.push_back(section(problems_, &element, path_of(key), true));
        } else {
            reject(key, element, expected + element.shown());
        }
    }
    return sections;
}

void section::finish() {
    if (node_ == nullptr) return;
    const std::vector<std::string_view> known(asked_.begin(), asked_.end());
    for (const auto& value : node_->members) {
        if (std::find(known.begin(), known.end(), value.name) != known.end()) continue;
        problems_->push_back({value.place, "unknown key " + quote_toml(value.name) +
                                               in_this_table() + did_you_mean(value.name, known)});
    }
}

}  // namespace shared
