// What is asked, and whether an answer is right. A key's value follows from its number, so a GET
// can be checked whoever has stored it. Pure; one thread.
#pragma once

#include "tests/bench/load/expectation.hpp"
#include "tests/bench/load/value_sizes.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bench {

enum class command { get, set, mix, mget };

enum class protocol { resp, memcached };

struct workload_options {
    command asked = command::mix;
    std::uint32_t sets = 1;  // of a mix: SETs against GETs
    std::uint32_t gets = 9;
    std::uint32_t keys = 100'000;
    std::uint32_t mget_keys = 10;
    value_sizes sizes;
    std::string key_prefix = "key:";
    std::size_t key_digits = 12;  // at most 12, and enough for `keys`
    std::uint32_t expire = 0;     // seconds until what is set expires; 0: never
    protocol spoken = protocol::resp;
    bool echo = false;      // the answer is the request itself
    bool in_order = false;  // keys 0, 1, 2 … instead of random ones
};

struct request {
    command what = command::get;  // never `mix`
    std::uint32_t seed = 0;       // the key's number; of an MGET: what its keys follow from
};

class workload {
  public:
    /// Requires: keys > 0, and sets + gets > 0 for a mix.
    explicit workload(const workload_options& options, std::uint64_t seed = 1);

    request next();

    /// Appends the request to `out`.
    void encode(const request& asked, std::string& out) const;

    /// Judges the first answer in `input`, which must be the one to `asked`.
    judgement judge(const request& asked, std::string_view input);

  private:
    std::uint32_t random_below(std::uint32_t limit);
    std::uint32_t key_of_mget(std::uint32_t seed, std::uint32_t number) const;
    std::uint32_t key_count(const request& asked) const;
    std::uint32_t key_at(const request& asked, std::uint32_t number) const;
    std::uint64_t data_size(std::uint32_t key) const;

    void append_key(std::uint32_t number, std::string& out) const;
    void append_value(std::uint32_t number, std::string& out) const;
    void append_bulk_key(std::uint32_t number, std::string& out) const;
    void append_bulk_value(std::uint32_t number, std::string& out) const;
    void expect_value(std::uint32_t number, expectation& answer) const;

    void encode_resp(const request& asked, std::string& out) const;
    void encode_memcached(const request& asked, std::string& out) const;
    judgement judge_resp(const request& asked, std::string_view input);
    judgement judge_memcached(const request& asked, std::string_view input);

    workload_options options_;
    std::uint64_t random_;
    std::uint32_t in_order_ = 0;
    std::string key_head_;    // RESP's "$16\r\nkey:"
    std::string filler_;      // what values consist of, behind the digits of their key's number
    std::string array_head_;  // "*10\r\n", of an answer to MGET
    std::string mget_head_;   // "*11\r\n$4\r\nMGET\r\n"
    std::string set_head_;    // "*3\r\n$3\r\nSET\r\n"
    std::string set_tail_;    // "$2\r\nEX\r\n$3\r\n100\r\n"
    std::string scratch_;     // what an answer must be
};

}  // namespace bench
