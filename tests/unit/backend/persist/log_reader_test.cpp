#include "backend/persist/log_reader.hpp"

#include "tests/support/fake_disk.hpp"
#include "tests/unit/backend/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

using backend::append_record;
using backend::effect;
using backend::effect_kind;
using backend::log_reader;
using backend_test::kept_effect;

namespace {

struct log_of_effects {
    void add(const effect& what) {
        append_record(bytes, what);
        ends.push_back(bytes.size());
    }
    std::string bytes;
    std::vector<std::size_t> ends;  // of the records
};

log_of_effects usual() {
    log_of_effects log;
    for (backend::version i = 1; i <= 8; ++i) {
        const std::string key = "key" + std::to_string(i);
        const std::string value(static_cast<std::size_t>(i) * 7, 'v');
        log.add({.kind = i % 3 == 0 ? effect_kind::erase : effect_kind::set,
                 .stamp = i * 1000,
                 .expires_at = i % 2 == 0 ? 1'700'000'000'000 : 0,
                 .key = key,
                 .value = i % 3 == 0 ? "" : value});
    }
    return log;
}

/// A file with these bytes, and what a reader makes of it.
struct reading {
    explicit reading(const std::string& bytes) {
        auto made = disk.create("f");
        BOOST_TEST_REQUIRE(made.has_value());
        BOOST_TEST_REQUIRE(!(*made)->append(bytes));
        auto opened = disk.open("f");
        file = std::move(*opened);
        reader.emplace(*file, 0, bytes.size());
    }

    /// Reads until something else comes than records.
    log_reader::status run() {
        effect what;
        for (;;) {
            const auto status = reader->next(what);
            if (status != log_reader::status::record) return status;
            read.emplace_back(what);
        }
    }

    backend_test::fake_disk disk;
    std::unique_ptr<backend::stored_file> file;
    std::optional<log_reader> reader;
    std::vector<kept_effect> read;
};

bool same(const kept_effect& left, const kept_effect& right) {
    return left.kind == right.kind && left.stamp == right.stamp &&
           left.expires_at == right.expires_at && left.key == right.key &&
           left.value == right.value;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(log_reader_test)

BOOST_AUTO_TEST_CASE(a_whole_log_is_read_to_its_end) {
    const auto log = usual();
    reading all(log.bytes);
    BOOST_TEST((all.run() == log_reader::status::end));
    BOOST_TEST(all.read.size() == 8U);
    BOOST_TEST(all.reader->records() == 8U);
    BOOST_TEST(all.reader->position() == log.bytes.size());
}

BOOST_AUTO_TEST_CASE(a_log_cut_at_any_byte_gives_what_is_whole_and_no_more) {
    const auto log = usual();
    reading whole(log.bytes);
    whole.run();
    for (std::size_t size = 0; size <= log.bytes.size(); ++size) {
        reading cut(log.bytes.substr(0, size));
        const auto status = cut.run();
        const auto records = static_cast<std::size_t>(
            std::upper_bound(log.ends.begin(), log.ends.end(), size) - log.ends.begin());
        const std::size_t last = records == 0 ? 0 : log.ends[records - 1];
        BOOST_TEST((status == (last == size ? log_reader::status::end : log_reader::status::torn)));
        BOOST_TEST(cut.reader->position() == last);
        BOOST_TEST_REQUIRE(cut.read.size() == records);
        for (std::size_t i = 0; i < records; ++i) BOOST_TEST(same(cut.read[i], whole.read[i]));
    }
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_never_gives_a_wrong_record_and_is_never_passed_over) {
    const auto log = usual();
    reading whole(log.bytes);
    whole.run();
    for (std::size_t bit = 0; bit < 8 * log.bytes.size(); ++bit) {
        auto bytes = log.bytes;
        bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
        const auto hit = static_cast<std::size_t>(
            std::upper_bound(log.ends.begin(), log.ends.end(), bit / 8) - log.ends.begin());
        reading damaged(bytes);
        const bool last = hit + 1 == log.ends.size();
        BOOST_TEST(
            (damaged.run() == (last ? log_reader::status::torn : log_reader::status::damaged)));
        BOOST_TEST(damaged.reader->position() == (hit == 0 ? 0 : log.ends[hit - 1]));
        BOOST_TEST_REQUIRE(damaged.read.size() == hit);
        for (std::size_t i = 0; i < hit; ++i) BOOST_TEST(same(damaged.read[i], whole.read[i]));
        if (last) continue;
        BOOST_TEST(damaged.reader->resumes_at() == log.ends[hit]);
        damaged.reader->skip();
        BOOST_TEST((damaged.run() == log_reader::status::end));
        BOOST_TEST(damaged.read.size() + 1 == log.ends.size());
    }
}

BOOST_AUTO_TEST_CASE(random_damage_gives_only_records_that_were_written) {
    const auto log = usual();
    reading whole(log.bytes);
    whole.run();
    std::mt19937 chance(7);  // NOLINT(cert-msc51-cpp): the same each time
    for (int round = 0; round < 2000; ++round) {
        auto bytes = log.bytes;
        for (auto hits = chance() % 6 + 1; hits != 0; --hits)
            bytes[chance() % bytes.size()] = static_cast<char>(chance());
        reading damaged(bytes);
        while (damaged.run() == log_reader::status::damaged) damaged.reader->skip();
        for (const auto& each : damaged.read) {
            BOOST_TEST(std::any_of(whole.read.begin(), whole.read.end(),
                                   [&](const kept_effect& one) { return same(one, each); }));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_value_that_holds_records_is_not_taken_apart) {
    std::string inner;
    append_record(inner, {.kind = effect_kind::set, .stamp = 99, .key = "forged", .value = "x"});
    log_of_effects log;
    log.add({.kind = effect_kind::set, .stamp = 1, .key = "k", .value = inner + inner});
    log.add({.kind = effect_kind::set, .stamp = 2, .key = "after", .value = "v"});
    auto bytes = log.bytes;
    bytes[4] = static_cast<char>(bytes[4] ^ 1);  // the first one's checksum
    reading damaged(bytes);
    BOOST_TEST((damaged.run() == log_reader::status::damaged));
    damaged.reader->skip();
    BOOST_TEST((damaged.run() == log_reader::status::end));
    BOOST_TEST_REQUIRE(damaged.read.size() == 1U);
    BOOST_TEST(damaged.read[0].key == "after");
}

BOOST_AUTO_TEST_CASE(records_longer_than_what_is_read_at_once_are_read) {
    log_of_effects log;
    const std::string large(3 * 1024 * 1024 + 17, 'x');
    for (backend::version i = 1; i <= 4; ++i) {
        log.add({.kind = effect_kind::set, .stamp = i, .key = "large", .value = large});
        log.add({.kind = effect_kind::set, .stamp = i, .key = "small", .value = "s"});
    }
    reading all(log.bytes);
    BOOST_TEST((all.run() == log_reader::status::end));
    BOOST_TEST_REQUIRE(all.read.size() == 8U);
    BOOST_TEST((all.read[6].value == large));
}

BOOST_AUTO_TEST_CASE(an_error_of_the_disk_is_neither_an_end_nor_damage) {
    const auto log = usual();
    reading all(log.bytes);
    all.disk.fault = [](std::uint64_t) { return make_error_code(boost::system::errc::io_error); };
    BOOST_TEST((all.run() == log_reader::status::failed));
    BOOST_TEST((all.reader->problem() == boost::system::errc::io_error));
}

BOOST_AUTO_TEST_SUITE_END()
