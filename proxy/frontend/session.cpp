#include "proxy/frontend/session.hpp"

#include "proxy/frontend/dispatcher.hpp"
#include "proxy/frontend/route_command.hpp"

namespace proxy {
namespace {

/// A client with lanes has taken to small replies again when it has got so many in a row.
constexpr std::uint32_t small_again = 64;

std::uint32_t values_in(route path, std::span<const std::string_view> words) noexcept {
    return path == route::split_values ? static_cast<std::uint32_t>(words.size() - 1) : 1;
}

}  // namespace

session::session(shared::session_id self, shared::worker& owner,
                 boost::asio::ip::tcp::socket connection, dispatcher& backends,
                 const shared::server_facts& facts, std::uint64_t client_id)
    : client_session(owner, std::move(connection), backends.pool().request_limits),
      self_(self),
      backends_(backends),
      facts_(facts),
      order_(backends.reply_memory()),
      window_(backends.pool().clients.pipeline) {
    state_.id = client_id;
    state_.address = peer();
}

bool session::on_request(std::span<const std::string_view> words) {
    const auto* spec = shared::find_request(words);
    const auto path = spec != nullptr ? route_of(*spec) : route::locally;
    if (path != route::locally && must_wait(*spec, path)) return false;
    if (way_ != way::shared && !settle_path()) return false;
    backends_.counts().requests.add();
    if (spec == nullptr) {
        answer_error(order_.open(), shared::request_error(words));
    } else if (path == route::locally) {
        answer_locally(*spec, words);
    } else {
        const auto request = order_.open(values_in(path, words));
        writing_ = !spec->has(shared::reads);
        if (writing_) newest_change_ = request + 1;
        everywhere_ = goes_everywhere(path);
        backends_.dispatch(*this, request, *spec, path, words);
    }
    return true;
}

/// The client's way to the backends changes only while nothing is under way. False: not yet.
bool session::settle_path() {
    const bool leaving = way_ == way::own && small_in_a_row_ >= small_again;
    if (order_.pending() != 0) return way_ == way::own && !leaving;
    if (leaving) {
        lanes_.give_back();
        way_ = way::shared;
    } else {
        lanes_.forget_fallbacks();
        way_ = way::own;
    }
    return true;
}

void session::answer_locally(const shared::command_spec& spec,
                             std::span<const std::string_view> words) {
    auto& reply = backends_.scratch();
    reply.clear();
    if (spec.id == shared::command_id::proxy) {
        answer_proxy(words, reply);
    } else {
        shared::run_connection_command(spec, words, state_, facts_, reply);
    }
    deliver(order_.open(), reply);
    if (state_.closing) end();
}

void session::answer_proxy(std::span<const std::string_view> words, std::string& reply) {
    const bool help = shared::same_word(words[1], "help");
    if (!help && !shared::same_word(words[1], "route"))
        return shared::append_error(reply, shared::unknown_subcommand_error(words[1], "proxy"));
    if (words.size() != (help ? 2U : 3U))
        return shared::append_error(reply,
                                    shared::wrong_arity_error(help ? "proxy|help" : "proxy|route"));
    if (help) return append_proxy_help(reply);
    const auto& pool = backends_.pool();
    const auto now = pool.shards() ? backends_.route_of_read(words[2]) : target{};
    append_route(reply, words[2], pool, now, state_.version);
}

/// True if the request would overtake one that is under way: requests to one backend stay in order,
/// but a client also expects to read what it has written where reads and writes go to different
/// backends, and FLUSHALL or DBSIZE, which concern them all, to fall between what it asked before
/// and after.
bool session::must_wait(const shared::command_spec& spec, route path) const {
    if (order_.pending() == 0) return false;
    if (everywhere_ || goes_everywhere(path)) return true;
    return !backends_.pool().shards() && spec.has(shared::reads) == writing_;
}

void session::on_malformed(std::string_view error) {
    backends_.counts().protocol_errors.add();
    answer_error(order_.open(), error);
}

void session::answer_error(std::uint64_t request, std::string_view text) {
    auto& reply = backends_.scratch();
    reply.clear();
    shared::append_error(reply, text);
    deliver(request, reply);
}

void session::deliver(std::uint64_t request, std::string_view reply) {
    count_reply(request, reply.size());
    end_reply(request, reply);
}

/// `reply`: what of it is not in `out` yet.
void session::end_reply(std::uint64_t request, std::string_view reply) {
    order_.complete(request, reply, out());
    wake();
    if (!large_.empty()) go_on(begin_head());
    keep_up();
}

void session::count_reply(std::uint64_t request, std::size_t bytes) {
    window_.on_reply(bytes, order_.values_of(request));
    small_in_a_row_ = bytes > backends_.pool().large_reply ? 0 : small_in_a_row_ + 1;
}

gather& session::open_gather(std::uint64_t request, gather_kind kind, std::size_t parts,
                             shared::reply_shape shape) {
    order_.keep(request, backends_.take_gather());
    auto& opened = order_.parts_of(request);
    opened.begin(kind, parts, shape);
    return opened;
}

void session::deliver_part(const ticket& whose, std::string_view reply) {
    auto& parts = order_.parts_of(whose.request);
    parts.add(whose.part, reply);
    if (!parts.complete()) return;
    if (parts.has_large()) return go_on(begin_head());
    finish_gather(whose);
}

void session::finish_gather(const ticket& whose) {
    auto parts = order_.take_parts(whose.request);
    if (order_.head() == whose.request) {
        // Its turn has come: straight to where it leaves from.
        auto& to = out();
        const std::size_t before = to.size();
        parts->finish(to, whose.version());
        backends_.give_back(std::move(parts));
        count_reply(whose.request, to.size() - before);
        return end_reply(whose.request, {});
    }
    auto& reply = backends_.scratch();
    reply.clear();
    parts->finish(reply, whose.version());
    backends_.give_back(std::move(parts));
    deliver(whose.request, reply);
}

connection& session::way_to(link& backend, std::uint64_t request) {
    auto& shared_one = backend.shared_by(self_.place);
    return way_ == way::shared ? shared_one : lanes_.take_or(backend, request, shared_one);
}

void session::release_memory() {
    lanes_.give_back();
    way_ = way::shared;
    std::vector<waiting_reply>().swap(large_);
}

}  // namespace proxy
