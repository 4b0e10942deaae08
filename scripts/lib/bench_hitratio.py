#!/usr/bin/env python3
"""scripts/bench hitratio: traces replayed at ringway-backend, redis-server and memcached with equal limits; misses."""
import gzip
import json
import os
import subprocess
import time

import bench_caches
import bench_common
import bench_report
import bench_servers

PEERS = ("redis-lru", "redis-lfu", "memcached")
MIB = bench_caches.MIB
DATA_SET = 200  # MiB of all keys and values of a trace
PERCENT = ("2", "5", "20")  # limits, of the data set
AHEAD = 16 * 1024  # bytes of values under way on a connection, for they count in some servers' limit

# against, must, aim: of the misses
BARS = (("redis-lru", 0.95, 0.90), ("memcached", 0.95, 0.90), ("redis-lfu", 1.00, 0.95))
MOST_OFF = 0.5  # points between the server's hit ratio and hit_ratio's

FIGURES = ("misses", "items", "peak")

NOTES = """\
GET, then SET on a miss, values sized so that keys and values are {data} MiB in all; the limit is a share of that.
All replays of a round run at the same time, spread over {seconds:g} s: redis-server's LRU counts in seconds, and forgets the
order of what comes faster. Items are those at the end, RSS the process's at its peak."""


