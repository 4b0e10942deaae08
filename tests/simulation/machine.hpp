// A machine with a disk, a clock that may be wrong, and a process that comes and goes: one side of
// the pair. Owned by the world.
#pragma once

#include "tests/simulation/network.hpp"
#include "tests/simulation/process.hpp"
#include "tests/support/fake_disk.hpp"

#include <memory>
#include <random>

namespace simulation {

struct world;

/// Thrown out of an operation of the disk: the process ends amid it, or the whole machine.
struct machine_stops {
    bool power;
};

class machine final : public host {
  public:
    machine(world& around, unsigned side);
    ~machine() override;

    unsigned side() const noexcept { return side_; }
    std::string name() const { return side_ == 0 ? "a1" : "a2"; }
    shared::moment now() const;

    void start();
    void stop_orderly();
    void kill();
    void lose_power();
    /// The process ends, or the machine, at one of the next operations of the disk.
    void stop_amid(bool power);
    void lose_log();
    void jump(shared::unix_ms by);
    void slow_disk(sim_time until, sim_time an_operation);
    void bad_disk(sim_time until, unsigned share, bool full);
    void heal();

    bool powered() const override { return powered_; }
    bool running() const noexcept { return process_ != nullptr; }
    bool listening() const override { return process_ != nullptr; }
    process* running_process() noexcept { return process_.get(); }
    backend_test::fake_disk& disk() noexcept { return disk_; }

    /// What the disk has cost since the last call.
    sim_time take_cost() noexcept { return std::exchange(cost_, 0); }

    sim_time free_at(sim_time now) const override;
    void on_accepted(connection_id which, purpose what) override;
    void on_connected(connection_id which) override;
    void on_refused(connection_id which) override;
    void on_bytes(connection_id which, std::string_view bytes) override;
    void on_room(connection_id which) override;
    void on_closed(connection_id which) override;

    /// Plans something that the present process does, unless it has ended by then.
    template <typename Work>
    void later(sim_time pause, Work work);

    /// Since when a proxy that can reach it has had no reason to fail: nothing has disturbed it.
    sim_time undisturbed_since = 0;
    std::uint32_t life() const noexcept { return life_; }

  private:
    template <typename Work>
    void with_process(Work work);
    void end_process();
    backend::disk_error on_operation();

    world& world_;
    unsigned side_;
    backend_test::fake_disk disk_;
    std::mt19937 chance_;
    std::unique_ptr<process> process_;
    std::uint32_t life_ = 0;
    bool powered_ = true;
    shared::unix_ms offset_ = 0;
    sim_time cost_ = 0;
    sim_time slow_until_ = 0, operation_cost_ = 0;
    sim_time bad_until_ = 0;
    unsigned bad_share_ = 0;
    bool full_ = false;
    std::uint64_t stops_at_ = UINT64_MAX;  // operation of the disk
    bool stops_power_ = false;
};

}  // namespace simulation
