#!/usr/bin/python3 -B
"""Values of 10 MB pass whole, and small requests of others go on meanwhile."""
import hashlib
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import stage, wire  # noqa: E402

SIZE = 10 << 20


def digest(data):
    return hashlib.sha256(data).hexdigest()


class BigValues(stage.Case):
    def setUp(self):
        super().setUp()
        self.backends, self.proxy = stage.two_pairs(self.stage, pool={"request_timeout": "5s"})
        self.values = {f"big:{i}": random.Random(i).randbytes(SIZE) for i in range(4)}

    def test_they_are_written_read_and_gathered_whole(self):
        client = self.proxy.client(30.0)
        for key, value in self.values.items():
            self.assertEqual(client.call("SET", key, value), "OK")
        for key, value in self.values.items():
            self.assertEqual(digest(client.call("GET", key)), digest(value))
        gathered = client.call("MGET", *self.values, "none")
        self.assertEqual([digest(one) for one in gathered[:-1]], [digest(one) for one in self.values.values()])
        self.assertIsNone(gathered[-1])
        self.assertEqual(client.call("MSET", *(word for key, value in self.values.items() for word in (key + "'", value))), "OK")
        self.assertEqual(digest(client.call("GET", "big:3'")), digest(self.values["big:3"]))
        self.assertEqual(client.pipeline([("GET", "big:0"), ("PING",), ("GET", "none")])[1:], ["PONG", None])

    def test_they_reach_the_partner(self):
        with self.backends[0].client(30.0) as client:
            client.call("SET", "big", self.values["big:0"])
        with self.backends[1].client(30.0) as client:
            self.assertTrue(wire.until(lambda: client.call("EXISTS", "big") == 1))
            self.assertEqual(digest(client.call("GET", "big")), digest(self.values["big:0"]))

    def test_small_requests_go_on_meanwhile(self):
        done = threading.Event()
        problems = []

        def move_big_values():
            try:
                with wire.Client(self.proxy.port, 30.0) as client:
                    for _ in range(3):
                        for key, value in self.values.items():
                            if client.call("SET", key, value) != "OK" or len(client.call("GET", key)) != SIZE:
                                problems.append(key)
            except Exception as problem:  # shown below, in the test's own thread
                problems.append(problem)
            done.set()
        mover = threading.Thread(target=move_big_values)
        mover.start()
        waits = []
        client = self.proxy.client()
        while not done.is_set():
            begin = time.monotonic()
            answers = client.pipeline([("SET", f"s{i}", i) for i in range(8)] + [("GET", f"s{i}") for i in range(8)])
            waits.append(time.monotonic() - begin)
            self.assertEqual(answers, ["OK"] * 8 + [b"%d" % i for i in range(8)])
            time.sleep(0.001)
        mover.join()
        self.assertEqual(problems, [])
        waits.sort()
        print(f"\nbeside 24 transfers of 10 MB: {len(waits)} batches, median {waits[len(waits) // 2] * 1000:.1f} ms, longest "
              f"{waits[-1] * 1000:.0f} ms", flush=True)
        self.assertGreater(len(waits), 50)
        self.assertLess(waits[-1], 1.0)


if __name__ == "__main__":
    stage.main()
