// The file that holds the secret of two partners. Main thread, at start-up.
#pragma once

#include <string>

namespace backend {

struct secret_reading {
    std::string secret;    // without the line end behind it
    std::string problem;   // for people; empty: there is a secret
    bool exposed = false;  // users other than the file's owner and group can read it
};

/// At most 4096 bytes; line ends behind them do not count.
secret_reading read_secret(const std::string& path);

}  // namespace backend
