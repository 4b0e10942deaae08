#include "backend/replication/receiving_half.hpp"

#include "backend/replication/handshake.hpp"
#include "backend/replication/slice_digest.hpp"

namespace backend {

receiving_half::outcome receiving_half::on_bytes(std::string_view bytes, std::string& answers,
                                                 shared::unix_ms now) {
    outcome result;
    for (;;) {
        const auto next = read_record(bytes.substr(result.taken), longest_record);
        if (!next) {
            if (next.error() != shared::errc::record_incomplete) result.problem = "corrupt";
            return result;
        }
        if (guard_.refuses(next->what.stamp, now)) {
            if (hooks_.on_refused) hooks_.on_refused(next->what.stamp);
            result.problem = "from the future";
            return result;
        }
        result.taken += next->size;
        result.log_told |= take(next->what, answers, now);
    }
}

/// True if the log was told something.
bool receiving_half::take(const effect& what, std::string& answers, shared::unix_ms now) {
    {
        const std::lock_guard lock(applying_);
        if (retired_) return false;
        if (what.kind != effect_kind::mark) return data_.merge(what, now, log_) && log_ != nullptr;
    }
    if (what.value == mark_verify) {
        append_record(answers, {.kind = effect_kind::mark,
                                .stamp = clock_.next(now),
                                .key = answer_question(data_, what.key, now),
                                .value = mark_verified});
        return false;
    }
    // One of an earlier link, kept and sent again, stands before the end of this exchange.
    if (what.value == mark_exchanged && what.key == link_) hooks_.on_exchanged(now);
    hooks_.on_seen(what.stamp);
    append_seen(answers, what.stamp, clock_.next(now));
    return log_ != nullptr;  // `on_seen` may have
}

}  // namespace backend
