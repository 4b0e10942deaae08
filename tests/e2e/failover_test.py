#!/usr/bin/python3 -B
"""Two pairs and a proxy under load while backends are killed, suspended and brought back."""
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import stage, wire  # noqa: E402
from support.load import Load  # noqa: E402

KEYS = 20000
SHIPPED_HEALTH = {"interval": "1s", "timeout": "250ms", "fall": 3, "rise": 2}


def value_of(number):
    return b"value of %d" % number + b"." * 80


def equals(wanted):
    return lambda reply: reply == wanted


def fill(port, keys=KEYS):
    with wire.Client(port) as client:
        for at in range(0, keys, 500):
            client.call("MSET", *(word for i in range(at, at + 500) for word in (f"key:{i}", value_of(i))))


def mixed(turn):
    """Six requests: reads of what was there before, plain writes, and counters, which nobody may repeat."""
    numbers = [(turn * 7 + i * 1009) % KEYS for i in range(4)]
    reads = [("read", ("GET", f"key:{i}"), equals(value_of(i))) for i in numbers]
    write = ("write", ("SET", f"written:{turn % 5000}", turn), equals("OK"))
    count = ("counter", ("INCR", f"count:{turn % 64}"), lambda reply: isinstance(reply, int))
    return [*reads, write, count]


def written_then_read(turn):
    """Three plain writes; the three of the turn before are read, and must not be older."""
    writes = [("write", ("SET", f"w:{(turn * 3 + i) % 500}", turn), equals("OK")) for i in range(3)]
    if turn < 2:
        return writes
    before = turn - 1
    return writes + [("read", ("GET", f"w:{(before * 3 + i) % 500}"), equals(b"%d" % before)) for i in range(3)]


class Client:
    """One of a crowd: random commands in random portions until `finish`."""

    KEYS = [f"crowd:{i}" for i in range(30)]

    def __init__(self, port, seed):
        self.problem = None
        self.error_words = set()
        self.slowest = 0.0
        self._choose = random.Random(seed)
        self._client = wire.Client(port)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def finish(self):
        self._done.set()
        self._thread.join()
        self._client.close()

    def _command(self):
        keys = self._choose.sample(self.KEYS, 3)
        return self._choose.choice((
            ("GET", keys[0]), ("MGET", *keys), ("SET", keys[0], self._choose.random()), ("DEL", *keys), ("PING",),
            ("MSET", *(word for key in keys for word in (key, "1"))), ("SET", keys[1], "5", "EX", "1000"), ("TTL", keys[2]),
            ("EXISTS", *keys), ("FLUSHALL",) if self._choose.random() < 0.01 else ("DBSIZE",)))

    def _work(self):
        try:
            while not self._done.is_set():
                begin = time.monotonic()
                for reply in self._client.pipeline([self._command() for _ in range(self._choose.choice((1, 1, 5, 40)))]):
                    if isinstance(reply, wire.Failure):
                        self.error_words.add(reply.split()[0])
                self.slowest = max(self.slowest, time.monotonic() - begin)
        except Exception as problem:  # shown by the test, in its own thread
            self.problem = problem


