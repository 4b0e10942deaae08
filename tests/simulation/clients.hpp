// Clients: what they ask for, of the proxy and of both sides directly, and what they were told.
// Owned by the world.
#pragma once

#include "tests/simulation/request.hpp"

#include <array>

namespace simulation {

struct world;

class clients final : public host {
  public:
    explicit clients(world& around);

    /// Asks for something now and again, until `stop`.
    void start();
    void stop() noexcept { stopped_ = true; }

    void on_answer(std::uint32_t number, answer what, unsigned server);

    void on_bytes(connection_id which, std::string_view bytes) override;
    void on_closed(connection_id which) override;
    void on_refused(connection_id which) override { on_closed(which); }
    void on_connected(connection_id which) override;

  private:
    struct direct {
        connection_id over = no_connection;
        bool made = false;
        message_reader inbound;
        std::string unsent;
    };

    void plan();
    request draw();
    void ask_directly(std::uint32_t number, unsigned side);
    void check_read(const request& what, answer outcome) const;

    world& world_;
    std::array<direct, 2> direct_;
    bool stopped_ = true;
};

}  // namespace simulation
