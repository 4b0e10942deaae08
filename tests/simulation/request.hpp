// What clients ask for, and the few bytes that stand for it on a connection: the number of the
// request, and what became of it. The bytes of RESP are tested elsewhere.
#pragma once

#include "tests/simulation/history.hpp"
#include "tests/simulation/network.hpp"

#include <array>
#include <cstring>
#include <string>

namespace simulation {

enum class ask : std::uint8_t { get, set, append, erase, expire, flush, ping };

enum class answer : std::uint8_t {
    none,
    done,         // or the value, or that there is none
    loading,      // for a ping: it is not ready
    refused,      // nothing has changed
    regretted,    // -MISCONF ... the change was made, and may be lost
    unconfirmed,  // -NOREPLICAS: applied here alone
    unavailable,  // the proxy's words from here on
    timed_out,
    lost,
    not_spared,   // the budget of second tries is empty
};

inline constexpr std::uint32_t ping_request = UINT32_MAX;

struct request {
    ask what = ask::get;
    key_number key = 0;
    std::uint32_t value_size = 0;
    sim_time life = 0;     // 0: for good
    bool by_proxy = false;
    unsigned home = 0;
    sim_time begun = 0;
    unsigned attempts = 1;
    unsigned sent_to = 0;
    answer outcome = answer::none;
    std::array<std::uint32_t, 2> made{no_operation, no_operation};  // by each side, last

    bool idempotent() const noexcept { return what != ask::append; }
    bool writes() const noexcept { return what != ask::get && what != ask::ping; }
};

std::string describe(const request& what);
std::string_view name_of(answer what);

inline constexpr std::size_t message_size = 5;

inline std::array<char, message_size> message(std::uint32_t number, answer what) noexcept {
    std::array<char, message_size> bytes{};
    std::memcpy(bytes.data(), &number, sizeof number);
    bytes[4] = static_cast<char>(what);
    return bytes;
}

/// Takes whole messages out of a stream of bytes.
class message_reader {
  public:
    template <typename Visit>
    void take(std::string_view bytes, Visit visit) {
        held_ += bytes;
        std::size_t taken = 0;
        while (held_.size() - taken >= message_size) {
            std::uint32_t number = 0;
            std::memcpy(&number, held_.data() + taken, sizeof number);
            const auto what = static_cast<answer>(held_[taken + 4]);
            taken += message_size;
            if (!visit(number, what)) return held_.clear();
        }
        held_.erase(0, taken);
    }
    void clear() noexcept { held_.clear(); }

  private:
    std::string held_;
};

}  // namespace simulation
