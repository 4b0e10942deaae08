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
    shared::counter relieved;           // served by the partner: the home had more than its share
    shared::counter unavailable;        // answered with UNAVAILABLE
    shared::counter timed_out;          // answered with TIMEOUT
};

}  // namespace proxy
