// The hit ratio of a policy of eviction over a trace, by the backend's own classes.
//
//     hit_ratio --policy NAME --capacity N [--bytes] [--shards N] [--json] TRACE[.gz]
//
// A trace is one key a line, or with --bytes "key size"; the capacity is then in bytes of values,
// else in entries. A key that is not there is put in. --shards cuts the cache as the backend does,
// into 16, to show what that costs.
#include "backend/store/eviction_policies.hpp"
#include "tests/bench/hit_ratio/replay.hpp"
#include "tests/bench/hit_ratio/trace.hpp"

#include <boost/program_options.hpp>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <exception>
#include <optional>
#include <sstream>
#include <string>

namespace {

struct options {
    bench::replay_options replayed;
    std::string policy{backend::default_eviction};
    std::string trace;
    bool json = false;
};

struct figures {
    std::uint64_t requests = 0;
    std::uint64_t hits = 0;
    std::uint64_t policy_bytes = 0;

    double ratio() const {
        return requests == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(requests);
    }
};

std::optional<options> read_options(int count, char** words) {
    namespace po = boost::program_options;
    options chosen;
    po::options_description known("hit_ratio --policy NAME --capacity N [options] TRACE[.gz]");
    auto add = known.add_options();
    add("help", "say this");
    add("policy", po::value(&chosen.policy), "the policy, as in the backend's configuration");
    add("capacity", po::value(&chosen.replayed.capacity)->required(), "entries, or bytes");
    add("bytes", po::bool_switch(&chosen.replayed.by_bytes), "lines are \"key size\"");
    add("shards", po::value(&chosen.replayed.shards), "a power of two; 1 without it");
    add("json", po::bool_switch(&chosen.json), "print one object of JSON");
    add("trace", po::value(&chosen.trace)->required(), "the file, gzipped or not");
    po::positional_options_description places;
    places.add("trace", 1);
    po::variables_map found;
    po::store(po::command_line_parser(count, words).options(known).positional(places).run(), found);
    if (found.contains("help")) {
        for (const auto name : backend::eviction_names) std::printf("policy %s\n", name.data());
        std::printf("%s", (std::ostringstream() << known).str().c_str());
        return std::nullopt;
    }
    po::notify(found);
    if (!std::has_single_bit(chosen.replayed.shards)) throw po::error("shards: not a power of two");
    return chosen;
}

figures measure(const options& chosen) {
    auto settings = chosen.replayed;
    settings.policy = chosen.policy;
    bench::replay cache(settings);
    bench::trace requests(chosen.trace, settings.by_bytes);
    figures result;
    while (const auto next = requests.next()) {
        ++result.requests;
        if (cache.request(next->key, next->size)) ++result.hits;
    }
    result.policy_bytes = cache.policy_bytes();
    return result;
}

void print(const options& chosen, const figures& result) {
    if (!chosen.json) {
        std::printf("%llu requests, %llu hits, hit ratio %.2f %%\n",
                    static_cast<unsigned long long>(result.requests),
                    static_cast<unsigned long long>(result.hits), 100 * result.ratio());
        return;
    }
    std::printf(
        "{\"policy\": \"%s\", \"capacity\": %llu, \"unit\": \"%s\", \"shards\": %u, "
        "\"requests\": %llu, \"hits\": %llu, \"hit_ratio\": %.6f, \"policy_bytes\": %llu}\n",
        chosen.policy.c_str(), static_cast<unsigned long long>(chosen.replayed.capacity),
        chosen.replayed.by_bytes ? "bytes" : "entries", chosen.replayed.shards,
        static_cast<unsigned long long>(result.requests),
        static_cast<unsigned long long>(result.hits), result.ratio(),
        static_cast<unsigned long long>(result.policy_bytes));
}

}  // namespace

int main(int count, char** words) {
    try {
        const auto chosen = read_options(count, words);
        if (chosen) print(*chosen, measure(*chosen));
        return 0;
    } catch (const std::exception& problem) {
        std::fprintf(stderr, "hit_ratio: %s\n", problem.what());
        return 1;
    }
}
