#include "backend/server/session.hpp"

#include "backend/commands/table.hpp"
#include "backend/server/request_timer.hpp"

#include <algorithm>
#include <array>

namespace backend {
namespace {

/// Bytes of messages that a client may leave unread: Redis's client-output-buffer-limit.
constexpr std::size_t most_unread = 32UL * 1024 * 1024;

bool flushes(const shared::command_spec& spec) noexcept {
    return spec.id == shared::command_id::flushall || spec.id == shared::command_id::flushdb;
}

/// Redis answers these as it sends messages: whether replies are wanted or not.
bool is_subscribing(std::string_view name) noexcept {
    using enum shared::command_id;
    constexpr std::array names{subscribe, unsubscribe, psubscribe, punsubscribe};
    const auto* const spec = shared::find_command(name);
    return spec != nullptr && std::find(names.begin(), names.end(), spec->id) != names.end();
}

}  // namespace

session::session(shared::session_id self, boost::asio::ip::tcp::socket connection, services& with,
                 std::uint64_t client_id, std::string local_address, int descriptor)
    : client_session(with.owner, std::move(connection), with.limits), self_(self), with_(with) {
    state_.id = client_id;
    state_.address = peer();
    record_.id = client_id;
    record_.address = peer();
    record_.local_address = std::move(local_address);
    record_.descriptor = descriptor;
    record_.connected_at = shared::unix_now();
    record_.last_seen = record_.connected_at;
    record_.place = {.worker = with.owner.index(), .session = self};
    with.server.clients.add(record_);
}

session::~session() {
    leave();
}

void session::leave() {
    end_watch(shared::unix_now());
    with_.topics.remove_all(*this);
    with_.server.clients.remove(record_);
}

bool session::on_request(std::span<const std::string_view> words) {
    with_.counts.requests.add();
    with_.owner.events().expect_again(counted_);
    wake();
    if (with_.confirmations != nullptr) {
        answer_confirmed(words);
    } else {
        dispatch(words);
    }
    if (state_.closing) end();
    return true;
}

void session::dispatch(std::span<const std::string_view> words) {
    if (special_) {
        answer_specially(words);
    } else {
        answer(words);
    }
}

void session::answer_specially(std::span<const std::string_view> words) {
    if (replies_ == reply_mode::on) {
        answer_in_mode(words);
    } else {
        run_quietly(words);
    }
}

void session::answer_in_mode(std::span<const std::string_view> words) {
    if (subscribed() && state_.version == shared::protocol::resp2) return answer_subscribed(words);
    if (transaction_) return queue(words);
    answer(words);
}

/// In RESP2 a client could not tell a message from the reply of another command.
void session::answer_subscribed(std::span<const std::string_view> words) {
    using enum shared::command_id;
    const auto* const spec = shared::find_command(words[0]);
    if (spec == nullptr || !serves(*spec) || !shared::arity_fits(*spec, words.size()))
        return answer(words);
    switch (spec->id) {
        case subscribe:
        case unsubscribe:
        case psubscribe:
        case punsubscribe:
        case quit:
        case reset:
            return answer(words);
        case ping:
            if (words.size() > 2) return answer(words);
            shared::append_array_header(out(), 2);
            shared::append_bulk(out(), "pong");
            return shared::append_bulk(out(), words.size() == 2 ? words[1] : "");
        default:
            refuse("ERR Can't execute '" + std::string(spec->name) +
                   "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are "
                   "allowed in this context");
    }
}

bool session::push(std::string_view message) {
    if (state_.closing) return true;
    if (queued() + held_.size() + message.size() > most_unread) return false;
    if (!held_.empty()) {
        held_.add(message, false);
        return true;
    }
    wake();
    out() += message;
    return true;
}

void session::give_up_reading() {
    with_.counts.slow_subscribers.add();
    give_up("it does not read the messages that it has subscribed to");
}

/// CLIENT REPLY OFF or SKIP: the reply is taken back, unless it is that of CLIENT REPLY ON.
void session::run_quietly(std::span<const std::string_view> words) {
    if (replies_ == reply_mode::skip_next) replies_ = reply_mode::skip;
    const bool may_stay = transaction_ == nullptr && is_subscribing(words[0]);
    const std::size_t before = queued();
    answer_in_mode(words);
    if (replies_ == reply_mode::on || closed()) return;
    auto& replies = out();
    const std::size_t rest = replies.size() - (queued() - before);
    if (!may_stay || replies[rest] == '-') {
        replies.resize(rest);
        if (with_.flusher != nullptr) with_.flusher->forget(self_, queued());
    }
    if (replies_ != reply_mode::skip) return;
    replies_ = reply_mode::on;
    note_special();
}

void session::answer(std::span<const std::string_view> words) {
    const auto* spec = shared::find_command(words[0]);
    if (spec == nullptr || !serves(*spec)) {
        refuse(shared::unknown_command_error(words));
    } else if (!shared::arity_fits(*spec, words.size())) {
        answer_wrong_arity(*spec);
    } else if (spec->id == shared::command_id::partner) {
        partner_command(words);
    } else {
        run(*spec, words);
    }
}

void session::answer_wrong_arity(const shared::command_spec& spec) {
    with_.counts.commands.of(spec).rejected.add();
    const auto error = shared::wrong_arity_error(spec.name);
    if (spec.id != shared::command_id::exec) return refuse(error);
    end_transaction();
    note_special();
    refuse("EXECABORT Transaction discarded because of: " + error.substr(4));
}

void session::run(const shared::command_spec& spec, std::span<const std::string_view> words) {
    const bool about_data = is_about_data(spec);
    auto& counts = with_.counts.commands.of(spec);
    const bool sampled = command_stats::begin(counts);
    const bool always =
        sampled || with_.server.times_all() || !(about_data || spec.has(shared::fast));
    const std::size_t before = queued();
    const auto began = about_data || always ? shared::unix_now_us() : 0;
    if (began != 0) with_.now = began / 1000;
    record_.saw(spec, with_.now);
    if (about_data) {
        run_data_command(spec, words, began);
    } else {
        run_other_command(spec, words);
        if (in_exec_) bound_reply_in_exec(false, before);
    }
    const std::size_t reply = queued() - before;
    if (reply != 0 && out()[out().size() - reply] == '-') {
        counts.failed.add();
        with_.server.errors.add(std::string_view(out()).substr(out().size() - reply + 1));
    }
    if (!always && !(about_data && may_be_slow(spec, words, reply))) return;
    const auto took = std::max<std::int64_t>(shared::unix_now_us() - began, 0);
    note_time(spec, words, began, took);
    if (!sampled) return;
    counts.timed.add();
    counts.micros.add(static_cast<std::uint64_t>(took));
}

void session::run_other_command(const shared::command_spec& spec,
                                std::span<const std::string_view> words) {
    if (spec.id == shared::command_id::reset) return reset();
    if (spec.id == shared::command_id::wait) return wait_for_partner(words);
    if (run_transaction_command(spec, words)) {
        note_special();
    } else if (const auto handler = find_server_command(spec)) {
        handler({spec, words, state_, record_, replies_, *this, with_.topics, with_.server,
                 with_.facts, out()});
        note_special();
    } else {
        shared::run_connection_command(spec, words, state_, with_.facts, out());
    }
}

void session::note_special() noexcept {
    special_ = replies_ != reply_mode::on || subscribed() || transaction_ != nullptr;
}

void session::reset() {
    end_transaction();
    state_.version = shared::protocol::resp2;
    state_.name.clear();
    replies_ = reply_mode::on;
    special_ = false;
    with_.topics.remove_all(*this);
    record_.channels = 0;
    record_.patterns = 0;
    record_.version = state_.version;
    record_.no_evict = false;
    with_.server.clients.rename(record_, state_);
    shared::append_simple(out(), "RESET");
}

/// AUTH and HELLO may hold a password; the commands of EXEC are told one by one.
void session::note_time(const shared::command_spec& spec, std::span<const std::string_view> words,
                        shared::unix_us began, std::int64_t took) {
    using shared::command_id;
    if (spec.id == command_id::auth || spec.id == command_id::hello || spec.id == command_id::exec)
        return;
    auto& server = with_.server;
    if (server.slow.is_slow(took)) server.slow.add(began, took, words, peer(), state_.name);
    if (server.latency.is_kept(took / 1000)) {
        server.latency.add(spec.has(shared::fast) ? "fast-command" : "command",
                           {.at = began / 1'000'000, .took = took / 1000});
    }
}

void session::on_malformed(std::string_view error) {
    wake();
    if (held_.empty()) return refuse(error);
    std::string reply;
    shared::append_error(reply, error);
    held_.add(reply, false);
}

void session::answer_error(std::string_view text) {
    shared::append_error(out(), text);
}

/// The error of a command that is not run, which would count its own.
void session::refuse(std::string_view error) {
    with_.server.errors.add(error);
    answer_error(error);
}

void session::run_data_command(const shared::command_spec& spec,
                               std::span<const std::string_view> words, shared::unix_us now) {
    if (!in_exec_ && !admitted(spec.has(shared::writes))) return;
    if (with_.partner != nullptr && !in_exec_ && flushes(spec)) return flush_everywhere(words);
    const std::size_t reply_begin = queued();
    command_context context{with_.data, now / 1000,         state_.version,
                            out(),      with_.limits.value, reply_room()};
    run_command(spec, words, context);
    if (in_exec_) bound_reply_in_exec(spec.has(shared::writes), reply_begin);
    if (with_.flusher == nullptr || !spec.has(shared::writes)) return;
    if (with_.partner != nullptr) wrote_ = with_.partner->newest();
    settle_with_log(reply_begin);
}

/// What was written goes to the partner and the log before its reply, which began there, leaves.
void session::settle_with_log(std::size_t reply_begin) {
    with_.flusher->note({self_, reply_begin, queued() - reply_begin});
    owner().events().at_end_of_turn(*with_.flusher, shared::turn_phase::first);
}

/// Whether the log lets the command run now; if not, it has been refused.
bool session::admitted(bool writes) {
    if (with_.log == nullptr) return true;
    const auto gate = with_.log->admits();
    if (gate == durable_log::gate::open || (gate == durable_log::gate::refusing && !writes))
        return true;
    answer_error(with_.log->refusal());
    return false;
}

void session::replace_reply(std::size_t begin, std::size_t size, std::string_view error) {
    std::string reply;
    shared::append_error(reply, error);
    auto& bytes = out();
    bytes.replace(bytes.size() - queued() + begin, size, reply);
}

void session::partner_command(std::span<const std::string_view> words) {
    if (words.size() == 2 && shared::same_word(words[1], "status")) return tell_partner_status();
    if (words.size() == 2 && shared::same_word(words[1], "verify")) return verify_partner();
    if (words.size() == 2 && shared::same_word(words[1], "forget")) return forget_partner();
    const bool hello = words.size() == 3 && shared::same_word(words[1], "hello");
    if (!hello && !shared::same_word(words[1], "link")) {
        return answer_error(shared::unknown_subcommand_error(words[1], "partner"));
    }
    if (with_.partner == nullptr)
        return answer_error("ERR this backend is configured without a partner");
    if (with_.log != nullptr && with_.log->admits() == durable_log::gate::loading)
        return answer_error(with_.log->refusal());
    return hello ? greet_partner(words[2]) : link_partner(words.subspan(2));
}

}  // namespace backend
