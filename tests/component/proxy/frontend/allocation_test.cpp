// A request costs no allocation. Counted are those of a worker's thread only; clients and backends
// are in the test's.
#include "proxy/frontend/dispatcher.hpp"
#include "proxy/frontend/proxy_info.hpp"
#include "shared/resp/encoder.hpp"
#include "tests/component/proxy/frontend/usual_facts.hpp"
#include "tests/support/fake_backend.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <deque>
#include <future>
#include <new>
#include <stdexcept>
#include <thread>

// Sanitizers have an operator new of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

namespace {

thread_local bool counting = false;
thread_local std::size_t allocations = 0;

}  // namespace

[[gnu::noinline]] void* operator new(std::size_t size) {
    if (counting) ++allocations;
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
    std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

namespace {

using boost::asio::ip::tcp;
using support::words;

const std::string value(100, 'v');

std::string answer(const words& request) {
    std::string out;
    if (request[0] == "SET" || request[0] == "MSET") return "+OK\r\n";
    if (request[0] == "DEL") return ":" + std::to_string(request.size() - 1) + "\r\n";
    if (request[0] == "MGET") shared::append_array_header(out, request.size() - 1);
    for (std::size_t i = 1; i < request.size(); ++i) shared::append_bulk(out, value);
    return out;
}

struct counted_worker {
    counted_worker() {
        std::vector<proxy::pool_backend> list;
        for (const char* name : {"a", "b"}) {
            backends.push_back(std::make_unique<support::fake_backend>(outside, &answer));
            list.push_back({name, backends.back()->where(), 1});
        }
        facts.emplace(
            proxy::test::usual_facts(std::move(list), {proxy::nobody, proxy::nobody}, board));
        facts->request_timeout = std::chrono::seconds(20);
        info.emplace(*facts, counts, std::uint16_t{0});
        for (std::size_t i = 0; i < 2; ++i) board.on_probe(i, proxy::probe_outcome::ready);
        between.emplace(owner, *facts, counts.front());
        tcp::acceptor door(outside, {boost::asio::ip::address_v4::loopback(), 0});
        client.connect(door.local_endpoint());
        tcp::socket served(owner.context());
        door.accept(served);
        between->clients().emplace(owner, std::move(served), *between, *info, 1);
        between->start();
        thread = std::thread([this] { owner.run(); });
        served_outside = std::thread([this] { outside.run(); });
    }
    ~counted_worker() {
        owner.stop();
        thread.join();
        outside.stop();
        served_outside.join();
    }

    template <typename Work>
    auto in_worker(Work work) {
        std::promise<decltype(work())> done;
        boost::asio::post(owner.context(), [&] { done.set_value(work()); });
        return done.get_future().get();
    }

    /// Sends requests of all the usual kinds, `pipeline` at a time, and takes their replies.
    void use(int rounds, int pipeline) {
        for (int round = 0; round < rounds; ++round) {
            std::string requests;
            std::size_t expected = 0;
            for (int i = 0; i < pipeline; ++i) {
                const auto number = std::to_string(round * pipeline + i);
                const std::vector<std::string> keys{"x" + number, "y" + number, "z" + number};
                const std::vector<std::vector<std::string_view>> kinds{
                    {"GET", keys[0]},
                    {"SET", keys[1], value},
                    {"MGET", keys[0], keys[1], keys[2]},
                    {"DEL", keys[0], keys[1]},
                    {"MSET", keys[0], "1", keys[1], "2"}};
                for (const auto& kind : kinds) shared::append_request(requests, kind);
                expected += 108 + 5 + (4 + 3 * 108) + 4 + 5;
            }
            boost::asio::write(client, boost::asio::buffer(requests));
            std::string replies(expected, '\0');
            boost::asio::read(client, boost::asio::buffer(replies));
            // An error is longer or shorter than what it stands for: the next read would wait.
            if (const auto error = replies.find('-'); error != std::string::npos)
                throw std::runtime_error(replies.substr(error, 80));
        }
    }

    shared::worker owner{0};
    boost::asio::io_context outside;
    std::vector<std::unique_ptr<support::fake_backend>> backends;
    proxy::health_board board{{"a", "b"}, 3, 1};
    std::deque<proxy::counters> counts{1};
    std::optional<proxy::pool_facts> facts;
    std::optional<proxy::proxy_info> info;
    std::optional<proxy::dispatcher> between;
    tcp::socket client{outside};
    std::thread thread;
    std::thread served_outside;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(allocation_test)

BOOST_AUTO_TEST_CASE(a_request_costs_no_allocation) {
    counted_worker one;
    for (const int pipeline : {1, 16, 40}) one.use(200, pipeline);
    one.in_worker([] { return counting = true; });
    for (const int pipeline : {1, 16, 40}) one.use(300, pipeline);
    const auto counted = one.in_worker([] {
        counting = false;
        return allocations;
    });
    BOOST_TEST_MESSAGE("allocations for " << 5 * 300 * (1 + 16 + 40) << " requests: " << counted);
    // A buffer may grow once more when a turn is larger than any before, and the order of turns is
    // the scheduler's; one allocation in each of the 900 batches would be seen.
    BOOST_TEST(counted <= 50U);
}

BOOST_AUTO_TEST_CASE(what_is_counted_is_the_workers) {
    counted_worker one;
    one.in_worker([] { return counting = true; });
    one.use(10, 1);
    const auto counted = one.in_worker([] {
        counting = false;
        return allocations;
    });
    BOOST_TEST(counted > 10U);  // the first requests make what the later ones use
}

BOOST_AUTO_TEST_SUITE_END()

#endif
