#include "backend/persist/replay.hpp"

#include "backend/persist/log_header.hpp"
#include "shared/hash/hash.hpp"
#include "tests/support/fake_disk.hpp"
#include "tests/unit/backend/store/store_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdio>

using backend::append_record;
using backend::effect_kind;
using backend::log_kind;
using backend::log_part;

namespace {

struct logged {
    logged() { BOOST_TEST_REQUIRE(first.open(false) == ""); }

    /// Adds a file with records of these keys and gives its size.
    log_part add(log_kind kind, const std::vector<std::string>& of, bool sealed) {
        auto made = first.create(kind);
        std::string written;
        for (const auto& key : of)
            append_record(written,
                          {.kind = effect_kind::set, .stamp = ++stamp, .key = key, .value = "v"});
        BOOST_TEST_REQUIRE(!made->file->append(written));
        const log_part part{made->name,
                            sealed ? std::optional(made->size + written.size()) : std::nullopt};
        parts.push_back(part);
        return part;
    }

    void publish() { BOOST_TEST_REQUIRE(!first.publish(parts)); }

    /// As a start does it; the problem, or nothing.
    std::string start(bool salvage = false) {
        backend::log_directory directory(disk, "a1");
        if (auto problem = directory.open(salvage); !problem.empty()) return problem;
        read.clear();
        backend::replay_progress progress;
        backend::replay replay(
            directory, salvage,
            [this](const backend::effect& what) { read.emplace_back(what.key); }, progress);
        auto done = replay.run(stop);
        if (!done) return done.error();
        outcome = std::move(*done);
        total = progress.total_bytes;
        bytes = progress.bytes;
        records = progress.records;
        return {};
    }

    using keys = std::vector<std::string>;

