// bench_load: asks a server in RESP or memcached's text, checks every answer, tells how long
// answers took and what CPU it and the watched processes used. Ends with 0, or with 1 when an
// answer was wrong or missing, or 2 when it could not start.
#include "tests/bench/load/options.hpp"
#include "tests/bench/load/report.hpp"
#include "tests/bench/load/run.hpp"

#include <iostream>
#include <system_error>

int main(int argc, char** argv) {
    int exit_code = 0;
    const auto options = bench::read_options(argc, argv, exit_code);
    if (!options) return exit_code;
    try {
        const auto result = bench::run(*options).measure();
        (options->json ? bench::print_json : bench::print_text)(std::cout, *options, result);
        if (result.errors > 0) std::cerr << "bench_load: " << result.problem << '\n';
        return result.errors > 0 ? 1 : 0;
    } catch (const std::system_error& problem) {
        std::cerr << "bench_load: " << problem.what() << '\n';
        return 2;
    }
}
