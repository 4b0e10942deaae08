"""What partners lose when one is killed, what never comes back, and what the partner and the log cost: rows of scripts/bench failover."""
import json
import os
import random
import statistics
import subprocess
import time

import bench_common
import bench_exchange
import bench_report
from bench_backends import Backends, facts, in_step, say
from bench_servers import await_that

# name -> title
SCENARIOS = {
    "lost-partner": 'kill -9 of the side written to, ack = "partner"',
    "lost-none": 'kill -9 of the side written to, ack = "none"',
    "return": "deletes, and values that expire, while the partner is suspended",
    "cost": "SET with and without a partner, pipeline 1",
    "fsync": 'SET with fsync = "everysec", ringway-backend and redis-server, pipeline 1 and 16',
    "exchange": bench_exchange.TITLE,
}

# As in bench_report.ROWS.
ROWS = (
    ("CPU of a SET with a partner, against none", "cpu_us", "cost", "partner", "alone", 1.5, 1.2),
    ("the same, the partner being written to as well", "cpu_us", "cost", "both", "alone", 1.5, 1.2),
    ("CPU of a SET with a log, against redis-server", "cpu_us", "fsync", "ringway", "redis", 1.0, 0.7),
    ("the same, pipeline 16", "cpu_us", "fsync", "ringway-16", "redis-16", 1.0, 0.7),
    *bench_exchange.ROWS,
)

# Those that count something: name -> what, must, aim; none: told only.
COUNTS = {
    "lost-partner": ("acknowledged writes lost", 0, 0),
    "lost-none": ("acknowledged writes lost", None, None),
    "return": ("keys that came back", 0, 0),
}

WRITE_RATE = 20_000     # of the side that is killed


def lost_writes(given, ack):
    """One connection writes key after key, so those that were answered are the first ones."""
    with Backends(given) as stage:
        victim, other = stage.pair(f'ack = "{ack}"\n')
        common = ["--connections", "1", "--in-order", "--keys", "10000000", "--pipeline", "64"]
        argv = stage.load_words(victim, *common, "--command", "set", "--rate", str(WRITE_RATE), "--seconds", "30")
        with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as load:
            time.sleep(random.uniform(0.3, 0.5 if given.quick else 1.5))
            victim.kill()
            out, problem = load.communicate()
        if not out:
            raise bench_common.WrongAnswers(f"lost-{ack}: {problem.strip()}")
        answered = json.loads(out)["requests"]
        time.sleep(0.2)  # what the kernel had is applied
        found = stage.load(other, *common, "--command", "get", "--requests", str(answered))
        return [{"target": "ringway", "answered": answered, "count": found["misses"], "problem": found["problem"]}]


def come_back(given):
    """What was deleted, or replaced by something that expires, while the partner could not hear of it."""
    keys = 1_000 if given.quick else 20_000
    with Backends(given) as stage:
        here, there = stage.pair()
        common = ["--prefill", "--keys", str(keys), "--pipeline", "16"]
        names = {prefix: [f"{prefix}{number:012}" for number in range(keys)] for prefix in ("gone:", "brief:")}
        for prefix in names:
            stage.load(here, *common, "--key-prefix", prefix)
        await_that(lambda: say(there.port, "DBSIZE") == f":{2 * keys}", "the copies")
        there.suspend()
        await_that(lambda: facts(here.port).get("partner_state") == "no-link", "the end of the link")
        for at in range(0, keys, 500):
            say(here.port, "DEL", *names["gone:"][at:at + 500])
        stage.load(here, *common, "--key-prefix", "brief:", "--expire", "1")
        time.sleep(1.5)
        there.resume()
        await_that(lambda: in_step(here, there), "the partners again")
        time.sleep(0.2)
        count = sum(int(say(server.port, "EXISTS", *names[prefix][at:at + 500])[1:])
                    for server in (here, there) for prefix in names for at in range(0, keys, 500))
        return [{"target": "ringway", "answered": 2 * keys, "count": count, "problem": ""}]