class Trace:
    """A trace in plain text, one key a line, and what has to be known of it."""

    def __init__(self, path, directory, most):
        self.name = os.path.basename(path).split(".")[0]
        self.path = os.path.join(directory, self.name + ".txt")
        try:
            with (gzip.open if path.endswith(".gz") else open)(path, "rt", encoding="utf-8") as file:
                keys = [line.split()[0] for line in file if line.strip()]
        except (OSError, UnicodeDecodeError) as problem:
            raise bench_servers.CannotStart(f"{path}: {problem}") from None
        keys = keys[:most]
        if not keys:
            raise bench_servers.CannotStart(f"{path} holds no key")
        with open(self.path, "w", encoding="utf-8") as file:
            file.writelines(key + "\n" for key in keys)
        different = set(keys)
        self.requests, self.keys = len(keys), len(different)
        self.value_size = max(1, (DATA_SET * MIB - sum(map(len, different))) // self.keys)


class Replay:
    """One trace at one server. Ends what it started."""

    def __init__(self, stage, trace, percent, target, seconds):
        self.trace, self.percent, self.target = trace, percent, target
        self.limit = DATA_SET * int(percent) // 100
        self._stage = stage
        kind, _, self.policy = target.partition(":")
        self._server = stage.start(kind, self.limit, policy=self.policy)
        argv = [stage.program("bench_replay"), "--port", str(self._server.port), "--protocol", self._server.protocol,
                "--trace", trace.path, "--value-size", str(trace.value_size), "--seconds", str(seconds),
                "--window", str(min(16, max(1, AHEAD // trace.value_size)))]
        try:
            self._client = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                            text=True)
        except OSError as problem:
            raise bench_servers.CannotStart(f"{argv[0]}: {problem.strerror}") from None

    @property
    def scenario(self):
        return f"{self.trace.name}-{self.percent}"

    def is_over(self):
        return self._client.poll() is not None

    def result(self):
        """Requires: it is over. Ends the server."""
        out, said = self._client.communicate()
        if self._client.returncode == 2:
            raise bench_servers.CannotStart(f"{self.target}: {said.strip()}")
        if self._client.returncode != 0:
            raise bench_common.WrongAnswers(f"{self.target}: {said.strip()}")
        found = json.loads(out)
        found.update(slice=0, scenario=self.scenario, target=self.target, limit=self.limit * MIB,
                     items=bench_caches.item_count(self._server), peak=bench_caches.memory_of(self._server)[1],
                     hit_ratio=found["hits"] / found["requests"])
        self._stage.end(self._server)
        return found

    def end(self):
        """Whatever it is doing. The server is the stage's to end."""
        if self._client.poll() is None:
            self._client.kill()
        self._client.communicate()


def name_of(target):
    kind, _, policy = target.partition(":")
    return f"{bench_caches.NAMES.get(kind, kind)}{', ' + policy if policy else ''}"


class Bench:
    def __init__(self, stage, given, traces):
        self.stage, self.seconds, self.traces = stage, given.seconds, traces
        self.percents = bench_common.chosen(PERCENT, given)
        self.targets = ("ringway", *(f"ringway:{name}" for name in given.policy or ()), *PEERS)
        self.runs = []

    def count(self):
        return len(self.traces) * len(self.percents) * len(self.targets)

    def round(self, number, rounds):
        replays, begun = [], time.monotonic()
        try:
            for trace in self.traces:
                for percent in self.percents:
                    for target in self.targets:
                        replays.append(Replay(self.stage, trace, percent, target, self.seconds))
            self.await_all(replays, number, rounds, begun)
        finally:
            for one in replays:
                one.end()

    def await_all(self, replays, number, rounds, begun):
        waiting, next_word = list(replays), self.seconds / 10
        while waiting:
            for one in [one for one in waiting if one.is_over()]:
                waiting.remove(one)
                run = {"round": number, **one.result()}
                self.runs.append(run)
                print(f"{number}/{rounds}  {one.scenario:20}{one.target:16}{run_line(run)}", flush=True)
            passed = time.monotonic() - begun
            if waiting and self.seconds >= 60 and passed > next_word:
                print(f"{number}/{rounds}  {passed:.0f} s of about {self.seconds:.0f}", flush=True)
                next_word += self.seconds / 10
            time.sleep(0.05)

    def rows(self):
        """What has to be reached, as in bench_report.ROWS; by ringway-backend's other policies, too."""
        ours = [target for target in self.targets if target not in PEERS]
        return tuple((f"{trace.name} at {percent} %{target[len('ringway'):]}, misses, against {name_of(peer)}", "misses",
                      f"{trace.name}-{percent}", target, peer, must, aim)
                     for target in ours for trace in self.traces for percent in self.percents for peer, must, aim in BARS)

    def expected(self):
        """Bars of what hit_ratio says for as many entries as the server had at the end, where that program is there."""
        program = self.stage.program("hit_ratio")
        if not os.access(program, os.X_OK):
            return []
        paths, found = {trace.name: trace.path for trace in self.traces}, {}
        for run in self.runs:
            kind, _, policy = run["target"].partition(":")
            if kind != "ringway":
                continue
            said = bench_common.ask([program, "--policy", policy or bench_caches.default_policy(self.stage), "--capacity",
                                     str(run["items"]), "--json", paths[run["scenario"].rsplit("-", 1)[0]]], "hit_ratio")
            name = f"{run['scenario']} %, {run['target']}: points from hit_ratio's"
            found.setdefault(name, []).append(100 * abs(run["hit_ratio"] - said["hit_ratio"]))
        return [bench_report.bar(name, samples, MOST_OFF) for name, samples in found.items()]


def run_line(run):
    refused = f"  ({run['refused']:,} SETs refused)" if run["refused"] else ""
    return (f"{run['misses']:9,} misses  {100 * run['hit_ratio']:6.2f} % hits  {run['items']:9,.0f} items  "
            f"{run['peak'] / MIB:6.1f} MiB RSS{refused}")


def measured_lines(work):
    yield f"{'':32}{'misses':>10}{'hits %':>9}{'items':>10}{'RSS MiB':>9}"
    for scenario, targets in bench_report.medians(work.runs, (*FIGURES, "hit_ratio")).items():
        (trace,) = [one for one in work.traces if one.name == scenario.rsplit("-", 1)[0]]
        limit = DATA_SET * int(scenario.rsplit("-", 1)[1]) // 100
        yield (f"-- {scenario} %: {limit} MiB; {trace.requests:,} requests of {trace.keys:,} keys, values of "
               f"{trace.value_size:,} bytes")
        for target in [one for one in work.targets if one in targets]:
            of = targets[target]
            yield (f"{name_of(target):32}{of['misses']:10,.0f}{100 * of['hit_ratio']:9.2f}{of['items']:10,.0f}"
                   f"{of['peak'] / MIB:9.1f}")


def report(work, expected):
    """The text at the end."""
    lines = ["", *measured_lines(work), "",
             *bench_report.ratio_lines(bench_report.ratios(work.runs, work.rows()), "ringway-backend, ratio")]
    if expected:
        lines += ["", *bench_report.ratio_lines(expected, "server and hit_ratio")]
    return "\n".join([*lines, "", NOTES.format(data=DATA_SET, seconds=work.seconds)])


def arguments():
    parser = bench_common.argument_parser("hitratio", PERCENT)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--policy", action="append")
    parser.add_argument("trace", nargs="+")
    given = bench_common.arguments(parser, rounds=1)
    given.seconds = (1.0 if given.quick else 600.0) if given.seconds is None else given.seconds
    if given.seconds < 0:
        parser.error("--seconds is not negative")
    return given


def bench():
    given = arguments()
    with bench_caches.Caches(given.bin) as stage:
        about = bench_common.machine(bench_caches.versions(stage))
        traces = [Trace(path, stage.directory, 5_000 if given.quick else None) for path in given.trace]
        work = Bench(stage, given, traces)
        bench_common.say_begin(work.count() * given.rounds, f", all of a round at once in {given.seconds:g} s", about)
        for number in range(1, given.rounds + 1):
            work.round(number, given.rounds)
        expected = work.expected()
    print(report(work, expected))
    bench_common.save(given.json, {
        "machine": about, "rounds": given.rounds, "seconds": given.seconds,
        "traces": {one.name: {"requests": one.requests, "keys": one.keys, "value_size": one.value_size} for one in traces},
        "medians": bench_report.medians(work.runs, (*FIGURES, "hit_ratio")),
        "ratios": bench_report.ratios(work.runs, work.rows()), "expected": expected, "runs": work.runs})


if __name__ == "__main__":
    bench_common.run_main(bench)
