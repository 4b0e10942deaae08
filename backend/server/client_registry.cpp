#include "backend/server/client_registry.hpp"

namespace backend {
namespace {

class line_writer {
  public:
    explicit line_writer(std::string& out) noexcept : out_(out) {}

    line_writer& add(std::string_view field, std::string_view value) {
        if (!first_) out_ += ' ';
        first_ = false;
        out_.append(field).append("=").append(value);
        return *this;
    }
    line_writer& add(std::string_view field, std::int64_t value) {
        return add(field, std::to_string(value));
    }

  private:
    std::string& out_;
    bool first_ = true;
};

std::string flags_of(const client_record& record) {
    std::string flags;
    if (record.subscribed()) flags += 'P';
    if (record.queued >= 0) flags += 'x';
    if (record.no_evict) flags += 'e';
    return flags.empty() ? "N" : flags;
}

}  // namespace

void client_registry::add(client_record& record) {
    const std::lock_guard held(mutex_);
    records_.emplace(record.id, &record);
}

void client_registry::remove(const client_record& record) {
    const std::lock_guard held(mutex_);
    records_.erase(record.id);
}

void client_registry::rename(client_record& record, const shared::client_state& client) {
    const std::lock_guard held(mutex_);
    record.name = client.name;
    record.library = client.library;
    record.library_version = client.library_version;
}

void client_registry::for_each(const std::function<void(const client_record&)>& use) const {
    const std::lock_guard held(mutex_);
    for (const auto& [id, record] : records_) use(*record);
}

void append_client_line(std::string& out, const client_record& record, shared::unix_ms now,
                        std::string_view command, std::size_t request_bytes) {
    const auto* const last = record.last_command.load(std::memory_order_relaxed);
    const std::string_view name = !command.empty()  ? command
                                  : last != nullptr ? last->name
                                                    : "NULL";
    const auto seconds = [now](shared::unix_ms since) { return (now - since) / 1000; };
    line_writer(out)
        .add("id", static_cast<std::int64_t>(record.id))
        .add("addr", record.address)
        .add("laddr", record.local_address)
        .add("fd", record.descriptor)
        .add("name", record.name)
        .add("age", seconds(record.connected_at))
        .add("idle", seconds(record.last_seen))
        .add("flags", flags_of(record))
        .add("db", 0)
        .add("sub", record.channels)
        .add("psub", record.patterns)
        .add("ssub", 0)
        .add("multi", record.queued)
        .add("qbuf", static_cast<std::int64_t>(request_bytes))
        .add("qbuf-free", 0)
        .add("argv-mem", 0)
        .add("multi-mem", 0)
        .add("rbs", 0)
        .add("rbp", 0)
        .add("obl", 0)
        .add("oll", 0)
        .add("omem", 0)
        .add("tot-mem", 0)
        .add("events", "r")
        .add("cmd", name)
        .add("user", "default")
        .add("redir", -1)
        .add("resp", static_cast<std::int64_t>(record.version.load()))
        .add("lib-name", record.library)
        .add("lib-ver", record.library_version);
    out += '\n';
}

}  // namespace backend
