// A store with a clock and a sink that writes down what it is told, and the shorthand of the tests.
#pragma once

#include "backend/store/store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backend_test {

/// An effect that owns its bytes.
struct kept_effect {
    backend::effect_kind kind;
    backend::version stamp;
    shared::unix_ms expires_at;
    std::string key;
    std::string value;

    explicit kept_effect(const backend::effect& what)
        : kind(what.kind),
          stamp(what.stamp),
          expires_at(what.expires_at),
          key(what.key),
          value(what.value) {}

    backend::effect view() const {
        return {.kind = kind, .stamp = stamp, .expires_at = expires_at, .key = key, .value = value};
    }
};

class recording_sink : public backend::effect_sink {
  public:
    void on_effect(const backend::effect& what) override { effects.emplace_back(what); }
    std::vector<kept_effect> effects;
};

struct one_store {
    explicit one_store(const backend::store_options& options = {}, unsigned side = 0)
        : clock(side), data(options, clock, &sink) {}

    bool set(std::string_view key, std::string_view value, shared::unix_ms expires_at = 0) {
        return data.open(key, now).set(value, expires_at);
    }
    void erase(std::string_view key) { data.open(key, now).erase(); }
    bool has(std::string_view key) { return data.open(key, now).exists(); }
    std::optional<std::string> get(std::string_view key) {
        auto found = data.open(key, now);
        if (!found.exists()) return std::nullopt;
        found.touch();
        return std::string(found.value());
    }

    /// Everything that a scan shows.
    std::vector<kept_effect> all(std::size_t at_once = 100) {
        std::vector<kept_effect> seen;
        backend::scan_cursor cursor;
        while (data.scan(
            cursor, at_once, [&](const backend::effect& what) { seen.emplace_back(what); }, now)) {
        }
        return seen;
    }

    backend::hybrid_clock clock;
    recording_sink sink;
    backend::store data;
    shared::unix_ms now = 1'000'000;
};

inline backend::effect set_effect(backend::version stamp, std::string_view key,
                                  std::string_view value, shared::unix_ms expires_at = 0) {
    return {.kind = backend::effect_kind::set,
            .stamp = stamp,
            .expires_at = expires_at,
            .key = key,
            .value = value};
}

inline backend::effect erase_effect(backend::version stamp, std::string_view key) {
    return {.kind = backend::effect_kind::erase, .stamp = stamp, .key = key};
}

inline backend::effect flush_effect(backend::version stamp) {
    return {.kind = backend::effect_kind::flush, .stamp = stamp};
}

}  // namespace backend_test
