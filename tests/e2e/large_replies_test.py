#!/usr/bin/python3 -B
"""Replies too large to be held pass in pieces, in order and whole, with bounded memory, and hurt nobody else."""
import os
import random
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import stage, wire  # noqa: E402

MB = 1 << 20


class LargeReplies(stage.Case):
    def start(self, pool=None, **settings):
        self.redis = [self.stage.redis("r1"), self.stage.redis("r2")]
        # A Redis that builds a reply of 250 MB answers no probe meanwhile.
        self.proxy = self.stage.proxy(self.redis, threads=1, pool={"request_timeout": "2s", **(pool or {})},
                                      health={"interval": "2s", "timeout": "2s"}, **settings)

    def fill(self, count, size):
        """`count` keys with values of `size` bytes, each with its number in front; about half at each backend."""
        keys = [f"key:{i}" for i in range(count)]
        with self.proxy.client() as client:
            for i, key in enumerate(keys):
                assert client.call("SET", key, self.value(i, size)) == "OK"
        return keys

    @staticmethod
    def value(number, size):
        return (b"%d:" % number).ljust(size, b"v")

    def counter(self, name):
        return int(self.proxy.info()[name])

    def test_any_mix_of_sizes_and_commands_is_answered_in_order_and_whole(self):
        self.start(pool={"large_reply": "20kb"})
        dice = random.Random(7)
        sizes = [1, 100, 19_000, 21_000, 70_000, 300_000, 2_000_000]
        model = {}
        with self.proxy.client(30.0) as client:
            for turn in range(120):
                requests, expected = [], []
                for _ in range(dice.randrange(1, 40)):
                    key = f"k{dice.randrange(30)}"
                    kind = dice.choice(("GET", "GET", "GET", "MGET", "SET", "PING", "DEL", "GETSET"))
                    if kind == "GET":
                        requests.append(("GET", key))
                        expected.append(model.get(key))
                    elif kind == "MGET":
                        keys = [f"k{dice.randrange(32)}" for _ in range(dice.randrange(1, 12))]
                        requests.append(("MGET", *keys))
                        expected.append([model.get(one) for one in keys])
                    elif kind in ("SET", "GETSET"):
                        value = self.value(turn, dice.choice(sizes))
                        requests.append(("SET", key, value, "GET") if kind == "GETSET" else ("SET", key, value))
                        expected.append(model.get(key) if kind == "GETSET" else "OK")
                        model[key] = value
                    elif kind == "DEL":
                        requests.append(("DEL", key))
                        expected.append(1 if model.pop(key, None) is not None else 0)
                    else:
                        requests.append(("PING",))
                        expected.append("PONG")
                replies = client.pipeline(requests)
                for request, reply, wanted in zip(requests, replies, expected):
                    self.assertTrue(reply == wanted, (turn, request[:2], str(reply)[:60], str(wanted)[:60]))
        self.assertGreater(self.counter("large_replies_moved"), 0)
        self.assertGreater(self.counter("large_replies_passed_on"), 100)

    def test_pipelined_mgets_in_any_order_of_their_keys_do_not_mix(self):
        self.start()
        keys = self.fill(6, 2 * MB)
        values = {key: self.value(i, 2 * MB) for i, key in enumerate(keys)}
        dice = random.Random(11)
        with self.proxy.client(30.0) as client:
            for turn in range(25):
                asked = [dice.sample(keys, dice.randrange(2, 4)) for _ in range(dice.randrange(2, 6))]
                replies = client.pipeline([("MGET", *some) for some in asked])
                for some, reply in zip(asked, replies):
                    self.assertTrue(reply == [values[key] for key in some], (turn, asked))
        self.assertGreater(self.counter("large_replies_passed_on"), 25)

    def test_nulls_and_errors_within_large_replies_are_those_of_the_clients_protocol(self):
        self.start()
        self.fill(40, 50_000)
        keys = [f"key:{i}" for i in range(45)]
        for version in ("2", "3"):
            with self.proxy.client(30.0) as client:
                client.call("HELLO", version)
                for _ in range(3):
                    reply = client.raw("MGET", *keys)
                    null = b"$-1\r\n" if version == "2" else b"_\r\n"
                    self.assertTrue(reply == b"*45\r\n" + b"".join(b"$50000\r\n" + self.value(i, 50_000) + b"\r\n" for i in range(40))
                                    + null * 5)
                    self.assertEqual(client.call("PING"), "PONG")

    def test_a_client_that_does_not_read_costs_a_bounded_amount_and_is_cut_off(self):
        self.start(slow_reader_timeout="3s")
        keys = self.fill(500, MB)
        with self.proxy.client() as warm:
            warm.call("GET", keys[0])
        for name, requests in (("500 GETs, 10 times", [wire.encode("GET", key) for key in keys]),
                               ("MGET of 500, 10 times", [wire.encode("MGET", *keys)])):
            with self.subTest(name):
                before, cut = self.proxy.resident_bytes(), self.counter("closed_slow_readers")
                client = socket.create_connection(("127.0.0.1", self.proxy.port))
                client.setblocking(False)
                data, most, begin = b"".join(requests) * 10, 0, time.monotonic()
                while self.counter("closed_slow_readers") == cut and time.monotonic() - begin < 10:
                    try:
                        data = data[client.send(data):] if data else data
                    except (BlockingIOError, ConnectionError):
                        pass
                    most = max(most, self.proxy.resident_bytes() - before)
                    time.sleep(0.02)
                print(f"\n{name}: growth at most {most / MB:.1f} MiB, cut off after {time.monotonic() - begin:.1f} s", flush=True)
                client.close()
                self.assertEqual(self.counter("closed_slow_readers"), cut + 1)
                self.assertLess(most, 64 * MB)

    def test_ten_clients_that_do_not_read_cost_a_bounded_amount(self):
        self.start(slow_reader_timeout="3s")
        keys = self.fill(500, MB)
        before, most = self.proxy.resident_bytes(), 0
        clients = [socket.create_connection(("127.0.0.1", self.proxy.port)) for _ in range(10)]
        for client in clients:
            client.sendall(b"".join(wire.encode("GET", key) for key in keys))
        begin = time.monotonic()
        with self.proxy.client() as other:
            while self.counter("closed_slow_readers") < 10 and time.monotonic() - begin < 10:
                asked = time.monotonic()
                self.assertEqual(other.call("STRLEN", keys[0]), MB)
                self.assertLess(time.monotonic() - asked, 1.0)
                most = max(most, self.proxy.resident_bytes() - before)
                time.sleep(0.02)
        print(f"\nten clients: growth at most {most / MB:.1f} MiB", flush=True)
        for client in clients:
            client.close()
        self.assertEqual(self.counter("closed_slow_readers"), 10)
        self.assertLess(most, 64 * MB)

    def test_a_client_that_reads_slowly_gets_everything(self):
        self.start()
        keys = self.fill(40, MB)
        with self.proxy.client(30.0) as client:
            client.send(b"".join(wire.encode("GET", key) for key in keys) + wire.encode("MGET", *keys) + wire.encode("PING"))
            for i in range(40):
                self.assertTrue(client.read() == self.value(i, MB))
                time.sleep(0.01)
            self.assertTrue(client.read() == [self.value(i, MB) for i in range(40)])
            self.assertEqual(client.read(), "PONG")

    def test_an_error_of_one_backend_and_a_large_part_of_another_are_one_error(self):
        self.start()
        keys = self.fill(30, 2 * MB)
        gone = next(key for key in keys if self.home_of(key) == "r1")
        there = next(key for key in keys if self.home_of(key) == "r2")
        with self.proxy.client(10.0) as client:
            self.assertEqual(len(client.call("GET", there)), 2 * MB)
            self.redis[0].kill()
            self.assertTrue(wire.until(lambda: str(self.proxy.client().call("GET", gone)).startswith("UNAVAILABLE"), 5.0))
            for _ in range(3):
                replies = client.pipeline([("MGET", gone, there), ("STRLEN", there), ("MGET", there, gone)])
                self.assertRegex(str(replies[0]), "^UNAVAILABLE")
                self.assertEqual(replies[1], 2 * MB)
                self.assertRegex(str(replies[2]), "^UNAVAILABLE")
            self.assertEqual(len(client.call("GET", there)), 2 * MB)

    def test_what_has_to_be_reshaped_and_is_too_large_is_an_error_whatever_its_size(self):
        self.start(max_client_buffer="1mb")
        with self.proxy.client(10.0) as client:
            client.call("HELLO", "3")
            for size in range(900, 2300, 100):
                client.call("DEL", "h")
                for field in range(size // 50):
                    client.call("HSET", "h", field, "v" * 51_200)
                reply = client.raw("HGETALL", "h")
                if size <= 1000:
                    self.assertTrue(reply.startswith(b"%"), reply[:50])
                elif size > 1050:
                    self.assertRegex(reply, b"^-ERR .*max_client_buffer")
                self.assertEqual(client.call("PING"), "PONG")

    def test_writes_between_large_reads_keep_their_order(self):
        self.start()
        self.fill(1, 3 * MB)
        with self.proxy.client(30.0) as client:
            replies = client.pipeline([("GET", "key:0"), ("SET", "key:0", "new"), ("GET", "key:0")])
            self.assertTrue(replies == [self.value(0, 3 * MB), "OK", b"new"])
            client.call("SET", "key:0", self.value(1, 3 * MB))
            replies = client.pipeline([("GET", "key:0"), ("APPEND", "key:0", "!"), ("GET", "key:0"), ("GETDEL", "key:0"), ("GET", "key:0")])
            value = self.value(1, 3 * MB)
            self.assertTrue(replies == [value, len(value) + 1, value + b"!", value + b"!", None])

    def home_of(self, key):
        with self.proxy.client() as client:
            return wire.route(client.call("PROXY", "ROUTE", key))["home"]

    def test_what_may_not_be_asked_again_passes_when_its_turn_has_come_and_is_an_error_before(self):
        self.start(max_client_buffer="4mb")
        keys = self.fill(30, 6 * MB)
        first = [key for key in keys if self.home_of(key) == "r1"]
        second = next(key for key in keys if self.home_of(key) == "r2")
        with self.proxy.client(30.0) as client:
            replies = client.pipeline([("GETDEL", first[0]), ("PING",), ("EXISTS", first[0])])
            self.assertTrue(replies == [self.value(int(first[0][4:]), 6 * MB), "PONG", 0], str(replies)[:100])
        with self.proxy.client(30.0) as client:
            self.redis[1].suspend()
            client.send(wire.encode("STRLEN", second) + wire.encode("GETDEL", first[1]) + wire.encode("PING"))
            self.assertTrue(wire.until(lambda: self.counter("large_replies_refused") == 1, 5.0))
            self.redis[1].resume()
            self.assertEqual(client.read(), 6 * MB)
            self.assertRegex(client.read(), "^ERR .*max_client_buffer")
            self.assertEqual(client.read(), "PONG")

    def test_a_backend_that_dies_in_the_middle_ends_that_clients_connection_and_no_other(self):
        self.start()
        keys = self.fill(60, MB)
        with self.proxy.client(30.0) as client, self.proxy.client() as other:
            client.send(b"".join(wire.encode("GET", key) for key in keys))
            self.assertTrue(client.read() == self.value(0, MB))
            time.sleep(0.3)
            for one in self.redis:
                one.kill()
            data = client.read_to_end()
            self.assertLess(len(data), 60 * MB)
            self.assertRegex(str(other.call("GET", "key:0")), "^UNAVAILABLE")

    def test_lanes_are_given_back(self):
        self.start()
        keys = self.fill(4, MB)
        clients = [self.proxy.client() for _ in range(20)]
        for client in clients:
            self.assertEqual(len(client.pipeline([("GET", key) for key in keys])), 4)
        self.assertGreater(self.counter("lanes"), 0)
        self.assertTrue(wire.until(lambda: self.counter("lanes") == 0, 10.0), self.counter("lanes"))
        for client in clients:
            self.assertTrue(client.call("GET", keys[1]) == self.value(1, MB))
        for client in clients:
            client.close()
        self.assertTrue(wire.until(lambda: self.counter("lanes") == 0, 10.0), self.counter("lanes"))


if __name__ == "__main__":
    stage.main()
