#include "backend/persist/replay.hpp"

#include "backend/persist/log_header.hpp"
#include "shared/log/log.hpp"

#include <algorithm>

namespace backend {
namespace {

constexpr std::uint64_t records_per_look = 4096;  // between two looks at `stop`

std::string place(const log_part& part, std::uint64_t at) {
    return part.name.text() + ", byte " + std::to_string(at) + ": ";
}

}  // namespace

described<replay_outcome> replay::run(const std::atomic<bool>& stop) {
    measure();
    for (const auto& part : directory_.present().parts) {
        if (stop) break;
        if (auto problem = read(part, stop); !problem.empty()) return problem;
    }
    return std::move(outcome_);
}

void replay::measure() {
    std::uint64_t total = 0;
    for (const auto& part : directory_.present().parts) {
        const auto file = directory_.files().open(part.name.text());
        if (file) total += (*file)->size();
    }
    progress_.total_bytes = total;
}

std::string replay::read(const log_part& part, const std::atomic<bool>& stop) {
    auto opened = directory_.files().open(part.name.text());
    if (!opened) return or_salvage(part.name.text() + ": " + opened.error().message());
    auto& file = **opened;
    if (part.size && file.size() < *part.size) {
        auto problem = or_salvage(part.name.text() + " has " + std::to_string(file.size()) +
                                  " bytes, and should have " + std::to_string(*part.size));
        if (!problem.empty()) return problem;
    }
    const auto begin = log_header_size(directory_.node());
    const auto end = std::min(part.size.value_or(file.size()), file.size());
    if (auto problem = check_header(file, part); !problem.empty()) return problem;
    if (end < begin) return {};  // its making was cut short: nothing is in it
    const auto before = progress_.bytes.load();
    log_reader reader(file, begin, end);
    auto problem = read_records(reader, part, end, stop);
    if (!problem.empty() || stop) return problem;
    progress_.bytes = before + file.size();
    if (reader.position() == begin) return {};
    outcome_.parts.push_back(part);
    outcome_.bytes += reader.position();
    return {};
}

/// `end`: of what is to be read.
std::string replay::read_records(log_reader& reader, const log_part& part, std::uint64_t end,
                                 const std::atomic<bool>& stop) {
    const auto before = progress_.bytes.load();
    effect what;
    for (;;) {
        const auto status = reader.next(what);
        if (status == log_reader::status::record) {
            apply_(what);
            if (reader.records() % records_per_look != 0) continue;
            progress_.bytes = before + reader.position();
            progress_.records += records_per_look;
            if (stop) return {};
            continue;
        }
        if (status == log_reader::status::end) break;
        if (status == log_reader::status::failed)
            return place(part, reader.position()) + reader.problem().message();
        const bool torn = status == log_reader::status::torn;
        auto problem = torn && !part.size ? on_torn(part, reader.position(), end)
                                          : on_damage(part, reader.position(), reader.resumes_at());
        if (!problem.empty()) return problem;
        if (torn) break;
        reader.skip();
    }
    progress_.records += reader.records() % records_per_look;
    return {};
}

std::string replay::check_header(stored_file& file, const log_part& part) {
    const auto size = std::min<std::uint64_t>(log_header_size(directory_.node()), file.size());
    std::string bytes(static_cast<std::size_t>(size), '\0');
    if (const auto problem = file.read(0, bytes)) return place(part, 0) + problem.message();
    if (!part.size && log_header_cut(bytes, directory_.node())) return {};
    const auto problem = backend::check_header(bytes, directory_.node()).problem;
    return problem.empty() ? problem : or_salvage(part.name.text() + " " + problem);
}

std::string replay::on_torn(const log_part& part, std::uint64_t at, std::uint64_t end) {
    shared::log_warn(place(part, at) +
                     "the file ends in the middle of a record, as after a crash: " +
                     std::to_string(end - at) + " bytes are cut off");
    return {};
}

std::string replay::on_damage(const log_part& part, std::uint64_t at, std::uint64_t until) {
    return or_salvage(place(part, at) + std::to_string(until - at) + " bytes are damaged");
}

/// The problem, with what can be done about it; empty if it is to be stepped over.
std::string replay::or_salvage(const std::string& problem) {
    if (!salvage_) {
        return problem +
               "; start with `--salvage true` to take what is whole, which leaves out the "
               "changes in the damaged part";
    }
    shared::log_warn("salvage: " + problem + ", and left out");
    outcome_.damaged = true;
    return {};
}

}  // namespace backend
