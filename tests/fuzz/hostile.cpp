#include "tests/fuzz/hostile.hpp"

#include "tests/fuzz/checks.hpp"
#include "tests/fuzz/spoil.hpp"
#include "tests/fuzz/streams.hpp"

#include <algorithm>
#include <chrono>

namespace fuzz {
namespace {

using clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{10};
constexpr std::size_t longest_requests = 12;
constexpr std::size_t surely_held = 60'000;  // bytes of a reply that is not passed on in parts

/// True if the proxy may have passed on the begin of a reply whose end never came, so that it can
/// only close: one that is long, or claims to be.
bool may_cut_off(const link_story& story) {
    if (read_link(story, scrutiny::form).end != link_reading::ending::incomplete) return false;
    if (story.answer.size() > surely_held) return true;
    for (auto at = story.answer.find('$'); at != std::string::npos;
         at = story.answer.find('$', at + 1)) {
        const auto end = story.answer.find_first_not_of("0123456789", at + 1);
        if (std::min(end, story.answer.size()) - at > 5) return true;
    }
    return false;
}

}  // namespace

hostile_run::hostile_run(const options& wanted)
    : wanted_(wanted),
      behind_(loop_,
              [this](backend_link& link, const words& request) { on_request(link, request); }),
      proxy_({behind_.port(0), behind_.port(1)}, hostile_timeout_ms) {}

void hostile_run::on_request(backend_link& link, const words& request) {
    send_overdue(link);
    for (const auto& key : keys_of(request)) {
        // Late, of a round in which all timed out.
        if (!key.starts_with(prefix_)) return link.send(backend_reply(request));
        if (answered_.contains(key)) {
            // Once more, over another connection, for the first was lost: answered as it should be.
            if (!may_repeat(request)) problem_ = "a request came twice: " + escaped(key);
            return link.send(backend_reply(request));
        }
        if (missing_.erase(key) == 0) problem_ = "nobody asked for " + escaped(key);
    }
    auto found = std::find_if(links_.begin(), links_.end(),
                              [&](const link_state& one) { return one.link == &link; });
    if (found == links_.end()) found = links_.insert(found, {&link, {}, {}});
    found->story.requests.push_back(request);
    if (missing_.empty()) answer_all();
}

void hostile_run::send_overdue(backend_link& link) {
    const auto found = overdue_.find(&link);
    if (found == overdue_.end()) return;
    link.send(found->second);
    overdue_.erase(found);
}

/// Not before all requests have come: then it is known which reply is one too many.
void hostile_run::answer_all() {
    for (const auto& request : requests_) {
        for (const auto& key : keys_of(request)) answered_.insert(key);
    }
    for (auto& one : links_) answer(one);
}

void hostile_run::answer(link_state& one) {
    std::vector<std::string> replies;
    for (const auto& request : one.story.requests) replies.push_back(backend_reply(request));
    bool silent = false;
    if (random_.once_in(2)) {
        const auto changed = spoil(replies, random_);
        one.story.answer = changed.answer;
        one.late = changed.late;
        silent = changed.silent;
    } else {
        for (const auto& each : replies) one.story.answer += each;
    }
    one.link->send(one.story.answer);
    const auto unfinished = [&](scrutiny how) {
        return read_link(one.story, how).end == link_reading::ending::incomplete;
    };
    const auto levels = allowed();
    one.story.ended = !silent && std::any_of(levels.begin(), levels.end(), unfinished);
    if (one.story.ended) one.link->end_when_sent();
}

bool hostile_run::run_until(const std::function<bool()>& reached) {
    const auto deadline = clock::now() + patience;
    while (!reached()) {
        if (clock::now() > deadline) return false;
        loop_.run_once(100);
    }
    return true;
}

void hostile_run::make_requests(std::uint64_t number) {
    random_ = random_source(wanted_.seed, number, 1);
    prefix_ = "s" + std::to_string(number) + ".";
    requests_.clear();
    missing_.clear();
    answered_.clear();
    links_.clear();
    std::erase_if(overdue_, [](const auto& one) { return !one.first->is_open(); });
    behind_.sweep();
    for (std::size_t i = random_.between(1, longest_requests); i > 0; --i) {
        requests_.push_back(make_plain_request(random_, prefix_ + std::to_string(i)));
        for (const auto& key : keys_of(requests_.back())) missing_.insert(key);
    }
}

std::string hostile_run::play(std::uint64_t number) {
    make_requests(number);
    const auto began = clock::now();
    std::vector<reply> replies;
    auto problem = receive_replies(number, replies);
    const bool slow = clock::now() - began > std::chrono::milliseconds(hostile_timeout_ms / 2);
    if (problem.empty()) problem = problem_;
    if (problem.empty()) problem = behind_.complaint();
    if (problem.empty()) problem = missing_.empty() ? judge(replies, slow) : end_early(slow);
    if (const auto end = proxy_.failure(); !end.empty()) problem += "; " + end;
    if (!problem.empty()) problem += story_so_far();
    return problem;
}

/// On a busy machine all may time out before all has come: no finding, but it wants cleaning up.
std::string hostile_run::end_early(bool slow) {
    if (!slow) return "not all requests came to a backend";
    for (auto& one : links_) {
        for (const auto& request : one.story.requests) one.link->send(backend_reply(request));
    }
    return {};
}

/// Sends the requests and takes the replies, one for each and not a byte more.
std::string hostile_run::receive_replies(std::uint64_t number, std::vector<reply>& replies) {
    stream sent;
    for (const auto& request : requests_) sent.bytes += encoded(request);
    sent.pieces = cut(sent.bytes, random_);
    stream_client client(loop_, proxy_.port(), number, sent);
    while (client.send_next()) loop_.run_once(0);
    if (!run_until([&] { return client.is_over(); })) {
        return "the client's connection was not closed; so far it got " +
               escaped(client.received());
    }
    std::string_view rest = client.received();
    reply one;
    while (replies.size() < requests_.size() &&
           take_reply(rest, reply_types::resp2, one) == reply_status::complete) {
        replies.push_back(one);
    }
    if (replies.size() == requests_.size() && rest.empty()) return {};
    const auto cut_off = [](const link_state& each) { return may_cut_off(each.story); };
    if (std::any_of(links_.begin(), links_.end(), cut_off)) return {};
    return std::to_string(requests_.size()) + " requests got " + std::to_string(replies.size()) +
           " replies and " + escaped(rest) + ": " + escaped(client.received());
}

/// The proxy may look as closely as it likes, but at all replies of a round alike.
std::string hostile_run::judge(const std::vector<reply>& replies, bool slow) {
    std::vector<link_story> stories;
    for (const auto& one : links_) {
        stories.push_back(one.story);
        const stream answer{one.story.answer, cut(one.story.answer, random_)};
        if (auto problem = check_reply_parser(answer); !problem.empty()) return problem;
    }
    std::string first;
    for (const auto how : allowed()) {
        const auto problem = check_round(requests_, stories, replies, how, slow);
        if (problem.empty()) return settle();
        if (first.empty()) first = problem;
    }
    return first;
}

std::span<const scrutiny> hostile_run::allowed() const {
    const std::span<const scrutiny> all = all_scrutinies;
    return wanted_.any_type ? all.last(1) : all.first(2);
}

/// Waits until the proxy has closed what it must, sends what is late (now, or when the next request
/// has come, or at the end of the next round), and ends what is of no use any more, so that the
/// next round begins with sound connections.
std::string hostile_run::settle() {
    while (!overdue_.empty()) send_overdue(*overdue_.begin()->first);
    for (auto& one : links_) {
        const auto levels = allowed();
        const auto closing = std::count_if(levels.begin(), levels.end(), [&](scrutiny how) {
            return read_link(one.story, how).must_close();
        });
        if (closing == 0 && !one.story.ended) {
            if (!one.late.empty()) overdue_[one.link] = std::exchange(one.late, {});
            if (random_.once_in(2)) send_overdue(*one.link);
            continue;
        }
        // How closely the proxy looks does not always show.
        if (static_cast<std::size_t>(closing) < levels.size()) one.link->end_when_sent();
        if (!run_until([&] { return one.link->closed_by_proxy(); }))
            return "a connection that broke the protocol was not closed";
    }
    return {};
}

std::string hostile_run::story_so_far() const {
    std::string text;
    for (const auto& one : links_) {
        text += "\na connection with the requests";
        for (const auto& request : one.story.requests) text += " " + escaped(encoded(request));
        text += "\nanswered " + escaped(one.story.answer);
        text += one.story.ended ? " and ended" : "";
    }
    return text;
}

}  // namespace fuzz
