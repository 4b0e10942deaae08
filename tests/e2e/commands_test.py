#!/usr/bin/python3 -B
"""Every command answers as redis-server does, byte for byte, through the proxy and at a backend."""
import os
import random
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import data_commands, stage, wire  # noqa: E402

SEED = int(os.environ.get("RINGWAY_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
SEQUENCES = 3000
KEYS = [f"key:{i}" for i in range(12)]
NUMBERS = ["0", "1", "-1", "10", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1.5", "x", "",
           " 1", "+1", "01", "-0"]
VALUES = [*NUMBERS, "hello", "a b", b"\x00\xff\r\n", "v" * 300]
SECONDS = ["1000", "5000", "0", "-5", "x", "", "1.5", "9223372036854775807", "99999999999999999999"]


def exact_cases():
    """What Redis answers must be answered, in this order."""
    soon = str(int(time.time()) + 5000)
    return [
        *(("SET", "n", value) for value in NUMBERS), ("INCR", "n"), ("SET", "n", "9223372036854775807"), ("INCR", "n"),
        ("SET", "n", "-9223372036854775808"), ("DECR", "n"), ("INCRBY", "n", "x"), ("INCRBY", "n", "-1"),
        ("INCRBY", "fresh", "-3"), ("INCRBY", "fresh", "9223372036854775807"), ("DECR", "other"), ("INCR", "n", "n"),
        ("DECRBY", "n", "-9223372036854775808"), ("DECRBY", "n", "x"), ("SET", "n", "7"), ("DECRBY", "n", "10"),
        ("SET", "k", "v", "EX", "100"), ("TTL", "k"), ("SET", "k", "w"), ("TTL", "k"), ("SET", "k", "w", "EX", "0"),
        ("SET", "k", "w", "EX", "-1"), ("SET", "k", "w", "PX", "x"), ("SET", "k", "w", "EX"), ("SET", "k", "w", "NX", "XX"),
        ("SET", "k", "w", "EX", "10", "PX", "10"), ("SET", "k", "w", "EX", "10", "KEEPTTL"), ("SET", "k", "w", "BAD"),
        ("SET", "k", "w", "EX", "9223372036854775807"), ("SET", "k", "w", "PXAT", "9223372036854775807"),
        ("SET", "k", "w", "EXAT", soon), ("TTL", "k"), ("SET", "k", "x", "KEEPTTL"), ("TTL", "k"),
        ("SET", "k", "y", "EXAT", "1"), ("GET", "k"), ("EXISTS", "k"), ("DBSIZE",), ("SET", "k", "1", "PXAT", soon + "000"),
        ("SET", "k", "2", "GET"), ("SET", "none", "2", "GET"), ("SET", "k", "3", "NX", "GET"), ("SET", "k2", "3", "XX", "GET"),
        ("GET", "k2"), ("SET", "k2", "3", "XX"), ("SET", "k2", "3", "NX"), ("SET", "k2", "4", "NX"), ("GET", "k2"),
        ("set", "K2", "1", "eX", "100", "nX", "gEt"), ("EXPIRE", "k", "100"), ("TTL", "k"), ("EXPIRE", "k", "0"), ("TTL", "k"),
        ("EXPIRE", "none", "100"), ("EXPIRE", "k2", "x"), ("EXPIRE", "k2", "100", "XX"), ("EXPIRE", "k2", "100", "NX"),
        ("EXPIRE", "k2", "50", "GT"), ("EXPIRE", "k2", "500", "GT"), ("EXPIRE", "k2", "50", "LT"), ("TTL", "k2"),
        ("EXPIRE", "k2", "50", "NX", "XX"), ("EXPIRE", "k2", "50", "GT", "LT"), ("EXPIRE", "k2", "50", "BAD"),
        ("EXPIRE", "k2", "9223372036854775807"), ("EXPIRE", "k2", "-9223372036854775808"), ("PERSIST", "k2"),
        ("PERSIST", "k2"), ("PERSIST", "none"), ("PTTL", "k2"), ("PTTL", "none"), ("TTL", "none"),
        ("MSET", "a", "1", "b", "2", "c", "3", "d", "4"), ("MSET", "a", "1", "b"), ("MSET", "a"), ("MSET",),
        ("MSET", "a", "x", "a", "y"), ("MGET", "a", "b", "none", "a"), ("MGET",), ("GET",), ("GET", "a", "b"), ("DEL",),
        ("EXISTS", "a", "a", "none", "b"), ("DEL", "a", "a", "none", "b"), ("EXISTS",), ("DBSIZE", "x"), ("TTL",),
        ("PING",), ("PING", "hi"), ("PING", "a", "b"), ("ECHO", "hi"), ("ECHO",), ("ECHO", "a", "b"), ("SELECT", "0"),
        ("SELECT", "x"), ("SELECT", "16"), ("SELECT", "-1"), ("SELECT",), ("CLIENT", "SETNAME", "me"), ("CLIENT", "GETNAME"),
        ("CLIENT", "SETNAME", "two words"), ("CLIENT", "NOSUCH"), ("CLIENT",), ("COMMAND", "NOSUCH"), ("CONFIG",),
        ("CONFIG", "GET", "appendonly"), ("CONFIG", "GET"), ("CONFIG", "NOSUCH"), ("CONFIG", "GET", "nosuch*"),
        ("HELLO", "4"), ("HELLO", "x"), ("HELLO", "2", "BAD"), ("NOSUCH",), ("NOSUCH", "a", "b"), ("", "a"),
        ("NOSUCH" * 40, "a" * 100, "b" * 100, "c" * 100), ("FLUSHALL", "SYNC"), ("FLUSHALL", "ASYNC"), ("FLUSHALL", "BAD"),
        ("FLUSHALL", "SYNC", "x"), ("DBSIZE",),
    ]


def random_command(choose):
    key, value = choose.choice(KEYS), choose.choice(VALUES)
    kind = choose.randrange(13)
    if kind <= 2:
        words = ["SET", key, value]
        for option in choose.sample(["NX", "XX", "GET", "KEEPTTL", "EX", "PX", "EXAT", "PXAT", "BAD"],
                                    choose.choice([0, 0, 0, 1, 1, 2, 3])):
            words.append(option if choose.random() < 0.8 else option.lower())
            if option in ("EX", "PX"):
                words.append(choose.choice(SECONDS) if option == "EX" else choose.choice(["500000", *SECONDS[2:]]))
            if option in ("EXAT", "PXAT"):
                words.append(choose.choice(["0", "-1", "x", "4102444800" + ("000" if option == "PXAT" else "")]))
        return words
    if kind == 3:
        return ["GET", key]
    if kind == 4:
        return [choose.choice(["DEL", "EXISTS", "MGET"]), *choose.choices(KEYS, k=choose.randrange(0, 6))]
    if kind == 5:
        return ["MSET", *choose.choices([*KEYS, *VALUES], k=choose.choice([0, 1, 2, 2, 3, 4, 4, 8, 8]))]
    if kind == 6:
        return [choose.choice(["INCR", "DECR"]), key]
    if kind == 7:
        return [choose.choice(["INCRBY", "DECRBY"]), key, choose.choice(NUMBERS)]
    if kind == 8:
        # No time twice: GT and LT of equal times depend on the millisecond.
        seconds = choose.choice([str(choose.randrange(6000, 10**9)), *SECONDS[2:]])
        return ["EXPIRE", key, seconds, *choose.sample(["NX", "XX", "GT", "LT", "BAD"], choose.choice([0, 0, 1, 1, 2]))]
    if kind == 9:
        return [choose.choice(["TTL", "PTTL"]), key]
    if kind == 10:
        return ["PERSIST", key]
    if kind == 11:
        return ["DBSIZE"] if choose.random() < 0.9 else ["FLUSHALL"]
    return choose.choice([["PING"], ["ECHO", value], ["NOSUCH", key, "an argument"], ["GET"], ["TTL", key, key]])


def agrees(words, ours, theirs):
    """Equal bytes; of times to live, equal within what the clock may move between the two servers."""
    if ours == theirs:
        return True
    name = words[0].upper() if words else ""
    if name not in ("TTL", "PTTL") or not (ours[:1] == theirs[:1] == b":"):
        return False
    mine, his = int(ours[1:]), int(theirs[1:])
    return mine > 0 and his > 0 and abs(mine - his) <= (1 if name == "TTL" else 1500)


class Commands:
    server = None
    redis = None
    counts_lag = False  # DBSIZE asks one of a pair, to which the partner's last writes may be under way

    def random_commands(self, seed):
        choose = random.Random(seed)
        commands = [random_command(choose) for _ in range(SEQUENCES)]
        left_out = ["DBSIZE"] if self.counts_lag else []
        return [words for words in commands if words[0] not in left_out]

    def compare(self, commands, greeting=(), agree=agrees):
        with wire.Client(self.server.port) as ours, wire.Client(self.redis.port) as theirs:
            for client in (ours, theirs):
                client.call("FLUSHALL")
                if greeting:
                    client.call(*greeting)
            for at in range(0, len(commands), 100):
                batch = commands[at:at + 100]
                data = b"".join(wire.encode(*words) for words in batch)
                for client in (ours, theirs):
                    client.send(data)
                for number, words in enumerate(batch, at):
                    mine, his = ours.read_raw(), theirs.read_raw()
                    if not agree(words, mine, his):
                        self.fail(f"seed {SEED}, command {number} {words}: {mine[:200]!r}, Redis: {his[:200]!r}")

    def test_single_cases_answer_as_redis(self):
        different = []
        with wire.Client(self.server.port) as ours, wire.Client(self.redis.port) as theirs:
            for client in (ours, theirs):
                client.call("FLUSHALL")
            for words in exact_cases():
                if words == ("DBSIZE",) and self.counts_lag:
                    continue
                mine, his = ours.raw(*words), theirs.raw(*words)
                if not agrees(words, mine, his):
                    different.append(f"{words}: {mine[:200]!r}, Redis: {his[:200]!r}")
        self.assertEqual(different, [])

    def test_random_sequences_answer_as_redis(self):
        self.compare(self.random_commands(SEED))

    def test_random_sequences_answer_as_redis_in_resp3(self):
        self.compare(self.random_commands(SEED + 1), ("HELLO", "3"))

    def test_many_keys_are_written_read_counted_and_deleted(self):
        with self.server.client() as client:
            client.call("FLUSHALL")
            keys = [f"many:{i}" for i in range(1000)]
            self.assertEqual(client.call("MSET", *(word for key in keys for word in (key, key + "=value"))), "OK")
            self.assertEqual(client.call("MGET", *keys), [(key + "=value").encode() for key in keys])
            self.assertEqual(client.call("MGET", *reversed(keys)), [(key + "=value").encode() for key in reversed(keys)])
            self.assertEqual(client.call("EXISTS", *keys, *keys, "absent"), 2000)
            self.assertTrue(wire.until(lambda: client.call("DBSIZE") == 1000))
            self.assertEqual(client.call("DEL", *keys[:400], "absent"), 400)
            self.assertTrue(wire.until(lambda: client.call("DBSIZE") == 600))
            self.assertEqual(client.call("FLUSHALL"), "OK")
            self.assertTrue(wire.until(lambda: client.call("DBSIZE") == 0))
            self.assertEqual(client.call("MGET", *keys), [None] * 1000)

    def test_nothing_written_after_flushall_is_lost(self):
        choose = random.Random(SEED + 2)
        lost = kept = 0
        with self.server.client() as client:
            for turn in range(80):
                before = [f"before:{i}" for i in range(choose.randrange(1, 200))]
                after = [f"after:{turn}:{i}" for i in range(16)]
                client.pipeline([*(("SET", key, "1") for key in before), ("FLUSHALL",), *(("SET", key, "2") for key in after)])
                time.sleep(0.005)
                lost += len(after) - client.call("EXISTS", *after)
                kept += client.call("EXISTS", *before)
        self.assertEqual((lost, kept), (0, 0), f"seed {SEED}: writes lost after FLUSHALL, keys kept by it")

    def test_times_to_live_run_out(self):
        with self.server.client() as client:
            client.pipeline([("SET", "short", "1", "PX", "120"), ("SET", "at", "1", "PXAT", int(time.time() * 1000) + 120),
                             ("SET", "kept", "1", "PX", "120"), ("PERSIST", "kept"), ("SET", "long", "1", "EX", "100")])
            self.assertEqual(client.call("MGET", "short", "at", "kept", "long"), [b"1"] * 4)
            self.assertTrue(0 < client.call("PTTL", "short") <= 120)
            time.sleep(0.13)
            self.assertEqual(client.call("MGET", "short", "at", "kept", "long"), [None, None, b"1", b"1"])
            self.assertEqual(client.pipeline([("TTL", "short"), ("PTTL", "at"), ("TTL", "kept")]), [-2, -2, -1])

    def test_the_programs_describe_their_commands(self):
        with self.server.client() as client:
            named = {entry[0].decode() for entry in client.call("COMMAND")}
            ours = ("ping echo quit hello select client command info config get set del exists mget mset incr decr incrby "
                    "expire ttl pttl persist dbsize flushall")
            self.assertEqual(set(ours.split()) - named, set())
            self.assertEqual(client.call("COMMAND", "COUNT"), len(named))
            shapes = [entry[1:2] + entry[3:6] for entry in client.call("COMMAND", "INFO", "get", "set", "mset", "mget")]
            self.assertEqual(shapes, [[2, 1, 1, 1], [-3, 1, 1, 1], [-3, 1, -1, 2], [-2, 1, -1, 1]])

    def test_versions_and_groups_of_the_documentation_are_those_of_redis(self):
        def docs(port):
            with wire.Client(port) as client:
                pairs = iter(client.call("COMMAND", "DOCS"))
                return {name: dict(zip(told[::2], told[1::2])) for name, told in zip(pairs, pairs)}
        ours, theirs = docs(self.server.port), docs(self.redis.port)
        self.assertGreater(len(ours), 40)
        for name, told in ours.items():
            self.assertEqual((name, told[b"since"], told[b"group"]), (name, theirs[name][b"since"], theirs[name][b"group"]))


class ThroughTheProxy(Commands, stage.SharedCase):
    counts_lag = True

    @classmethod
    def set_stage(cls):
        cls.backends, cls.server = stage.two_pairs(cls.stage)
        cls.redis = cls.stage.redis()

    def test_the_data_is_spread_over_the_pairs_and_held_twice(self):
        with self.server.client() as client:
            client.call("FLUSHALL")
            client.pipeline([("SET", f"spread:{i}", i) for i in range(1000)])

            def counts():
                sizes = []
                for backend in self.backends:
                    with wire.Client(backend.port) as direct:
                        sizes.append(direct.call("DBSIZE"))
                return sizes
            self.assertTrue(wire.until(lambda: counts()[0] == counts()[1] and counts()[2] == counts()[3]), counts())
            a1, _, b1, _ = counts()
            self.assertEqual(a1 + b1, 1000)
            self.assertTrue(400 < a1 < 600, counts())
            self.assertTrue(wire.until(lambda: client.call("DBSIZE") == 1000))


class AtABackend(Commands, stage.SharedCase):
    @classmethod
    def set_stage(cls):
        cls.server = cls.stage.backend("alone").await_answer()
        cls.redis = cls.stage.redis()

    def test_every_command_is_documented(self):
        with self.server.client() as client:
            self.assertEqual(client.call("COMMAND", "DOCS")[::2], client.call("COMMAND", "LIST"))

    def test_strings_keys_and_times_answer_as_redis(self):
        cases = data_commands.exact_cases()
        self.assertGreater(len(cases), 5000)
        for greeting in ((), ("HELLO", "3")):
            with self.subTest(greeting=greeting):
                self.compare(cases, greeting, data_commands.agree)

    def test_random_strings_keys_and_times_answer_as_redis(self):
        for seed, greeting in ((SEED + 3, ()), (SEED + 4, ("HELLO", "3"))):
            choose = random.Random(seed)
            commands = [data_commands.random_command(choose) for _ in range(4 * SEQUENCES)]
            with self.subTest(greeting=greeting):
                self.compare(commands, greeting, data_commands.agree)

    def test_a_scan_tells_what_stays_while_others_come_and_go(self):
        """Two writers let the data grow twentyfold and shrink again while scan after scan runs."""
        stays = {f"stays:{i}".encode() for i in range(1000)}
        ended = threading.Event()

        def write(writer):
            with wire.Client(self.server.port) as client:
                while not ended.is_set():
                    keys = [f"goes:{writer}:{i}" for i in range(10000)]
                    for command in ("SET", "DEL"):
                        for at in range(0, len(keys), 100):
                            client.pipeline((command, key, "v")[:3 if command == "SET" else 2] for key in keys[at:at + 100])
                        if ended.is_set():
                            return

        with self.server.client() as client:
            client.call("FLUSHALL")
            client.pipeline(("SET", key, "v") for key in stays)
            writers = [threading.Thread(target=write, args=(number,)) for number in range(2)]
            for writer in writers:
                writer.start()
            sizes = []
            try:
                for count in (1, 3, 10, 10, 10, 100, 100, 1000):
                    seen = wire.scan(client, "COUNT", count)
                    told = [key for key in seen if key in stays]
                    self.assertEqual(set(told), stays, f"COUNT {count}")
                    self.assertEqual(len(told), len(stays), f"COUNT {count}: a key was told twice")
                    sizes.append(len(seen))
            finally:
                ended.set()
                for writer in writers:
                    writer.join()
            self.assertGreater(max(sizes), 3000, "the writers did not write meanwhile")
            self.assertEqual(sorted(wire.scan(client, "MATCH", "stays:*")), sorted(stays))


class ThroughTheProxyThatCopies(Commands, stage.SharedCase):
    """A pool that does not shard: what was written must be read from every pair."""

    @classmethod
    def set_stage(cls):
        backends = [cls.stage.backend(name).await_answer() for name in ("r1", "r2", "r3")]
        cls.server = cls.stage.proxy(backends, policy="round-robin")
        cls.redis = cls.stage.redis()


if __name__ == "__main__":
    print(f"seed {SEED} (RINGWAY_SEED repeats it)", flush=True)
    stage.main()
