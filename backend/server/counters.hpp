// What one worker counts. Written by the worker alone, read by whoever answers INFO.
#pragma once

#include "backend/server/command_stats.hpp"

namespace backend {

struct counters {
    shared::counter clients;  // connected now
    shared::counter accepted;
    shared::counter refused;  // beyond the most clients
    shared::counter requests;
    shared::counter slow_subscribers;  // closed: they did not read their messages
    command_stats commands;
};

}  // namespace backend
