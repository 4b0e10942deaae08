#!/usr/bin/env python3
"""scripts/bench proxy: ringway-proxy and its peers, in turn over the same two redis-servers."""
import argparse
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import time

import bench_report
import bench_servers

PAIR = ("ringway", "nutcracker")
ALL = ("ringway", "nutcracker", "haproxy", "echo", "direct", "ringway2")

TICK = 250  # microseconds; of the open loop, so that the load takes less of the cores that it shares
SLICES = 4  # a percentile swings more than a sum: in the open loop targets alternate more often, for shorter

# name -> title, targets, arguments of bench_load
SCENARIOS = {
    "p1": ("50 connections, 64-byte values, SET:GET 1:9, pipeline 1", ALL, []),
    "p16": ("50 connections, 64-byte values, SET:GET 1:9, pipeline 16", ALL, ["--pipeline", "16"]),
    "c1000": ("1,000 connections, pipeline 1", PAIR, ["--connections", "1000"]),
    "mget": ("MGET of 10 keys, pipeline 1", PAIR, ["--command", "mget"]),
    "16k": ("16 KiB values, pipeline 1", PAIR, ["16k"]),
    "p99": ("open loop at half of nutcracker's peak rate, pipeline 1", PAIR, []),
}


class WrongAnswers(Exception):
    """A run had errors: its figures are worth nothing."""


def arguments():
    parser = argparse.ArgumentParser(prog="scripts/bench proxy", allow_abbrev=False)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--only", action="append", choices=SCENARIOS)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    given.rounds = given.rounds or (1 if given.quick else 5)
    given.seconds = given.seconds or (0.3 if given.quick else 4.0)
    if given.rounds < 1 or given.seconds <= 0:
        parser.error("--rounds and --seconds are positive")
    return given


def slices(scenario):
    return SLICES if scenario == "p99" else 1


def busy_seconds():
    """CPU time of everything on this machine since it has started."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _, _, irq, softirq = (int(word) for word in file.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def load_seconds():
    """CPU time of this script and of the loads that have ended (and of servers that have)."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class Bench:
    def __init__(self, stage, given):
        self.stage = stage
        self.seconds = given.seconds
        self.small = ["--keys", "2000" if given.quick else "100000"]
        self.big = ["--keys", "200" if given.quick else "10000", "--key-prefix", "big:", "--value-size", "16384"]
        self.runs = []
        self.peak = None  # nutcracker's requests/s at pipeline 1, the latest

    def fill(self):
        """Every key is in both servers, so it is found wherever a proxy looks for it."""
        for server in self.stage.redis:
            for keys in (self.small, self.big):
                self.load(server, ["--prefill", "--pipeline", "16", *keys], [])

    def load(self, server, extra, watched):
        argv = [self.stage.program("bench_load"), "--port", str(server.port), "--json", *extra]
        for pid in watched:
            argv += ["--watch", str(pid)]
        done = bench_servers.run(argv, stderr=subprocess.PIPE)
        if done.returncode == 2:
            raise bench_servers.CannotStart(f"{server.name}: {done.stderr.strip()}")
        if done.returncode != 0:
            raise WrongAnswers(f"{server.name}: {done.stderr.strip()}")
        return json.loads(done.stdout)

    def load_arguments(self, scenario, target):
        extra = SCENARIOS[scenario][2]
        extra = self.big if extra == ["16k"] else [*self.small, *extra]
        extra = [*extra, "--seconds", str(self.seconds / slices(scenario))]
        if scenario == "p99":
            extra += ["--rate", f"{self.peak / 2:.0f}", "--tick", str(TICK)]
        if target == "echo":
            extra.append("--echo")
        return extra

    def measure(self, scenario, target):
        server = self.stage.start(target)
        try:
            others = [one.pid for one in self.stage.redis if one is not server]
            before = busy_seconds() - load_seconds()
            found = self.load(server, self.load_arguments(scenario, target), [server.pid, *others])
            foreign = busy_seconds() - load_seconds() - before
        finally:
            self.stage.end(server)
        watched = found.pop("watched")
        foreign -= sum(one["ticks_s"] for one in watched)
        own, *rest = watched
        redis = sum(one["cpu_us"] for one in rest) + (own["cpu_us"] if target == "direct" else 0)
        found.update(scenario=scenario, target=target, cpu_us=own["cpu_us"], redis_cpu_us=redis, ticks_s=own["ticks_s"],
                     scheduled_s=own["scheduled_s"], client_cpu_us=found.pop("own_cpu_us"),
                     foreign_cores=max(0.0, foreign / found["seconds"]))
        if (scenario, target) == ("p1", "nutcracker"):
            self.peak = found["requests_per_second"]
        return found

    def round(self, number, rounds, scenarios):
        for scenario in scenarios:
            if scenario == "p99" and not self.peak:
                self.measure("p1", "nutcracker")
            for part in range(slices(scenario)):
                # Back and forth, so that none always comes after the same one.
                targets = SCENARIOS[scenario][1]
                for target in targets if (number + part) % 2 else targets[::-1]:
                    run = {"round": number, "slice": part, **self.measure(scenario, target)}
                    self.runs.append(run)
                    print(f"{number}/{rounds}  {scenario:6}{target:11}{bench_report.run_line(run)}", flush=True)


def machine(stage):
    return {"cores": os.cpu_count(), "kernel": platform.release(), "load_average": os.getloadavg(),
            "begun": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "versions": bench_servers.versions(stage)}


def allow_descriptors(wanted=8192):
    """1,000 connections and more: the soft limit is often 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < limit:
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))


def bench(given):
    allow_descriptors()
    scenarios = [name for name in SCENARIOS if not given.only or name in given.only]
    titles = {name: SCENARIOS[name][0] for name in SCENARIOS}
    with bench_servers.Stage(given.bin) as stage:
        about = machine(stage)
        runs = sum(len(SCENARIOS[name][1]) * slices(name) for name in scenarios) * given.rounds
        print(f"{runs} measurements of up to {given.seconds:g} s; load average {about['load_average'][0]:.2f}", flush=True)
        work = Bench(stage, given)
        work.fill()
        for number in range(1, given.rounds + 1):
            work.round(number, given.rounds, scenarios)
    print(bench_report.report(work.runs, titles))
    if given.json:
        result = {"machine": about, "rounds": given.rounds, "seconds": given.seconds, "scenarios": titles,
                  "medians": bench_report.medians(work.runs), "ratios": bench_report.ratios(work.runs), "runs": work.runs}
        with open(given.json, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=1)
            file.write("\n")


def main():
    # What was started is ended then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        bench(arguments())
    except WrongAnswers as problem:
        sys.exit(f"bench: wrong or missing answers: {problem}")
    except bench_servers.CannotStart as problem:
        print(f"bench: {problem}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
