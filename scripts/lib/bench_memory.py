#!/usr/bin/env python3
"""scripts/bench memory: what items take beyond key and value, whether the limit is kept, and the longest stall."""
import statistics
import time

import bench_caches
import bench_common
import bench_report

PEERS = ("ringway", "redis", "memcached")
MIB = bench_caches.MIB
AMPLE = 4096  # MiB; a limit that nothing reaches

# name -> title, arguments of bench_load
ITEMS = {
    "ttl": ("16-byte keys, 64-byte values, TTL", ["--expire", "100000"]),
    "plain": ("16-byte keys, 64-byte values", []),
    "small": ("8-byte keys, 16-byte values, TTL",
              ["--expire", "100000", "--key-prefix", "", "--key-digits", "8", "--value-size", "16"]),
    "tail": ("16-byte keys, long-tailed values to 1 MiB, TTL", ["--expire", "100000", "--value-size", "long-tail"]),
}

# Of the churn: name -> title, prefix of its keys, sizes of values, mean size of an item. Twice the limit is written.
PHASES = {
    "100 B": ("one:", "84", 100),
    "10 KB": ("two:", "10224", 10240),
    "blend": ("mix:", "84:99,10224:1", 201.4),
}

SCENARIOS = {**{name: title for name, (title, _) in ITEMS.items()},
             "churn": "all items of 100 bytes, then all of 10 KB, then half of the bytes each",
             "stall": "the longest answer while items are added, 4 connections, pipeline 16"}

MOST_BYTES, BYTES_TO_AIM_FOR = 32, 24
MOST_OVER = 16       # MiB of RSS beyond the limit
LEAST_LIVE = 0.85    # of the limit
MOST_STALL = 5_000   # microseconds beyond the control's

NOTES = """\
Bytes for an item: growth of RSS without keys and values, {items:,} items, all of them read back afterwards.
Churn: twice the limit of {limit} MiB is written in each phase; live is what of keys and values can then be read, as a
share of the limit, and new what of the phase's own; RSS is taken before that, the peak after it. Items of 100 bytes that
take 32 more each are 76 % of what they take, with 17 more 85 %.
Stall: {many:,} items of 16 and 64 bytes; the control gives requests back and keeps nothing."""


def targets_of(scenario):
    """Without memcached where sizes change: its classes of sizes do not, and it answers
    "SERVER_ERROR out of memory storing object"."""
    if scenario == "churn":
        return tuple(peer for peer in PEERS if peer != "memcached")
    return (*PEERS, "control") if scenario == "stall" else PEERS


class Bench:
    def __init__(self, stage, given):
        self.stage = stage
        self.pause = 0.1 if given.quick else 1.0
        self.items = 50_000 if given.quick else 1_000_000
        self.many = 200_000 if given.quick else 10_000_000
        self.limit = 16 if given.quick else 256  # MiB
        self.runs = []

    def load(self, server, *extra):
        return bench_common.measured_load(self.stage.program("bench_load"), server, extra, [server.pid])

    def add(self, number, rounds, scenario, target, run, text):
        self.runs.append({"round": number, "scenario": scenario, "target": target, **run})
        others = run["foreign_cores"]
        note = f"  (others: {others:.2f} cores)" if others > bench_report.QUIET else ""
        print(f"{number}/{rounds}  {scenario:7}{target:11}{text}{note}", flush=True)

    def measure_items(self, scenario, target):
        extra = [*ITEMS[scenario][1], "--keys", str(self.items), "--connections", "1", "--pipeline", "16"]
        server = self.stage.start(target, AMPLE, large=True)
        try:
            # The buffers of a connection are there before.
            self.load(server, *extra, "--command", "get", "--requests", "1000")
            before, _ = bench_caches.memory_of(server)
            filled = self.load(server, *extra, "--prefill")
            time.sleep(self.pause)
            after, _ = bench_caches.memory_of(server)
            found = self.load(server, *extra, "--command", "get", "--in-order", "--requests", str(self.items))
        finally:
            self.stage.end(server)
        if found["misses"] or found["data_bytes"] != filled["data_bytes"]:
            raise bench_common.WrongAnswers(f"{server.name}: {found['misses']} items are not there")
        data = filled["data_bytes"]
        return {"growth": after - before, "data_bytes": data, "item_bytes": (after - before - data) / self.items,
                "foreign_cores": filled["foreign_cores"]}

    def what_lives(self, server, written):
        """Items that are still there and the share that their keys and values have, read in the order of their writing;
        and the share that those of the latest phase have, which a class of sizes that starves keeps small."""
        found = [self.load(server, *extra, "--command", "get", "--in-order", "--requests", extra[extra.index("--keys") + 1])
                 for extra in written]
        return {"items": sum(one["requests"] - one["misses"] for one in found),
                "live": sum(one["data_bytes"] for one in found) / (self.limit * MIB),
                "new": found[-1]["data_bytes"] / (self.limit * MIB)}

    def measure_churn(self, target):
        server = self.stage.start(target, self.limit)
        phases, written, foreign = {}, [], 0.0
        try:
            for name, (prefix, sizes, mean) in PHASES.items():
                keys = str(int(2 * self.limit * MIB / mean))
                written.append(["--keys", keys, "--key-prefix", prefix, "--value-size", sizes, "--connections", "4",
                                "--pipeline", "16" if mean < 1000 else "2"])
                foreign = max(foreign, self.load(server, *written[-1], "--prefill")["foreign_cores"])
                time.sleep(self.pause)
                resident, _ = bench_caches.memory_of(server)
                phases[name] = {**self.what_lives(server, written), "rss": resident,
                                "peak": max(resident, bench_caches.memory_of(server)[1])}
        finally:
            self.stage.end(server)
        return {"phases": phases, "foreign_cores": foreign}

    def measure_stall(self, target):
        server = self.stage.start(target, AMPLE)
        try:
            found = self.load(server, "--prefill", "--keys", str(self.many), "--connections", "4", "--pipeline", "16",
                              *(["--echo"] if target == "control" else []))
        finally:
            self.stage.end(server)
        kept = ("max_us", "p999_us", "p50_us", "requests_per_second", "seconds", "foreign_cores")
        return {name: found[name] for name in kept}

    def measure(self, scenario, target):
        """The run and a line about it."""
        if scenario == "stall":
            run = self.measure_stall(target)
            return run, f"longest {run['max_us'] / 1000:9.2f} ms  {run['requests_per_second']:11,.0f}/s"
        if scenario == "churn":
            run = self.measure_churn(target)
            return run, "  ".join(f"{name}: {100 * of['live']:.1f} % live, peak {of['peak'] / MIB:.1f} MiB"
                                  for name, of in run["phases"].items())
        run = self.measure_items(scenario, target)
        return run, f"{run['item_bytes']:8.1f} bytes an item"

    def round(self, number, rounds, scenarios):
        for scenario in scenarios:
            targets = targets_of(scenario)
            # Back and forth, so that none always comes after the same one.
            for target in targets if number % 2 else targets[::-1]:
                self.add(number, rounds, scenario, target, *self.measure(scenario, target))


