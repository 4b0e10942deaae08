// The proxy in front of the pair: the real board, probe states, serve_by, may_retry, budget,
// back-off and outlier, put together as prober.cpp, connection.cpp, router.cpp and
// dispatcher_replies.cpp put them together. Owned by the world.
#pragma once

#include "proxy/health/board.hpp"
#include "proxy/health/outlier.hpp"
#include "proxy/resilience/retry_budget.hpp"
#include "proxy/upstream/backoff.hpp"
#include "tests/simulation/request.hpp"

#include <deque>
#include <functional>

namespace simulation {

struct world;

class proxy_model final : public host {
  public:
    explicit proxy_model(world& around);

    void start();
    void ask_for(std::uint32_t number);

    /// Of a request: what came of it, and who answered.
    std::function<void(std::uint32_t, answer, unsigned)> on_answer;

    void on_connected(connection_id which) override;
    void on_refused(connection_id which) override;
    void on_bytes(connection_id which, std::string_view bytes) override;
    void on_room(connection_id which) override;
    void on_closed(connection_id which) override;

    std::size_t waiting() const noexcept { return waiting_; }

  private:
    struct pending {
        std::uint32_t number;
        unsigned attempt;
        bool sent = false;
        bool given_up = false;  // its reply, if it comes, is dropped
    };
    enum class state : std::uint8_t { idle, connecting, connected };
    struct upstream {
        upstream(const proxy_settings& settings);
        proxy::backoff tries;
        proxy::outlier silence;
        state now = state::idle;
        connection_id over = no_connection;
        std::deque<pending> pipeline;
        message_reader inbound;
        std::string unsent;
    };
    struct probe {
        connection_id over = no_connection;
        bool made = false, asking = false;
        std::uint64_t number = 0;
        sim_time begun = 0;
        unsigned failures = 0;
        message_reader inbound;
    };

    std::size_t server_of(unsigned home, key_number key);
    void send(std::uint32_t number, std::size_t server);
    void connect(unsigned server);
    void write(unsigned server);
    void fail(unsigned server, proxy::failure what);
    void on_failure(std::uint32_t number, unsigned server, proxy::failure what);
    void on_unreachable(unsigned server);
    void expire(unsigned server, std::uint32_t number, unsigned attempt);
    void look_for_silence(unsigned server);
    void finish(std::uint32_t number, answer what, unsigned server);
    void ask_probe(unsigned server);
    void conclude(unsigned server, proxy::probe_outcome outcome);
    void advance();
    upstream* upstream_at(connection_id which, unsigned& server);

    world& world_;
    const proxy_settings& settings_;
    proxy::health_board board_;
    proxy::retry_budget retries_;
    std::deque<upstream> upstreams_;
    std::array<probe, 2> probes_;
    std::uint64_t asked_ = 0;
    std::size_t waiting_ = 0;
};

}  // namespace simulation
