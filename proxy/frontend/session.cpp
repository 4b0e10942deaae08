#include "proxy/frontend/session.hpp"

#include "proxy/frontend/dispatcher.hpp"
#include "proxy/frontend/route_command.hpp"

namespace proxy {

session::session(shared::session_id self, shared::worker& owner,
                 boost::asio::ip::tcp::socket connection, dispatcher& backends,
                 const shared::server_facts& facts, std::uint64_t client_id)
    : client_session(owner, std::move(connection), backends.pool().request_limits),
      self_(self),
      backends_(backends),
      facts_(facts) {
    state_.id = client_id;
    state_.address = peer();
}

bool session::on_request(std::span<const std::string_view> words) {
    const auto* spec = shared::find_command(words[0]);
    const bool known = spec != nullptr && shared::arity_fits(*spec, words.size());
    const auto path = known ? route_of(*spec) : route::locally;
    if (path != route::locally && must_wait(*spec, path)) return false;
    backends_.counts().requests.add();
    if (!known) {
        answer_error(order_.open(), spec == nullptr ? shared::unknown_command_error(words)
                                                    : shared::wrong_arity_error(spec->name));
    } else if (path == route::locally) {
        answer_locally(*spec, words);
    } else {
        writing_ = spec->has(shared::writes);
        everywhere_ = goes_everywhere(path);
        backends_.dispatch(*this, order_.open(), *spec, path, words);
    }
    return true;
}

void session::answer_locally(const shared::command_spec& spec,
                             std::span<const std::string_view> words) {
    local_.clear();
    if (spec.id == shared::command_id::proxy) {
        answer_proxy(words);
    } else {
        shared::run_connection_command(spec, words, state_, facts_, local_);
    }
    deliver(order_.open(), local_);
    if (state_.closing) end();
}

void session::answer_proxy(std::span<const std::string_view> words) {
    const bool help = shared::same_word(words[1], "help");
    if (!help && !shared::same_word(words[1], "route"))
        return shared::append_error(local_, shared::unknown_subcommand_error(words[1], "proxy"));
    if (words.size() != (help ? 2U : 3U))
        return shared::append_error(local_,
                                    shared::wrong_arity_error(help ? "proxy|help" : "proxy|route"));
    if (help) return append_proxy_help(local_);
    const auto& pool = backends_.pool();
    const auto now = pool.shards() ? backends_.route_of_read(words[2]) : target{};
    append_route(local_, words[2], pool, now, state_.version);
}

/// True if the request would overtake one that is under way: requests to one backend stay in order,
/// but a client also expects to read what it has written where reads and writes go to different
/// backends, and FLUSHALL or DBSIZE, which concern them all, to fall between what it asked before
/// and after.
bool session::must_wait(const shared::command_spec& spec, route path) const {
    if (order_.pending() == 0) return false;
    if (everywhere_ || goes_everywhere(path)) return true;
    return !backends_.pool().shards() && spec.has(shared::writes) != writing_;
}

void session::on_malformed(std::string_view error) {
    answer_error(order_.open(), error);
}

void session::answer_error(std::uint64_t request, std::string_view text) {
    local_.clear();
    shared::append_error(local_, text);
    deliver(request, local_);
}

void session::deliver(std::uint64_t request, std::string_view reply) {
    window_.on_reply(reply.size());
    order_.complete(request, reply, out());
    wake();
}

gather& session::open_gather(std::uint64_t request, gather_kind kind, std::size_t parts) {
    return gathers_.try_emplace(request, kind, parts).first->second;
}

void session::deliver_part(std::uint64_t request, std::uint16_t part, std::string_view reply,
                           bool resp3) {
    const auto found = gathers_.find(request);
    found->second.add(part, reply);
    if (!found->second.complete()) return;
    local_.clear();
    found->second.finish(local_, resp3 ? shared::protocol::resp3 : shared::protocol::resp2);
    gathers_.erase(found);
    deliver(request, local_);
}

}  // namespace proxy