class Failover(stage.Case):
    def start(self, **proxy_settings):
        self.backends, self.proxy = stage.two_pairs(self.stage, **proxy_settings)
        self.a1, self.a2, self.b1, self.b2 = self.backends

    def await_statuses(self, wanted):
        self.assertTrue(wire.until(lambda: self.proxy.statuses() == wanted), (self.proxy.statuses(), wanted))

    def await_copies(self):
        """Until the partners hold the same number of keys."""
        def sizes():
            return [int(server.info().get("db0", "keys=0,").split("=")[1].split(",")[0]) for server in self.backends]
        self.assertTrue(wire.until(lambda: sizes()[0] == sizes()[1] and sizes()[2] == sizes()[3]), sizes())

    def keys_held_by(self, server):
        with server.client() as direct:
            return direct.call("DBSIZE")

    def home_keys(self, server, count=20):
        """Keys whose home that server is: it alone counts the hit."""
        keys = []
        with self.proxy.client() as client, server.client() as direct:
            for i in range(1000):
                before = int(wire.info(direct)["keyspace_hits"])
                client.call("GET", f"key:{i}")
                if int(wire.info(direct)["keyspace_hits"]) > before:
                    keys.append(f"key:{i}")
                if len(keys) == count:
                    break
        return keys

    def test_reads_go_on_when_a_backend_is_killed_and_comes_back(self):
        self.start(health=SHIPPED_HEALTH)
        fill(self.proxy.port)
        self.await_copies()
        keys_of_pair = self.keys_held_by(self.a1)
        with Load(self.proxy.port, mixed) as load:
            time.sleep(1.0)
            killed = time.monotonic()
            self.a1.kill()
            time.sleep(1.5)
            returned = time.monotonic()
            self.a1.start().await_answer()
            caught_up = time.monotonic() - returned
            with self.a1.client() as direct:
                present = direct.call("EXISTS", *(f"key:{i}" for i in range(KEYS)))
            self.assertTrue(wire.until(lambda: self.proxy.statuses() == ["ready"] * 4))
            ready = time.monotonic() - returned
            hits = int(self.a1.info()["keyspace_hits"])
            time.sleep(0.5)
            hits = int(self.a1.info()["keyspace_hits"]) - hits
        self.assertIsNone(load.problem)
        failed = {kind: load.failed(kind) for kind in ("read", "write", "counter")}
        print(f"\nkill -9 of a1 under {load.rate():.0f} requests/s, {len(load.answers)} in all: failed reads "
              f"{len(failed['read'])}, writes {len(failed['write'])}, counters {len(failed['counter'])}; longest wait "
              f"{load.longest_wait(killed) * 1000:.0f} ms, longest gap between replies {load.longest_gap() * 1000:.0f} ms; "
              f"caught up {caught_up:.2f} s and served again {ready:.2f} s after its start", flush=True)
        self.assertEqual([(one.reply, one.sent - killed) for one in failed["read"] + failed["write"]], [])
        self.assertTrue(all(one.reply.startswith("UNKNOWN ") for one in failed["counter"]), failed["counter"])
        self.assertLess(len(failed["counter"]), 50)
        self.assertLess(load.longest_wait(), 1.0)
        self.assertEqual(present, keys_of_pair)
        self.assertGreater(hits, 50)

    def test_what_was_written_is_read_while_one_after_another_goes_and_returns(self):
        self.start()
        with Load(self.proxy.port, written_then_read) as load:
            for server in self.backends:
                time.sleep(0.2)
                server.kill()
                time.sleep(0.3)
                server.start().await_answer()
                self.await_statuses(["ready"] * 4)
        self.assertIsNone(load.problem)
        failed = load.failed("read", "write")
        print(f"\neach of four killed in turn: {len(failed)} of {len(load.answers)} failed, longest wait "
              f"{load.longest_wait() * 1000:.0f} ms", flush=True)
        # What was acknowledged in the last moments before a crash may be lost, and nothing else.
        self.assertLessEqual(len(failed), 12, [(one.kind, one.reply) for one in failed])
        self.assertLess(load.longest_wait(), 1.0)

    def test_every_request_of_many_clients_is_answered_while_backends_come_and_go(self):
        self.start(pool={"request_timeout": "400ms"})
        crowd = [Client(self.proxy.port, number) for number in range(12)]
        for server, suspended in zip(self.backends, (False, True, True, False)):
            time.sleep(0.2)
            if suspended:
                server.suspend()
                self.assertTrue(wire.until(lambda: "down" in self.proxy.statuses()))
                server.resume()
            else:
                server.kill()
                time.sleep(0.2)
                server.start().await_answer()
            self.await_statuses(["ready"] * 4)
        for client in crowd:
            client.finish()
        self.assertEqual([client.problem for client in crowd if client.problem], [])
        words = {word for client in crowd for word in client.error_words}
        self.assertLessEqual(words, {"UNAVAILABLE", "TIMEOUT", "UNKNOWN"})
        self.assertLess(max(client.slowest for client in crowd), 2.0)

        def held(server):
            with server.client() as direct:
                return direct.call("MGET", *Client.KEYS)
        self.assertTrue(wire.until(lambda: held(self.a1) == held(self.a2) and held(self.b1) == held(self.b2)))

    def test_a_backend_says_loading_until_it_has_everything(self):
        self.start()
        fill(self.proxy.port, 60000)
        self.await_copies()
        self.a1.kill()
        self.a1.start()
        answers = []

        def caught_up():
            try:
                with wire.Client(self.a1.port, timeout=1.0) as client:
                    answers.append(client.call("PING"))
                    return answers[-1] == "PONG" and client.call("DBSIZE")
            except (OSError, wire.Closed):
                return False
        self.assertEqual(wire.until(caught_up, step=0.001), self.keys_held_by(self.a2))
        loading = answers[:-1]
        self.assertTrue(loading, "it was never seen loading")
        self.assertEqual(set(loading), {"LOADING a1 is catching up with its partner"})

    def test_nothing_stale_comes_back(self):
        self.start()
        fill(self.proxy.port, 2000)
        self.await_copies()
        client = self.proxy.client()
        self.a1.kill()
        client.pipeline([("SET", f"key:{i}", f"new {i}") for i in range(0, 1000)])
        self.assertEqual(client.call("DEL", *(f"key:{i}" for i in range(1000, 1500))), 500)
        self.a1.start().await_answer()
        self.await_statuses(["ready"] * 4)
        expected = [b"new %d" % i for i in range(1000)] + [None] * 500 + [value_of(i) for i in range(1500, 2000)]
        keys = [f"key:{i}" for i in range(2000)]
        self.assertEqual(client.call("MGET", *keys), expected)
        self.await_copies()
        at_a1, at_a2 = (server.client().call("MGET", *keys) for server in (self.a1, self.a2))
        self.assertEqual(at_a1, at_a2)
        self.assertTrue(all(value in (None, wanted) for value, wanted in zip(at_a1, expected)))

    def test_a_flush_while_one_is_away_is_not_undone(self):
        self.start()
        fill(self.proxy.port, 1000)
        self.await_copies()
        self.a1.kill()
        client = self.proxy.client()
        self.assertEqual(client.call("FLUSHALL"), "OK")
        self.assertEqual(client.call("SET", "after", "1"), "OK")
        self.a1.start().await_answer()
        self.await_statuses(["ready"] * 4)
        self.await_copies()
        self.assertEqual(client.call("DBSIZE"), 1)
        self.assertEqual(client.call("GET", "after"), b"1")

    def test_without_both_of_a_pair_requests_fail_at_once_and_others_are_served(self):
        self.start()
        fill(self.proxy.port, 500)
        self.await_copies()
        client = self.proxy.client()
        self.a1.kill()
        self.a2.kill()
        begin = time.monotonic()
        answers = client.pipeline([("GET", f"key:{i}") for i in range(500)])
        self.assertLess(time.monotonic() - begin, 1.0)
        for i, one in enumerate(answers):
            if one != value_of(i):
                self.assertRegex(str(one), "^(UNAVAILABLE|UNKNOWN) ")
        begin = time.monotonic()
        answers = client.pipeline([("GET", f"key:{i}") for i in range(500)])
        self.assertLess(time.monotonic() - begin, 0.3)
        failures = [one for one in answers if isinstance(one, wire.Failure)]
        self.assertTrue(all(one.startswith("UNAVAILABLE backend 'a") for one in failures), failures[:3])
        self.assertTrue(150 < len(failures) < 350, len(failures))
        self.assertTrue(all(one == value_of(i) for i, one in enumerate(answers) if not isinstance(one, wire.Failure)))
        for words in (("MGET", *(f"key:{i}" for i in range(20))), ("DBSIZE",), ("FLUSHALL",),
                      ("MSET", *(word for i in range(20) for word in (f"key:{i}", "x")))):
            self.assertTrue(str(client.call(*words)).startswith("UNAVAILABLE "), words)
        self.a1.start()
        self.a2.start()
        self.await_statuses(["ready"] * 4)
        everywhere = ("MSET", *(word for i in range(20) for word in (f"key:{i}", "y")))
        self.assertTrue(wire.until(lambda: client.call(*everywhere) == "OK", 1.0))

    def test_a_suspended_backend_costs_at_most_the_deadline(self):
        self.start(pool={"request_timeout": "400ms"})
        fill(self.proxy.port)
        self.await_copies()
        with Load(self.proxy.port, mixed, pace=0.004) as load:
            time.sleep(0.5)
            self.a1.suspend()
            stopped = time.monotonic()
            self.await_statuses(["down", "ready", "ready", "ready"])
            down = time.monotonic()
            time.sleep(0.8)
            self.a1.resume()
            self.await_statuses(["ready"] * 4)
            time.sleep(0.5)
        self.assertIsNone(load.problem)
        failed = load.failed("read", "write", "counter")
        later = [one for one in failed if one.sent > down + 0.1]
        print(f"\nSIGSTOP of a1: {len(failed)} of {len(load.answers)} failed, seen down after {down - stopped:.2f} s, longest "
              f"wait {load.longest_wait() * 1000:.0f} ms", flush=True)
        self.assertTrue(all(str(one.reply).startswith(("TIMEOUT ", "UNAVAILABLE ", "UNKNOWN ")) for one in failed),
                        {str(one.reply) for one in failed})
        self.assertLess(load.longest_wait(), 0.8)
        self.assertEqual([(one.kind, one.reply, one.sent - down) for one in later][:5], [])

    def test_a_suspended_proxy_blames_no_backend(self):
        self.start(pool={"request_timeout": "400ms"})
        fill(self.proxy.port)
        self.await_copies()
        with Load(self.proxy.port, mixed, pace=0.004) as load:
            for _ in range(3):
                time.sleep(0.3)
                self.proxy.suspend()
                time.sleep(1.5)
                self.proxy.resume()
            time.sleep(0.5)
        self.assertIsNone(load.problem)
        self.assertEqual([(one.kind, one.reply) for one in load.failed("read", "write", "counter")][:5], [])
        self.assertNotIn(" is down", self.proxy.log_text())

    def test_what_was_written_while_one_was_suspended_is_read_from_it(self):
        self.start(pool={"request_timeout": "300ms"})
        fill(self.proxy.port, 1000)
        self.await_copies()
        keys = self.home_keys(self.a1)
        client = self.proxy.client()
        self.a1.suspend()
        self.await_statuses(["down", "ready", "ready", "ready"])
        self.assertEqual(client.pipeline([("SET", key, "fresh") for key in keys]), ["OK"] * len(keys))
        self.a1.resume()
        self.await_statuses(["ready"] * 4)
        self.assertEqual(client.call("MGET", *keys), [b"fresh"] * len(keys))
        hits = int(self.a1.info()["keyspace_hits"])
        client.call("MGET", *keys)
        self.assertEqual(int(self.a1.info()["keyspace_hits"]) - hits, len(keys))

    def test_the_proxy_starts_without_some_of_its_backends(self):
        self.start()
        self.a1.kill()
        self.b2.kill()
        second = self.stage.proxy(self.backends, name="proxy-2")
        self.assertEqual([status == "down" for status in second.statuses()], [True, False, False, True])
        client = second.client()
        self.assertEqual(client.pipeline([("SET", f"k{i}", i) for i in range(100)]), ["OK"] * 100)


if __name__ == "__main__":
    stage.main()
