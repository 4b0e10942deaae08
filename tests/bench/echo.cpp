// bench_echo: sends back what it receives, with nothing between two system calls but Asio. What a
// proxy of one thread costs above this is the proxy's own doing.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/write.hpp>
#include <boost/program_options.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <memory>
#include <utility>

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

class session : public std::enable_shared_from_this<session> {
  public:
    explicit session(tcp::socket socket) : socket_(std::move(socket)) {}

    void read() {
        socket_.async_read_some(
            asio::buffer(buffer_),
            [self = shared_from_this()](boost::system::error_code problem, std::size_t size) {
                if (!problem) self->write(size);
            });
    }

  private:
    void write(std::size_t size) {
        asio::async_write(
            socket_, asio::buffer(buffer_, size),
            [self = shared_from_this()](boost::system::error_code problem, std::size_t) {
                if (!problem) self->read();
            });
    }

    tcp::socket socket_;
    std::array<char, 64 << 10> buffer_;
};

void accept(tcp::acceptor& acceptor) {
    acceptor.async_accept([&acceptor](boost::system::error_code problem, tcp::socket socket) {
        if (problem == asio::error::operation_aborted) return;
        if (!problem) {
            socket.set_option(tcp::no_delay(true));
            std::make_shared<session>(std::move(socket))->read();
        }
        accept(acceptor);
    });
}

void serve(std::uint16_t port) {
    asio::io_context context(1);
    tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), port});
    asio::signal_set signals(context, SIGTERM, SIGINT);
    signals.async_wait([&context](boost::system::error_code, int) { context.stop(); });
    accept(acceptor);
    context.run();
}

}  // namespace

int main(int argc, char** argv) {
    namespace po = boost::program_options;
    po::options_description all("bench_echo sends back what it receives (loopback, one thread)");
    std::uint16_t port = 0;
    all.add_options()("help,h", "this text")("port", po::value(&port)->required());
    try {
        po::variables_map given;
        po::store(po::parse_command_line(argc, argv, all), given);
        if (given.contains("help")) {
            std::cout << all;
            return 0;
        }
        po::notify(given);
        serve(port);
    } catch (const std::exception& problem) {
        std::cerr << "bench_echo: " << problem.what() << '\n';
        return 2;
    }
    return 0;
}
