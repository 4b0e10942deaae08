#include "backend/server/session.hpp"

#include "backend/commands/table.hpp"
#include "backend/replication/handshake.hpp"

namespace backend {

session::session(shared::session_id self, boost::asio::ip::tcp::socket connection, services& with,
                 std::uint64_t client_id)
    : client_session(with.owner, std::move(connection), with.limits), self_(self), with_(with) {
    state_.id = client_id;
    state_.address = peer();
}

bool session::on_request(std::span<const std::string_view> words) {
    with_.counts.requests.add();
    wake();
    const auto* spec = shared::find_command(words[0]);
    if (spec == nullptr) {
        answer_error(shared::unknown_command_error(words));
    } else if (!shared::arity_fits(*spec, words.size())) {
        answer_error(shared::wrong_arity_error(spec->name));
    } else if (spec->id == shared::command_id::partner) {
        partner_command(words);
    } else if (!spec->has(shared::connection)) {
        run_data_command(*spec, words);
    } else {
        shared::run_connection_command(*spec, words, state_, with_.facts, out());
        if (state_.closing) finish();
    }
    return true;
}

void session::on_malformed(std::string_view error) {
    wake();
    answer_error(error);
}

void session::answer_error(std::string_view text) {
    shared::append_error(out(), text);
}

void session::run_data_command(const shared::command_spec& spec,
                               std::span<const std::string_view> words) {
    const bool with_partner = with_.partner != nullptr;
    const bool held = with_partner && spec.id == shared::command_id::flushall;
    command_context context{with_.data, shared::unix_now(), state_.version, held ? held_ : out()};
    run_command(spec, words, context);
    if (with_partner && spec.has(shared::writes)) {
        owner().events().at_end_of_turn(*with_.flusher, shared::turn_phase::first);
    }
    if (held) wait_for_partner();
}

/// FLUSHALL is answered when the partner has it too. From then on every version that either side
/// gives is newer than the flush's, so nothing that is written afterwards can fall to it, whatever
/// the two clocks say.
void session::wait_for_partner() {
    waiting_ = true;
    with_.partner->after_acknowledgement(owner(), [&clients = with_.clients, self = self_] {
        auto* const waiting = clients.find(self);
        if (waiting == nullptr) return;
        waiting->waiting_ = false;
        waiting->out() += waiting->held_;
        waiting->held_.clear();
        waiting->wake();
    });
}

void session::partner_command(std::span<const std::string_view> words) {
    if (!shared::same_word(words[1], "link")) {
        return answer_error(shared::unknown_subcommand_error(words[1], "partner"));
    }
    if (with_.partner == nullptr)
        return answer_error("ERR this backend is configured without a partner");
    const auto offer = read_link_request(words.subspan(2));
    if (!offer.partner) return answer_error(offer.error);
    if (const auto refusal = with_.partner->offer(*offer.partner); !refusal.empty())
        return answer_error(refusal);
    with_.partner->accept(owner(), release(), *offer.partner);
}

}  // namespace backend
