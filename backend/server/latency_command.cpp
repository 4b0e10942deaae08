// LATENCY DOCTOR LATEST HISTORY RESET HELP.
#include "backend/server/server_commands.hpp"
#include "shared/command/subcommand.hpp"

namespace backend {
namespace {

using subcommand = shared::subcommand_of<server_call>;

void run_latest(const server_call& call) {
    const auto events = call.server.latency.latest();
    shared::append_array_header(call.out, events.size());
    for (const auto& event : events) {
        shared::append_array_header(call.out, 4);
        shared::append_bulk(call.out, event.name);
        shared::append_integer(call.out, event.last.at);
        shared::append_integer(call.out, event.last.took);
        shared::append_integer(call.out, event.longest);
    }
}

void run_history(const server_call& call) {
    const auto samples = call.server.latency.history(call.words[2]);
    shared::append_array_header(call.out, samples.size());
    for (const auto& sample : samples) {
        shared::append_array_header(call.out, 2);
        shared::append_integer(call.out, sample.at);
        shared::append_integer(call.out, sample.took);
    }
}

void run_reset(const server_call& call) {
    const auto forgotten = call.server.latency.reset(call.words.subspan(2));
    shared::append_integer(call.out, static_cast<std::int64_t>(forgotten));
}

void run_doctor(const server_call& call) {
    shared::append_verbatim(call.out,
                            latency_diagnosis(call.server.latency, shared::unix_now() / 1000),
                            call.client.version);
}

constexpr std::array<std::string_view, 9> help{
    "DOCTOR",
    "    Return a report of what took long.",
    "HISTORY <event>",
    "    Return time-latency samples for the <event> class.",
    "LATEST",
    "    Return the latest latency samples for all events.",
    "RESET [<event> ...]",
    "    Reset latency data of one or more <event> classes.",
    "    (default: reset all data for all event classes)",
};

void run_help(const server_call& call) {
    shared::append_help(call.out, "LATENCY", help);
}

constexpr std::array<subcommand, 5> subcommands{{
    {"doctor", 2, run_doctor},
    {"help", 2, run_help},
    {"history", 3, run_history},
    {"latest", 2, run_latest},
    {"reset", -2, run_reset},
}};

}  // namespace

void run_latency(const server_call& call) {
    shared::run_subcommand(call, "latency", subcommands);
}

}  // namespace backend
