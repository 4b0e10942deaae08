#include "backend/persist/log_directory.hpp"

#include "backend/persist/log_header.hpp"
#include "shared/log/log.hpp"

#include <algorithm>

namespace backend {
namespace {

const std::string manifest_name = "manifest";
const std::string scratch_name = "manifest.new";

bool is_missing(const disk_error& problem) {
    return problem == boost::system::errc::no_such_file_or_directory;
}

}  // namespace

std::string log_directory::open(bool salvage) {
    if (const auto problem = files_.claim()) {
        return problem == boost::system::errc::device_or_resource_busy ? "another process uses it"
                                                                       : problem.message();
    }
    auto problem = read_present();
    if (problem.empty()) problem = take_without_manifest(salvage);
    if (!problem.empty() && foreign_.empty() && salvage) {
        shared::log_warn("salvage: " + problem);
        present_.parts.clear();
        problem = take_without_manifest(salvage);
    }
    if (!problem.empty()) return problem;
    // Of a manifest that is ours as well: a file may have been put in the place of another.
    for (const auto& part : present_.parts) check_owner(part.name.text());
    return foreign_;
}

std::string log_directory::read_present() {
    const auto text = read_all(files_, manifest_name);
    if (!text && is_missing(text.error())) return {};
    if (!text) return manifest_name + ": " + text.error().message();
    auto read = read_manifest(*text);
    if (!read && manifest_has_other_format(*text)) foreign_ = manifest_name + " " + read.error();
    if (!read) return manifest_name + " " + read.error();
    if (read->node != node_) {
        foreign_ = "it is the log of '" + read->node + "', and this backend is '" + node_ + "'";
        return foreign_;
    }
    present_ = std::move(*read);
    return {};
}

/// What cannot be read is for the replay to tell of.
void log_directory::check_owner(const std::string& name) {
    const auto file = files_.open(name);
    if (!file) return;
    std::string head(std::min<std::uint64_t>((*file)->size(), longest_log_header), '\0');
    if ((*file)->read(0, head)) return;
    const auto checked = check_header(head, node_);
    if (checked.state == header_state::foreign) foreign_ = name + " " + checked.problem;
}

/// Sees that numbers are new. Files without a manifest that hold more than a header are data that
/// nobody may step over: only salvage takes them, whole copies first.
std::string log_directory::take_without_manifest(bool salvage) {
    const auto names = files_.list();
    if (!names) return names.error().message();
    const bool listed = !present_.parts.empty();
    next_number_ = present_.next_number();
    for (const auto& text : *names) {
        const auto name = parse_log_name(text);
        if (!name) continue;
        next_number_ = std::max(next_number_, name->number + 1);
        if (listed) continue;
        check_owner(text);
        if (!foreign_.empty()) return foreign_;
        const auto file = files_.open(text);
        if (!file) return text + ": " + file.error().message();
        if ((*file)->size() <= log_header_size(node_)) continue;
        if (!salvage) return "it has " + text + ", but no manifest";
        present_.parts.push_back({*name, std::nullopt});
    }
    return {};
}

shared::result<started_file> log_directory::create(log_kind kind) {
    const log_name name{kind, next_number_++};
    auto made = files_.create(name.text());
    if (!made) return made.error();
    const auto header = log_header(node_);
    auto problem = (*made)->append(header);
    if (!problem) problem = (*made)->sync();
    if (problem) {
        remove(name);
        return problem;
    }
    return started_file{name, std::move(*made), header.size()};
}

disk_error log_directory::publish(std::vector<log_part> parts) {
    manifest next{node_, std::move(parts)};
    auto made = files_.create(scratch_name);
    if (!made) return made.error();
    auto problem = (*made)->append(write_manifest(next));
    if (!problem) problem = (*made)->sync();
    if (problem) return problem;
    uncertain_ = true;
    problem = files_.rename(scratch_name, manifest_name);
    if (!problem) problem = files_.sync_directory();
    if (problem) return problem;
    uncertain_ = false;
    present_ = std::move(next);
    return {};
}

void log_directory::remove_strays() {
    const auto names = files_.list();
    if (!names) return;
    for (const auto& text : *names) {
        const auto name = parse_log_name(text);
        if (name && !present_.has(*name)) remove(*name);
    }
}

}  // namespace backend
