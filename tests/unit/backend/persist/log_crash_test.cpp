// Errors and crashes at every operation of the disk that a backend with a log makes: nothing that
// was acknowledged is missing afterwards, and nothing that was deleted is back.
#include "shared/log/log.hpp"
#include "tests/unit/backend/persist/logged_store.hpp"

using backend::disk_error;
using backend::fsync_policy;
using backend_test::fake_disk;
using backend_test::history;
using backend_test::logged_store;
using backend_test::power_cut;

namespace {

constexpr int turns = 60;

struct quiet {
    quiet() { shared::set_up_log("test", shared::log_level::error); }
    ~quiet() { shared::set_up_log("ringway", shared::log_level::info); }
};

disk_error of(boost::system::errc::errc_t code) {
    return make_error_code(code);
}

/// Runs a store until its end; the seed decides what it does.
void run(fake_disk& disk, history& past, fsync_policy policy, unsigned seed, bool heal) {
    std::mt19937 chance(seed);
    logged_store store(disk, past, policy, seed % 2 == 0);
    store.now += static_cast<shared::unix_ms>(seed) * 100'000;
    if (!store.start().empty()) return;
    for (int i = 0; i < turns; ++i) store.turn(chance);
    if (!heal) return;
    disk.fault = [](std::uint64_t) { return disk_error(); };
    for (int i = 0; i < 400 && !store.log.sound(); ++i) store.work();
    BOOST_TEST(store.log.sound());
    store.turn(chance);
    BOOST_TEST((past.effects.empty() || past.acknowledged.back()));
}

/// Starts again and compares.
void check(fake_disk& disk, const history& past, bool tombstones) {
    disk.fault = [](std::uint64_t) { return disk_error(); };
    history nothing;
    logged_store store(disk, nothing, fsync_policy::always, tombstones);
    store.now += 1'000'000'000 / 2;
    const auto problem = store.start();
    BOOST_TEST(problem == "");
    past.check(store.data, store.now);
}

/// How many operations a run without errors makes.
std::uint64_t operations_of(fsync_policy policy, unsigned seed) {
    fake_disk disk;
    history past;
    run(disk, past, policy, seed, false);
    const auto count = disk.operations;
    BOOST_TEST(past.all_acknowledged());
    std::mt19937 chance(seed);
    if (policy == fsync_policy::always) disk.crash(chance);
    check(disk, past, seed % 2 == 0);
    return count;
}

/// An error, for a while, that begins with each operation in turn.
void fail_everywhere(fsync_policy policy, boost::system::errc::errc_t code, std::uint64_t lasting) {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        const auto count = operations_of(policy, seed);
        for (std::uint64_t first = 0; first < count; ++first) {
            fake_disk disk;
            history past;
            disk.fault = [=](std::uint64_t number) {
                return number >= first && number < first + lasting ? of(code) : disk_error();
            };
            const bool heal = first % 2 == 0;
            run(disk, past, policy, seed, heal);
            std::mt19937 chance(static_cast<unsigned>(first));
            if (policy == fsync_policy::always) disk.crash(chance);
            check(disk, past, seed % 2 == 0);
        }
    }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(log_crash_test, quiet)

BOOST_AUTO_TEST_CASE(one_failing_operation_loses_nothing_that_was_acknowledged) {
    fail_everywhere(fsync_policy::always, boost::system::errc::io_error, 1);
}

BOOST_AUTO_TEST_CASE(a_full_disk_loses_nothing_that_was_acknowledged) {
    fail_everywhere(fsync_policy::always, boost::system::errc::no_space_on_device, 40);
}

BOOST_AUTO_TEST_CASE(without_syncs_the_end_of_the_process_loses_nothing_that_was_acknowledged) {
    fail_everywhere(fsync_policy::no, boost::system::errc::io_error, 1);
    fail_everywhere(fsync_policy::everysec, boost::system::errc::no_space_on_device, 30);
}

BOOST_AUTO_TEST_CASE(a_power_cut_at_any_operation_loses_nothing_that_was_acknowledged) {
    for (unsigned seed = 1; seed <= 40; ++seed) {
        const auto count = operations_of(fsync_policy::always, seed);
        for (std::uint64_t at = 0; at < count; ++at) {
            fake_disk disk;
            history past;
            disk.fault = [at](std::uint64_t number) -> disk_error {
                if (number == at) throw power_cut();
                return {};
            };
            BOOST_CHECK_THROW(run(disk, past, fsync_policy::always, seed, false), power_cut);
            std::mt19937 chance(static_cast<unsigned>(at));
            disk.crash(chance);
            check(disk, past, seed % 2 == 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_a_start_has_read_outlives_the_machine) {
    for (unsigned seed = 1; seed <= 50; ++seed) {
        std::mt19937 chance(seed);
        fake_disk disk;
        history past;
        logged_store killed(disk, past, fsync_policy::always, true);
        BOOST_TEST_REQUIRE(killed.start() == "");
        const auto sync = disk.operations + 1;  // behind the append
        disk.fault = [sync](std::uint64_t number) -> disk_error {
            if (number == sync) throw power_cut();
            return {};
        };
        BOOST_CHECK_THROW(killed.turn(chance), power_cut);
        disk.fault = [](std::uint64_t) { return disk_error(); };
        history nothing;
        logged_store next(disk, nothing, fsync_policy::always, true);
        BOOST_TEST_REQUIRE(next.start() == "");
        disk.crash(chance);
        logged_store last(disk, nothing, fsync_policy::always, true);
        BOOST_TEST_REQUIRE(last.start() == "");
        BOOST_TEST(last.data.size() == next.data.size());
        BOOST_TEST(last.data.stats().tombstones == next.data.stats().tombstones);
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_synced_at_the_start_is_written_anew) {
    std::mt19937 chance(3);
    fake_disk disk;
    history past;
    {
        logged_store killed(disk, past, fsync_policy::always, true);
        BOOST_TEST_REQUIRE(killed.start() == "");
        for (int i = 0; i < 5; ++i) killed.turn(chance);
    }
    logged_store next(disk, past, fsync_policy::always, true);
    bool failed = false;
    disk.on_sync = [&](const std::string&) {
        return std::exchange(failed, true) ? disk_error() : of(boost::system::errc::io_error);
    };
    BOOST_TEST_REQUIRE(next.start() == "");
    BOOST_TEST(failed);
    next.work();
    BOOST_TEST(next.keeper.rewriting());
}

BOOST_AUTO_TEST_CASE(life_after_life_with_power_cuts_and_errors_loses_nothing) {
    for (unsigned seed = 1; seed <= 1000; ++seed) {
        std::mt19937 chance(seed);
        fake_disk disk;
        history past;
        for (unsigned life = 0; life < 8; ++life) {
            const auto cut = disk.operations + 20 + chance() % 400;
            const auto error = disk.operations + chance() % 600;
            disk.fault = [=](std::uint64_t number) -> disk_error {
                if (number == cut) throw power_cut();
                return number >= error && number < error + 8 ? of(boost::system::errc::io_error)
                                                             : disk_error();
            };
            bool process_alone = chance() % 3 == 0;
            try {
                run(disk, past, fsync_policy::always, seed % 2 + 2 * life, false);
            } catch (const power_cut&) {
                process_alone = chance() % 3 == 0;
            }
            if (!process_alone) disk.crash(chance);
            check(disk, past, seed % 2 == 0);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
