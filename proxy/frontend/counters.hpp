// What one worker counts. Written by the worker alone, read by whoever answers INFO.
#pragma once

#include "shared/base/counter.hpp"

namespace proxy {

struct counters {
    shared::counter clients;  // connected now
    shared::counter accepted;
    shared::counter requests;
    shared::counter retried;            // sent once more after a failure
    shared::counter served_by_partner;  // because the home could not
    shared::counter unavailable;        // answered with UNAVAILABLE
    shared::counter timed_out;          // answered with TIMEOUT
};

}  // namespace proxy
