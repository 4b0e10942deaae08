#!/usr/bin/env python3
"""scripts/bench proxy: ringway-proxy and its peers, in turn over the same two redis-servers."""
import collections
import resource

import bench_common
import bench_peers
import bench_report

PAIR = ("ringway", "nutcracker")
ALL = ("ringway", "nutcracker", "haproxy", "echo", "direct", "ringway2")

TICK = 250  # microseconds; of the open loop, so that the load takes less of the cores that it shares
SLICES = 20  # a percentile swings more than a sum: in the open loop targets alternate more often, for shorter
SHORTEST = 0.2  # seconds, of a slice: the first requests of 50 connections are then less than 1 of 100

# name -> title, targets, arguments of bench_load
SCENARIOS = {
    "p1": ("50 connections, 64-byte values, SET:GET 1:9, pipeline 1", ALL, []),
    "p16": ("50 connections, 64-byte values, SET:GET 1:9, pipeline 16", ALL, ["--pipeline", "16"]),
    "c1000": ("1,000 connections, pipeline 1", PAIR, ["--connections", "1000"]),
    "mget": ("MGET of 10 keys, pipeline 1", PAIR, ["--command", "mget"]),
    "16k": ("16 KiB values, pipeline 1", PAIR, ["16k"]),
    "p99": ("open loop at half of nutcracker's peak rate, pipeline 1", PAIR, []),
}


class Bench:
    def __init__(self, stage, given):
        self.stage = stage
        self.seconds = given.seconds
        self.slices = 2 if given.quick else SLICES
        self.small = ["--keys", "2000" if given.quick else "100000"]
        self.big = ["--keys", "200" if given.quick else "10000", "--key-prefix", "big:", "--value-size", "16384"]
        self.runs = []
        self.latencies = {target: collections.Counter() for target in PAIR}  # of the open loop: microseconds -> requests
        self.peak = None  # nutcracker's requests/s at pipeline 1, the latest

    def fill(self):
        """Every key is in both servers, so it is found wherever a proxy looks for it."""
        for server in self.stage.redis:
            for keys in (self.small, self.big):
                bench_common.load(self.stage.program("bench_load"), server, ["--prefill", "--pipeline", "16", *keys])

    def load_arguments(self, scenario, target):
        extra = SCENARIOS[scenario][2]
        extra = self.big if extra == ["16k"] else [*self.small, *extra]
        if scenario == "p99":
            seconds = max(self.seconds / self.slices, SHORTEST)
            extra = [*extra, "--histogram", "--rate", f"{self.peak / 2:.0f}", "--tick", str(TICK)]
        else:
            seconds = self.seconds
        extra = [*extra, "--seconds", str(seconds)]
        if target == "echo":
            extra.append("--echo")
        return extra

    def measure(self, scenario, target):
        server = self.stage.start(target)
        try:
            return self.measure_running(scenario, target, server)
        finally:
            self.stage.end(server)

    def measure_running(self, scenario, target, server):
        others = [one.pid for one in self.stage.redis if one is not server]
        found = bench_common.measured_load(self.stage.program("bench_load"), server,
                                           self.load_arguments(scenario, target), [server.pid, *others])
        own, *rest = found.pop("watched")
        redis = sum(one["cpu_us"] for one in rest) + (own["cpu_us"] if target == "direct" else 0)
        found.update(scenario=scenario, target=target, cpu_us=own["cpu_us"], redis_cpu_us=redis, ticks_s=own["ticks_s"],
                     scheduled_s=own["scheduled_s"])
        if (scenario, target) == ("p1", "nutcracker"):
            self.peak = found["requests_per_second"]
        for latency, count in found.pop("latencies", []):
            self.latencies[target][latency] += count
        return found

    def round(self, number, rounds, scenarios):
        def keep(part, run):
            self.runs.append({"round": number, "slice": part, **run})
            print(f"{number}/{rounds}  {run['scenario']:6}{run['target']:11}{bench_report.run_line(run)}", flush=True)

        for scenario in scenarios:
            if scenario == "p99":
                self.open_loop(number, keep)
                continue
            for target in in_turn(SCENARIOS[scenario][1], number):
                keep(0, self.measure(scenario, target))

    def open_loop(self, number, keep):
        """Both run all the time and are asked in turn, slice by slice, so that what disturbs one disturbs the other."""
        if not self.peak:
            self.measure("p1", "nutcracker")
        servers = {}
        try:
            for target in PAIR:
                servers[target] = self.stage.start(target)
            for part in range(self.slices):
                for target in in_turn(PAIR, number + part):
                    keep(part, self.measure_running("p99", target, servers[target]))
        finally:
            for server in servers.values():
                self.stage.end(server)


def in_turn(targets, number):
    """Back and forth, so that none always comes after the same one."""
    return targets if number % 2 else targets[::-1]


def allow_descriptors(wanted=8192):
    """1,000 connections and more: the soft limit is often 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def bench():
    given = bench_common.timed_arguments("proxy", SCENARIOS)
    allow_descriptors()
    scenarios = bench_common.chosen(SCENARIOS, given)
    titles = {name: SCENARIOS[name][0] for name in SCENARIOS}
    with bench_peers.Peers(given.bin) as stage:
        about = bench_common.machine(bench_peers.versions(stage))
        work = Bench(stage, given)
        runs = sum(len(SCENARIOS[name][1]) * (work.slices if name == "p99" else 1) for name in scenarios) * given.rounds
        bench_common.say_begin(runs, f" of up to {given.seconds:g} s", about)
        work.fill()
        for number in range(1, given.rounds + 1):
            work.round(number, given.rounds, scenarios)
    print(bench_report.report(work.runs, titles, work.latencies))
    bench_common.save(given.json, {
        "machine": about, "rounds": given.rounds, "seconds": given.seconds, "scenarios": titles,
        "medians": bench_report.medians(work.runs), "ratios": bench_report.ratios(work.runs), "runs": work.runs,
        "open_loop_p99_us": {target: bench_report.percentile(of, 0.99) for target, of in work.latencies.items()}})


if __name__ == "__main__":
    bench_common.run_main(bench)
