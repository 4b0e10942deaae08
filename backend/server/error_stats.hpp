// How often clients were answered with an error, by its first word: "ERR", "OOM". One for all
// workers; any of them may call anything at any time. The words are the server's own, so there are
// few of them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace backend {

class error_stats {
  public:
    /// `error` as it is sent, behind its "-".
    void add(std::string_view error);

    void clear();

    std::uint64_t total() const;

    /// The lines of INFO's "Errorstats": "errorstat_ERR:count=1".
    std::string lines() const;

  private:
    mutable std::mutex mutex_;
    std::map<std::string, std::uint64_t, std::less<>> counts_;  // under the lock
};

}  // namespace backend
