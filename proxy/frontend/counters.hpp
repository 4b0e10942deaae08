// What one worker counts. Written by the worker alone, read by whoever answers INFO.
#pragma once

#include "shared/base/counter.hpp"

namespace proxy {

struct counters {
    shared::counter clients;  // connected now
    shared::counter accepted;
    shared::counter rejected;  // beyond max_clients
    shared::counter requests;
    shared::counter retried;                  // sent once more after a failure
    shared::counter retries_refused;          // beyond the budget of second tries
    shared::counter served_by_partner;        // because the home could not
    shared::counter relieved;                 // served elsewhere: the home had more than its share
    shared::counter unavailable;              // answered with UNAVAILABLE
    shared::counter unknown;                  // answered with UNKNOWN
    shared::counter timed_out;                // answered with TIMEOUT
    shared::counter busy;                     // answered with BUSY
    shared::counter protocol_errors;          // clients' connections ended for what they had sent
    shared::counter closed_idle;              // clients' connections, for idle_timeout
    shared::counter closed_half_sent;         // half_sent_timeout
    shared::counter closed_slow_readers;      // slow_reader_timeout
    shared::counter closed_full;              // max_client_buffer
    shared::counter large_replies_passed_on;  // in pieces
    shared::counter large_replies_moved;      // asked for once more, on a lane
    shared::counter large_replies_refused;    // max_client_buffer
    shared::counter lanes;                    // lent to clients now
};

}  // namespace proxy
