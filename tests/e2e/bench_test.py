#!/usr/bin/python3 -B
"""scripts/bench measures everything that it must, and the load generator tells the truth. No figure is judged."""
import gzip
import json
import os
import random
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import fakes, stage  # noqa: E402

sys.path.insert(0, os.path.join(stage.SOURCE, "scripts", "lib"))
import bench_backend  # noqa: E402
import bench_hitratio  # noqa: E402
import bench_memory  # noqa: E402
import bench_partners  # noqa: E402
import bench_report  # noqa: E402

PEERS = {"ringway", "ringway2", "nutcracker", "haproxy", "echo", "direct"}
PAIR = {"ringway", "nutcracker"}
TARGETS = {"p1": PEERS, "p16": PEERS, "c1000": PAIR, "mget": PAIR, "16k": PAIR, "p99": PAIR}

# Scenario, target and against of every ratio that must be kept.
RATIOS = [("p1", "ringway", "nutcracker"), ("p16", "ringway", "nutcracker"), ("p1", "ringway", "echo"),
          ("p1", "ringway", "haproxy"), ("c1000", "ringway", "nutcracker"), ("mget", "ringway", "nutcracker"),
          ("16k", "ringway", "nutcracker"), ("p99", "ringway", "nutcracker"), ("p1", "ringway2", "ringway"),
          ("p16", "ringway2", "ringway")]

CACHES = {"ringway", "redis", "memcached"}
CACHE_TARGETS = {name: CACHES | ({"ringway2"} if name.endswith("mix") else set())
                 for name in ("p1-get", "p1-set", "p1-mix", "p16-get", "p16-set", "p16-mix", "mget")}