def cost_of_partner(given, number):
    keys = 5_000 if given.quick else 100_000
    runs = []
    with Backends(given) as stage:
        alone = stage.backend("alone").await_answer()
        here, there = stage.pair()
        for server in (alone, here):
            stage.load(server, "--prefill", "--pipeline", "16", "--keys", str(keys))
        await_that(lambda: say(there.port, "DBSIZE") == f":{keys}", "the copies")
        extra = ("--command", "set", "--keys", str(keys), "--seconds", str(stage.seconds))
        targets = [("alone", alone, [alone]), ("partner", here, [here, there]), ("both", here, [here, there])]
        for target, server, watched in targets if number % 2 else targets[::-1]:
            if target == "both":
                runs.append({"target": target, **beside_another(stage, there, lambda: stage.measured(here, [here, there], *extra))})
            else:
                runs.append({"target": target, **stage.measured(server, watched, *extra)})
    return runs


def beside_another(stage, there, measure):
    """The same while the partner takes 10,000 writes/s of its own clients."""
    argv = stage.load_words(there, "--command", "set", "--key-prefix", "other:", "--rate", "10000", "--tick", "1000", "--seconds",
                            str(stage.seconds + 2.0))
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as load:
        time.sleep(0.3)
        try:
            found = measure()
            if load.poll() is not None:
                raise bench_common.WrongAnswers(f"both: the load beside it had ended with {load.returncode}")
            return found
        finally:
            load.terminate()


def cost_of_log(given, number):
    keys = 5_000 if given.quick else 100_000
    runs = []
    with Backends(given) as stage:
        log = f'[log]\ndir = "{os.path.join(stage.directory, "log")}"\nfsync = "everysec"\n'
        targets = [("ringway", stage.backend("logged", tables=log).await_answer()), ("redis", stage.redis())]
        for _, server in targets:
            stage.load(server, "--prefill", "--pipeline", "16", "--keys", str(keys))
        for depth in ("1", "16"):
            for target, server in targets if number % 2 else targets[::-1]:
                found = stage.measured(server, [server], "--command", "set", "--keys", str(keys), "--pipeline", depth, "--seconds",
                                       str(stage.seconds))
                runs.append({"target": target if depth == "1" else f"{target}-{depth}", **found})
    return runs


def measure(scenario, given, number):
    """The runs of one round."""
    work = {"lost-partner": lambda: lost_writes(given, "partner"), "lost-none": lambda: lost_writes(given, "none"),
            "return": lambda: come_back(given), "cost": lambda: cost_of_partner(given, number),
            "fsync": lambda: cost_of_log(given, number), "exchange": lambda: bench_exchange.measure(given)}
    return [{"round": number, "slice": 0, "scenario": scenario, **run} for run in work[scenario]()]


def run_line(run):
    if "count" in run:
        return f"{run['answered']:8} answered  {COUNTS[run['scenario']][0]} {run['count']}  {run['problem']}"
    if "exchange_s" in run:
        part = "" if run["covered"] else "  (the exchange ended before the load did)"
        return f"{bench_report.run_line(run)}  exchange {run['exchange_s']:.1f} s, without load {run['alone_s']:.1f}{part}"
    return bench_report.run_line(run)


def count_lines(runs):
    for name, (what, must, aim) in COUNTS.items():
        of = [run for run in runs if run["scenario"] == name]
        if not of:
            continue
        values = [run["count"] for run in of]
        bars = f"{'told':>7}" if must is None else f"{must:7}{aim:7}"
        missed = "  not kept" if must is not None and max(values) > must else ""
        yield f"{name + ': ' + what:41}{statistics.median(values):9.1f}{max(values):9.1f}{bars}{missed}"
        yield f"    {SCENARIOS[name]}, {len(of)} times, {sum(run['answered'] for run in of)} answered"


def ratio_lines(runs):
    measured = [run for run in runs if "foreign_cores" in run]
    if measured:
        yield from bench_report.ratio_lines(bench_report.ratios(measured, ROWS), "ringway-backend, ratio")
        yield bench_report.foreign_note(measured)
