#include "proxy/frontend/session.hpp"

#include "proxy/frontend/dispatcher.hpp"

namespace proxy {

session::session(shared::session_id self, shared::worker& owner, boost::asio::ip::tcp::socket connection,
                 dispatcher& backends, const shared::server_facts& facts, std::uint64_t client_id)
    : client_session(owner, std::move(connection), backends.pool().request_limits),
      self_(self),
      backends_(backends),
      facts_(facts) {
    state_.id = client_id;
    state_.address = peer();
}

void session::on_request(std::span<const std::string_view> words) {
    backends_.counts().requests.add();
    const std::uint64_t request = order_.open();
    const auto* spec = shared::find_command(words[0]);
    if (spec == nullptr) return answer_error(request, shared::unknown_command_error(words));
    if (!shared::arity_fits(*spec, words.size())) return answer_error(request, shared::wrong_arity_error(spec->name));
    const auto path = route_of(*spec);
    if (path != route::locally) {
        writing_ = spec->has(shared::writes);
        return backends_.dispatch(*this, request, *spec, path, words);
    }
    local_.clear();
    shared::run_connection_command(*spec, words, state_, facts_, local_);
    deliver(request, local_);
    if (state_.closing) finish();
}

bool session::may_run(std::span<const std::string_view> words) const {
    if (order_.pending() == 0 || backends_.pool().shards()) return true;
    const auto* spec = shared::find_command(words[0]);
    return spec == nullptr || spec->has(shared::connection) || spec->has(shared::writes) == writing_;
}

void session::on_malformed(std::string_view error) { answer_error(order_.open(), error); }

void session::answer_error(std::uint64_t request, std::string_view text) {
    local_.clear();
    shared::append_error(local_, text);
    deliver(request, local_);
}

void session::deliver(std::uint64_t request, std::string_view reply) {
    order_.complete(request, reply, out());
    wake();
}

gather& session::open_gather(std::uint64_t request, gather_kind kind, std::size_t parts) {
    return gathers_.try_emplace(request, kind, parts).first->second;
}

void session::deliver_part(std::uint64_t request, std::uint16_t part, std::string_view reply, bool resp3) {
    const auto found = gathers_.find(request);
    found->second.add(part, reply);
    if (!found->second.complete()) return;
    local_.clear();
    found->second.finish(local_, resp3 ? shared::protocol::resp3 : shared::protocol::resp2);
    gathers_.erase(found);
    deliver(request, local_);
}

}  // namespace proxy
