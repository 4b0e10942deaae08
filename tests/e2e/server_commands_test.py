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

    def test_reset_makes_a_client_new(self):
        self.client.call("HELLO", "3", "SETNAME", "me")
        self.assertEqual(self.client.raw("RESET"), b"+RESET\r\n")
        self.assertEqual(self.client.raw("GET", "none"), b"$-1\r\n")
        self.assertIsNone(self.client.call("CLIENT", "GETNAME"))


if __name__ == "__main__":
    stage.main()
