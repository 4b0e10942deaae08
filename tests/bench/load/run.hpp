// One measurement: connects, asks once on every connection without counting, then measures. One
// thread, one epoll, one receive and one send for each batch of a connection.
#pragma once

#include "tests/bench/load/client.hpp"
#include "tests/bench/load/histogram.hpp"
#include "tests/bench/load/options.hpp"
#include "tests/bench/load/process_cpu.hpp"
#include "tests/bench/load/timetable.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bench {

struct measurement {
    std::uint64_t requests = 0;      // answered, errors among them
    std::uint64_t errors = 0;        // error replies, wrong answers and answers that never came
    std::uint64_t failed_reads = 0;  // errors, of GETs and MGETs
    std::int64_t longest_gap = 0;    // nanoseconds without an answer that is no error
    std::uint64_t misses = 0;        // nils
    std::uint64_t data_bytes = 0;    // keys and values that were found or stored
    std::string problem;             // the first error
    double seconds = 0;              // from the first request to the last answer
    double own_cpu = 0;              // seconds, user + system
    std::vector<cpu_time> watched;   // as in the options
    histogram latencies;             // nanoseconds
};

class run {
  public:
    /// Throws std::system_error when it cannot connect or a watched process is not there.
    explicit run(const load_options& options);
    ~run();
    run(const run&) = delete;
    run& operator=(const run&) = delete;

    measurement measure();

  private:
    void warm_up();
    void begin();
    void loop();
    bool is_over() const;
    void wait();
    std::int64_t time_to_wait() const;
    void handle(client& one, std::uint32_t events);

    bool may_ask() const;
    void ask_batch(client& one);
    void ask_what_is_due();
    void ask_waiting(client& one);
    void ask(client& one, std::int64_t due);
    void send(client& one);

    void receive(client& one);
    std::size_t take_answers(client& one, std::size_t size);
    bool take_answer(client& one, const judgement& judged, std::string_view answer);
    void fail(std::string problem, std::uint64_t errors);
    std::vector<cpu_time> watch() const;

    load_options options_;
    workload work_;
    std::vector<client> clients_;
    std::vector<char> buffer_;  // of all connections: what is left over moves to `client::rest`
    int epoll_ = -1;
    measurement result_;

    std::optional<timetable> timetable_;
    std::uint64_t limit_ = 0;      // requests to ask; 0: no limit
    std::uint64_t asked_ = 0;      // with a timetable: those that were due
    std::uint64_t under_way_ = 0;  // with a timetable: and those that wait
    std::int64_t start_ = 0;       // times are nanoseconds of the steady clock
    std::int64_t end_ = 0;         // no request after this time; 0: no end
    std::int64_t now_ = 0;
    std::int64_t last_answer_ = 0;
    std::int64_t last_good_ = 0;
    bool failed_ = false;
};

}  // namespace bench