def bench(*words):
    script = os.path.join(stage.SOURCE, "scripts", "bench")
    return subprocess.run([script, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=100, check=False)


def run_of(number, target, cpu, part=0, scenario="p1", **figures):
    """A measurement as bench_proxy.py keeps it, with figures that do not matter where none are given."""
    return {"round": number, "slice": part, "scenario": scenario, "target": target, "foreign_cores": 0.0,
            "ticks_s": 2.0, "scheduled_s": 2.0, **dict.fromkeys(bench_report.FIGURES, 1.0), "cpu_us": cpu, **figures}


class Report(unittest.TestCase):
    def test_a_ratio_is_taken_within_its_round_and_the_median_counts(self):
        runs = [run_of(number, target, cpu) for number, ours, theirs in ((1, 6, 10), (2, 30, 40), (3, 7, 10))
                for target, cpu in (("ringway", ours), ("nutcracker", theirs))]
        (row,) = bench_report.ratios(runs)
        self.assertEqual((row["value"], row["samples"]), (0.7, [0.6, 0.75, 0.7]))
        self.assertEqual(row["verdict"], "met")
        self.assertEqual(bench_report.medians(runs)["p1"]["ringway"]["cpu_us"], 7)

    def test_slices_of_the_open_loop_are_compared_with_each_other_and_the_median_of_all_counts(self):
        runs = [run_of(number, target, 1, part, "p99", p99_us=value)
                for number, part, ours, theirs in ((1, 0, 1, 2), (1, 1, 30, 10), (1, 2, 1, 1), (2, 0, 6, 10), (2, 1, 7, 10))
                for target, value in (("ringway", ours), ("nutcracker", theirs))]
        (row,) = bench_report.ratios(runs)
        self.assertEqual((row["slices"], row["value"]), ([[0.5, 3.0, 1.0], [0.6, 0.7]], 0.7))
        self.assertEqual([round(sample, 6) for sample in row["samples"]], [1.0, 0.65])

    def test_the_p99_of_all_requests_together_is_told_where_there_are_any(self):
        counts = {5.0: 1, 1.0: 989, 3.0: 10}
        self.assertEqual([bench_report.percentile(counts, share) for share in (0.0, 0.989, 0.99, 1.0)], [1.0, 1.0, 3.0, 5.0])
        self.assertIsNone(bench_report.percentile({}, 0.99))
        self.assertIn("together: ringway-proxy 3 us, nutcracker 1 us",
                      bench_report.report([], {}, {"ringway": counts, "nutcracker": {1.0: 1}}))
        self.assertNotIn("together:", bench_report.report([], {}, {"ringway": counts, "nutcracker": {}}))

    def test_what_has_no_counterpart_gives_no_ratio(self):
        self.assertEqual(bench_report.ratios([run_of(1, "ringway", 1), run_of(2, "nutcracker", 1)]), [])

    def test_the_verdict_is_by_the_bar_and_the_aim(self):
        self.assertEqual([bench_report.verdict(value, 0.8, 0.65) for value in (0.65, 0.66, 0.8, 0.81)],
                         ["aim", "met", "met", "missed"])

    def test_a_bar_without_an_aim_is_met_or_missed(self):
        self.assertEqual([bench_report.verdict(value, 0.8, None) for value in (0.1, 0.8, 0.81)], ["met", "met", "missed"])
        rows = (("some", "cpu_us", "p1", "ringway", "nutcracker", 0.8, None),)
        found = bench_report.ratios([run_of(1, "ringway", 1), run_of(1, "nutcracker", 2)], rows)
        self.assertIn("met", list(bench_report.ratio_lines(found, "some"))[1])

    def test_a_bar_may_be_a_least_value_and_needs_samples(self):
        self.assertIsNone(bench_report.bar("none", [], 1))
        self.assertEqual([bench_report.bar("share", [value, 0.9, 0.1], 0.85, at_least=True)["verdict"]
                          for value in (0.84, 0.85, 0.95)], ["missed", "met", "met"])
        self.assertEqual(bench_report.bar("bytes", [30, 20, 24], 32, 24)["verdict"], "aim")

    def test_a_stall_counts_beyond_the_control_of_its_round(self):
        runs = [{"round": number, "scenario": "stall", "target": target, "max_us": value, "foreign_cores": 0.0}
                for number, ours, control in ((1, 9_000, 1_000), (2, 30_000, 29_000), (3, 4_000, 1_500))
                for target, value in (("ringway", ours), ("control", control))]
        (row,) = bench_memory.rows_of(runs, 256)
        self.assertEqual((row["samples"], row["value"], row["verdict"]), ([8.0, 1.0, 2.5], 2.5, "met"))

    def test_the_limit_is_kept_by_the_peak_and_used_by_what_is_live(self):
        phases = {name: {"live": live, "peak": peak << 20, "rss": 1, "items": 1}
                  for name, live, peak in (("100 B", 0.9, 272), ("10 KB", 0.8, 273), ("blend", 0.85, 100))}
        rows = bench_memory.rows_of([{"round": 1, "scenario": "churn", "target": "ringway", "phases": phases}], 256)
        self.assertEqual([row["verdict"] for row in rows], ["met", "met", "missed", "missed", "met", "met"])

    def test_a_disturbed_measurement_is_told(self):
        quiet, loud = run_of(1, "ringway", 1), run_of(1, "nutcracker", 1, foreign_cores=0.5)
        self.assertNotIn("DISTURBED", bench_report.report([quiet], {"p1": "title"}))
        self.assertIn("DISTURBED: during 1 of 2 measurements", bench_report.report([quiet, loud], {"p1": "title"}))

    def test_clocks_that_differ_are_told(self):
        self.assertAlmostEqual(bench_report.clock_difference([run_of(1, "echo", 1), run_of(1, "echo", 1, ticks_s=1.9)]),
                               0.05)
        self.assertIsNone(bench_report.clock_difference([run_of(1, "echo", 1, scheduled_s=0.0)]))


class LoadGenerator(unittest.TestCase):
    def load(self, server, *words):
        done = subprocess.run([stage.program("bench_load"), "--port", str(server.port), "--connections", "1",
                               "--command", "get", "--json", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              text=True, timeout=60, check=False)
        server.close()
        return done.returncode, json.loads(done.stdout)

    def test_a_stall_counts_for_every_request_that_was_due_in_it(self):
        pause = lambda number: 0.3 if number == 200 else 0.0  # noqa: E731
        code, timed = self.load(fakes.Answers(pause=pause), "--rate", "500", "--requests", "600")
        self.assertEqual((code, timed["errors"], timed["requests"], timed["misses"]), (0, 0, 600, 600))
        # 150 of 600 were due within the 0.3 s; the later half of these waited up to half of it.
        self.assertGreater(timed["p99_us"], 270_000)
        self.assertGreater(timed["max_us"], 290_000)
        code, in_turn = self.load(fakes.Answers(pause=pause), "--requests", "600")
        self.assertEqual((code, in_turn["requests"]), (0, 600))
        self.assertGreater(in_turn["max_us"], 290_000)
        self.assertLess(in_turn["p99_us"], 100_000)

    def test_the_rate_is_kept_with_and_without_ticks(self):
        for tick in ("0", "5000"):
            _, found = self.load(fakes.Answers(), "--rate", "1000", "--seconds", "1", "--tick", tick, "--pipeline", "8")
            self.assertEqual(found["requests"], 1000)
            self.assertGreater(found["seconds"], 0.9)

    def test_an_error_reply_is_counted_and_fails_the_run(self):
        code, found = self.load(fakes.Answers(b"-ERR no\r\n"), "--requests", "50")
        self.assertEqual((code, found["requests"], found["problem"]), (1, 50, "-ERR no"))
        self.assertGreaterEqual(found["errors"], 50)

    def test_a_wrong_value_or_a_second_answer_fails_the_run(self):
        for answer in (b"$1\r\nx\r\n", b"+OK\r\n", b"$-1\r\n$-1\r\n"):
            with self.subTest(answer=answer):
                code, found = self.load(fakes.Answers(answer), "--requests", "50")
                self.assertEqual(code, 1)
                self.assertGreater(found["errors"], 0)

    def test_a_connection_that_is_closed_fails_the_run(self):
        code, found = self.load(fakes.Answers(None), "--requests", "50")
        self.assertEqual((code, found["requests"]), (1, 0))
        self.assertGreater(found["errors"], 0)

    def test_an_answer_that_never_comes_fails_the_run(self):
        code, found = self.load(fakes.Answers(pause=lambda number: 11.0 if number == 20 else 0.0), "--requests", "50")
        self.assertEqual((code, found["problem"]), (1, "no answer within 10 s"))


def skewed_trace(requests=3000, keys=400):
    """Keys of which the lower are asked for more often; the same whenever it is made."""
    chance = random.Random(1)
    return [f"key{int(keys * chance.random() ** 3)}" for _ in range(requests)]


class Replay(stage.Case):
    def replay(self, server, trace, *words):
        path = self.stage.write("trace.txt", "".join(key + "\n" for key in trace))
        done = subprocess.run([stage.program("bench_replay"), "--port", str(server.port), "--trace", path, *words],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
        return done.returncode, json.loads(done.stdout) if done.stdout else {}

    def test_a_cache_that_holds_all_misses_each_key_once(self):
        trace = skewed_trace()
        for window in ("1", "16"):
            backend = self.stage.backend(f"window-{window}", threads=1).await_answer()
            code, found = self.replay(backend, trace, "--window", window)
            self.assertEqual((code, found["requests"], found["misses"], found["refused"]), (0, 3000, len(set(trace)), 0))
            self.assertEqual(int(backend.client().call("DBSIZE")), len(set(trace)))

    def test_a_replay_may_be_spread_over_a_time(self):
        backend = self.stage.backend("slow", threads=1).await_answer()
        code, found = self.replay(backend, skewed_trace(500), "--seconds", "0.5")
        self.assertEqual((code, found["requests"]), (0, 500))
        self.assertGreater(found["seconds"], 0.45)

    def test_a_wrong_value_ends_it_with_1_and_no_server_with_2(self):
        backend = self.stage.backend("wrong", threads=1).await_answer()
        backend.client().call("SET", "key1", "x")
        code, found = self.replay(backend, ["key0", "key1"])
        self.assertEqual(code, 1)
        self.assertIn("not what was asked for", found["problem"])
        backend.kill()
        self.assertEqual(self.replay(backend, ["key0"])[0], 2)


class Script(unittest.TestCase):
    def check_run(self, run):
        self.assertEqual((run["errors"], run["misses"], run["problem"]), (0, 0, ""), run)
        self.assertGreater(run["requests"], 0)
        self.assertGreater(run["requests_per_second"], 100)
        for figure in ("cpu_us", "client_cpu_us"):
            self.assertTrue(0.01 < run[figure] < 2000, (figure, run))
        if run["target"] != "echo":
            self.assertTrue(0.01 < run["redis_cpu_us"] < 2000, run)
        self.assertTrue(0 < run["p50_us"] <= run["p99_us"] <= run["p999_us"] <= run["max_us"], run)

    def test_a_quick_run_measures_every_row(self):
        path = os.path.join(self.stage.directory, "bench.json")
        done = bench("proxy", "--quick", "--bin", stage.bin_dir(), "--json", path)
        self.assertEqual(done.returncode, 0, done.stdout)
        with open(path, encoding="utf-8") as file:
            found = json.load(file)
        measured = {}
        for run in found["runs"]:
            self.check_run(run)
            measured.setdefault(run["scenario"], set()).add(run["target"])
        self.assertEqual(measured, TARGETS)
        self.assertEqual({scenario: set(of) for scenario, of in found["medians"].items()}, TARGETS)
        self.assertEqual([(row["scenario"], row["target"], row["against"]) for row in found["ratios"]], RATIOS)
        for row in found["ratios"]:
            self.assertGreater(row["value"], 0.0)
            self.assertLess(row["aim"], row["must"])
            self.assertEqual(row["verdict"], "aim" if row["value"] <= row["aim"] else
                             "met" if row["value"] <= row["must"] else "missed")
            self.assertIn(row["name"], done.stdout)
        self.assertTrue(all(found["machine"]["versions"].values()), found["machine"])

    def test_a_quick_run_measures_the_backend_beside_its_peers(self):
        found = self.json_of("backend", "--quick", "--bin", stage.bin_dir())
        measured = {}
        for run in found["runs"]:
            self.check_run({"redis_cpu_us": 1, **run})
            measured.setdefault(run["scenario"], set()).add(run["target"])
        self.assertEqual(measured, CACHE_TARGETS)
        self.assertEqual([(row["name"], row["must"], row["aim"]) for row in found["ratios"]],
                         [(row[0], row[5], row[6]) for row in bench_backend.ROWS])
        self.assertTrue(all(found["machine"]["versions"].values()), found["machine"])

    def test_a_quick_run_measures_the_memory_beside_the_peers(self):
        found = self.json_of("memory", "--quick", "--bin", stage.bin_dir())
        measured = {}
        for run in found["runs"]:
            measured.setdefault(run["scenario"], set()).add(run["target"])
            if run["scenario"] == "stall":
                self.assertTrue(0 < run["p50_us"] <= run["p999_us"] <= run["max_us"], run)
            elif run["scenario"] == "churn":
                for phase in run["phases"].values():
                    self.assertTrue(0.2 < phase["live"] < 1.5, run)
                    self.assertTrue(0 < phase["new"] <= phase["live"], run)
                    self.assertTrue(0.2 * found["limit"] < phase["rss"] <= phase["peak"] < 4 * found["limit"], run)
            else:
                self.assertTrue(0 < run["item_bytes"] < 1000, run)
        others = {"churn": CACHES - {"memcached"}, "stall": CACHES | {"control"}}
        self.assertEqual(measured, {name: others.get(name, CACHES) for name in bench_memory.SCENARIOS})
        self.assertEqual(len(found["bars"]), 11)

    def test_a_quick_run_replays_a_trace_at_the_backend_and_its_peers(self):
        path = self.stage.write("some.trace.txt", "".join(key + "\n" for key in skewed_trace()))
        with open(path, "rb") as plain, gzip.open(path + ".gz", "wb") as packed:
            packed.write(plain.read())
        found = self.json_of("hitratio", "--quick", "--policy", "lru", "--bin", stage.bin_dir(), path + ".gz")
        cells = ["some-2", "some-5", "some-20"]
        self.assertEqual(sorted((run["scenario"], run["target"]) for run in found["runs"]),
                         sorted((cell, target) for cell in cells
                                for target in ("ringway", "ringway:lru", "redis-lru", "redis-lfu", "memcached")))
        for run in found["runs"]:
            self.assertEqual((run["requests"], run["hits"] + run["misses"], run["refused"]), (3000, 3000, 0), run)
            self.assertTrue(0 < run["items"] < 400, run)
        self.assertEqual([(row["scenario"], row["against"], row["must"]) for row in found["ratios"]],
                         2 * [(cell, *bar[:2]) for cell in cells for bar in bench_hitratio.BARS])

    def json_of(self, *words):
        """What a bench writes, when it ends well."""
        path = os.path.join(self.stage.directory, "bench.json")
        done = bench(*words, "--json", path)
        self.assertEqual(done.returncode, 0, done.stdout)
        with open(path, encoding="utf-8") as file:
            return json.load(file)

    def test_only_what_is_named_is_measured(self):
        found = self.json_of("proxy", "--quick", "--rounds", "3", "--only", "mget", "--bin", stage.bin_dir())
        self.assertEqual([(run["round"], run["target"]) for run in found["runs"]],
                         [(1, "ringway"), (1, "nutcracker"), (2, "nutcracker"), (2, "ringway"), (3, "ringway"),
                          (3, "nutcracker")])
        samples = found["ratios"][0]["samples"]
        self.assertEqual((len(found["ratios"]), len(samples)), (1, 3))
        self.assertEqual(found["ratios"][0]["value"], sorted(samples)[1])

    def test_a_home_is_killed_and_suspended_and_no_read_fails(self):
        found = self.json_of("failover", "--quick", "--only", "kill", "--only", "stop", "--rate", "2000", "--bin",
                             stage.bin_dir())
        self.assertEqual([run["scenario"] for run in found["runs"]], ["kill", "stop"])
        for run in found["runs"]:
            self.assertEqual(run["failed_reads"], 0, run)
            self.assertGreater(run["gap_ms"], 0.5)  # of one request to the next there are 0.5 ms
            self.assertLess(run["gap_ms"], 1000, run)
        self.assertGreater(found["runs"][1]["gap_ms"], 25)  # the time-out of a probe

    def test_what_partners_lose_and_cost_is_measured(self):
        words = [word for name in bench_partners.SCENARIOS for word in ("--only", name)]
        found = self.json_of("failover", "--quick", *words, "--bin", stage.bin_dir())
        measured = {}
        for run in found["runs"]:
            measured.setdefault(run["scenario"], set()).add(run["target"])
            if "count" in run:
                self.assertEqual(run["count"], 0, run)
                self.assertGreater(run["answered"], 500, run)
            else:
                self.assertEqual((run["errors"], run["misses"]), (0, 0), run)
                self.assertTrue(0.01 < run["cpu_us"] < 2000, run)
        self.assertEqual(set(measured), set(bench_partners.SCENARIOS))
        self.assertEqual([(row["name"], row["must"], row["aim"]) for row in found["ratios"]],
                         [(row[0], row[5], row[6]) for row in bench_partners.ROWS])

    def test_what_cannot_be_measured_is_said(self):
        self.assertIn("scripts/bench proxy", bench("--help").stdout)
        for words in ((), ("everything",), ("backend", "--rounds", "0", "--bin", stage.bin_dir()),
                      ("hitratio", "--bin", stage.bin_dir()), ("hitratio", "/no/trace", "--bin", stage.bin_dir()),
                      ("proxy", "--only", "nothing", "--bin", stage.bin_dir()),
                      ("proxy", "--quick", "--bin", self.stage.directory)):
            done = bench(*words)
            self.assertEqual(done.returncode, 2, (words, done.stdout))
            self.assertNotIn("Traceback", done.stdout)

    def test_nothing_stays_behind_when_it_is_ended(self):
        trace = self.stage.write("some.txt", "one\ntwo\n")
        for words in (("proxy", "--only", "p1"), ("backend", "--only", "p1-get"), ("memory", "--only", "churn"),
                      ("hitratio", trace), ("failover", "--only", "kill")):
            self.check_end(*words)

    def check_end(self, *words):
        argv = [os.path.join(stage.SOURCE, "scripts", "bench"), *words, "--bin", stage.bin_dir()]
        with subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              env={**os.environ, "TMPDIR": self.stage.directory}) as script:
            self.assertIn(b"measurements", script.stdout.readline())
            time.sleep(1.0)
            script.terminate()
            self.assertEqual(script.wait(20), 143, words)
        self.assertEqual(os.listdir(self.stage.directory), ["some.txt"])
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/environ", "rb") as environ:
                    self.assertNotIn(self.stage.directory.encode(), environ.read(), (words, pid))
            except OSError:
                pass  # ended meanwhile, or somebody else's

    def setUp(self):
        self.stage = stage.Stage()
        self.addCleanup(self.stage.remove)


if __name__ == "__main__":
    stage.main()
