// One client's request that went to several backends in parts, and the one reply made of theirs.
// Pure.
#pragma once

#include "proxy/frontend/translate.hpp"
#include "shared/resp/encoder.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace proxy {

enum class gather_kind : std::uint8_t {
    values,  // arrays of values, put back into the order of the keys (MGET)
    sum,     // integers, added up (DEL, EXISTS, DBSIZE)
    all_ok,  // +OK if every part says so (MSET, FLUSHALL)
    copies,  // every part did the same on its own copy of the data: the first good reply speaks for
             // all
    any,     // the first part that has a value (RANDOMKEY)
    list,    // arrays, joined (KEYS)
    scan,    // of one part: the cursor becomes the client's (SCAN)
};

/// What makes a client's cursor of that of one backend.
struct scan_link {
    std::size_t backend = 0;   // that has the scan
    std::size_t backends = 1;  // of the pool
    std::uint64_t next = 0;    // the client's cursor when this backend's scan has ended
};

class gather {
  public:
    gather(gather_kind kind, std::size_t parts,
           shared::reply_shape shape = shared::reply_shape::as_is)
        : kind_(kind), shape_(shape), replies_(parts), missing_(parts) {}

    /// For `values`: the next key of the request is answered by `part`.
    void add_key(std::uint16_t part) { part_of_key_.push_back(part); }

    /// For `scan`, which needs it.
    void continue_scan(const scan_link& link) { scan_ = link; }

    /// The reply of a part, RESP2, an error included. Requires: that part had none.
    void add(std::uint16_t part, std::string_view reply);

    bool complete() const noexcept { return missing_ == 0; }

    /// Appends the whole reply. An error of any part is the reply (of `copies`: if no part is good,
    /// or if the error is the data's, such as OOM, and not merely that nobody could be reached).
    /// Requires: complete().
    void finish(std::string& out, shared::protocol version) const;

  private:
    const std::string* first_error() const noexcept;
    void finish_values(std::string& out, shared::protocol version) const;
    void finish_sum(std::string& out) const;
    void finish_copies(std::string& out, shared::protocol version) const;
    void finish_any(std::string& out, shared::protocol version) const;
    void finish_list(std::string& out, shared::protocol version) const;
    void finish_scan(std::string& out, shared::protocol version) const;

    gather_kind kind_;
    shared::reply_shape shape_;  // of `copies`
    scan_link scan_;
    std::vector<std::string> replies_;
    std::vector<std::uint16_t> part_of_key_;
    std::size_t missing_;
};

}  // namespace proxy
