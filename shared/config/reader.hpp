// Typed reading of a configuration: TOML text and the command line's flags over it.
//
//     document ── root() ──► section ── table("partner") ──► section
//        ▲                      │
//        └──── problems ────────┘   every wrong value, not only the first one
//
// A read never fails: it answers the default and notes a problem, "conf/proxy.toml:12: …".
// Used by the main thread at start-up. A section points into its document, which must outlive it.
#pragma once

#include "shared/base/address.hpp"
#include "shared/config/tree.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shared {

/// A configuration, or all that is wrong with it, one line each.
template <typename Config>
using checked = boost::system::result<Config, std::vector<std::string>>;

/// One table of the configuration. The sections of an absent table and of a file with a syntax
/// error answer defaults and note no problems.
class section {
  public:
    bool present() const { return node_ != nullptr; }

    std::string text(std::string_view key, std::string_view fallback = {});
    std::string required_text(std::string_view key);

    /// A text that no problem shows; nothing if the key is missing, or its value is no text.
    std::optional<std::string> hidden_text(std::string_view key);

    /// A name fit for messages and metrics: 1 to 64 letters, digits, `.`, `_` or `-`. Required.
    std::string required_name(std::string_view key);

    /// The same, with `:` allowed too, as in an address, and not required.
    std::string name(std::string_view key, const std::string& fallback);

    /// Bytes, from `least` to `most`.
    std::uint64_t size(std::string_view key, std::uint64_t fallback, std::uint64_t least = 0,
                       std::uint64_t most = std::numeric_limits<std::uint64_t>::max());

    std::chrono::microseconds duration(std::string_view key, std::chrono::microseconds fallback,
                                       std::chrono::microseconds least,
                                       std::chrono::microseconds most);

    template <typename Integer>
    Integer integer(std::string_view key, Integer fallback, Integer least, Integer most) {
        return static_cast<Integer>(whole(key, static_cast<std::int64_t>(fallback),
                                          static_cast<std::int64_t>(least),
                                          static_cast<std::int64_t>(most)));
    }

    /// 0, or from `least` to `most`.
    double real(std::string_view key, double fallback, double least, double most);

    bool boolean(std::string_view key, bool fallback);

    std::string choice(std::string_view key, std::string_view fallback,
                       std::span<const std::string_view> names);

    /// Where to listen; port 0 is allowed.
    address listen_address(std::string_view key, const address& fallback);
    address required_listen_address(std::string_view key);

    /// Where to connect; port 0 is not allowed.
    address required_peer_address(std::string_view key);

    /// The table `key`; an absent section if the file has none.
    section table(std::string_view key);

    /// The tables written [[key]], in the file's order.
    std::vector<section> list(std::string_view key);

    /// Notes a problem at the line of `key`, or of the table if the key is missing or empty.
    void fail(std::string_view key, const std::string& message);

    /// Every key that was not asked for is a problem. Call it after the last read.
    void finish();

  private:
    friend class document;
    using problem_list = std::vector<config_problem>;

    section(problem_list* problems, const config_node* node, std::string path, bool in_list);

    const config_node* look_up(std::string_view key);
    const config_node* require(std::string_view key);
    void reject(std::string_view key, const config_node& node, const std::string& complaint);
    std::int64_t whole(std::string_view key, std::int64_t fallback, std::int64_t least,
                       std::int64_t most);
    address to_address(std::string_view key, const config_node* node, const address& fallback);
    std::string path_of(std::string_view key) const;
    std::string in_this_table() const;

    problem_list* problems_;
    const config_node* node_;  // null: the table is absent
    std::string path_;         // "pool.health"; empty for the root
    bool in_list_;             // written [[path]]
    std::vector<std::string> asked_;
};

/// A whole configuration; owns its values and the problems found so far.
class document {
  public:
    static document parse(std::string_view text, const std::string& name);

    /// Reads the file; one that cannot be read is a problem of the document.
    static document load(const std::string& path);

    /// A document without a file, for programs started with flags alone.
    static document empty();

    /// Puts a flag's value over the file's, see `override_value`. Requires: nothing has been read.
    void set(std::string_view path, const std::string& flag, std::string value);

    section root();

    /// All problems, a line each, in the order of the file; flags come first.
    std::vector<std::string> problems() const;

  private:
    struct state {
        config_node root;
        std::vector<config_problem> problems;
        bool broken = false;  // not readable or not TOML: there is nothing to read
    };

    explicit document(std::unique_ptr<state> content);

    std::unique_ptr<state> state_;
};

}  // namespace shared
