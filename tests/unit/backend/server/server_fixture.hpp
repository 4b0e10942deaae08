// The server's state and two clients, driven by requests written as lines.
#pragma once

#include "backend/server/server_commands.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace backend::test {

class made_up_facts final : public shared::server_facts {
  public:
    std::vector<shared::info_section> info() const override { return {}; }
    std::vector<std::pair<std::string_view, std::string>> parameters() const override {
        return {{"port", "7401"}, {"save", ""}, {"appendonly", "no"}};
    }
    std::string not_ready() const override { return {}; }
    bool serves(const shared::command_spec& spec) const override { return backend::serves(spec); }
};

class made_up_subscriber final : public subscriber {
  public:
    shared::protocol message_version() const noexcept override { return version; }
    bool push(std::string_view message) override {
        if (full) return false;
        got += message;
        return true;
    }
    void give_up_reading() override { gone = true; }

    shared::protocol version = shared::protocol::resp2;
    std::string got;
    bool full = false;
    bool gone = false;
};

struct server_fixture {
    server_fixture() {
        server.close_client = [this](const client_place& place) { closed.push_back(place.worker); };
        server.channels.start(8, [](std::size_t) {});
        server.memory_limit = [this] { return memory; };
        server.set_memory_limit = [this](std::uint64_t bytes) { memory = bytes; };
        server.reset_statistics = [this] { ++resets; };
        client.id = 3;
        add(record, 3, "127.0.0.1:1003", 0);
        add(other, 4, "127.0.0.1:1004", 7);
    }

    void add(client_record& which, std::uint64_t id, const char* address, std::size_t worker) {
        which.id = id;
        which.address = address;
        which.local_address = "127.0.0.1:7401";
        which.descriptor = 9;
        which.place.worker = worker;
        server.clients.add(which);
    }

    std::string run(const std::vector<std::string_view>& words) {
        const auto* spec = shared::find_command(words[0]);
        BOOST_TEST_REQUIRE(spec != nullptr);
        const auto handler = find_server_command(*spec);
        BOOST_TEST_REQUIRE((handler != nullptr));
        std::string out;
        handler({*spec, words, client, record, replies, self, topics, server, facts, out});
        topics.deliver();
        return out;
    }

    /// The words of `line`, separated by blanks.
    std::string run(const char* line) {
        std::istringstream stream(line);
        std::vector<std::string> words;
        for (std::string word; stream >> word;) words.push_back(word);
        return run(std::vector<std::string_view>(words.begin(), words.end()));
    }

    made_up_facts facts;
    server_state server;
    shared::client_state client;
    made_up_subscriber self;
    subscriptions topics{server.channels, 0};
    reply_mode replies = reply_mode::on;
    client_record record;
    client_record other;
    std::uint64_t memory = 64UL << 20U;
    int resets = 0;
    std::vector<std::size_t> closed;  // workers that were told to close a client
};

}  // namespace backend::test