def samples_of(runs, scenario, target, figure):
    return [figure(run) for run in runs if (run["scenario"], run["target"]) == (scenario, target)]


def rows_of(runs, limit):
    """What has to be reached, one dictionary for each bar, as bench_report.ratios gives them."""
    rows = [bench_report.bar(f"{SCENARIOS[name]}: bytes", samples_of(runs, name, "ringway", lambda run: run["item_bytes"]),
                             MOST_BYTES, BYTES_TO_AIM_FOR) for name in ITEMS]
    for phase in PHASES:
        rows.append(bench_report.bar(f"churn, {phase}: MiB of RSS beyond the limit",
                                     samples_of(runs, "churn", "ringway",
                                                lambda run, of=phase: run["phases"][of]["peak"] / MIB - limit), MOST_OVER))
        rows.append(bench_report.bar(f"churn, {phase}: live share of the limit",
                                     samples_of(runs, "churn", "ringway", lambda run, of=phase: run["phases"][of]["live"]),
                                     LEAST_LIVE, at_least=True))
    control = {run["round"]: run["max_us"] for run in runs if (run["scenario"], run["target"]) == ("stall", "control")}
    rows.append(bench_report.bar("stall, ms beyond the control's",
                                 [(run["max_us"] - control[run["round"]]) / 1000 for run in runs
                                  if (run["scenario"], run["target"]) == ("stall", "ringway")], MOST_STALL / 1000))
    return [row for row in rows if row]


def spread(samples, form):
    """The median, and the lowest and highest if there are several."""
    text = form.format(statistics.median(samples))
    return text if len(samples) == 1 else f"{text} ({form.format(min(samples))} to {form.format(max(samples))})"


def measured_lines(runs):
    for scenario, title in SCENARIOS.items():
        targets = list(dict.fromkeys(run["target"] for run in sorted(runs, key=lambda run: run["round"])
                                     if run["scenario"] == scenario))
        if targets:
            yield f"-- {scenario}: {title}"
        for target in targets:
            name = bench_caches.NAMES.get(target, target)
            if scenario in ITEMS:
                samples = samples_of(runs, scenario, target, lambda run: run["item_bytes"])
                yield f"{name:28}{spread(samples, '{:.1f}')} bytes an item"
            elif scenario == "stall":
                samples = samples_of(runs, scenario, target, lambda run: run["max_us"] / 1000)
                yield f"{name:28}{spread(samples, '{:.2f}')} ms"
            else:
                yield from churn_lines(runs, name, target)


def churn_lines(runs, name, target):
    for phase in PHASES:
        found = [run["phases"][phase] for run in runs if (run["scenario"], run["target"]) == ("churn", target)]
        yield (f"{name:28}{phase:8}live {spread([100 * of['live'] for of in found], '{:.1f}')} %, new "
               f"{spread([100 * of['new'] for of in found], '{:.1f}')} %, "
               f"{statistics.median(of['items'] for of in found):,.0f} items, RSS "
               f"{spread([of['rss'] / MIB for of in found], '{:.1f}')} MiB, peak "
               f"{spread([of['peak'] / MIB for of in found], '{:.1f}')} MiB")


def report(work):
    """The text at the end."""
    notes = NOTES.format(items=work.items, limit=work.limit, many=work.many)
    return "\n".join(["", *measured_lines(work.runs), "",
                      *bench_report.ratio_lines(rows_of(work.runs, work.limit), "ringway-backend, to be reached"), "", notes,
                      bench_report.foreign_note(work.runs)])


def bench():
    given = bench_common.arguments(bench_common.argument_parser("memory", SCENARIOS), rounds=3)
    scenarios = bench_common.chosen(SCENARIOS, given)
    with bench_caches.Caches(given.bin) as stage:
        about = bench_common.machine(bench_caches.versions(stage))
        runs = sum(len(targets_of(name)) for name in scenarios) * given.rounds
        bench_common.say_begin(runs, "", about)
        work = Bench(stage, given)
        for number in range(1, given.rounds + 1):
            work.round(number, given.rounds, scenarios)
    print(report(work))
    bench_common.save(given.json, {
        "machine": about, "rounds": given.rounds, "items": work.items, "limit": work.limit * MIB, "many": work.many,
        "scenarios": {name: SCENARIOS[name] for name in scenarios}, "bars": rows_of(work.runs, work.limit),
        "runs": work.runs})


if __name__ == "__main__":
    bench_common.run_main(bench)
