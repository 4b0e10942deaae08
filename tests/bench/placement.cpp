// What the layouts are worth: balance, movement when a backend comes or goes, time to build and to
// look up. Over many sets of names; every figure is mean and worst.
//
//     bench_placement [--quick] [--sets N] [--every] [--all] [--json FILE]
//
// Shares and moves are not sampled with keys (a million keys over 100 backends are uneven by 2 % by
// chance alone), but measured over hashes at equal distances: each slot of a table once, so
// these figures are exact; on a ring or ketama 4,194,304 positions, which miss an arc's
// length by one at most. "Ideal" is the weight's share of the backend that comes or goes.
// --every removes each backend in turn and not a few; --all measures the default layout alone, for
// each number of backends from 2 to 100.
#include "proxy/policy/layout.hpp"
#include "proxy/policy/maglev.hpp"
#include "shared/hash/hash.hpp"
#include "tests/support/weighted_names.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using proxy::layout_kind;
using proxy::placement;
using proxy::weighted_backend;
using steady = std::chrono::steady_clock;

constexpr std::size_t samples = std::size_t{1} << 22;
constexpr std::uint64_t unspread = 0xF1DE83E19937733D;  // times this undoes proxy::spread
static_assert(proxy::spread(unspread) == 1);

struct options {
    bool quick = false;
    bool every = false;
    bool all = false;
    std::size_t sets = 30;
    std::string json;
};

/// Mean and worst of a figure.
struct figure {
    double sum = 0;
    double worst = 0;
    std::size_t count = 0;

    void add(double value) {
        sum += value;
        worst = std::max(worst, value);
        ++count;
    }
    double mean() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
};

struct pool_shape {
    std::string name;  // "10", or "10, weights 1-5"
    std::size_t backends;
    std::uint32_t heaviest;
};

struct row {
    std::string layout;
    std::string pool;
    figure peak = {};
    figure removed = {};
    figure added = {};
    double build_ms = 0;
    double lookup_ns = 0;   // one after the other, none waits for the one before
    double chained_ns = 0;  // each waits for the one before
};

/// The n-th of many sets of names, in styles that people use.
std::string name_of_backend(std::size_t set, std::size_t i) {
    const std::string one = std::to_string(i);
    const std::string which = std::to_string(set);
    switch (set % 4) {
        case 0:
            return "cache-" + which + "-" + one;
        case 1:
            return "10.0." + which + "." + one + ":6379";
        case 2:
            return "s" + which + (i % 2 == 0 ? "a" : "b") + std::to_string(i / 2);
        default:
            return one + ".mem" + which + ".example.net:11211";
    }
}

struct name_set : support::weighted_names {
    name_set(const pool_shape& shape, std::size_t set) {
        for (std::size_t i = 0; i <= shape.backends; ++i) {
            names.push_back(name_of_backend(set, i));
            weights.push_back(static_cast<std::uint32_t>(1 + (i * 7 + set) % shape.heaviest));
        }
    }
};

/// The hash that stands for sample i: at its place in the order of the layout's places.
std::uint64_t sample_hash(layout_kind layout, std::size_t i) {
    switch (layout) {
        case layout_kind::maglev:
            return i;
        case layout_kind::ketama:
            return std::uint64_t{i} << 10U;
        default:
            return (std::uint64_t{i} << 42U) * unspread;
    }
}

std::size_t samples_of(layout_kind layout) {
    return layout == layout_kind::maglev ? proxy::maglev::slot_count : samples;
}

std::vector<std::uint16_t> homes_of(layout_kind layout, const std::vector<weighted_backend>& list) {
    const auto homes = proxy::make_placement(layout, list);
    std::vector<std::uint16_t> out(samples_of(layout));
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::uint16_t>(homes->home(sample_hash(layout, i)));
    return out;
}

double share_of(const std::vector<weighted_backend>& list, std::size_t which) {
    double total = 0;
    for (const auto& one : list) total += one.weight;
    return list[which].weight / total;
}

/// The largest share over what its weight gives.
double peak_of(const std::vector<std::uint16_t>& homes, const std::vector<weighted_backend>& list) {
    std::vector<double> counts(list.size());
    for (const auto home : homes) ++counts[home];
    double peak = 0;
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (list[i].weight == 0) continue;
        peak = std::max(peak, counts[i] / static_cast<double>(homes.size()) / share_of(list, i));
    }
    return peak;
}

double moved(const std::vector<std::uint16_t>& before, const std::vector<std::uint16_t>& after) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < before.size(); ++i) count += before[i] != after[i] ? 1U : 0U;
    return static_cast<double>(count) / static_cast<double>(before.size());
}

void measure_set(row& out, layout_kind layout, const pool_shape& shape, std::size_t set,
                 bool every) {
    const name_set made(shape, set);
    const auto list = made.list(shape.backends);
    const auto homes = homes_of(layout, list);
    out.peak.add(peak_of(homes, list));
    const std::size_t removals = every ? shape.backends : std::min<std::size_t>(2, shape.backends);
    for (std::size_t i = 0; i < removals; ++i) {
        const std::size_t gone =
            every ? i : (set * 13 + i * (shape.backends / 2 + 1)) % shape.backends;
        const auto rest = made.list(shape.backends, gone);
        out.removed.add(moved(homes, homes_of(layout, rest)) / share_of(list, gone));
    }
    const auto more = made.list(shape.backends + 1);
    out.added.add(moved(homes, homes_of(layout, more)) / share_of(more, shape.backends));
}

