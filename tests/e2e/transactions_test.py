#!/usr/bin/python3 -B
"""MULTI, EXEC and WATCH at a backend, beside redis-server."""
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import redis  # noqa: E402

from support import stage, wire  # noqa: E402

SESSIONS = [session.split("; ") for session in """EXEC
DISCARD
UNWATCH; WATCH a b; UNWATCH
MULTI; SET a 1; INCR a; GET a; EXEC; GET a
MULTI; EXEC
MULTI; SET a 1; DISCARD; GET a; EXEC
MULTI; MULTI; SET a 1; EXEC
MULTI; WATCH a; SET a 2; EXEC; GET a
MULTI; SET a text; INCR a; SET b 1; EXEC; GET b
MULTI; NOSUCH x; SET a 1; EXEC; GET a
MULTI; GET; SET a 1; EXEC; GET a; EXEC
MULTI; EXEC x; EXEC
WATCH a; SET a 1; MULTI; GET a; EXEC; MULTI; GET a; EXEC
SET a 1; WATCH a; GET a; MULTI; INCR a; EXEC
SET a 1; WATCH a; EXPIRE a 100; MULTI; PING; EXEC
SET a 1; WATCH a; DEL a; MULTI; PING; EXEC
SET a 1; WATCH a; FLUSHALL; MULTI; PING; EXEC
WATCH a; SET a 1; UNWATCH; MULTI; PING x; EXEC
WATCH a; SET a 1; MULTI; DISCARD; MULTI; PING; EXEC
WATCH a; DEL a; MULTI; PING; EXEC
WATCH a; SET a 1; DEL a; MULTI; PING; EXEC; MULTI; PING; EXEC
WATCH a; SET a 1; FLUSHALL; MULTI; PING; EXEC
WATCH a; MULTI; SET a 1; DEL a; UNWATCH; EXEC; MULTI; PING; EXEC
WATCH a b; SET c 1; MULTI; MGET a b c; EXEC
MULTI; DBSIZE; FLUSHALL; DBSIZE; EXEC
MULTI; SET a 1; RESET; EXEC; GET a
MULTI; SUBSCRIBE c; EXEC; PING; UNSUBSCRIBE
MULTI; ECHO hi; SELECT 0; CLIENT GETNAME; PUBLISH c m; EXEC
HELLO 3; WATCH a; SET a 1; MULTI; PING; EXEC; MULTI; GET none; EXEC
MULTI; UNWATCH; SET a 1; EXEC
MULTI; SET a 1 EX 0; GET a; EXEC""".splitlines()]


def drop_greeting(words, reply):
    return b"" if words[0] == "HELLO" else reply


