#include "backend/server/session.hpp"

#include "backend/commands/table.hpp"
#include "backend/replication/handshake.hpp"

namespace backend {
namespace {

bool flushes(const shared::command_spec& spec) noexcept {
    return spec.id == shared::command_id::flushall || spec.id == shared::command_id::flushdb;
}

}  // namespace

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
    if (spec == nullptr || !has_command(*spec)) {
        answer_error(shared::unknown_command_error(words));
    } else if (!shared::arity_fits(*spec, words.size())) {
        answer_error(shared::wrong_arity_error(spec->name));
    } else if (spec->id == shared::command_id::partner) {
        partner_command(words);
    } else if (!spec->has(shared::connection)) {
        run_data_command(*spec, words);
    } else {
        shared::run_connection_command(*spec, words, state_, with_.facts, out());
        if (state_.closing) end();
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
    if (with_partner && flushes(spec)) return flush_everywhere(words);
    command_context context{with_.data, shared::unix_now(), state_.version, out(),
                            with_.limits.value};
    run_command(spec, words, context);
    if (with_partner && spec.has(shared::writes)) {
        owner().events().at_end_of_turn(*with_.flusher, shared::turn_phase::first);
    }
}

/// FLUSHALL of a pair. First our clock is brought past everything that the partner has answered, so
/// that the flush is newer; it is answered when the partner has it, so that everything written
/// later, on either side, is newer still. Whatever the two clocks say.
void session::flush_everywhere(std::span<const std::string_view> words) {
    waiting_ = true;
    const std::vector<std::string> kept(words.begin(), words.end());
    after_partner([kept](session& self) {
        const std::vector<std::string_view> again(kept.begin(), kept.end());
        std::string reply;
        command_context context{self.with_.data, shared::unix_now(), self.state_.version, reply};
        run_command(*shared::find_command(again[0]), again, context);
        self.after_partner([reply](session& done) {
            done.waiting_ = false;
            done.out() += reply;
            done.wake();
        });
    });
}

/// Runs `then` when the partner has all that was changed until now, if this client is still there.
void session::after_partner(std::function<void(session&)> then) {
    with_.partner->after_acknowledgement(
        owner(), [&clients = with_.clients, self = self_, work = std::move(then)] {
            if (auto* const waiting = clients.find(self)) work(*waiting);
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
