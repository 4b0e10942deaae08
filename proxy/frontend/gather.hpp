// One client's request that went to several backends in parts, and the one reply made of theirs.
// Pure. Used for one request after the other, for it keeps its memory.
#pragma once

#include "proxy/frontend/translate.hpp"
#include "shared/resp/encoder.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
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
    /// Forgets the request before and begins with another.
    void begin(gather_kind kind, std::size_t parts,
               shared::reply_shape shape = shared::reply_shape::as_is);

    /// Gives back what the replies of the request took beyond the usual.
    void trim();

    gather_kind kind() const noexcept { return kind_; }

    /// For `values`: the part that answers each of the request's keys.
    void set_keys(std::span<const std::uint16_t> part_of_key);

    /// For `scan`, which needs it.
    void continue_scan(const scan_link& link) { scan_ = link; }

    /// The reply of a part, RESP2, an error included. Requires: that part had none.
    void add(std::uint16_t part, std::string_view reply);

    bool complete() const noexcept { return missing_ == 0; }

    /// Bytes of the replies that are held.
    std::size_t held() const noexcept { return held_; }

    /// Appends the whole reply. An error of any part is the reply. Of `copies` that is so if no
    /// part is good, or if a part's error is the data's, such as OOM, and not merely that its
    /// backend was out of reach or late; and the error that leaves most in doubt is the reply then:
    /// UNKNOWN before TIMEOUT before any other, UNAVAILABLE and LOADING last. Requires: complete(),
    /// and no part is large.
    void finish(std::string& out, shared::protocol version);

    /// The reply of a part of `values` has begun and is too large to be held: its items are passed
    /// on from where they come, when it is their turn. `lose_large`: it will not come after all.
    void add_large(std::uint16_t part);
    void lose_large(std::uint16_t part);
    bool has_large() const noexcept { return large_ != 0; }

    /// Begins the reply: its first line; false if there is an error, which is the whole reply then.
    /// Requires: complete(), kind() is `values`.
    bool start_values(std::string& out);

    /// Appends items of parts that are held as far as the order of the keys goes. The large part
    /// whose item comes next; nothing at the end. Requires: start_values() was true.
    std::optional<std::uint16_t> next_large(std::string& out, shared::protocol version);

    /// The item that `next_large` asked for has been passed on.
    void item_passed_on() noexcept { ++key_; }

  private:
    struct part_state {
        std::string reply;
        std::size_t taken = 0;  // bytes of it that have been passed on
        std::int64_t keys = 0;
        bool large = false;
    };

    std::span<part_state> parts() noexcept { return {parts_.data(), size_}; }
    const part_state* first_error() const noexcept;
    void finish_values(std::string& out, shared::protocol version);
    void append_run(std::string& out, std::uint16_t part, shared::protocol version);
    void finish_sum(std::string& out) const;
    void finish_copies(std::string& out, shared::protocol version) const;
    void finish_any(std::string& out, shared::protocol version) const;
    void finish_list(std::string& out, shared::protocol version) const;
    void finish_scan(std::string& out, shared::protocol version) const;
    std::span<const part_state> parts() const noexcept { return {parts_.data(), size_}; }

    gather_kind kind_ = gather_kind::all_ok;
    shared::reply_shape shape_ = shared::reply_shape::as_is;  // of `copies`
    scan_link scan_;
    std::vector<part_state> parts_;  // the first `size_` belong to this request
    std::size_t size_ = 0;
    std::vector<std::uint16_t> part_of_key_;
    std::size_t key_ = 0;  // of `values`: whose item comes next
    std::size_t missing_ = 0;
    std::size_t large_ = 0;
    std::size_t held_ = 0;
};

}  // namespace proxy
