#include "proxy/upstream/link.hpp"

namespace proxy {

link::link(shared::worker& owner, const link_settings& settings, reply_sink& sink)
    : owner_(owner), settings_(settings), sink_(sink) {
    for (unsigned i = 0; i < settings.connections; ++i) {
        shared_.push_back(std::make_unique<connection>(owner_, settings_.each, sink_));
    }
}

connection* link::take_lane() {
    if (spare_.empty()) {
        if (lanes_.size() == settings_.most_lanes) return nullptr;
        spare_.reserve(lanes_.size() + 1);  // so that giving back can't fail
        lanes_.push_back(std::make_unique<connection>(owner_, settings_.each, sink_));
        return lanes_.back().get();
    }
    auto* const lane = spare_.back();
    spare_.pop_back();
    return lane;
}

void link::give_back(connection& lane) noexcept {
    if (lane.in_flight() != 0 || spare_.size() >= kept_connected) lane.abandon();
    spare_.push_back(&lane);
}

std::size_t link::in_flight() const noexcept {
    std::size_t total = 0;
    for (const auto& one : shared_) total += one->in_flight();
    if (lanes_lent() == 0)
        return total;  // nothing is under way on spare ones; asked for each request
    for (const auto& one : lanes_) total += one->in_flight();
    return total;
}

void link::on_return() noexcept {
    for (auto* group : {&shared_, &lanes_}) {
        for (const auto& one : *group) one->on_return();
    }
}

void link::tick(shared::steady_time now, bool usable) {
    for (auto& one : shared_) {
        if (usable) one->ensure_connected(now);
    }
    for (auto* group : {&shared_, &lanes_}) {
        for (std::size_t i = 0; i < group->size(); ++i) {  // a failure may open another lane
            auto& one = *(*group)[i];
            if (!usable) one.drop();
            one.tick(now);
        }
    }
}

}  // namespace proxy
