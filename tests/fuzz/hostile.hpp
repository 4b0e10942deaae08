// Rounds with hostile backends, one after the other: a client sends some requests; when all of them
// have come to the backends, these answer, some with spoiled bytes; and the client must get what
// round.hpp says. Runs on the test's loop.
#pragma once

#include "tests/fuzz/backends.hpp"
#include "tests/fuzz/clients.hpp"
#include "tests/fuzz/options.hpp"
#include "tests/fuzz/proxy_process.hpp"
#include "tests/fuzz/round.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace fuzz {

inline constexpr unsigned hostile_timeout_ms = 60;

class hostile_run {
  public:
    explicit hostile_run(const options& wanted);

    /// The round of that number: what is wrong with it, or an empty text.
    std::string play(std::uint64_t number);

    /// Ends the proxy; what is wrong with its end.
    std::string finish() { return proxy_.stop(); }

  private:
    struct link_state {
        backend_link* link;
        link_story story;
        std::string late;
    };

    void on_request(backend_link& link, const words& request);
    void send_overdue(backend_link& link);
    void answer_all();
    void answer(link_state& one);
    bool run_until(const std::function<bool()>& reached);
    std::string receive_replies(std::uint64_t number, std::vector<reply>& replies);
    void make_requests(std::uint64_t number);
    std::string end_early(bool slow);
    std::string judge(const std::vector<reply>& replies, bool slow);
    std::string settle();
    std::span<const scrutiny> allowed() const;
    std::string story_so_far() const;

    options wanted_;
    io_loop loop_;
    backends behind_;
    proxy_process proxy_;

    std::map<backend_link*, std::string> overdue_;  // replies that have timed out

    // Of the current round:
    std::string prefix_;  // of all its keys
    random_source random_{0, 0, 0};
    std::vector<words> requests_;
    std::set<std::string> missing_;   // keys that have not come to a backend yet
    std::set<std::string> answered_;  // that have
    std::list<link_state> links_;
    std::string problem_;
};

}  // namespace fuzz
