// A measurement as text for people, or as one JSON object.
#pragma once

#include "tests/bench/load/options.hpp"
#include "tests/bench/load/run.hpp"

#include <iosfwd>
#include <string>

namespace bench {

/// Latencies are microseconds; so is CPU, for each request.
void print_text(std::ostream& out, const load_options& options, const measurement& result);
void print_json(std::ostream& out, const load_options& options, const measurement& result);

/// With quotes around it; bytes that are not printable ASCII as \u00XX.
std::string json_string(const std::string& text);

}  // namespace bench
