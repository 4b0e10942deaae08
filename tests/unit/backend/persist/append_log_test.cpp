#include "backend/persist/append_log.hpp"

#include "backend/persist/log_reader.hpp"
#include "tests/support/fake_disk.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <thread>

using backend::append_log;
using backend::disk_error;
using backend::effect_kind;
using backend::fsync_policy;

namespace {

struct writing {
    explicit writing(fsync_policy policy) : log(policy) { open("first"); }

    void open(const std::string& name) {
        std::uint64_t old = 0;
        auto made = disk.create(name);
        log.switch_to(std::move(*made), 0, old);
        BOOST_TEST(log.confirm());
    }
    void append(backend::version stamp, std::string_view key) {
        log.append({.kind = effect_kind::set, .stamp = stamp, .key = key, .value = "v"});
    }
    /// The operation after so many others fails.
    void fail_after(std::uint64_t others) {
        disk.fault = [bad = disk.operations + others](std::uint64_t number) {
            return number == bad ? make_error_code(boost::system::errc::io_error) : disk_error();
        };
    }

    backend_test::fake_disk disk;
    append_log log;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(append_log_test)

BOOST_AUTO_TEST_CASE(always_syncs_once_for_all_that_was_appended) {
    writing one(fsync_policy::always);
    for (backend::version i = 1; i <= 5; ++i) one.append(i, "k");
    const auto before = one.disk.operations;
    BOOST_TEST(one.log.commit());
    BOOST_TEST(one.disk.operations == before + 2);
    BOOST_TEST(one.log.commit());
    BOOST_TEST(one.disk.operations == before + 2);
    BOOST_TEST(one.log.size() == one.disk.bytes_of("first").size());
}

BOOST_AUTO_TEST_CASE(the_others_write_and_leave_the_sync_to_the_logs_thread) {
    for (const auto policy : {fsync_policy::everysec, fsync_policy::no}) {
        writing one(policy);
        one.append(1, "k");
        const auto before = one.disk.operations;
        BOOST_TEST(one.log.commit());
        BOOST_TEST(one.disk.operations == before + 1);
        BOOST_TEST(one.log.unsynced());
        BOOST_TEST(one.log.sync());
        BOOST_TEST(one.log.sync());
        BOOST_TEST(one.disk.operations == before + 2);
        BOOST_TEST(!one.log.unsynced());
    }
}

BOOST_AUTO_TEST_CASE(after_a_failed_write_or_sync_the_file_is_never_used_again) {
    for (const std::uint64_t others : {0U, 1U}) {
        writing one(fsync_policy::always);
        one.append(1, "k");
        one.fail_after(others);
        BOOST_TEST(!one.log.commit());
        BOOST_TEST(!one.log.sound());
        BOOST_TEST(!one.log.writing());
        BOOST_TEST(!one.log.problem().empty());
        const auto before = one.disk.operations;
        one.append(2, "k");
        BOOST_TEST(!one.log.commit());
        BOOST_TEST(one.disk.operations == before);
        BOOST_TEST(one.log.queued() == 0U);
        BOOST_TEST(!one.log.confirm());
        one.open("second");
        one.append(3, "k");
        BOOST_TEST(one.log.commit());
    }
}

BOOST_AUTO_TEST_CASE(a_failed_sync_in_the_background_counts_as_well) {
    writing one(fsync_policy::everysec);
    one.append(1, "k");
    BOOST_TEST(one.log.commit());
    one.fail_after(0);
    BOOST_TEST(!one.log.sync());
    BOOST_TEST(!one.log.sound());
}

BOOST_AUTO_TEST_CASE(the_newest_flush_is_known_even_if_it_could_not_be_written) {
    writing one(fsync_policy::no);
    one.log.append({.kind = effect_kind::flush, .stamp = 70});
    one.log.give_up(make_error_code(boost::system::errc::io_error));
    one.log.append({.kind = effect_kind::flush, .stamp = 90});
    one.log.note_flush(80);
    BOOST_TEST(one.log.newest_flush() == 90U);
}

BOOST_AUTO_TEST_CASE(records_of_several_threads_are_all_there_each_threads_in_order) {
    constexpr backend::version each = 3000;
    writing one(fsync_policy::everysec);
    std::vector<std::thread> threads;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back([&one, name = "thread" + std::to_string(i)] {
            for (backend::version stamp = 1; stamp <= each; ++stamp) {
                one.append(stamp, name);
                if (stamp % 3 == 0) one.log.commit();
            }
            one.log.commit();
        });
    }
    for (auto& thread : threads) thread.join();
    std::map<std::string, backend::version> seen;
    auto file = one.disk.open("first");
    backend::log_reader reader(**file, 0, (*file)->size());
    backend::effect what;
    while (reader.next(what) == backend::log_reader::status::record) {
        BOOST_TEST_REQUIRE(what.stamp == seen[std::string(what.key)] + 1);
        ++seen[std::string(what.key)];
    }
    BOOST_TEST(seen.size() == 3U);
    for (const auto& [name, stamp] : seen) BOOST_TEST(stamp == each);
}

BOOST_AUTO_TEST_SUITE_END()
