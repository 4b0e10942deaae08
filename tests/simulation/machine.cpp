#include "tests/simulation/machine.hpp"

#include "tests/simulation/machine_later.hpp"

namespace simulation {
namespace {

constexpr shared::unix_ms epoch = 1'700'000'000'000;
constexpr sim_time try_again = 300 * ms;  // after a start that failed

}  // namespace

machine::machine(world& around, unsigned side)
    : world_(around), side_(side), chance_(static_cast<unsigned>(around.chance.next())) {
    disk_.fault = [this](std::uint64_t) { return on_operation(); };
}

machine::~machine() = default;

shared::moment machine::now() const {
    const auto unix = epoch + world_.time.now() / ms + offset_;
    world_.past.latest_clock = std::max(world_.past.latest_clock, unix);
    return {world_.time.steady(), unix};
}

backend::disk_error machine::on_operation() {
    if (disk_.operations >= stops_at_) throw machine_stops{stops_power_};
    const auto now = world_.time.now();
    if (now < slow_until_) cost_ += operation_cost_;
    if (now >= bad_until_ || !world_.chance.percent(bad_share_)) return {};
    world_.notes.count(counted::disk_errors);
    return make_error_code(full_ ? boost::system::errc::no_space_on_device
                                 : boost::system::errc::io_error);
}

void machine::start() {
    if (process_) return;
    if (!powered_) return world_.time.after(try_again, [this] { start(); });
    ++life_;
    undisturbed_since = world_.time.now();
    process_ = std::make_unique<process>(world_, *this);
    std::string problem;
    with_process([&](process& made) { problem = made.load(); });
    if (!process_) return;
    world_.notes.count(counted::restarts);
    if (problem.empty()) {
        world_.notes.tell([&] { return name() + " has started"; });
        return later(world_.chance.between(1, 30) * ms, [this] { process_->begin_serving(); });
    }
    world_.notes.tell([&] { return name() + " cannot start: " + problem; });
    if (bad_until_ <= world_.time.now())
        world_.notes.fail(name() + " cannot start though its disk is well: " + problem);
    end_process();
}

void machine::end_process() {
    if (!process_) return;
    process_->count_store();
    process_.reset();
    ++life_;
    stops_at_ = UINT64_MAX;
    world_.past.memory_lost(side_);
    undisturbed_since = world_.time.now();
    const bool wipes = world_.chance.percent(world_.config.faults.wipe);
    world_.time.after(world_.chance.between(20, 2500) * ms, [this, wipes] {
        if (wipes && !process_) lose_log();
        start();
    });
}

void machine::kill() {
    if (!process_) return;
    world_.notes.count(counted::kills);
    world_.notes.tell([&] { return name() + " is killed"; });
    end_process();
    world_.net.process_ended(side_);
}

void machine::stop_orderly() {
    if (!process_) return;
    world_.notes.count(counted::orderly_ends);
    world_.notes.tell([&] { return name() + " ends in order"; });
    with_process([](process& ending) { ending.end_orderly(); });
    end_process();
    world_.net.process_ended(side_);
}

void machine::lose_power() {
    world_.notes.count(counted::power_cuts);
    world_.notes.tell([&] { return name() + " loses its power"; });
    end_process();
    world_.net.power_lost(side_);
    powered_ = false;
    stops_at_ = UINT64_MAX;
    disk_.crash(chance_);
    world_.past.unsynced_lost(side_);
    world_.time.after(world_.chance.between(100, 1500) * ms, [this] { powered_ = true; });
}

void machine::stop_amid(bool power) {
    if (!process_) return;
    stops_at_ = disk_.operations + world_.chance.below(12);
    stops_power_ = power;
}

void machine::lose_log() {
    world_.notes.count(counted::wipes);
    world_.notes.tell([&] { return name() + " has lost its log"; });
    disk_.wipe();
    world_.past.log_lost(side_);
}

void machine::jump(shared::unix_ms by) {
    offset_ += by;
    world_.notes.count(counted::clock_jumps);
    world_.notes.tell([&] { return name() + "'s clock jumps by " + std::to_string(by) + " ms"; });
}

void machine::slow_disk(sim_time until, sim_time an_operation) {
    slow_until_ = until;
    operation_cost_ = an_operation;
    undisturbed_since = std::max(undisturbed_since, until + second);
}

void machine::bad_disk(sim_time until, unsigned share, bool full) {
    bad_until_ = until;
    bad_share_ = share;
    full_ = full;
}

void machine::heal() {
    slow_until_ = bad_until_ = 0;
    powered_ = true;
    stops_at_ = UINT64_MAX;
    offset_ = 0;
}

sim_time machine::free_at(sim_time now) const {
    return process_ ? std::max(now, process_->free_at()) : now;
}

void machine::on_accepted(connection_id which, purpose what) {
    with_process([&](process& now) { now.on_accepted(which, what); });
}
void machine::on_connected(connection_id which) {
    with_process([&](process& now) { now.on_connected(which); });
}
void machine::on_refused(connection_id which) {
    with_process([&](process& now) { now.on_refused(which); });
}
void machine::on_bytes(connection_id which, std::string_view bytes) {
    with_process([&](process& now) { now.on_bytes(which, bytes); });
}
void machine::on_room(connection_id which) {
    with_process([&](process& now) { now.on_room(which); });
}
void machine::on_closed(connection_id which) {
    with_process([&](process& now) { now.on_closed(which); });
}

}  // namespace simulation
