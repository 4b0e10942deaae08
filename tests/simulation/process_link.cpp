// The part of the process that its partner talks to: what link_sender, link_receiver and
// partner_link do around the pure halves.
#include "shared/resp/request_parser.hpp"
#include "tests/simulation/machine_later.hpp"

namespace simulation {

void process::dial() {
    ++attempt_;
    half_->on_dialled(machine_.now());
    watch();
    sender_ = world_.net.dial(side_, 1 - side_, purpose::link);
}

void process::greet() {
    world_.net.write(sender_, side_, half_->greeting());
}

/// One step; the next follows behind what else there is to do.
void process::exchange() {
    if (!half_->exchange(machine_.now()) || step_posted_) return;
    step_posted_ = true;
    machine_.later(world_.chance.between(1, 500), [this] {
        step_posted_ = false;
        exchange();
    });
}

void process::watch() {
    const auto when = world_.time.when(half_->next_time());
    machine_.later(when - world_.time.now(), [this, attempt = attempt_, linked = half_->linked()] {
        // The half that became linked since has a watch of its own.
        if (attempt != attempt_ || linked != half_->linked()) return;
        if (const auto wrong = half_->on_time(machine_.now()); !wrong.empty()) return lose(wrong);
        watch();
    });
}

void process::lose(const std::string& why) {
    const auto attempt = ++attempt_;
    const auto pause = half_->on_lost();
    world_.net.close(sender_, side_);
    sender_ = no_connection;
    pair_->on_sender_lost();
    world_.notes.tell([&] { return machine_.name() + " loses its link: " + why; });
    machine_.later(std::chrono::microseconds(pause).count(), [this, attempt] {
        if (attempt == attempt_) dial();
    });
}

void process::on_partner_has(backend::version mark) {
    pair_->on_acknowledged(mark);
    acknowledged_ = std::max(acknowledged_, mark);
    const auto& partner = *world_.machines[1 - side_];
    if (partner.running() && partner.life() == sender_partner_life_) world_.past.share(side_, mark);
}

/// As partner_link::on_linked.
void process::on_linked(const backend::introduction& partner) {
    sender_partner_life_ = world_.accepted_by[sender_];
    world_.notes.count(counted::links);
    const auto number = pair_->link_of_past_life(partner);
    for (auto& each : receivers_) {
        if (each->number != number || each->retired) continue;
        on_receiver_lost(number);
        retire_receiver();
        break;
    }
    const auto self = pair_->introduce();
    if (pair_->on_linked(partner, machine_.now().steady)) {
        on_dropped(self, partner);
        wait_for_partner();
    }
    note_ready();
}

/// The rule in backend/README.md, "Deletes", on its own.
bool process::is_outdated(const backend::introduction& self,
                          const backend::introduction& partner) const {
    return self.seen < partner.floor && partner.seen != 0 &&
           (side_ == 1 || partner.seen >= self.floor);
}

void process::on_dropped(const backend::introduction& self, const backend::introduction& partner) {
    world_.notes.count(counted::drops);
    world_.notes.tell([&] { return machine_.name() + " drops what is old"; });
    outbox_.forget();
    if (is_outdated(self, partner)) world_.past.dropped(side_, partner.floor);
    if (keeper_) keeper_->rewrite_soon();
}

void process::on_link_words(connection_id from, client& whose) {
    shared::request_parser parser;
    const auto status = parser.parse(whose.words);
    if (status == shared::parse_status::need_more) return;
    if (status != shared::parse_status::complete) world_.notes.fail("a link begins with nonsense");
    std::string error = loading_ ? "LOADING" : "";
    backend::link_offer offer;
    if (error.empty()) {
        offer = backend::read_link_request(parser.arguments().subspan(2));
        error = offer.error;
    }
    if (error.empty()) error = refuses(*offer.partner);
    if (error.empty()) return accept(from, *offer.partner);
    world_.net.write(from, side_, "-" + error + "\r\n");
}

std::string process::refuses(const backend::introduction& partner) {
    backend::version too_new = 0;
    auto problem = pair_->refuses(partner, machine_.now().unix, too_new);
    if (too_new != 0) world_.notes.count(counted::refused_versions);
    return problem;
}

void process::accept(connection_id from, const backend::introduction& partner) {
    const auto self = pair_->introduce();
    const auto words = clients_[from].words.size();
    clients_.erase(from);
    const auto accepted = pair_->accept(partner);
    if (accepted.dropped) on_dropped(self, partner);
    // Who has never had the other's data makes it drop nothing.
    if (self.seen == 0 && partner.seen < self.floor) world_.past.pardon(self.floor);
    const bool both = self.seen < partner.floor && partner.seen < self.floor;
    if (both) world_.past.pardon(self.floor);
    if (both || (self.seen < partner.floor && !is_outdated(self, partner)))
        world_.past.pardon(partner.floor);
    retire_receiver();
    auto made = std::make_unique<receiver>();
    made->number = accepted.number;
    made->from = from;
    made->taken = words;
    made->known = world_.past.all().size();
    made->half = std::make_unique<backend::receiving_half>(
        data_, clock_, guard_, log_ ? &tap_ : nullptr, partner.link,
        backend::receiving_half::hooks{
            .on_exchanged = [this, number = accepted.number](
                                shared::unix_ms now) { pair_->on_exchanged(number, now); },
            .on_seen = [this, number = accepted.number](
                           backend::version stamp) { pair_->on_seen(number, stamp); },
            .on_refused =
                [this](backend::version) { world_.notes.count(counted::refused_versions); }});
    made->unsent = accepted.answer;
    receivers_.push_back(std::move(made));
    world_.accepted_by[from] = machine_.life();
    world_.notes.tell([&] {
        return machine_.name() + " lets its partner in over " + std::to_string(from) + ", seen " +
               std::to_string(self.seen) + " floor " + std::to_string(self.floor) +
               ", the partner's " + std::to_string(partner.seen) + " " +
               std::to_string(partner.floor) +
               (partner.seen_run == self.run ? ", of this life" : "");
    });
    send_answers(*receivers_.back());
    watch_receiver(accepted.number);
    note_ready();
}

process::receiver* process::receiver_at(connection_id which) {
    for (auto& each : receivers_) {
        if (each->from == which) return each.get();
    }
    return nullptr;
}

void process::receive(receiver& by, std::string_view bytes) {
    by.heard = true;
    by.inbound += bytes;
    if (by.retired) world_.notes.count(counted::late_links);
    std::string answers;
    const auto result = by.half->on_bytes(by.inbound, answers, machine_.now().unix);
    by.inbound.erase(0, result.taken);
    by.taken += result.taken;
    if (!by.retired) note_taken(by);
    by.unsent += answers;
    if (result.log_told && log_) end_turn();
    note_ready();
    if (!result.problem.empty()) return lose_receiver(by, std::string(result.problem));
    if (by.inbound.size() > record_bound(world_.config))
        world_.notes.fail(machine_.name() +
                          " holds more of a link's bytes than the longest record");
    const auto wait = busy_until_ - world_.time.now();
    if (wait <= 0) return send_answers(by);
    machine_.later(wait, [this, from = by.from] {
        if (auto* const still = receiver_at(from)) send_answers(*still);
    });
}

/// The changes whose bytes have been taken are here.
void process::note_taken(receiver& by) {
    const auto found = world_.in_wires.find(by.from);
    if (found == world_.in_wires.end()) return;
    const auto& sent = found->second;
    while (by.noted < sent.size() && sent[by.noted].position <= by.taken)
        world_.past.hold(sent[by.noted++].which, side_);
}

void process::send_answers(receiver& by) {
    if (by.unsent.empty()) return;
    by.unsent.erase(0, world_.net.write(by.from, side_, by.unsent));
}

/// Looks once in a time-out whether anything came in it.
void process::watch_receiver(std::uint64_t number) {
    const auto found = std::find_if(receivers_.begin(), receivers_.end(),
                                    [&](const auto& each) { return each->number == number; });
    if (found == receivers_.end()) return;
    if (!(*found)->heard) return lose_receiver(**found, "silent");
    (*found)->heard = false;
    machine_.later(world_.config.timeout, [this, number] { watch_receiver(number); });
}

void process::lose_receiver(receiver& whose, const std::string& why) {
    const auto from = whose.from;
    world_.notes.tell([&] { return machine_.name() + " loses its partner's link: " + why; });
    on_receiver_lost(whose.number);
    world_.net.close(from, side_);
    std::erase_if(receivers_, [&](const auto& each) { return each->from == from; });
    note_ready();
}

void process::on_receiver_lost(std::uint64_t number) {
    if (pair_->on_receiver_lost(number, machine_.now().steady)) wait_for_partner();
}

void process::wait_for_partner() {
    waiting_since_ = world_.time.now();
    port_refused_ = false;
}

/// It is destroyed by its own worker, later: bytes may come to it until then.
void process::retire_receiver() {
    for (auto& each : receivers_) {
        if (std::exchange(each->retired, true)) continue;
        each->half->retire();
        machine_.later(world_.chance.between(0, 2 * ms), [this, from = each->from] {
            world_.net.close(from, side_);
            std::erase_if(receivers_, [&](const auto& one) { return one->from == from; });
        });
    }
}

/// Ready, and synced, are not said before they are true.
void process::note_ready() {
    const auto now = pair_->facts(world_.time.steady());
    if (!ready())
        machine_.undisturbed_since = std::max(machine_.undisturbed_since, world_.time.now());
    const bool synced = now.receiving == backend::sync_state::synced;
    const bool alone = now.receiving == backend::sync_state::waiting &&
                       (port_refused_ || world_.time.now() >= waiting_since_ + world_.config.grace);
    if (ready() && !synced && !alone)
        world_.notes.fail(machine_.name() + " says that it is ready before it is");
    if (synced && !was_synced_) {
        world_.notes.count(counted::exchanges);
        check_caught_up(world_, side_, receivers_.back()->known);
    }
    was_synced_ = synced;
}

}  // namespace simulation
