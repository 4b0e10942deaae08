// What is asked, and whether an answer is right. A key's value follows from its number, so a GET
// can be checked whoever has stored it. Pure; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

enum class command { get, set, mix, mget };

struct workload_options {
    command asked = command::mix;
    std::uint32_t sets = 1;  // of a mix: SETs against GETs
    std::uint32_t gets = 9;
    std::uint32_t keys = 100'000;
    std::uint32_t mget_keys = 10;
    std::size_t value_size = 64;
    std::string key_prefix = "key:";
    bool echo = false;      // the answer is the request itself
    bool in_order = false;  // keys 0, 1, 2 … instead of random ones
};

struct request {
    command what = command::get;  // never `mix`
    std::uint32_t seed = 0;       // the key's number; of an MGET: what its keys follow from
};

enum class verdict {
    incomplete,  // the rest has to come yet
    good,
    error,  // an error reply: well-formed, but not what was asked for
    wrong,  // anything else: the stream is of no use any more
};

struct judgement {
    verdict outcome = verdict::incomplete;
    std::size_t size = 0;      // bytes of the answer; 0 unless it is good or an error
    std::uint32_t misses = 0;  // nils in it
};

class workload {
  public:
    /// Requires: keys > 0, and sets + gets > 0 for a mix.
    explicit workload(const workload_options& options, std::uint64_t seed = 1);

    request next();

    /// Appends the request as RESP to `out`.
    void encode(const request& asked, std::string& out) const;

    /// Judges the first answer in `input`, which must be the one to `asked`.
    judgement judge(const request& asked, std::string_view input);

  private:
    std::uint32_t random_below(std::uint32_t limit);
    std::uint32_t key_of_mget(std::uint32_t seed, std::uint32_t number) const;
    void encode_key(std::uint32_t number, std::string& out) const;

    workload_options options_;
    std::uint64_t random_;
    std::uint32_t in_order_ = 0;
    std::string key_head_;      // "$16\r\nkey:"
    std::string bulk_head_;     // "$64\r\n"
    std::string value_tail_;    // the value behind its digits, and the line's end
    std::string array_head_;    // "*10\r\n", of an answer to MGET
    std::string mget_head_;     // "*11\r\n$4\r\nMGET\r\n"
    std::size_t value_digits_;  // how many digits of the key's number begin a value
    std::string scratch_;       // the expected answer of an echo
};

}  // namespace bench
