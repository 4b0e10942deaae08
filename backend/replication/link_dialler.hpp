// The dialler's first words of a link, up to the listener's introduction. Pure: lines go in, the
// nonces come from a hook. Owned by sending_half, one thread.
//
//              without a secret ──────────────┐
//   greeting ──┤                              ├─ LINK ──▶ its introduction, or a problem
//              with one: HELLO ──▶ its nonce ─┘
#pragma once

#include "backend/replication/handshake.hpp"
#include "backend/replication/link_auth.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace backend {

class link_dialler {
  public:
    /// What follows from an answer: one of the three.
    struct step {
        std::string request;                  // to be sent next
        std::optional<introduction> partner;  // it has accepted, and proved itself if it must
        std::string problem;                  // give the connection up
    };

    /// Without a secret nothing is proved, and no nonce is drawn.
    explicit link_dialler(std::string secret = {}, std::function<std::string()> draw_nonce = {});

    /// What to send over a new connection. `self` is how we introduce ourselves over it.
    std::string greeting(const introduction& self);

    /// Takes an answer, with its line end. Requires: `greeting` has been called for the connection,
    /// and there was no partner or problem yet.
    step on_line(std::string_view line);

  private:
    step take_hello(std::string_view line);
    step take_link(std::string_view line) const;

    std::string secret_;
    std::function<std::string()> draw_nonce_;
    introduction self_;
    link_nonces nonces_;
};

}  // namespace backend
