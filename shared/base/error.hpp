// The expected failures of Ringway and the type that carries them.
// Parsers of the wire have statuses of their own (resp/request_parser.hpp); exceptions are for
// start-up alone.
#pragma once

#include <boost/system/error_category.hpp>
#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

namespace shared {

enum class errc {
    invalid_size = 1,   // text is no size such as "64mb"
    invalid_duration,   // text is no duration such as "250ms"
    invalid_address,    // text is no "host:port"
    record_incomplete,  // a record's bytes end early
    record_corrupt,     // a record's length, kind or checksum is wrong
};

/// The category of `errc`; messages are whole phrases for a log line.
const boost::system::error_category& ringway_category() noexcept;

boost::system::error_code make_error_code(errc code) noexcept;

template <typename T>
using result = boost::system::result<T>;

}  // namespace shared

template <>
struct boost::system::is_error_code_enum<shared::errc> : std::true_type {};
