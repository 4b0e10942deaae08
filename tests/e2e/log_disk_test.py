#!/usr/bin/python3 -B
"""The durable log on a disk that is full or read-only: what cannot be kept is refused, what was answered is there."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import small_disk, stage, wire  # noqa: E402


class FullDisk(stage.Case):
    def start(self, **log):
        self.disk = small_disk.mount(self, os.path.join(self.stage.directory, "disk"), "1m")
        self.server = self.stage.backend("a1", log={"dir": self.disk.directory, **log}, start=False)
        self.server.argv = self.disk.inside(self.server.argv)
        self.server.start().await_answer()
        self.at = self.server.client()

    def fill(self):
        """Writes until the disk is full; gives the keys whose write was acknowledged."""
        kept = []
        for i in range(5000):
            reply = self.at.call("SET", f"k{i}", b"v" * 1000)
            if reply != "OK":
                self.assertRegex(reply, "^MISCONF Errors writing to the AOF file: No space left on device")
                return kept
            kept.append(f"k{i}")
        self.fail("the disk is never full")

    def test_writes_are_refused_while_the_disk_is_full_and_taken_when_it_is_not(self):
        for fsync in ("always", "everysec"):
            with self.subTest(fsync=fsync):
                self.start(fsync=fsync)
                kept = self.fill()
                self.assertEqual(self.server.info()["aof_last_write_status"], "err")
                self.assertEqual(self.at.call("GET", "k0"), b"v" * 1000)
                self.assertRegex(self.at.call("DEL", "k0"), "^MISCONF ")
                self.at.call("MULTI")
                self.assertRegex(self.at.call("SET", "k", "v"), "^MISCONF ")
                self.assertRegex(self.at.call("EXEC"), "^EXECABORT ")
                self.disk.remount("size=16m")
                self.assertTrue(wire.until(lambda: self.at.call("SET", "after", "v") == "OK"), self.server.log_text())
                self.assertEqual(self.server.info()["aof_last_write_status"], "ok")
                self.assertIn("the log is whole again", self.server.log_text())
                self.server.kill()
                self.server.start().await_answer()
                with self.server.client() as client:
                    self.assertEqual(client.call("EXISTS", "after", *kept), len(kept) + 1)

    def test_what_was_answered_before_the_disk_was_full_outlives_a_kill_then(self):
        self.start(fsync="always")
        kept = self.fill()
        self.server.kill()
        self.server.start().await_answer()
        with self.server.client() as client:
            self.assertEqual(client.call("EXISTS", *kept), len(kept))
            self.assertRegex(client.call("SET", "k", "v"), "^MISCONF ")
            self.disk.remount("size=16m")
            self.assertTrue(wire.until(lambda: client.call("SET", "k", "v") == "OK"))
        self.server.kill()
        self.server.start().await_answer()
        with self.server.client() as client:
            self.assertEqual(client.call("EXISTS", "k", *kept), len(kept) + 1)

    def test_writes_are_served_where_that_is_wanted(self):
        self.start(fsync="always", on_error="serve")
        self.assertEqual(set(self.at.pipeline([("SET", f"k{i}", b"v" * 1000) for i in range(3000)])), {"OK"})
        self.assertEqual(self.server.info()["aof_last_write_status"], "err")
        self.disk.remount("size=16m")
        self.assertTrue(wire.until(lambda: self.server.info()["aof_last_write_status"] == "ok"))
        self.server.kill()
        self.server.start().await_answer()
        self.assertEqual(self.server.client().call("DBSIZE"), 3000)

    def test_a_read_only_directory_stops_the_start(self):
        disk = small_disk.mount(self, os.path.join(self.stage.directory, "disk"), "1m")
        disk.remount("ro")
        server = self.stage.backend("a1", log={"dir": disk.directory}, start=False)
        server.argv = disk.inside(server.argv)
        self.assertEqual(server.start().wait(), 2)
        self.assertIn("Read-only file system", server.log_text())


if __name__ == "__main__":
    stage.main()