class Transactions(stage.SharedCase):
    @classmethod
    def set_stage(cls):
        cls.server = cls.stage.backend("a1", threads=3).await_answer()
        cls.reference = cls.stage.redis()

    def setUp(self):
        self.client = self.server.client()
        self.addCleanup(self.client.close)
        self.client.call("FLUSHALL")

    def replies(self, server, session):
        with server.client() as client:
            client.call("FLUSHALL")
            return [drop_greeting(words, client.raw(*words)) for words in (text.split() for text in session)]

    def test_sessions_are_answered_as_redis_answers_them(self):
        for session in SESSIONS:
            with self.subTest(session="; ".join(session)):
                self.assertEqual(self.replies(self.server, session), self.replies(self.reference, session))

    def test_another_client_spoils_what_is_watched(self):
        for change, spoils in ((("SET", "a", "1"), True), (("SET", "b", "1"), False), (("GET", "a"), False)):
            self.client.call("FLUSHALL")
            self.client.pipeline([("WATCH", "a"), ("MULTI",), ("INCR", "n")])
            with self.server.client() as other:
                other.call(*change)
            self.assertEqual(self.client.call("EXEC"), None if spoils else [1], change)

    def test_what_came_and_went_again_spoils(self):
        for end in (("EXEC",), ("DISCARD",), ("UNWATCH",), ("RESET",), ("NOSUCH",)):  # the first who watches it goes so
            with self.server.client() as first, self.server.client() as other:
                first.pipeline([("WATCH", "a"), ("MULTI",), end, ("EXEC",)])
                self.client.pipeline([("WATCH", "a", "b"), ("MULTI",), ("INCR", "n")])
                other.pipeline([("SET", "a", "1"), ("DEL", "a")])
            self.assertIsNone(self.client.call("EXEC"), end)
        self.client.pipeline([("WATCH", "a"), ("MULTI",), ("INCR", "n")])
        self.assertEqual(self.client.call("EXEC"), [1])

    def test_the_memory_limit_may_change_in_a_transaction(self):
        limit = self.client.call("CONFIG", "GET", "maxmemory")[1]
        self.assertEqual(self.client.pipeline([("MULTI",), ("SET", "a", "1"), ("CONFIG", "SET", "maxmemory", "8mb"), ("GET", "a"),
                                               ("CONFIG", "SET", "maxmemory", limit), ("EXEC",)])[-1], ["OK", "OK", b"1", "OK"])

    def test_transactions_over_keys_of_subcommands_do_not_block_each_other(self):
        def transact(number):
            keys = [f"k{i}" for i in range(40)]
            if number % 2:
                keys.reverse()
            with self.server.client() as client:
                for _ in range(50):
                    asked = [("SET", keys[0], "v"), *(("MEMORY", "USAGE", key) for key in keys)]
                    self.assertEqual(len(client.pipeline([("MULTI",), *asked, ("EXEC",)])[-1]), len(asked))
        with ThreadPoolExecutor(6) as clients:
            list(clients.map(transact, range(6)))

    def test_a_watched_key_that_expires_spoils(self):
        self.client.pipeline([("SET", "a", "1", "PX", "30"), ("WATCH", "a"), ("MULTI",), ("PING",)])
        with self.server.client() as other:
            self.assertTrue(wire.until(lambda: other.call("EXISTS", "a") == 0))
        self.assertIsNone(self.client.call("EXEC"))

    def test_nobody_sees_a_part_of_a_transaction(self):
        """Two keys are changed together by some and compared by others, over all workers."""
        self.client.pipeline([("SET", "left", "0"), ("SET", "right", "0")])
        stop = threading.Event()

        def change(client):
            between = [("SET", f"between-{i}", "x") for i in range(200)]
            for _ in range(100):
                client.pipeline([("MULTI",), ("INCR", "left"), *between, ("INCR", "right"), ("EXEC",)])

        def look(client):
            looks = 0
            while not stop.is_set():
                left, right = client.pipeline([("MULTI",), ("GET", "left"), ("GET", "right"), ("EXEC",)])[-1]
                self.assertEqual(left, right)
                looks += left not in (b"0", b"400")
            return looks
        with ThreadPoolExecutor(7) as threads:
            readers = [threads.submit(look, self.server.client()) for _ in range(3)]
            try:
                list(threads.map(change, [self.server.client() for _ in range(4)]))
            finally:
                stop.set()
            for looks in [reader.result() for reader in readers]:
                self.assertGreater(looks, 0)
        self.assertEqual(self.client.call("GET", "left"), b"400")

    def test_nobody_sees_a_part_of_an_mset(self):
        """Twenty keys are set to one value, by two clients, and read at once by others, over all workers."""
        keys = [f"k{i}" for i in range(20)]
        self.client.call("MSET", *(word for key in keys for word in (key, "0")))
        torn, stop = [], threading.Event()

        def change(client):
            for i in range(1500):
                client.call("MSET", *(word for key in keys for word in (key, str(i))))

        def look(client):
            while not stop.is_set():
                values = client.call("MGET", *keys)
                if len(set(values)) != 1:
                    torn.append(values)
        writers = [threading.Thread(target=change, args=(self.server.client(),)) for _ in range(2)]
        readers = [threading.Thread(target=look, args=(self.server.client(),)) for _ in range(2)]
        for thread in writers + readers:
            thread.start()
        for thread in writers:
            thread.join()
        stop.set()
        for thread in readers:
            thread.join()
        self.assertEqual(torn, [])

    def test_no_increment_is_lost_with_watch(self):
        """redis-py's own way of doing it, in several clients at once."""
        def add(times):
            with redis.Redis(port=self.server.port) as client:
                for _ in range(times):
                    client.transaction(lambda pipe: (pipe.get("n"), pipe.multi(), pipe.incr("m"),
                                                     pipe.set("n", int(self.get(client)) + 1)), "n")
        threads = [threading.Thread(target=add, args=(40,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.client.call("MGET", "n", "m"), [b"160", b"160"])

    @staticmethod
    def get(client):
        return client.get("n") or 0

    def test_what_is_queued_is_bounded(self):
        self.client.call("MULTI")
        value = b"x" * (1 << 20)
        replies = [self.client.call("SET", "k", value) for _ in range(70)]
        self.assertEqual(replies[:63], ["QUEUED"] * 63)
        self.assertTrue(replies[63].startswith("ERR the transaction is too large"))
        self.assertTrue(self.client.call("EXEC").startswith("EXECABORT"))
        self.assertIsNone(self.client.call("GET", "k"))


if __name__ == "__main__":
    stage.main()
