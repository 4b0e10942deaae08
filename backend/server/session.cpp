#include "backend/server/session.hpp"

#include "backend/commands/table.hpp"
#include "backend/replication/handshake.hpp"

namespace backend {

session::session(shared::session_id, boost::asio::ip::tcp::socket connection, services& with, std::uint64_t client_id)
    : client_session(with.owner, std::move(connection), with.limits), with_(with) {
    state_.id = client_id;
    state_.address = peer();
}

void session::on_request(std::span<const std::string_view> words) {
    with_.counts.requests.add();
    wake();
    const auto* spec = shared::find_command(words[0]);
    if (spec == nullptr) return answer_error(shared::unknown_command_error(words));
    if (!shared::arity_fits(*spec, words.size())) return answer_error(shared::wrong_arity_error(spec->name));
    if (spec->id == shared::command_id::partner) return partner_command(words);
    if (!spec->has(shared::connection)) return run_data_command(*spec, words);
    shared::run_connection_command(*spec, words, state_, with_.facts, out());
    if (state_.closing) finish();
}

void session::on_malformed(std::string_view error) {
    wake();
    answer_error(error);
}

void session::answer_error(std::string_view text) { shared::append_error(out(), text); }

void session::run_data_command(const shared::command_spec& spec, std::span<const std::string_view> words) {
    command_context context{with_.data, shared::unix_now(), state_.version, out()};
    run_command(spec, words, context);
    if (with_.flusher != nullptr && spec.has(shared::writes)) {
        owner().events().at_end_of_turn(*with_.flusher, shared::turn_phase::first);
    }
}

void session::partner_command(std::span<const std::string_view> words) {
    if (!shared::same_word(words[1], "link")) {
        return answer_error(shared::unknown_subcommand_error(words[1], "partner"));
    }
    if (with_.partner == nullptr) return answer_error("ERR this backend is configured without a partner");
    const auto offer = read_link_request(words.subspan(2));
    if (!offer.partner) return answer_error(offer.error);
    if (const auto refusal = with_.partner->offer(*offer.partner); !refusal.empty()) return answer_error(refusal);
    with_.partner->accept(owner(), release(), *offer.partner);
}

}  // namespace backend
