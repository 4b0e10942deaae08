#!/usr/bin/python3 -B
"""The hit_ratio tool over traces made here, beside what can be said of them without it; and over traces with published
figures if RINGWAY_TRACES names the folder that has them."""
import collections
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import unittest

BIN = sys.argv.pop(1) if len(sys.argv) > 1 else "build/release/bin"
TRACES = os.environ.get("RINGWAY_TRACES", "")
CAPACITIES = (250, 500, 1000, 2000)
LRU = {"arc_oltp": (16.47, 23.45, 32.83, 42.47), "lirs_gli": (0.91, 0.95, 11.21, 57.41)}
# The best of ARC, LIRS, W-TinyLFU and LRU, as published.
BEST = {"arc_oltp": (22.76, 30.61, 39.06, 46.17), "lirs_gli": (15.91, 33.60, 50.57, 57.96)}
# Entries: 2 %, 5 % and 20 % of the keys among them.
OTHERS = {"lirs_loop": (250, 500, 750, 1000), "cache2k_web12": (75, 275, 690, 1000, 2000, 2750, 4000, 8000)}
DEFAULT = "adaptive-fifo"
POLICIES = ("lru", "s3-fifo", DEFAULT)


def hit_ratio(path, policy, capacity, *more):
    out = subprocess.run([os.path.join(BIN, "hit_ratio"), "--policy", policy, "--capacity", str(capacity), "--json",
                          *more, path], check=True, capture_output=True, text=True)
    return json.loads(out.stdout)


def lru_hits(keys, capacity):
    """An exact LRU that shares nothing with the tool."""
    order, hits = collections.OrderedDict(), 0
    for key in keys:
        if key in order:
            hits += 1
            order.move_to_end(key)
            continue
        order[key] = True
        if len(order) > capacity:
            order.popitem(last=False)
    return hits


def skewed(count, keys, seed=1):
    """Keys by Zipf's law with exponent 1."""
    weights = [1 / (i + 1) for i in range(keys)]
    return random.Random(seed).choices(range(keys), weights, k=count)


def with_scans(keys, every, length):
    """The same with a scan of keys that never come again after each `every` requests."""
    fresh, mixed = 10 ** 9, []
    for start in range(0, len(keys), every):
        mixed += keys[start:start + every]
        mixed += range(fresh, fresh + length)
        fresh += length
    return mixed


class HitRatio(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, keys):
        path = os.path.join(self.folder.name, "trace.gz")
        with gzip.open(path, "wt") as out:
            out.writelines("%s\n" % key for key in keys)
        return path

    def test_exact_lru_is_the_models(self):
        for keys in (skewed(20000, 2000), with_scans(skewed(20000, 2000), 500, 300), list(range(300)) * 5):
            path = self.write(keys)
            for capacity in (1, 10, 299, 300, 5000):
                for shards in ("1", "16"):
                    got = hit_ratio(path, "lru", capacity, "--shards", shards)
                    self.assertEqual((got["requests"], got["hits"]), (len(keys), lru_hits(keys, capacity)))

    def test_nothing_is_evicted_while_there_is_room(self):
        keys = skewed(20000, 1000)
        path = self.write(keys)
        for policy in POLICIES:
            self.assertEqual(hit_ratio(path, policy, 1000)["hits"], len(keys) - len(set(keys)), policy)

    def test_a_scan_of_new_keys_never_hits(self):
        path = self.write(range(5000))
        for policy in POLICIES:
            self.assertEqual(hit_ratio(path, policy, 100)["hits"], 0, policy)

    def test_all_but_lru_keep_what_is_used_through_scans(self):
        path = self.write(with_scans(skewed(60000, 2000), 500, 500))
        lru = hit_ratio(path, "lru", 200)["hit_ratio"]
        for policy in POLICIES[1:]:
            self.assertGreater(hit_ratio(path, policy, 200)["hit_ratio"], lru + 0.02, policy)

    def test_the_default_keeps_its_share_of_a_loop(self):
        for length in (250, 400, 1000):
            path = self.write(list(range(length)) * 40)
            self.assertEqual(hit_ratio(path, "lru", 200)["hits"], 0)
            for shards in ("1", "16"):
                got = hit_ratio(path, DEFAULT, 200, "--shards", shards)["hit_ratio"]
                self.assertGreater(got, 0.95 * 200 / length, (length, shards))

    def test_what_is_printed_for_people_is_the_same(self):
        path = self.write([1, 2, 1, 1])
        out = subprocess.run([os.path.join(BIN, "hit_ratio"), "--policy", "lru", "--capacity", "10", path], check=True,
                             capture_output=True, text=True)
        self.assertEqual(out.stdout, "4 requests, 2 hits, hit ratio 50.00 %\n")

    def test_bytes_count_instead_of_entries(self):
        path = self.write(["a 60", "b 50", "a 60", "b 40", "a 60", "a 60"])
        self.assertEqual(hit_ratio(path, "lru", 100, "--bytes")["hits"], 2)

    def test_a_wrong_command_line_or_trace_is_told(self):
        good = self.write(["a"])
        for words in (["--capacity", "5", "/nowhere"], ["--capacity", "5", "--policy", "none", good], [good],
                      ["--capacity", "5", "--shards", "3", good], ["--capacity", "5", "--bytes", good]):
            out = subprocess.run([os.path.join(BIN, "hit_ratio"), *words], check=False, capture_output=True, text=True)
            self.assertEqual(out.returncode, 1, words)
            self.assertTrue(out.stderr.startswith("hit_ratio: "), words)

    @unittest.skipUnless(TRACES, "RINGWAY_TRACES names no folder")
    def test_exact_lru_equals_the_published_figures(self):
        for name, published in LRU.items():
            for capacity, figure in zip(CAPACITIES, published):
                got = hit_ratio(os.path.join(TRACES, name + ".txt.gz"), "lru", capacity)["hit_ratio"]
                self.assertEqual("%.2f" % (100 * got), "%.2f" % figure, (name, capacity))

    @unittest.skipUnless(TRACES, "RINGWAY_TRACES names no folder")
    def test_the_default_is_near_the_best_published_figures(self):
        for name, published in BEST.items():
            for capacity, figure in zip(CAPACITIES, published):
                got = hit_ratio(os.path.join(TRACES, name + ".txt.gz"), DEFAULT, capacity)["hit_ratio"]
                self.assertGreaterEqual(100 * got, figure - 1.0, (name, capacity))

    @unittest.skipUnless(TRACES, "RINGWAY_TRACES names no folder")
    def test_the_default_is_nowhere_worse_than_lru(self):
        for name, capacities in [*OTHERS.items(), *((name, CAPACITIES) for name in LRU)]:
            for capacity in capacities:
                path = os.path.join(TRACES, name + ".txt.gz")
                lru = hit_ratio(path, "lru", capacity)["hit_ratio"]
                self.assertGreaterEqual(hit_ratio(path, DEFAULT, capacity)["hit_ratio"], lru - 0.002, (name, capacity))


if __name__ == "__main__":
    unittest.main(verbosity=2)
