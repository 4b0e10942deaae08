#!/usr/bin/python3 -B
"""What is in doubt is said; both of a pair gone, and back; the slow start of a backend that has come back."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import fakes, stage, wire  # noqa: E402
from support.load import Load  # noqa: E402

INTERVAL = 0.1  # seconds between probes


class BothGone(stage.Case):
    def start(self, **pool):
        self.a1, self.a2 = self.stage.pair("a1", "a2")
        health = {"interval": "100ms", "timeout": "80ms", "fall": 2, "rise": 2}
        self.proxy = self.stage.proxy([self.a1, self.a2], health=health, pool=pool)

    def await_statuses(self, *wanted):
        self.assertTrue(wire.until(lambda: self.proxy.statuses() == list(wanted)), (self.proxy.statuses(), wanted))

    def key_of(self, name, number=0):
        with self.proxy.client() as client:
            for i in range(1000):
                if wire.route(client.call("PROXY", "ROUTE", f"key:{i}"))["home"] == name:
                    number -= 1
                    if number < 0:
                        return f"key:{i}"
        raise AssertionError("no such key")

    def test_both_are_tried_seldom_and_clients_are_answered_at_once_until_they_are_back(self):
        self.start()
        self.a1.kill()
        self.a2.kill()
        listeners = [fakes.Closing(self.a1.port), fakes.Closing(self.a2.port)]
        try:
            self.await_statuses("down", "down")
            before = [one.accepted for one in listeners]
            begin, slowest, asked = time.monotonic(), 0.0, 0
            with self.proxy.client() as client:
                while time.monotonic() - begin < 2.0:
                    sent = time.monotonic()
                    reply = client.call("GET", f"key:{asked}")
                    slowest = max(slowest, time.monotonic() - sent)
                    self.assertTrue(str(reply).startswith("UNAVAILABLE backend 'a"), reply)
                    asked += 1
            rates = [(one.accepted - was) / (time.monotonic() - begin) for one, was in zip(listeners, before)]
        finally:
            for one in listeners:
                one.close()
        print(f"\nboth gone: {asked} requests refused, the slowest in {slowest * 1000:.1f} ms; tries for a connection each "
              f"second {rates}", flush=True)
        self.assertLess(slowest, 0.3)
        self.assertGreater(min(rates), 1)
        self.assertLess(max(rates), 1.5 / INTERVAL)
        self.a1.start()
        self.a2.start()
        self.await_statuses("ready", "ready")
        with self.proxy.client() as client:
            self.assertEqual(client.pipeline([("SET", f"key:{i}", i) for i in range(50)]), ["OK"] * 50)

    def test_what_may_have_been_applied_and_may_not_be_repeated_is_unknown(self):
        self.start(request_timeout="5s", retry_share=1)
        count, plain = self.key_of("a1"), self.key_of("a1", 1)
        with self.proxy.client() as client:
            self.assertEqual(client.call("SET", plain, "v"), "OK")
            self.assertEqual(client.call("INCR", count), 1)
            for words in (("INCR", count), ("APPEND", plain, "w"), ("SETNX", plain, "w")):
                self.a1.suspend()
                client.send(wire.encode(*words) + wire.encode("GET", "other") + wire.encode("SET", plain, "v"))
                time.sleep(0.02)
                self.a1.kill()
                self.assertRegex(str(client.read()), "^UNKNOWN connection to backend 'a1' was lost; the command may or may not")
                self.assertEqual([client.read(), client.read()], [None, "OK"])
                self.a1.start().await_answer()
                self.await_statuses("ready", "ready")
        info = self.proxy.info()
        self.assertEqual(info["requests_unknown"], "3")
        self.assertGreaterEqual(int(info["requests_retried"]), 3)

    def test_one_that_has_come_back_takes_its_keys_back_in_the_time_of_the_slow_start(self):
        self.start(slow_start="2s")

        def batch(turn):
            key = f"w:{turn % 300}"
            wanted = b"%d" % turn
            return [("write", ("SET", key, turn), lambda reply: reply == "OK"),
                    ("read", ("GET", key), lambda reply: reply == wanted)]

        def homes():
            with self.proxy.client() as client:
                routes = client.pipeline([("PROXY", "ROUTE", f"key:{i}") for i in range(200)])
            found = [wire.route(one) for one in routes]
            return {i for i, one in enumerate(found) if one["home"] == "a1" and one["serves"] == "a1"}
        whole = homes()
        with Load(self.proxy.port, batch) as load:
            self.a1.kill()
            time.sleep(0.3)
            self.assertEqual(homes(), set())
            self.a1.start().await_answer()
            self.assertTrue(wire.until(lambda: self.proxy.statuses()[0] == "returning"))
            seen, begin = [], time.monotonic()
            while self.proxy.statuses()[0] == "returning":
                seen.append(homes())
                time.sleep(0.05)
            took = time.monotonic() - begin
        self.assertIsNone(load.problem)
        self.assertEqual(homes(), whole)
        print(f"\nslow start of 2 s: {took:.2f} s, {len(load.failed('read', 'write'))} of {len(load.answers)} failed", flush=True)
        self.assertTrue(1.5 < took < 4.0, took)
        self.assertTrue(all(before <= after for before, after in zip(seen, seen[1:])), "a key went back to the partner")
        self.assertGreater(len({len(one) for one in seen}), 5)
        self.assertEqual([(one.kind, one.reply) for one in load.failed("read", "write")], [])


if __name__ == "__main__":
    stage.main()
