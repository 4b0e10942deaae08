// Sockets over the loopback and a loop of readiness, as small as they can be: the streams' clients
// and the fake backends take turns in one thread. Level-triggered; nothing blocks but `connect`.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace fuzz {

/// Owns a descriptor.
class descriptor {
  public:
    explicit descriptor(int number = -1) noexcept : number_(number) {}
    ~descriptor() { close(); }
    descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }

    int number() const noexcept { return number_; }
    bool is_open() const noexcept { return number_ >= 0; }
    void close() noexcept;

  private:
    int number_;
};

/// Listens on a free port of 127.0.0.1. Throws std::system_error.
descriptor listen_anywhere();
std::uint16_t port_of(const descriptor& socket);

/// The next connection, if one waits.
descriptor accept_from(const descriptor& listener);

/// Connects from an address of the loopback that `number` chooses: there are not ports enough at
/// one for all streams of some minutes. Not open if nobody listens. Throws std::system_error.
descriptor connect_to(std::uint16_t port, std::uint64_t number);

/// Sends what the socket takes of `bytes` now: its size, or nothing if the other end is gone.
std::optional<std::size_t> send_some(const descriptor& socket, std::string_view bytes);

/// Appends what has arrived. False once the stream has ended; `reset` then tells how.
bool receive(const descriptor& socket, std::string& bytes, bool& reset);

/// The other end will see the end of the stream.
void end_sending(const descriptor& socket);

class io_target {
  public:
    virtual ~io_target() = default;
    virtual void on_readable() = 0;
    virtual void on_writable() {}
};

class io_loop {
  public:
    io_loop();

    /// `target` is called until `remove`, or until the socket is closed.
    void add(const descriptor& socket, io_target& target);
    void want_writable(const descriptor& socket, io_target& target, bool wanted);

    /// Calls the targets of what is ready, after at most so long. A target may close its own socket
    /// within, but must outlive the call.
    void run_once(int milliseconds);

  private:
    descriptor set_;
};

}  // namespace fuzz
