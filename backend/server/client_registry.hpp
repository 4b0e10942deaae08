// Who is connected, for CLIENT LIST and KILL. A client's record lies in its session; what changes
// with every request are plain stores of the session's worker, which any worker may read. Names
// change, and records come and go, under the registry's lock.
#pragma once

#include "shared/base/clock.hpp"
#include "shared/command/client_state.hpp"
#include "shared/command/spec.hpp"
#include "shared/net/session_id.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace backend {

/// Where a client's session is.
struct client_place {
    std::size_t worker = 0;
    shared::session_id session;
};

struct client_record {
    std::uint64_t id = 0;
    std::string address;        // "127.0.0.1:51234"
    std::string local_address;  // "127.0.0.1:7401"
    int descriptor = -1;
    shared::unix_ms connected_at = 0;
    client_place place;

    // Stored by the session's worker, loaded by any.
    std::atomic<shared::unix_ms> last_seen{0};
    std::atomic<const shared::command_spec*> last_command{nullptr};
    std::atomic<std::uint32_t> channels{0};
    std::atomic<std::uint32_t> patterns{0};
    std::atomic<std::int32_t> queued{-1};  // commands of a transaction; -1: there is none
    std::atomic<shared::protocol> version{shared::protocol::resp2};
    std::atomic<bool> no_evict{false};

    // Under the registry's lock.
    std::string name;
    std::string library;
    std::string library_version;

    void saw(const shared::command_spec& spec, shared::unix_ms now) noexcept {
        last_command.store(&spec, std::memory_order_relaxed);
        last_seen.store(now, std::memory_order_relaxed);
    }
    bool subscribed() const noexcept { return channels != 0 || patterns != 0; }
};

class client_registry {
  public:
    /// Requires: `record` stays where it is until `remove`; its id is nobody else's.
    void add(client_record& record);
    void remove(const client_record& record);

    /// Takes over what the client has been told to be called.
    void rename(client_record& record, const shared::client_state& client);

    /// Calls `use` for every client in the order of their ids, under the lock.
    void for_each(const std::function<void(const client_record&)>& use) const;

  private:
    mutable std::mutex mutex_;
    std::map<std::uint64_t, client_record*> records_;
};

/// A line of CLIENT LIST, "id=3 addr=… resp=2\n". `command` is what is told as the last one if it
/// is not empty. Fields about buffers, which are the worker's here and not the client's, are 0.
/// Requires: called within `for_each`.
void append_client_line(std::string& out, const client_record& record, shared::unix_ms now,
                        std::string_view command, std::size_t request_bytes);

}  // namespace backend
