// What policies with two queues differ in (queue_pair.hpp). Constant values; any thread.
#pragma once

namespace backend {

struct queue_rules {
    unsigned small_parts;   // the small queue is one part of so many; it holds one key at least
    unsigned uses_to_stay;  // in the small queue, to move into the main one
    bool uses_are_kept;     // by the move; else they begin at 0 again
    bool remembered_enter_main;  // or they enter the small queue as all others do
    bool main_remembered;        // what is evicted from the main queue, too
    bool filled_first;           // the main queue fills with whatever comes while there is room
    unsigned patience;  // so many must pass the main queue by before its oldest is looked at:
                        // a used one goes to the back with one use less, an unused one has
                        // to make room; 0 is endless
};

inline constexpr unsigned most_uses = 3;  // counted of an entry

}  // namespace backend
