// What becomes of replies, of requests that failed, and of replies that are large.
#include "proxy/frontend/dispatcher.hpp"
#include "shared/resp/encoder.hpp"

#include <algorithm>
#include <utility>

namespace proxy {

void dispatcher::on_reply(const ticket& whose, std::string_view reply) {
    auto* client = clients_.find(whose.client);
    if (client == nullptr) return;
    if (whose.gathered) return client->deliver_part(whose, reply);
    if (!whose.resp3) return client->deliver(whose.request, reply);
    translated_.clear();
    append_reply(translated_, reply, shared::protocol::resp3, whose.shape);
    client->deliver(whose.request, translated_);
}

void dispatcher::send_error(const ticket& whose, std::string_view text) {
    if (text.starts_with("UNAVAILABLE")) counts_.unavailable.add();
    if (text.starts_with("UNKNOWN")) counts_.unknown.add();
    if (text.starts_with("TIMEOUT")) counts_.timed_out.add();
    if (text.starts_with("BUSY")) counts_.busy.add();
    std::string reply;
    shared::append_error(reply, text);
    on_reply(whose, reply);
}

void dispatcher::on_failure(const ticket& whose, std::string_view request, failure what) {
    auto* client = clients_.find(whose.client);
    if (client == nullptr) return;
    if (client->is_passing_on(whose.request)) return client->close();
    client->forget_large(whose);
    std::size_t next = next_server(whose, what);
    if (next != nobody && what == failure::lost && !retries_.take(counts_.requests.get(), now_)) {
        counts_.retries_refused.add();
        what = failure::not_spared;
        next = nobody;
    }
    if (next == nobody) {
        const auto& failed = pool_.backends[whose.sent_to].name;
        return send_error(whose,
                          failure_text(what, whose.idempotent, failed, pool_.request_timeout));
    }
    auto& way = client->way_to(*links_[next], whose.request);
    if (!has_room(*links_[next], way)) return send_error(whose, busy_text);
    counts_.retried.add();
    ticket again = whose;
    again.sent_to = static_cast<std::uint16_t>(next);
    ++again.attempts;
    way.begin().append(request);
    way.commit(again, now_);
}

/// Who is asked once more; `nobody` if that may not be or nobody is there.
std::size_t dispatcher::next_server(const ticket& whose, failure what) {
    if (!may_retry(what, whose.idempotent, whose.attempts)) return nobody;
    if (!whose.pinned) return retry_target(whose);
    return statuses_[whose.sent_to] != backend_status::down ? whose.sent_to : nobody;
}

/// Who else can answer: the partner, in a pool that does not shard anybody who is ready, or the
/// same backend over a new connection. Of a write that went to one of each pair the others have
/// their own part. A partner that has not caught up would give what is old, and count on from it:
/// it is asked only if the one that failed is known to be down.
std::size_t dispatcher::retry_target(const ticket& whose) {
    const std::size_t failed = whose.sent_to;
    const std::size_t partner = router_.partner_of(failed);
    const auto partner_is = partner == nobody ? backend_status::down : statuses_[partner];
    if (partner_is >= backend_status::returning) return partner;
    if (!router_.shards() && !whose.gathered) {
        const auto ready = std::find(statuses_.begin(), statuses_.end(), backend_status::ready);
        if (ready != statuses_.end()) return static_cast<std::size_t>(ready - statuses_.begin());
    }
    if (statuses_[failed] != backend_status::down) return failed;
    return partner_is != backend_status::down ? partner : nobody;
}

void dispatcher::on_unreachable(std::size_t backend) {
    pool_.board.on_refused(backend);
    refresh_statuses();
}

bool dispatcher::on_silent(std::size_t backend) {
    // Of one without a partner the probes decide: nobody else could answer, or, where all hold
    // every key, take its part of a write.
    if (router_.partner_of(backend) == nobody) return false;
    on_unreachable(backend);
    return true;
}

large_choice dispatcher::on_large(connection& from, const ticket& whose, std::size_t at_least) {
    auto* const client = clients_.find(whose.client);
    if (client == nullptr) return large_choice::discard;
    return client->on_large(from, whose, at_least);
}

bool dispatcher::on_piece(connection& from, const ticket& whose, const shared::reply_piece& piece) {
    auto* const client = clients_.find(whose.client);
    return client == nullptr || client->on_piece(from, whose, piece);
}

bool dispatcher::ask_again(session& client, connection& from, const ticket& whose) {
    if (!client.may_ask_again(whose)) return false;
    auto* const lane = client.move_to_lane(*links_[whose.sent_to], whose.request);
    if (lane == nullptr) return false;
    counts_.large_replies_moved.add();
    lane->begin().append(from.oldest_request());
    lane->commit(whose, now_);
    return true;
}

void dispatcher::refuse_large(const ticket& whose) {
    counts_.large_replies_refused.add();
    send_error(whose, "ERR the reply is larger than what 'max_client_buffer' leaves room for");
}

std::unique_ptr<gather> dispatcher::take_gather() {
    if (spare_gathers_.empty()) return std::make_unique<gather>();
    auto taken = std::move(spare_gathers_.back());
    spare_gathers_.pop_back();
    return taken;
}

void dispatcher::give_back(std::unique_ptr<gather> used) {
    used->trim();
    if (spare_gathers_.size() < most_spare_gathers) spare_gathers_.push_back(std::move(used));
}

}  // namespace proxy
