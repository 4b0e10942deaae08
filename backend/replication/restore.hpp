// From the store to the log and back: what a rewrite writes, and what a record does at the start.
// One thread each.
#pragma once

#include "backend/persist/rewrite.hpp"
#include "backend/store/store.hpp"

#include <functional>
#include <string>

namespace backend {

/// Up to which of the partner's versions everything has been applied: a mark in the log. `room` is
/// for its text and lives as long as it.
effect seen_note(const progress& seen, std::string& room);

/// Entries older than `floor` were dropped, and with that all that had been seen of the partner's
/// is as if it had not been: a mark in the log, before what has come since.
effect drop_note(version floor) noexcept;

/// Puts a store together again. Pure: time is an argument.
class restorer {
  public:
    /// `tombstones`: deletes are to be remembered, for a partner.
    restorer(store& data, bool tombstones) noexcept : data_(data), tombstones_(tombstones) {}

    /// As `store::merge`; with `tombstones` an entry that has expired is taken as its delete, for
    /// the partner may still have something older that it has replaced.
    void apply(const effect& what, shared::unix_ms now);

    /// As `seen_note` has noted it last.
    const progress& seen() const noexcept { return seen_; }

  private:
    void take_note(const effect& what);

    store& data_;
    bool tombstones_;
    progress seen_;
};

/// A walk over all that a rewrite writes: entries, tombstones, and notes of what has been seen of
/// the partner and from where on deletes are remembered. `now` is asked at each step.
data_scan scan_for_log(store& data, const progress& seen, std::function<shared::unix_ms()> now);

}  // namespace backend
