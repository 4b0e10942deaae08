#include "backend/replication/link_dialler.hpp"

#include "shared/hash/hmac.hpp"

#include <utility>

namespace backend {
namespace {

link_dialler::step no_link(std::string why) {
    return {.request = {}, .partner = {}, .problem = std::move(why)};
}

std::string cited(std::string_view line) {
    return "it answered: " + std::string(line.substr(0, line.find('\r')));
}

}  // namespace

link_dialler::link_dialler(std::string secret, std::function<std::string()> draw_nonce)
    : secret_(std::move(secret)), draw_nonce_(std::move(draw_nonce)) {}

std::string link_dialler::greeting(const introduction& self) {
    self_ = self;
    nonces_ = {};
    if (secret_.empty()) return link_request(self_);
    nonces_.dialler = draw_nonce_();
    return hello_request(nonces_.dialler);
}

link_dialler::step link_dialler::on_line(std::string_view line) {
    return secret_.empty() || !nonces_.listener.empty() ? take_link(line) : take_hello(line);
}

link_dialler::step link_dialler::take_hello(std::string_view line) {
    auto nonce = read_hello_answer(line);
    if (!nonce) return no_link(cited(line));
    nonces_.listener = std::move(*nonce);
    const auto proof = dialler_proof(secret_, nonces_, link_request(self_));
    return {.request = link_request(self_, proof), .partner = {}, .problem = {}};
}

link_dialler::step link_dialler::take_link(std::string_view line) const {
    const auto [answer, proof] =
        secret_.empty() ? proved_answer{std::string(line), {}} : split_proof(line);
    auto partner = read_link_answer(answer);
    if (!partner) return no_link(cited(line));
    if (!secret_.empty() &&
        !shared::equal_in_constant_time(
            proof, listener_proof(secret_, nonces_, link_request(self_), answer)))
        return no_link("it has not proved that it knows the secret");
    return {.request = {}, .partner = std::move(partner), .problem = {}};
}

}  // namespace backend
