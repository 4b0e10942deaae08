#!/usr/bin/python3 -B
"""The durable log of partners: what came from the other is kept too, and nothing is dropped or comes back after a restart."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import stage, wire  # noqa: E402


LINK = {"timeout": "500ms", "grace": "500ms"}


class Partners(stage.Case):
    def setUp(self):
        super().setUp()
        self.a1, self.a2 = self.stage.pair("a1", "a2", LINK, log={"fsync": "no"})
        self.at_1, self.at_2 = self.a1.client(), self.a2.client()

    def test_what_came_from_the_partner_is_in_the_log_too(self):
        self.at_1.pipeline([("SET", f"k{i}", "v") for i in range(1000)])
        self.at_1.call("DEL", "k7")
        self.assertTrue(wire.until(lambda: self.at_2.call("DBSIZE") == 999))
        self.a1.kill()
        self.a2.kill()
        self.a2.start().await_answer()
        with self.a2.client() as client:
            self.assertEqual(client.call("DBSIZE"), 999)
        self.a1.start().await_answer()

    def test_a_delete_that_the_partner_has_missed_survives_a_restart(self):
        self.at_1.pipeline([("SET", f"k{i}", "v") for i in range(100)])
        self.assertTrue(wire.until(lambda: self.at_2.call("DBSIZE") == 100))
        self.a2.kill()
        self.at_1.call("DEL", *(f"k{i}" for i in range(50)))
        self.assertEqual(self.at_1.call("BGREWRITEAOF"), "Background append only file rewriting started")
        self.assertTrue(wire.until(lambda: int(self.a1.info()["aof_base_size"]) > 0))
        self.a1.kill()
        self.a1.start().await_answer()
        self.a2.start()
        stage.await_synced(self.a1, self.a2)
        with self.a1.client() as one, self.a2.client() as two:
            self.assertTrue(wire.until(lambda: (one.call("DBSIZE"), two.call("DBSIZE")) == (50, 50)),
                            (one.call("DBSIZE"), two.call("DBSIZE")))

    def test_after_a_short_absence_nothing_is_dropped(self):
        """The partner has forgotten deletes that this side has seen: its log says that it has."""
        self.at_2.pipeline([("SET", f"k{i}", "v") for i in range(100)])
        self.at_2.call("DEL", *(f"k{i}" for i in range(50)))
        self.assertTrue(wire.until(lambda: self.at_1.call("DBSIZE") == 50))
        self.assertTrue(wire.until(lambda: self.a2.info()["tombstones"] == "0", within=20.0))
        time.sleep(1.2)  # so often the log is told
        self.a1.kill()
        self.a1.start().await_answer()
        stage.await_synced(self.a1, self.a2)
        self.assertNotIn("away for longer", self.a1.log_text())
        self.assertEqual(self.a2.info()["partner_last_exchange_of"], "newer")
        with self.a1.client() as client:
            self.assertEqual(client.call("DBSIZE"), 50)


if __name__ == "__main__":
    stage.main()
