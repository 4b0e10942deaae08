#!/usr/bin/python3 -B
"""What a backend answers beside its data: SLOWLOG, LATENCY, DEBUG, CLIENT, CONFIG, INFO."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import stage, wire  # noqa: E402


class ServerCommands(stage.SharedCase):
    @classmethod
    def set_stage(cls):
        cls.server = cls.stage.backend("a1", debug_commands=True).await_answer()
        cls.strict = cls.stage.backend("b1").await_answer()

    def setUp(self):
        self.client = self.server.client()
        self.addCleanup(self.client.close)
        self.assertEqual(self.client.call("FLUSHALL"), "OK")

    def test_a_slow_request_is_in_the_slow_log(self):
        self.client.call("SLOWLOG", "RESET")
        self.client.call("CLIENT", "SETNAME", "sleeper")
        self.assertEqual(self.client.call("SET", "k", "v"), "OK")
        self.assertEqual(self.client.call("DEBUG", "SLEEP", "0.02"), "OK")
        self.assertEqual(self.client.call("SLOWLOG", "LEN"), 1)
        (_, at, took, words, peer, name), = self.client.call("SLOWLOG", "GET")
        self.assertEqual((words, name), ([b"DEBUG", b"SLEEP", b"0.02"], b"sleeper"))
        self.assertEqual(peer.decode(), "%s:%d" % self.client.socket.getsockname())
        self.assertGreater(at, 1_700_000_000)
        self.assertGreaterEqual(took, 20_000)

    def test_debug_is_off_unless_allowed(self):
        with self.strict.client() as client:
            self.assertTrue(client.call("DEBUG", "SLEEP", "0").startswith("ERR DEBUG command not allowed."))

    def test_expiry_in_the_background_can_be_stopped(self):
        self.assertEqual(self.client.call("DEBUG", "SET-ACTIVE-EXPIRE", "0"), "OK")
        self.client.pipeline(("SET", f"k{i}", "v", "PX", "1") for i in range(50))
        self.assertFalse(wire.until(lambda: self.client.call("DBSIZE") == 0, within=0.4))
        self.assertEqual(self.client.call("DEBUG", "SET-ACTIVE-EXPIRE", "1"), "OK")
        self.assertTrue(wire.until(lambda: self.client.call("DBSIZE") == 0))

    def clients(self, *options):
        lines = self.client.call("CLIENT", "LIST", *options).decode().splitlines()
        return [dict(field.split("=", 1) for field in line.split(" ")) for line in lines]

    def test_the_clients_of_all_workers_are_listed(self):
        others = [self.server.client() for _ in range(8)]
        for i, other in enumerate(others):
            other.call("CLIENT", "SETNAME", f"other-{i}")
            other.call("GET", "k")
        listed = {one["name"]: one for one in self.clients() if one["name"].startswith("other-")}
        self.assertEqual(len(listed), 8)
        for i, other in enumerate(others):
            one = listed[f"other-{i}"]
            self.assertEqual(one["addr"], "%s:%d" % other.socket.getsockname())
            self.assertEqual(one["laddr"], self.server.address)
            self.assertEqual(one["cmd"], "get")
            self.assertEqual(int(one["id"]), other.call("CLIENT", "ID"))
        for other in others:
            other.close()
        self.assertTrue(wire.until(lambda: not [one for one in self.clients() if one["name"].startswith("other-")]))

    def test_clients_are_killed_wherever_they_are(self):
        others = [self.server.client() for _ in range(8)]
        for other in others:
            number = other.call("CLIENT", "ID")
            self.assertEqual(self.client.call("CLIENT", "KILL", "ID", number), 1)
            self.assertTrue(other.is_closed_by_peer())
            self.assertEqual(self.clients("ID", number), [])
        self.assertEqual(self.client.call("CLIENT", "KILL", "%s:%d" % self.client.socket.getsockname()), "OK")
        self.assertTrue(self.client.is_closed_by_peer())

    def test_replies_can_be_left_out(self):
        self.client.send(b"".join(wire.encode(*words.split()) for words in (
            "CLIENT REPLY SKIP", "SET k skipped", "GET k", "CLIENT REPLY OFF", "SET k off", "NONSENSE", "CLIENT REPLY ON",
            "GET k")))
        self.assertEqual([self.client.read() for _ in range(3)], [b"skipped", "OK", b"off"])

    def test_a_transaction_without_replies_is_queued_all_the_same(self):
        self.client.send(b"".join(wire.encode(*words.split()) for words in (
            "CLIENT REPLY OFF", "MULTI", "INCR n", "DISCARD", "MULTI", "INCR m", "EXEC", "CLIENT REPLY ON", "MGET n m")))
        self.assertEqual([self.client.read() for _ in range(2)], ["OK", [None, b"1"]])

    def test_reset_makes_a_client_new(self):
        self.client.call("HELLO", "3", "SETNAME", "me")
        self.assertEqual(self.client.raw("RESET"), b"+RESET\r\n")
        self.assertEqual(self.client.raw("GET", "none"), b"$-1\r\n")
        self.assertIsNone(self.client.call("CLIENT", "GETNAME"))

    def set(self, name, value):
        before = self.client.call("CONFIG", "GET", name)[1]
        self.assertEqual(self.client.call("CONFIG", "SET", name, value), "OK")
        self.addCleanup(lambda: self.server.client().call("CONFIG", "SET", name, before))

    def test_a_threshold_of_zero_logs_every_request(self):
        self.set("slowlog-log-slower-than", 0)
        self.set("slowlog-max-len", 10)
        self.client.pipeline(("PING",) for _ in range(100))
        self.assertEqual(self.client.call("SLOWLOG", "LEN"), 10)
        self.client.call("GET", "k")
        self.assertEqual(self.client.call("SLOWLOG", "GET", 1)[0][3], [b"GET", b"k"])

    def test_latency_events_are_kept(self):
        self.set("latency-monitor-threshold", 15)
        self.client.call("DEBUG", "SLEEP", "0.03")
        (name, _, last, longest), = self.client.call("LATENCY", "LATEST")
        self.assertEqual(name, b"command")
        self.assertGreaterEqual(last, 30)
        self.assertEqual(longest, last)
        self.assertEqual(self.client.call("LATENCY", "RESET"), 1)

    def test_memory_can_be_taken_away_while_it_runs(self):
        self.client.pipeline(("SET", f"k{i}", "x" * 1000) for i in range(5000))
        self.assertEqual(self.client.call("DBSIZE"), 5000)
        self.set("maxmemory", "2mb")
        self.assertLess(self.client.call("DBSIZE"), 2100)
        self.assertLessEqual(int(self.server.info()["used_memory"]), 2 << 20)
        self.assertEqual(self.client.call("CONFIG", "GET", "maxmemory"), [b"maxmemory", b"2097152"])

    def test_the_policy_of_eviction_is_told_as_it_is_configured(self):
        for eviction in ("lru", "s3-fifo", "adaptive-fifo"):
            server = self.stage.backend(eviction, eviction=eviction)
            server.await_answer()
            with server.client() as client:
                told = client.call("CONFIG", "GET", "maxmemory-policy")
                self.assertEqual(told, [b"maxmemory-policy", f"allkeys-{eviction}".encode()])
            self.assertEqual(server.info()["maxmemory_policy"], f"allkeys-{eviction}")

    def test_idle_clients_are_closed_after_the_timeout_and_subscribers_are_not(self):
        self.set("timeout", 1)
        idle, subscriber = self.server.client(), self.server.client()
        idle.call("PING")
        subscriber.call("SUBSCRIBE", "c")
        self.assertTrue(idle.is_closed_by_peer(within=6))
        with self.server.client() as client:
            self.assertEqual(client.call("PUBLISH", "c", "m"), 1)
            client.call("CONFIG", "SET", "timeout", 0)
        self.client = self.server.client()

    def test_no_more_clients_than_allowed(self):
        self.set("maxclients", 1)
        with self.server.client() as other:
            self.assertEqual(other.read_to_end(), b"-ERR max number of clients reached\r\n")
        self.assertEqual(self.client.call("CONFIG", "SET", "maxclients", 10000), "OK")

    def info(self, *sections):
        text = self.client.call("INFO", *sections).decode()
        return [line[2:] for line in text.splitlines() if line.startswith("# ")], wire.info_lines(text)

    def test_info_has_the_sections_of_redis(self):
        usual = ["Server", "Clients", "Memory", "Persistence", "Stats", "Replication", "CPU", "Modules", "Errorstats",
                 "Cluster", "Keyspace"]
        self.assertEqual(self.info()[0], usual)
        self.assertEqual(self.info("default")[0], usual)
        for everything in ("all", "everything"):
            self.assertEqual(sorted(self.info(everything)[0]), sorted(usual + ["Commandstats"]))
        self.assertEqual(self.info("cpu", "commandstats")[0], ["CPU", "Commandstats"])
        facts = self.info()[1]
        for field in ("redis_version", "run_id", "uptime_in_seconds", "connected_clients", "used_memory", "used_memory_rss",
                      "used_cpu_user", "aof_enabled", "role"):
            self.assertIn(field, facts)

    def test_errors_are_counted_by_their_first_word(self):
        for asked, told in (((("ASDF",),), {"ERR": 1}), ((("SET", "k"),), {"ERR": 1}), ((("INCRBY", "k", "x"), ("GET", "k")), {"ERR": 1}),
                            ((("MULTI",), ("SET",), ("EXEC",)), {"ERR": 1, "EXECABORT": 1}),
                            ((("MULTI",), ("INCRBY", "k", "x"), ("EXEC",), ("EXEC",)), {"ERR": 2}),
                            ((("HELLO", "7"),), {"NOPROTO": 1}), ((("SUBSCRIBE", "c"), ("GET", "k"), ("UNSUBSCRIBE",)), {"ERR": 1})):
            self.assertEqual(self.client.call("CONFIG", "RESETSTAT"), "OK")
            self.client.pipeline(list(asked))
            titles, facts = self.info("errorstats", "stats")
            counts = {name[10:]: int(value[6:]) for name, value in facts.items() if name.startswith("errorstat_")}
            self.assertEqual((asked, counts, int(facts["total_error_replies"])), (asked, told, sum(told.values())))

    def test_info_tells_the_bytes_of_keys_and_values(self):
        before = int(self.server.info()["used_memory_dataset"])
        self.client.call("SET", "twelve bytes", "x" * 500)
        self.client.call("APPEND", "twelve bytes", "y" * 8)
        self.assertEqual(int(self.server.info()["used_memory_dataset"]) - before, 520)
        self.client.call("DEL", "twelve bytes")
        self.assertEqual(int(self.server.info()["used_memory_dataset"]), before)

    def test_commands_are_counted_until_the_statistics_are_reset(self):
        self.assertEqual(self.client.call("CONFIG", "RESETSTAT"), "OK")
        others = [self.server.client() for _ in range(4)]
        for other in others:
            for _ in range(50):
                other.call("GET", "nosuch")
        self.client.call("SET", "k", "text")
        self.client.call("INCR", "k")
        self.client.call("INCR")
        facts = self.info("all")[1]
        self.assertTrue(facts["cmdstat_get"].startswith("calls=200,usec="), facts["cmdstat_get"])
        self.assertTrue(facts["cmdstat_incr"].endswith(",rejected_calls=1,failed_calls=1"), facts["cmdstat_incr"])
        self.assertEqual(facts["keyspace_misses"], "200")
        self.assertEqual(self.client.call("CONFIG", "RESETSTAT"), "OK")
        facts = self.info("all")[1]
        self.assertNotIn("cmdstat_get", facts)
        self.assertEqual(facts["keyspace_misses"], "0")


if __name__ == "__main__":
    stage.main()
