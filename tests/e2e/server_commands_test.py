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


if __name__ == "__main__":
    stage.main()
