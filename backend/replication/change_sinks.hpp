// Who is told of clients' changes: the partner's outbox, the log, or both. Made once, before the
// store; told under the lock of a shard, by all workers.
#pragma once

#include "backend/persist/durable_log.hpp"
#include "backend/store/store.hpp"

namespace backend {

/// The log as the store sees it.
class log_sink final : public effect_sink {
  public:
    /// Requires: called before anything is told; `log` outlives the last change.
    void attach(durable_log& log) noexcept { log_ = &log; }

    void on_effect(const effect& what) override { log_->append(what); }

  private:
    durable_log* log_ = nullptr;
};

class change_sinks final : public effect_sink {
  public:
    change_sinks(effect_sink& partner, effect_sink& log) noexcept : partner_(partner), log_(log) {}

    void on_effect(const effect& what) override {
        partner_.on_effect(what);
        log_.on_effect(what);
    }

  private:
    effect_sink& partner_;
    effect_sink& log_;
};

}  // namespace backend