double since(steady::time_point start) {
    return std::chrono::duration<double>(steady::now() - start).count();
}

void time_lookups(row& out, const placement& homes) {
    std::vector<std::uint64_t> hashes;
    for (std::uint64_t i = 0; i < 1'000'000; ++i)
        hashes.push_back(shared::xxh3({reinterpret_cast<const char*>(&i), sizeof i}));
    const auto count = static_cast<double>(hashes.size());
    out.lookup_ns = out.chained_ns = 1e9;
    for (int round = 0; round < 7; ++round) {
        std::size_t sum = 0;
        auto start = steady::now();
        for (const auto hash : hashes) sum += homes.home(hash);
        out.lookup_ns = std::min(out.lookup_ns, since(start) * 1e9 / count);
        std::size_t last = sum & 1U;
        start = steady::now();
        for (const auto hash : hashes) last = homes.home(hash ^ last);
        out.chained_ns = std::min(out.chained_ns, since(start) * 1e9 / count);
        if (last > 70'000) std::abort();  // what was looked up is used
    }
}

row measure(layout_kind layout, const pool_shape& shape, const options& how) {
    row out{.layout = std::string(proxy::name_of(layout)), .pool = shape.name};
    for (std::size_t set = 0; set < how.sets; ++set)
        measure_set(out, layout, shape, set, how.every);
    const name_set made(shape, 0);
    const auto list = made.list(shape.backends);
    out.build_ms = 1e9;
    for (int round = 0; round < 3; ++round) {
        const auto start = steady::now();
        const auto homes = proxy::make_placement(layout, list);
        out.build_ms = std::min(out.build_ms, since(start) * 1e3);
    }
    time_lookups(out, *proxy::make_placement(layout, list));
    return out;
}

void print(const row& one, const row& ketama) {
    std::printf(
        "%-10s %-15s %7.4f %7.4f  %7.4f %7.4f  %7.4f %7.4f  %7.1f  %6.2f %6.1f  %6.2f %5.1f\n",
        one.layout.c_str(), one.pool.c_str(), one.peak.mean(), one.peak.worst, one.removed.mean(),
        one.removed.worst, one.added.mean(), one.added.worst, one.build_ms, one.lookup_ns,
        ketama.lookup_ns / one.lookup_ns, one.chained_ns, ketama.chained_ns / one.chained_ns);
    std::fflush(stdout);
}

void append_json(std::ofstream& out, const row& one) {
    const auto pair = [&](const char* name, const figure& what) {
        out << ", \"" << name << "\": {\"mean\": " << what.mean() << ", \"worst\": " << what.worst
            << ", \"count\": " << what.count << '}';
    };
    out << "  {\"layout\": \"" << one.layout << "\", \"pool\": \"" << one.pool << '"';
    pair("peak_to_average", one.peak);
    pair("removing_moves_of_ideal", one.removed);
    pair("adding_moves_of_ideal", one.added);
    out << ", \"build_ms\": " << one.build_ms << ", \"lookup_ns\": " << one.lookup_ns
        << ", \"chained_lookup_ns\": " << one.chained_ns << '}';
}

options read_options(int count, char** words) {
    options how;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = words[i];
        if (word == "--quick") how.quick = true;
        if (word == "--every") how.every = true;
        if (word == "--all") how.all = true;
        if (word == "--sets" && i + 1 < count) how.sets = std::stoul(words[++i]);
        if (word == "--json" && i + 1 < count) how.json = words[++i];
    }
    if (how.quick) how.sets = std::min<std::size_t>(how.sets, 3);
    return how;
}

std::vector<pool_shape> shapes_of(const options& how) {
    std::vector<pool_shape> shapes;
    if (how.all) {
        for (std::size_t n = 2; n <= 100; ++n) shapes.push_back({std::to_string(n), n, 1});
        return shapes;
    }
    for (const std::size_t n : {2U, 3U, 5U, 10U, 20U, 50U, 100U})
        shapes.push_back({std::to_string(n), n, 1});
    shapes.push_back({"10, weights 1-5", 10, 5});
    shapes.push_back({"50, weights 1-5", 50, 5});
    return shapes;
}

}  // namespace

int main(int count, char** words) {
    const auto how = read_options(count, words);
    std::vector<layout_kind> layouts{layout_kind::rendezvous};
    if (!how.all)
        layouts.insert(layouts.end(),
                       {layout_kind::maglev, layout_kind::ketama, layout_kind::ring});

    std::ofstream json;
    if (!how.json.empty()) json.open(how.json);
    json << "[\n";
    std::printf("%zu sets of names; each figure mean and worst\n", how.sets);
    std::printf("%-10s %-15s %-16s %-16s %-16s %-9s %-15s %s\n", "layout", "backends",
                "peak/average", "removing/ideal", "adding/ideal", "build", "lookup,ketama/",
                "chained");
    std::string separator;
    for (const auto& shape : shapes_of(how)) {
        // Of ketama, lookups alone are measured here: what they take is what the others' are
        // compared with.
        auto lookups_alone = how;
        lookups_alone.sets = 0;
        const auto ketama = measure(layout_kind::ketama, shape, lookups_alone);
        for (const auto layout : layouts) {
            const auto one = measure(layout, shape, how);
            print(one, ketama);
            json << std::exchange(separator, ",\n");
            append_json(json, one);
        }
    }
    json << "\n]\n";
    return 0;
}
