// The sessions of one worker, by number. None is used again before 2^32 - 1 other clients have had
// the same place: a reply that comes for a client that has gone finds nothing. Owned by the
// worker's part of the program, touched by the worker's thread alone.
#pragma once

#include "shared/net/poller.hpp"
#include "shared/net/session_id.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace shared {

template <typename Session>
class session_table {
  public:
    explicit session_table(poller& events) : events_(events) {}

    /// Makes a session with `Session(id, arguments...)` and starts it. What it throws leaves no
    /// session behind.
    template <typename... Arguments>
    Session& emplace(Arguments&&... arguments) {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(places_.size()));
            places_.emplace_back();
        }
        const std::uint32_t place = free_.back();
        auto& home = places_[place];
        home.session = std::make_unique<Session>(session_id{place, home.generation},
                                                 std::forward<Arguments>(arguments)...);
        free_.pop_back();
        ++size_;
        auto& session = *home.session;
        try {
            session.start([this, place] { remove(place); });
        } catch (...) {
            session.close();
            throw;
        }
        return session;
    }

    /// The session of that id; null if it is gone.
    Session* find(session_id id) noexcept {
        if (id.place >= places_.size() || places_[id.place].generation != id.generation)
            return nullptr;
        return places_[id.place].session.get();
    }

    template <typename Work>
    void for_each(Work&& work) {
        for (std::size_t i = 0; i < places_.size(); ++i) {
            if (places_[i].session) work(*places_[i].session);
        }
    }

    /// Calls `work` for the sessions in the next `count` places, going round: for what has to be
    /// looked at now and then.
    template <typename Work>
    void visit_next(std::size_t count, Work&& work) {
        for (std::size_t i = 0; i < std::min(count, places_.size()); ++i) {
            if (++visited_ >= places_.size()) visited_ = 0;
            if (places_[visited_].session) work(*places_[visited_].session);
        }
    }

    std::size_t places() const noexcept { return places_.size(); }
    std::size_t size() const noexcept { return size_; }

  private:
    struct entry {
        std::unique_ptr<Session> session;
        std::uint32_t generation = 1;
    };

    void remove(std::uint32_t place) {
        auto& home = places_[place];
        events_.bury(std::move(home.session));
        if (++home.generation == 0) home.generation = 1;  // 0: no session
        free_.push_back(place);
        --size_;
    }

    poller& events_;
    std::vector<entry> places_;
    std::vector<std::uint32_t> free_;
    std::size_t size_ = 0;
    std::size_t visited_ = 0;  // place that visit_next has looked at last
};

}  // namespace shared
