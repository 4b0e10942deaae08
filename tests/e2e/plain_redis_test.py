#!/usr/bin/python3 -B
"""The proxy in front of two plain Redis servers, without partners."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import stage, wire  # noqa: E402

KEYS = [f"key:{i}" for i in range(400)]


class PlainRedis(stage.Case):
    def setUp(self):
        super().setUp()
        self.servers = [self.stage.redis("redis-1"), self.stage.redis("redis-2")]
        self.proxy = self.stage.proxy(self.servers)
        self.client = self.proxy.client()

    def fill(self):
        self.assertEqual(self.client.call("MSET", *(word for key in KEYS for word in (key, key + "!"))), "OK")

    def test_the_same_commands_work(self):
        for greeting in (("HELLO", "2"), ("HELLO", "3")):
            self.client.call(*greeting)
            self.fill()
            self.assertEqual(self.client.call("MGET", *KEYS, "none"), [*((key + "!").encode() for key in KEYS), None])
            self.assertEqual(self.client.call("EXISTS", *KEYS, "none"), 400)
            self.assertEqual(self.client.call("DBSIZE"), 400)
            sizes = [server.client().call("DBSIZE") for server in self.servers]
            self.assertEqual(sum(sizes), 400)
            self.assertTrue(all(150 < size < 250 for size in sizes), sizes)
            self.assertEqual(self.client.pipeline([
                ("SET", "n", "5", "EX", "100"), ("INCR", "n"), ("INCRBY", "n", "4"), ("DECR", "n"), ("TTL", "n"),
                ("PERSIST", "n"), ("TTL", "n"), ("EXPIRE", "n", "50"), ("SET", "n", "x", "KEEPTTL", "GET"), ("INCR", "n"),
                ("PING",), ("ECHO", "e"), ("SELECT", "0"), ("GET", "none")]),
                ["OK", 6, 10, 9, 100, 1, -1, 1, b"9", "ERR value is not an integer or out of range", "PONG", b"e", "OK", None])
            self.assertEqual(self.client.call("DEL", *KEYS[:100], "none"), 100)
            self.assertEqual(self.client.call("FLUSHALL"), "OK")
            self.assertEqual([server.client().call("DBSIZE") for server in self.servers], [0, 0])

    def test_one_that_is_killed_takes_only_its_own_keys_away_until_it_is_back(self):
        self.fill()
        with self.servers[0].client() as direct:
            lost = {key for key in KEYS if direct.call("EXISTS", key)}
        self.servers[0].kill()
        begin = time.monotonic()
        for _ in range(2):
            for key, value in zip(KEYS, self.client.pipeline([("GET", key) for key in KEYS])):
                if key in lost:
                    self.assertTrue(str(value).startswith("UNAVAILABLE "), value)
                    self.assertIn("redis-1", value)
                else:
                    self.assertEqual(value, (key + "!").encode())
        self.assertLess(time.monotonic() - begin, 1.0)
        self.assertTrue(str(self.client.call("MGET", *KEYS)).startswith("UNAVAILABLE "))
        self.servers[0].start().await_answer()
        back = sorted(lost)[0]
        self.assertTrue(wire.until(lambda: self.client.call("SET", back, "again") == "OK"))
        self.assertEqual(self.client.call("GET", back), b"again")
        self.assertTrue(wire.until(lambda: "status=ready" in self.proxy.info()["backend0"]))
        self.assertEqual(self.client.call("DBSIZE"), 400 - len(lost) + 1)


if __name__ == "__main__":
    stage.main()
