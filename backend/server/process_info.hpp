// What the system tells of this process, as lines of INFO. Any thread may call these.
#pragma once

#include <cstdint>
#include <string>

namespace backend {

/// Bytes of memory that are resident; 0 if it can't be learnt.
std::uint64_t resident_bytes();

/// "1.50M", as Redis writes bytes for people.
std::string for_people(std::uint64_t bytes);

/// "used_cpu_sys" and "used_cpu_user".
std::string cpu_lines();

/// "Linux 6.1.0 x86_64".
std::string operating_system();

std::uint64_t memory_of_system();

/// 40 hexadecimal digits by chance.
std::string make_run_id();

}  // namespace backend