    backend_test::fake_disk disk;
    backend::log_directory first{disk, "a1"};
    std::vector<log_part> parts;
    backend::version stamp = 0;
    std::atomic<bool> stop{false};
    keys read;
    backend::replay_outcome outcome;
    std::uint64_t total = 0, bytes = 0, records = 0;
};

/// Of a format to come, with what this one checks.
std::string later_manifest() {
    const std::string text = "ringway-log 2\nnode a1\n";
    std::array<char, 32> checksum{};
    std::snprintf(checksum.data(), checksum.size(), "checksum %08x\n",
                  static_cast<unsigned>(shared::xxh3(text)));
    return text + checksum.data();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(replay_test, logged)

BOOST_AUTO_TEST_CASE(an_empty_directory_is_an_empty_log) {
    BOOST_TEST(start() == "");
    BOOST_TEST(read.empty());
}

BOOST_AUTO_TEST_CASE(files_are_read_in_the_manifests_order_and_to_the_last_byte) {
    add(log_kind::tail, {"c"}, true);
    add(log_kind::base, {"a", "b"}, true);
    std::swap(parts[0], parts[1]);
    add(log_kind::tail, {"d", "e"}, false);
    publish();
    BOOST_TEST(start() == "");
    BOOST_TEST(read == (keys{"a", "b", "c", "d", "e"}), boost::test_tools::per_element());
    BOOST_TEST(records == 5U);
    BOOST_TEST(bytes == total);
    BOOST_TEST_REQUIRE(outcome.parts.size() == 3U);
    BOOST_TEST((outcome.parts == parts));
    BOOST_TEST(outcome.bytes == total);
    BOOST_TEST(!outcome.damaged);
}

BOOST_AUTO_TEST_CASE(an_open_file_cut_at_any_byte_is_read_as_far_as_it_is_whole) {
    const auto part = add(log_kind::tail, {"a", "b"}, false);
    publish();
    const auto whole = disk.bytes_of(part.name.text());
    const auto record = (whole.size() - backend::log_header_size("a1")) / 2;
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        disk.bytes_of(part.name.text()) = whole.substr(0, size);
        BOOST_TEST(start() == "");
        BOOST_TEST(read.size() == (size < whole.size() - record ? 0U
                                   : size < whole.size()        ? 1U
                                                                : 2U));
        BOOST_TEST(outcome.parts.empty() == read.empty());
        BOOST_TEST(outcome.bytes <= size);
    }
}

BOOST_AUTO_TEST_CASE(a_sealed_file_cut_at_any_byte_stops_the_start) {
    const auto part = add(log_kind::base, {"a", "b"}, true);
    publish();
    const auto whole = disk.bytes_of(part.name.text());
    for (std::size_t size = 0; size < whole.size(); ++size) {
        disk.bytes_of(part.name.text()) = whole.substr(0, size);
        BOOST_TEST(start().starts_with("base-000001"));
    }
}

BOOST_AUTO_TEST_CASE(what_lies_behind_a_sealed_size_is_not_read) {
    const auto part = add(log_kind::tail, {"a"}, true);
    publish();
    append_record(disk.bytes_of(part.name.text()),
                  {.kind = effect_kind::set, .stamp = 9, .key = "behind"});
    BOOST_TEST(start() == "");
    BOOST_TEST(read == (keys{"a"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(damage_in_the_middle_stops_the_start_and_says_where_and_what_to_do) {
    const auto part = add(log_kind::tail, {"a", "b", "c"}, false);
    publish();
    auto& bytes_there = disk.bytes_of(part.name.text());
    const auto header = backend::log_header_size("a1");
    const auto record = (bytes_there.size() - header) / 3;
    bytes_there[header + record + 10] ^= 1;
    const auto problem = start();
    BOOST_TEST(problem.starts_with("tail-000001, byte " + std::to_string(header + record) + ": " +
                                   std::to_string(record) + " bytes are damaged; start with "));
    BOOST_TEST(start(true) == "");
    BOOST_TEST(read == (keys{"a", "c"}), boost::test_tools::per_element());
    BOOST_TEST(outcome.damaged);
}

BOOST_AUTO_TEST_CASE(a_missing_file_stops_the_start) {
    const auto part = add(log_kind::base, {"a"}, true);
    add(log_kind::tail, {"b"}, false);
    publish();
    BOOST_TEST_REQUIRE(!disk.remove(part.name.text()));
    BOOST_TEST(start().starts_with("base-000001: No such file"));
    BOOST_TEST(start(true) == "");
    BOOST_TEST(read == (keys{"b"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(data_without_a_manifest_stop_the_start) {
    add(log_kind::tail, {"b"}, false);
    add(log_kind::base, {"a"}, true);
    BOOST_TEST(start() == "it has base-000002, but no manifest");
    BOOST_TEST(start(true) == "");
    BOOST_TEST(read == (keys{"a", "b"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_file_without_records_needs_no_manifest) {
    add(log_kind::tail, {}, false);
    BOOST_TEST(start() == "");
}

BOOST_AUTO_TEST_CASE(a_damaged_manifest_stops_the_start) {
    add(log_kind::tail, {"a"}, false);
    publish();
    disk.bytes_of("manifest")[20] ^= 1;
    BOOST_TEST(start() == "manifest is damaged: its checksum is wrong");
    BOOST_TEST(start(true) == "");
    BOOST_TEST(read == (keys{"a"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_log_of_another_backend_is_not_read) {
    add(log_kind::tail, {"a"}, false);
    publish();
    for (const bool salvage : {false, true}) {
        backend::log_directory other(disk, "b1");
        BOOST_TEST(other.open(salvage) == "it is the log of 'a1', and this backend is 'b1'");
    }
}

BOOST_AUTO_TEST_CASE(without_a_manifest_the_log_of_another_backend_is_not_read_either) {
    add(log_kind::tail, {"a"}, false);
    for (const std::string& name : {std::string("b1"), std::string(64, 'x')}) {
        for (const bool salvage : {false, true}) {
            backend::log_directory other(disk, name);
            BOOST_TEST(other.open(salvage) ==
                       "tail-000001 belongs to 'a1', this backend is '" + name + "'");
        }
    }
}

BOOST_AUTO_TEST_CASE(the_file_of_another_backend_stops_the_start_whatever_the_manifest_says) {
    const auto part = add(log_kind::tail, {"a"}, false);
    publish();
    disk.bytes_of(part.name.text())
        .replace(0, backend::log_header_size("a1"), backend::log_header("another"));
    for (const bool salvage : {false, true})
        BOOST_TEST(start(salvage) == "tail-000001 belongs to 'another', this backend is 'a1'");
    BOOST_TEST(read.empty());
}

BOOST_AUTO_TEST_CASE(a_file_of_another_format_stops_the_start) {
    const auto part = add(log_kind::tail, {"a"}, false);
    publish();
    auto& bytes_there = disk.bytes_of(part.name.text());
    bytes_there[8] = 2;
    ++bytes_there[backend::log_header_size("a1") - 1];
    for (const bool salvage : {false, true})
        BOOST_TEST(start(salvage) == "tail-000001 has format 2, this program knows 1");
}

BOOST_AUTO_TEST_CASE(a_manifest_of_another_format_stops_the_start) {
    add(log_kind::tail, {"a"}, false);
    publish();
    disk.bytes_of("manifest") = later_manifest();
    for (const bool salvage : {false, true})
        BOOST_TEST(start(salvage) == "manifest is no manifest that this program knows");
}

BOOST_AUTO_TEST_CASE(a_damaged_header_is_salvaged_where_the_manifest_is_ours) {
    const auto part = add(log_kind::tail, {"a"}, false);
    publish();
    disk.bytes_of(part.name.text())[8] ^= 2;
    BOOST_TEST(start().starts_with("tail-000001 has a damaged header; start with `--salvage"));
    BOOST_TEST(start(true) == "");
    BOOST_TEST(read == (keys{"a"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_error_of_the_disk_stops_the_start) {
    add(log_kind::tail, {"a"}, false);
    publish();
    for (std::uint64_t bad = 0; bad < 12; ++bad) {
        disk.operations = 0;
        disk.fault = [bad](std::uint64_t number) {
            return number == bad ? make_error_code(boost::system::errc::io_error)
                                 : backend::disk_error();
        };
        const auto problem = start();
        if (disk.operations <= bad) break;
        BOOST_TEST((!problem.empty() || read == keys{"a"}));
    }
}

BOOST_AUTO_TEST_SUITE_END()
