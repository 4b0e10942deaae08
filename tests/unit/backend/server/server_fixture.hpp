// The server's state and one client, driven by requests written as lines.
#pragma once

#include "backend/server/server_commands.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace backend::test {

struct server_fixture {
    std::string run(const std::vector<std::string_view>& words) {
        const auto* spec = shared::find_command(words[0]);
        BOOST_TEST_REQUIRE(spec != nullptr);
        const auto handler = find_server_command(*spec);
        BOOST_TEST_REQUIRE((handler != nullptr));
        std::string out;
        handler({words, client, server, out});
        return out;
    }

    /// The words of `line`, separated by blanks.
    std::string run(const char* line) {
        std::istringstream stream(line);
        std::vector<std::string> words;
        for (std::string word; stream >> word;) words.push_back(word);
        return run(std::vector<std::string_view>(words.begin(), words.end()));
    }

    server_state server;
    shared::client_state client;
};

}  // namespace backend::test
