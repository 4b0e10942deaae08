// Tells from requests alone that a backend has gone silent: so many time-outs in a row, and no
// reply between. Pure. One for each connection; what comes of it is the board's business, which
// lets a backend back when `rise` probes were good. (Passive detection, as Envoy's consecutive
// gateway failures.)
#pragma once

namespace proxy {

class outlier {
  public:
    /// `limit` of 0: never.
    explicit outlier(unsigned limit) noexcept : limit_(limit) {}

    void on_reply() noexcept { row_ = 0; }

    /// True when the row has become long enough; it then begins anew.
    bool on_timeout() noexcept {
        if (limit_ == 0 || ++row_ < limit_) return false;
        row_ = 0;
        return true;
    }

  private:
    unsigned limit_;
    unsigned row_ = 0;
};

}  // namespace proxy
