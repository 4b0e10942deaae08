#!/usr/bin/python3 -B
"""Two partners: what one is told the other knows, and after every parting they agree again."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import stage, wire  # noqa: E402

LINK = {"timeout": "500ms", "grace": "500ms"}


def receiving(server):
    return server.info()["partner_receiving"]


class Replication(stage.Case):
    def start(self, link=None, **settings):
        self.a1, self.a2 = self.stage.pair("a1", "a2", link or LINK, **settings)
        self.at_1, self.at_2 = self.a1.client(30.0), self.a2.client(30.0)

    def expect_soon(self, client, words, wanted, within=5.0):
        value = None

        def arrived():
            nonlocal value
            value = client.call(*words)
            return value == wanted
        self.assertTrue(wire.until(arrived, within), (words, value, wanted))

    def expect_agreement(self, keys):
        def both():
            return self.at_1.call("MGET", *keys), self.at_2.call("MGET", *keys)
        self.assertTrue(wire.until(lambda: both()[0] == both()[1]),
                        [(key, one, two) for key, one, two in zip(keys, *both()) if one != two][:10])
        return both()[0]

    def part(self, write_1, write_2):
        """Cuts the link (each is suspended for longer than its time-out while the other writes), then joins it again."""
        for sleeper, writer, write in ((self.a2, self.a1, write_1), (self.a1, self.a2, write_2)):
            sleeper.suspend()
            self.assertTrue(wire.until(lambda one=writer: receiving(one) == "waiting", 5.0))
            write()
            if sleeper is self.a2:
                writer.suspend()  # nothing of what it wrote may go out yet
                time.sleep(0.005)  # versions order the writes of two sides by the millisecond
            sleeper.resume()
        stage.await_synced(self.a1, self.a2)

    def test_every_change_arrives_in_both_directions(self):
        self.start()
        for here, there in ((self.at_1, self.at_2), (self.at_2, self.at_1)):
            self.assertEqual(here.call("SET", "k", b"\0v\r\n"), "OK")
            self.expect_soon(there, ("GET", "k"), b"\0v\r\n")
            here.call("SET", "k", "w", "EX", "100")
            self.expect_soon(there, ("GET", "k"), b"w")
            self.assertIn(there.call("TTL", "k"), (99, 100))
            here.call("EXPIRE", "k", "1000")
            self.expect_soon(there, ("EXPIRE", "k", "999", "GT"), 0)
            here.call("PERSIST", "k")
            self.expect_soon(there, ("TTL", "k"), -1)
            here.call("MSET", "x", "1", "y", "2")
            self.expect_soon(there, ("MGET", "x", "y"), [b"1", b"2"])
            here.call("INCRBY", "n", "41")
            here.call("INCR", "n")
            self.expect_soon(there, ("GET", "n"), b"42")
            self.assertEqual(there.call("DECR", "n"), 41)
            self.expect_soon(here, ("GET", "n"), b"41")
            self.assertEqual(here.call("DEL", "k", "x"), 2)
            self.expect_soon(there, ("EXISTS", "k", "x", "y"), 1)
            self.assertEqual(here.call("FLUSHALL"), "OK")
            self.expect_soon(there, ("DBSIZE",), 0)

    def test_status_tells_how_far_the_partner_is_behind(self):
        self.start()
        self.at_1.call("DEL", "absent")

        def status():
            return wire.info_lines(self.at_1.call("PARTNER", "STATUS").decode())
        self.assertTrue(wire.until(lambda: status()["lag_records"] == "0"), status())
        facts = status()
        self.assertEqual((facts["state"], facts["ready"], facts["receiving"], facts["sending"]), ("in-step", "yes", "synced", "up"))
        self.assertEqual(facts["partner"], self.a2.address)
        self.assertEqual((facts["lag_bytes"], facts["refused_versions"]), ("0", "0"))
        self.assertGreaterEqual(int(facts["tombstones"]), 1)
        for name in ("last_exchange_sent", "last_exchange_received"):
            self.assertLess(abs(time.time() - int(facts[name])), 30)
        self.assertEqual(self.a1.info()["partner_state"], "in-step")
        self.a2.suspend()
        self.at_1.pipeline([("SET", f"k{i}", "v" * 100) for i in range(500)])
        facts = status()
        self.assertGreaterEqual(int(facts["lag_records"]), 500)
        self.assertGreater(int(facts["lag_bytes"]), 50_000)
        self.assertTrue(wire.until(lambda: status()["state"] == "no-link", 5.0), status())
        self.assertEqual((status()["lag_records"], status()["sending"]), ("unknown", "down"))
        self.a2.resume()
        stage.await_synced(self.a1, self.a2)
        self.assertEqual(self.stage.backend("alone").await_answer().client().call("PARTNER", "STATUS"),
                         "ERR this backend is configured without a partner")

    def test_a_time_to_live_ends_on_both_sides(self):
        self.start()
        self.at_1.pipeline([("SET", f"short:{i}", "v", "PX", "400") for i in range(100)])
        self.expect_soon(self.at_2, ("DBSIZE",), 100, within=0.3)
        time.sleep(0.45)
        keys = [f"short:{i}" for i in range(100)]
        self.assertEqual((self.at_1.call("EXISTS", *keys), self.at_2.call("EXISTS", *keys)), (0, 0))
        self.assertTrue(wire.until(lambda: "db0" not in self.a1.info() and "db0" not in self.a2.info()))

    def test_after_a_parting_the_newest_wins_and_both_agree(self):
        self.start()
        keys = [f"k{i}" for i in range(300)]
        self.at_1.pipeline([("SET", key, "before") for key in keys])
        self.expect_soon(self.at_2, ("EXISTS", *keys), 300)

        def at_the_first():
            self.at_1.pipeline([("SET", key, "one") for key in keys[:200]])
            self.at_1.call("DEL", *keys[250:275])

        def at_the_second():
            self.at_2.pipeline([("SET", key, "two") for key in keys[100:250]])
            self.at_2.call("DEL", *keys[275:])
        self.part(at_the_first, at_the_second)
        values = self.expect_agreement(keys)
        self.assertEqual(values[:100], [b"one"] * 100)
        self.assertEqual(values[100:250], [b"two"] * 150)
        self.assertEqual(values[250:], [None] * 50)

    def test_after_a_parting_only_what_was_missed_is_sent(self):
        self.start()
        self.at_1.pipeline([("SET", f"k{i}", "v") for i in range(20000)])
        self.assertTrue(wire.until(lambda: self.at_2.call("DBSIZE") == 20000))
        before = int(self.a1.info()["partner_records_sent"])
        self.part(lambda: self.at_1.call("SET", "late", "v"), lambda: None)
        self.expect_soon(self.at_2, ("GET", "late"), b"v")
        facts = self.a1.info()
        self.assertEqual(facts["partner_last_exchange_of"], "unheard")
        self.assertLess(int(facts["partner_records_sent"]) - before, 1000)

    def test_verify_names_how_many_keys_differ(self):
        self.start()

        def verify(client):
            return wire.info_lines(client.call("PARTNER", "VERIFY").decode())
        self.at_1.pipeline([("SET", f"k{i}", "v" * 200) for i in range(5000)])
        self.assertTrue(wire.until(lambda: self.at_2.call("DBSIZE") == 5000))
        for client in (self.at_1, self.at_2):
            self.assertEqual(verify(client), {"result": "equal", "keys": "5000", "keys_that_differ": "0", "other_value": "0",
                                              "only_here": "0", "only_there": "0", "rounds": "1"})
        self.at_2.call("CONFIG", "SET", "maxmemory", "1mb")
        self.assertEqual(self.at_2.call("SET", "k1", "x" * 300_000), "OK")  # which has others evicted, and evictions are not sent
        left = self.at_2.call("DBSIZE")
        self.assertLess(left, 5000)
        found = verify(self.at_1)
        self.assertEqual((found["result"], found["only_here"], found["only_there"]), ("different", str(5000 - left), "0"))
        self.assertEqual(verify(self.at_2)["only_there"], str(5000 - left))
        self.a2.kill()
        self.assertTrue(wire.until(lambda: self.a1.info()["partner_sending"] == "down"))
        self.assertTrue(self.at_1.call("PARTNER", "VERIFY").startswith("ERR cannot compare: "))
        self.assertEqual(self.stage.backend("alone").await_answer().client().call("PARTNER", "VERIFY"),
                         "ERR this backend is configured without a partner")

    def test_a_flush_during_a_parting_takes_what_was_older(self):
        self.start()
        self.at_2.pipeline([("SET", f"old{i}", "v") for i in range(100)])
        self.expect_soon(self.at_1, ("DBSIZE",), 100)
        self.part(lambda: self.at_1.call("FLUSHALL"), lambda: self.at_2.call("SET", "young", "v"))
        self.expect_soon(self.at_1, ("MGET", "old0", "old99", "young"), [None, None, b"v"])
        self.expect_soon(self.at_2, ("MGET", "old0", "old99", "young"), [None, None, b"v"])
        self.assertEqual((self.at_1.call("DBSIZE"), self.at_2.call("DBSIZE")), (1, 1))

    def test_what_was_answered_before_sigterm_is_at_the_partner(self):
        for count, size in ((20000, 10), (6000, 5000)):
            with self.subTest(count=count, size=size):
                # It outlasts the partner's sleep, however long a busy machine takes for the writes:
                # over a link that is lost nothing is owed.
                self.start({**LINK, "timeout": "30s"})
                self.a2.suspend()
                self.assertEqual(self.at_1.pipeline([("SET", f"k{i}", "v" * size) for i in range(count)]), ["OK"] * count)
                self.assertEqual(self.a1.info()["partner_sending"], "up")
                self.at_1.close()  # so that it waits for the partner alone
                self.a1.terminate()
                time.sleep(0.2)
                self.a2.resume()
                self.assertEqual(self.a1.wait(), 0)
                self.expect_soon(self.at_2, ("DBSIZE",), count)

    def test_sigterm_in_the_middle_of_an_exchange_waits_for_its_end(self):
        self.start({**LINK, "timeout": "30s"})
        value = b"v" * 1000
        for at in range(0, 60000, 500):  # far more than the sockets' buffers take
            self.at_1.call("MSET", *(word for i in range(at, at + 500) for word in (f"k{i}", value)))
        self.a2.kill()
        self.assertTrue(wire.until(lambda: self.a1.info()["partner_sending"] == "down"))
        self.a2.start()
        self.assertTrue(wire.until(lambda: self.a1.info()["partner_sending"] == "up", step=0.001))
        self.a2.suspend()
        self.at_1.close()
        self.a1.terminate()
        time.sleep(0.3)
        self.a2.resume()
        at_2 = self.a2.client()
        self.assertLess(at_2.call("DBSIZE"), 60000)  # or nothing was waited for
        self.assertEqual(self.a1.wait(), 0)
        self.assertEqual(at_2.call("DBSIZE"), 60000)

    def test_sigterm_while_the_link_is_lost_waits_for_the_next_one(self):
        self.start()
        self.a2.suspend()
        self.assertTrue(wire.until(lambda: self.a1.info()["partner_sending"] == "down"))
        self.assertEqual(self.at_1.call("SET", "k", "v"), "OK")
        self.at_1.close()
        self.a1.terminate()
        time.sleep(0.3)
        self.a2.resume()
        self.assertEqual(self.a1.wait(), 0)
        self.assertEqual(self.at_2.call("GET", "k"), b"v")

    def test_sigterm_waits_for_nobody_where_no_partner_is(self):
        self.start()
        self.at_1.call("SET", "k", "v")
        self.a2.kill()
        never_there = self.stage.backend("b1", partner=stage.free_port())
        alone = self.stage.backend("alone")
        self.at_1.close()
        for server in (self.a1, never_there, alone):
            with self.subTest(server=server.name):
                server.await_answer().terminate()
                begin = time.monotonic()
                self.assertEqual(server.wait(), 0)
                self.assertLess(time.monotonic() - begin, 1.0)

    def test_a_flush_does_not_wait_for_ever_for_a_partner_that_is_silent(self):
        self.start()
        self.at_1.call("SET", "k", "v")
        self.a2.suspend()
        begin = time.monotonic()
        self.at_1.send(wire.encode("FLUSHALL"))
        with self.a1.client(2.0) as other:
            self.assertEqual(other.call("PING"), "PONG")
        self.assertEqual(self.at_1.read(), "OK")
        self.assertLess(time.monotonic() - begin, 2.0)
        begin = time.monotonic()
        self.assertEqual(self.at_1.call("FLUSHALL"), "OK")
        self.assertLess(time.monotonic() - begin, 0.5)
        self.a2.resume()
        stage.await_synced(self.a1, self.a2)
        self.expect_soon(self.at_2, ("DBSIZE",), 0)

    def test_writes_on_both_sides_at_once_end_in_agreement(self):
        self.start()
        keys = [f"k{i}" for i in range(200)]
        for turn in range(20):
            for client, side in ((self.at_1, "one"), (self.at_2, "two")):
                client.send(b"".join(wire.encode("SET", key, f"{side} {turn}") for key in keys))
            for client in (self.at_1, self.at_2):
                self.assertEqual({client.read() for _ in keys}, {"OK"})
        self.expect_agreement(keys)

    def test_a_partner_that_starts_empty_gets_everything(self):
        self.start()
        value = b"v" * 1000
        for at in range(0, 20000, 500):
            self.at_1.call("MSET", *(word for i in range(at, at + 500) for word in (f"k{i}", value)))
        self.a2.kill()
        self.at_1.call("SET", "while", "away")
        self.a2.start().await_answer()
        with self.a2.client() as fresh:
            self.assertEqual(fresh.call("DBSIZE"), 20001)
            self.assertEqual(fresh.call("MGET", "k0", "k19999", "while"), [value, value, b"away"])

    def test_two_of_the_same_name_refuse_each_other(self):
        ports = stage.free_port(), stage.free_port()
        one, two = (self.stage.backend("twin", ports[i], ports[1 - i], LINK) for i in (0, 1))
        one.await_answer()
        two.await_answer()
        self.assertTrue(wire.until(lambda: "both partners are called 'twin'" in one.log_text(), 3.0), one.log_text())
        self.assertEqual(one.info()["partner_sending"], "down")
        one.client().call("SET", "k", "v")
        time.sleep(0.3)
        self.assertEqual(two.client().call("EXISTS", "k"), 0)


class Memory(stage.Case):
    MEGABYTES = 32

    def test_eviction_keeps_both_within_memory_and_the_recent_stay(self):
        a1, a2 = self.stage.pair("a1", "a2", {**LINK, "backlog": "8mb"}, memory=f"{self.MEGABYTES}mb")
        client = a1.client()
        value = b"v" * 1000
        client.call("SET", "wanted", "here")
        for at in range(0, 100000, 500):
            client.pipeline([("MSET", *(word for i in range(at, at + 500) for word in (f"k{i}", value))), ("GET", "wanted")])
        for server in (a1, a2):
            facts = server.info()
            with self.subTest(server=server.name):
                # While it still applies what the other one sends, a change may be above the limit.
                self.assertTrue(wire.until(lambda one=server: int(one.info()["used_memory"]) <= self.MEGABYTES << 20))
                self.assertGreater(int(facts["used_memory"]), (self.MEGABYTES << 20) * 0.8)
                self.assertLess(server.resident_bytes(), (self.MEGABYTES << 20) + (24 << 20))
                self.assertTrue(wire.until(lambda one=server: int(one.info()["evicted_keys"]) > 50000))
        self.assertEqual(client.call("GET", "wanted"), b"here")
        self.assertEqual(client.call("GET", "k99999"), value)

    def test_a_value_that_can_never_fit_is_refused(self):
        server = self.stage.backend("small", memory="4mb").await_answer()
        client = server.client()
        client.call("SET", "kept", "v")
        self.assertTrue(str(client.call("SET", "huge", b"v" * (8 << 20))).startswith("OOM "))
        self.assertEqual(client.call("GET", "kept"), b"v")

    def test_expiry_in_the_background_gives_memory_back(self):
        server = self.stage.backend("alone").await_answer()
        client = server.client()
        empty = int(server.info()["used_memory"])
        resident = []
        for turn in (1, 2, 3):
            for at in range(0, 40000, 1000):
                client.pipeline([("SET", f"{turn}:{i}", b"v" * 1000, "PX", "400") for i in range(at, at + 1000)])
            resident.append(server.resident_bytes())
            self.assertTrue(wire.until(lambda: int(server.info()["expired_keys"]) == 40000 * turn, 5.0), server.info())
            self.assertLess(int(server.info()["used_memory"]), empty + (1 << 20))
        # What was given back is used again.
        self.assertLess(resident[2], resident[0] * 1.15)


if __name__ == "__main__":
    stage.main()
