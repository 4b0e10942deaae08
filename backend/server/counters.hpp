// What one worker counts. Written by the worker alone, read by whoever answers INFO.
#pragma once

#include "shared/base/counter.hpp"

namespace backend {

struct counters {
    shared::counter clients;  // connected now
    shared::counter accepted;
    shared::counter requests;
    shared::counter slow_subscribers;  // closed: they did not read their messages
};

}  // namespace backend
