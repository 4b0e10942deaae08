// Random walks of a store beside a plain map. For a long run by hand, RINGWAY_MODEL_STEPS says how
// many steps a walk takes and RINGWAY_MODEL_SEED where the numbers begin.
#include "tests/unit/backend/store/store_model.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <string>

using backend_test::model_options;
using backend_test::model_walk;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text != nullptr ? std::stoull(text) : otherwise;
}

void walk(model_options options) {
    const std::uint64_t steps = from_environment("RINGWAY_MODEL_STEPS", 6000);
    options.seed += from_environment("RINGWAY_MODEL_SEED", 1);
    BOOST_TEST_CONTEXT(options.eviction << ", " << options.shards << " shards, tombstones "
                                        << options.tombstones << ", seed " << options.seed) {
        model_walk both(options);
        std::uint64_t done = 0;
        try {
            for (; done < steps; ++done) {
                both.step();
                if (done % 1000 == 999) both.compare();
            }
            both.empty();
        } catch (const std::runtime_error& difference) {
            BOOST_ERROR("step " << done << ": " << difference.what());
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_model_test)

BOOST_AUTO_TEST_CASE(a_store_has_what_it_was_told_or_nothing_under_every_policy) {
    std::uint64_t seed = 0;
    for (const auto policy : backend::eviction_names) {
        walk({.eviction = policy, .shards = 1, .seed = seed++});
        walk({.eviction = policy, .shards = 4, .tombstones = true, .seed = seed++});
        walk({.eviction = policy, .shards = 16, .memory = 8UL << 20U, .seed = seed++});
    }
}

BOOST_AUTO_TEST_SUITE_END()
