#!/usr/bin/env python3
"""scripts/bench backend: what a request costs ringway-backend, redis-server and memcached, one thread each."""
import bench_caches
import bench_common
import bench_report

PEERS = ("ringway", "redis", "memcached")
ALL = (*PEERS, "ringway2")
MEMORY = 1024  # MiB; nothing is evicted

# name -> title, targets, arguments of bench_load
SCENARIOS = {
    "p1-get": ("GET, pipeline 1", PEERS, ["--command", "get"]),
    "p1-set": ("SET, pipeline 1", PEERS, ["--command", "set"]),
    "p1-mix": ("SET:GET 1:9, pipeline 1", ALL, ["--command", "mix"]),
    "p16-get": ("GET, pipeline 16", PEERS, ["--command", "get", "--pipeline", "16"]),
    "p16-set": ("SET, pipeline 16", PEERS, ["--command", "set", "--pipeline", "16"]),
    "p16-mix": ("SET:GET 1:9, pipeline 16", ALL, ["--command", "mix", "--pipeline", "16"]),
    "mget": ("MGET of 10 keys, pipeline 1", PEERS, ["--command", "mget"]),
}


def _against(peer, scenarios, must, aim):
    return tuple((f"{SCENARIOS[name][0]}, against {bench_caches.NAMES.get(peer, peer)}", "cpu_us", name, "ringway", peer,
                  must, aim) for name in scenarios)


# What has to be reached, as in bench_report.ROWS.
ROWS = (
    *_against("redis", ("p1-get", "p1-set", "p1-mix"), 0.95, 0.85),
    *_against("redis", ("p16-get", "p16-set", "p16-mix"), 0.75, 0.50),
    *_against("redis", ("mget",), 0.80, 0.50),
    *_against("memcached", ("p1-get", "p1-set", "p1-mix"), 0.95, None),
    ("two threads against one, pipeline 1", "cpu_us", "p1-mix", "ringway2", "ringway", 1.20, 1.05),
    ("two threads against one, pipeline 16", "cpu_us", "p16-mix", "ringway2", "ringway", 1.20, 1.05),
)

FIGURES = ("cpu_us", "client_cpu_us", "requests_per_second", "p50_us", "p99_us", "p999_us")

NOTES = """\
50 connections, {keys:,} keys of 16 bytes, 64-byte values; every server holds all keys and runs all the time.
CPU is microseconds of the server's process for one request, user and system, all its threads; client is bench_load's.
A ratio is taken within each round, and shown is the median with the lowest and highest round behind it.
Client and server share the cores: of requests/s and latencies only large differences tell anything."""


class Bench:
    def __init__(self, stage, given, scenarios):
        self.program = stage.program("bench_load")
        self.seconds, self.scenarios = given.seconds, scenarios
        self.keys = 5_000 if given.quick else 1_000_000
        self.servers = {}
        self.runs = []
        for target in [name for name in ALL if any(name in SCENARIOS[scenario][1] for scenario in scenarios)]:
            self.servers[target] = stage.start(target, MEMORY)
            self.fill(target)

    def fill(self, target):
        found = bench_common.load(self.program, self.servers[target],
                                  ["--prefill", "--pipeline", "16", "--keys", str(self.keys)])
        print(f"{target} holds {self.keys:,} keys after {found['seconds']:.1f} s", flush=True)

    def measure(self, scenario, target):
        extra = [*SCENARIOS[scenario][2], "--keys", str(self.keys), "--seconds", str(self.seconds)]
        server = self.servers[target]
        found = bench_common.measured_load(self.program, server, extra, [server.pid])
        (own,) = found.pop("watched")
        if found["misses"]:
            raise bench_common.WrongAnswers(f"{server.name}: {found['misses']} keys were not there")
        found.update(scenario=scenario, target=target, **{name: own[name] for name in own if name != "pid"})
        return found

    def round(self, number, rounds):
        for scenario in self.scenarios:
            # Back and forth, so that none always comes after the same one.
            targets = SCENARIOS[scenario][1]
            for target in targets if number % 2 else targets[::-1]:
                run = {"round": number, "slice": 0, **self.measure(scenario, target)}
                self.runs.append(run)
                print(f"{number}/{rounds}  {scenario:9}{target:11}{bench_report.run_line(run)}", flush=True)


def measured_lines(runs):
    yield f"{'':28}{'CPU':>9}{'client':>9}{'requests/s':>13}{'p50 us':>11}{'p99 us':>11}{'p99.9 us':>11}"
    for scenario, targets in bench_report.medians(runs, FIGURES).items():
        yield f"-- {scenario}: {SCENARIOS[scenario][0]}"
        for target, of in targets.items():
            yield (f"{bench_caches.NAMES.get(target, target):28}{of['cpu_us']:9.3f}{of['client_cpu_us']:9.3f}"
                   f"{of['requests_per_second']:13,.0f}{of['p50_us']:11.1f}{of['p99_us']:11.1f}{of['p999_us']:11.1f}")


def report(runs, keys):
    """The text at the end."""
    rows = bench_report.ratios(runs, ROWS)
    return "\n".join(["", *measured_lines(runs), "", *bench_report.ratio_lines(rows, "ringway-backend, ratio"), "",
                      NOTES.format(keys=keys), *bench_report.trust_lines(runs)])


def bench():
    given = bench_common.timed_arguments("backend", SCENARIOS)
    scenarios = bench_common.chosen(SCENARIOS, given)
    with bench_caches.Caches(given.bin) as stage:
        about = bench_common.machine(bench_caches.versions(stage))
        runs = sum(len(SCENARIOS[name][1]) for name in scenarios) * given.rounds
        bench_common.say_begin(runs, f" of up to {given.seconds:g} s", about)
        work = Bench(stage, given, scenarios)
        for number in range(1, given.rounds + 1):
            work.round(number, given.rounds)
    print(report(work.runs, work.keys))
    bench_common.save(given.json, {
        "machine": about, "rounds": given.rounds, "seconds": given.seconds, "keys": work.keys,
        "scenarios": {name: SCENARIOS[name][0] for name in scenarios},
        "medians": bench_report.medians(work.runs, FIGURES), "ratios": bench_report.ratios(work.runs, ROWS),
        "runs": work.runs})


if __name__ == "__main__":
    bench_common.run_main(bench)
