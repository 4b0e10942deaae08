#!/usr/bin/python3 -B
"""The durable log: what was answered is there after every kind of end, and damage is told."""
import glob
import os
import random
import shutil
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import stage, wire  # noqa: E402

KILLS = int(os.environ.get("RINGWAY_KILLS", "10"))


class Writer:
    """Writes to keys of its own without a pause until the server is gone; knows what each key may be now."""

    def __init__(self, server, name):
        self.may_be = {}  # key -> values, the last acknowledged one first
        self.refused = 0
        self.acknowledged = 0
        self._client = server.client()
        self._name = name
        self._random = random.Random(name)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def finish(self):
        self._stop.set()
        self._thread.join()
        self._client.close()
        return self

    def _run(self):
        turn = 0
        try:
            while not self._stop.is_set():
                turn += 1
                batch = [self._command(turn, i) for i in range(self._random.randrange(1, 20))]
                for key, value, _ in batch:
                    self.may_be.setdefault(key, [None]).append(value)
                self._client.send(b"".join(wire.encode(*words) for _, _, words in batch))
                for key, value, _ in batch:
                    reply = self._client.read()
                    if isinstance(reply, wire.Failure):
                        self.refused += 1
                        continue
                    self.acknowledged += 1
                    values = self.may_be[key]
                    del values[:values.index(value, 1)]
        except (OSError, wire.Closed):
            pass

    def _command(self, turn, number):
        key = f"{self._name}:{self._random.randrange(500)}"
        if self._random.randrange(5) == 0:
            # A delete has no value of its own: this one tells them apart.
            return key, Deleted(), ("DEL", key)
        value = f"{turn}.{number}".encode() + b"v" * self._random.randrange(100)
        return key, value, ("SET", key, value)

    def missing(self, client):
        """Keys whose value is neither the last acknowledged one nor one that came after it."""
        keys = list(self.may_be)
        wrong = []
        for at in range(0, len(keys), 500):
            part = keys[at:at + 500]
            for key, found in zip(part, client.call("MGET", *part)):
                wanted = [None if isinstance(one, Deleted) else one for one in self.may_be[key]]
                if found not in wanted:
                    wrong.append((key, found, wanted))
        return wrong


class Deleted:
    """A delete among the values of a key."""


class Log(stage.Case):
    def start(self, name="a1", **log):
        self.server = self.stage.backend(name, log=log).await_answer()
        self.at = self.server.client()
        self.directory = os.path.join(self.stage.directory, name + ".log.d")

    def restart(self, kill=True):
        if kill:
            self.server.kill()
        else:
            self.at.close()
            self.server.terminate()
            self.assertEqual(self.server.wait(), 0)
        self.server.start().await_answer()
        self.at = self.server.client()

    def files(self, kind):
        return sorted(glob.glob(os.path.join(self.directory, kind + "-*")))

    def await_rewrite(self):
        def idle():
            facts = self.server.info()  # both at once: a rewrite may begin between two looks
            return facts["aof_rewrite_in_progress"] == facts["aof_rewrite_scheduled"] == "0"
        self.assertTrue(wire.until(idle))

    def test_everything_is_there_after_a_restart(self):
        for fsync in ("always", "everysec", "no"):
            for kill in (False, True):
                with self.subTest(fsync=fsync, kill=kill):
                    self.start(f"a-{fsync}-{kill}", fsync=fsync)
                    self.at.call("SET", "k", b"\0v\r\n")
                    self.at.call("SET", "timed", "v", "PX", "100000")
                    self.at.call("SET", "short", "v", "PX", "50")
                    self.at.call("SET", "gone", "v")
                    self.at.call("INCRBY", "n", "41")
                    self.at.call("INCR", "n")
                    self.at.call("DEL", "gone")
                    expires = self.at.call("PEXPIRETIME", "timed")
                    time.sleep(0.06)
                    self.restart(kill)
                    self.assertEqual(self.at.call("MGET", "k", "gone", "n", "short"), [b"\0v\r\n", None, b"42", None])
                    self.assertEqual(self.at.call("PEXPIRETIME", "timed"), expires)
                    # New versions are newer than all in the log.
                    self.at.call("SET", "n", "7")
                    self.at.call("DEL", "k")
                    self.restart(kill)
                    self.assertEqual(self.at.call("MGET", "k", "n"), [None, b"7"])
                    self.at.call("SET", "k", "again")
                    self.at.call("FLUSHALL")
                    self.at.call("SET", "after", "v")
                    self.restart(kill)
                    self.assertEqual(self.at.call("DBSIZE"), 1)

    def test_kill_at_random_moments_loses_nothing_that_was_answered(self):
        self.start(fsync="always", rewrite_from="64kb", rewrite_growth=50)
        chance = random.Random(KILLS)
        acknowledged = 0
        for turn in range(KILLS):
            writers = [Writer(self.server, f"{turn}-{i}") for i in range(4)]
            if turn % 3 == 0:
                self.at.call("BGREWRITEAOF")
            time.sleep(chance.random() * 0.3)
            self.restart()
            for writer in writers:
                writer.finish()
                acknowledged += writer.acknowledged
                self.assertEqual(writer.missing(self.at), [])
                self.assertEqual(writer.refused, 0)
            self.assertNotIn("damaged", self.server.log_text())
        print(f"{KILLS} kills, {acknowledged} acknowledged writes", file=sys.stderr)
        self.assertGreater(acknowledged, 50 * KILLS)

    def test_a_rewrite_under_load_loses_nothing_and_makes_the_log_smaller(self):
        self.start(fsync="everysec", rewrite_growth=0)
        self.at.pipeline([("SET", f"old{i}", b"v" * 100) for i in range(20000)] * 3)
        self.at.call("DEL", "old7")
        before = int(self.server.info()["aof_current_size"])
        writers = [Writer(self.server, f"w{i}") for i in range(3)]
        for _ in range(4):
            self.assertEqual(self.at.call("BGREWRITEAOF"), "Background append only file rewriting started")
            self.await_rewrite()
            time.sleep(0.1)
        facts = self.server.info()
        self.assertEqual((facts["aof_enabled"], facts["aof_last_bgrewrite_status"]), ("1", "ok"))
        self.assertLess(int(facts["aof_base_size"]), before / 2)
        self.assertEqual(len(self.files("base")), 1)
        self.assertEqual(len(self.files("tail")), 1)
        self.restart()
        for writer in writers:
            self.assertEqual(writer.finish().missing(self.at), [])
        self.assertEqual(self.at.call("EXISTS", "old0", "old7", "old19999"), 2)

    def test_it_is_written_anew_by_itself_when_it_has_grown(self):
        self.start(fsync="no", rewrite_growth=100, rewrite_from="1mb")
        for _ in range(40):
            self.at.pipeline([("SET", f"k{i}", b"v" * 1000) for i in range(100)])
        self.assertTrue(wire.until(lambda: int(self.server.info()["aof_base_size"]) > 0))
        self.await_rewrite()
        self.assertLess(int(self.server.info()["aof_current_size"]), 2_500_000)

    def test_while_it_reads_its_log_it_says_so(self):
        self.start(fsync="no", rewrite_growth=0)
        value = b"v" * 200
        for at in range(0, 400_000, 1000):
            self.at.call("MSET", *(word for i in range(at, at + 1000) for word in (f"key:{i:08}", value)))
        self.server.kill()
        self.server.start()
        seen = None
        self.assertTrue(wire.until(lambda: self.server.log_text().count(" at 127.0.0.1") == 2, step=0.001))
        client = self.server.client()
        while True:
            ping, read, facts = client.call("PING"), client.call("GET", "key:00000000"), wire.info(client)
            if facts["loading"] == "0":
                break
            if int(facts["loading_total_bytes"]) > 0:
                seen = seen or (ping, read, facts)
            time.sleep(0.005)
        self.assertIsNotNone(seen)
        for reply in seen[:2]:
            self.assertTrue(isinstance(reply, wire.Failure) and reply.startswith("LOADING a1 is reading its log"), reply)
        self.assertGreater(int(seen[2]["loading_total_bytes"]), 80_000_000)
        self.assertIn("loading_loaded_perc", seen[2])
        self.assertIn("records/s", self.server.log_text())
        self.server.await_answer()
        self.assertEqual(client.call("DBSIZE"), 400_000)

    def fill_with(self, keys):
        self.assertEqual(set(self.at.pipeline([("SET", key, b"value of " + key.encode()) for key in keys])), {"OK"})
        self.server.kill()
        return self.files("tail")[-1]

    def test_a_torn_end_is_cut_with_a_warning(self):
        self.start(fsync="always")
        path = self.fill_with([f"k{i}" for i in range(100)])
        with open(path, "r+b") as file:
            file.truncate(os.path.getsize(path) - 5)
        self.server.start().await_answer()
        self.assertRegex(self.server.log_text(), r"tail-\d+, byte \d+: the file ends in the middle of a record.* \d+ bytes are cut off")
        self.assertEqual(self.server.client().call("DBSIZE"), 99)

    def test_damage_in_the_middle_stops_the_start_and_salvage_takes_the_rest(self):
        self.start(fsync="always")
        path = self.fill_with([f"k{i}" for i in range(100)])
        with open(path, "r+b") as file:
            file.seek(os.path.getsize(path) // 2)
            byte = file.read(1)
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte[0] ^ 4]))
        self.server.start()
        self.assertEqual(self.server.wait(), 2)
        self.assertRegex(self.server.log_text(), r"cannot be read: tail-\d+, byte \d+: \d+ bytes are damaged; start with `--salvage true`")
        self.server.argv = [*self.server.argv, "--salvage", "true"]
        self.server.start().await_answer()
        self.assertEqual(self.server.client().call("DBSIZE"), 99)
        self.assertTrue(wire.until(lambda: int(self.server.info()["aof_base_size"]) > 0))
        self.server.argv = self.server.argv[:-2]
        self.at = None
        self.server.kill()
        self.server.start().await_answer()
        self.assertEqual(self.server.client().call("DBSIZE"), 99)

    def expect_no_start(self, server, text):
        self.assertEqual(server.wait(), 2)
        self.assertIn(text, server.log_text())

    def test_a_directory_of_no_use_stops_the_start(self):
        self.start(fsync="no")
        twin = self.stage.backend("a1", log={"dir": self.directory})
        self.expect_no_start(twin, "another process uses it")
        other = self.stage.backend("b1", log={"dir": self.stage.write("file", "text")})
        self.expect_no_start(other, "cannot be used: Not a directory")
        self.server.kill()
        for salvage in (False, True):
            stranger = self.stage.backend("c1", log={"dir": self.directory, "salvage": salvage})
            self.expect_no_start(stranger, "it is the log of 'a1', and this backend is 'c1'")
            self.assertNotIn("--salvage", stranger.log_text())

    def test_salvage_leaves_the_log_of_another_backend_as_it_is(self):
        self.start(fsync="always")
        self.fill_with([f"k{i}" for i in range(5)])
        os.remove(os.path.join(self.directory, "manifest"))
        before = sorted(os.listdir(self.directory))
        stranger = self.stage.backend("a-longer-name", log={"dir": self.directory, "salvage": True})
        self.expect_no_start(stranger, "belongs to 'a1', this backend is 'a-longer-name'")
        self.assertEqual(sorted(os.listdir(self.directory)), before)
        self.server.argv = [*self.server.argv, "--salvage", "true"]
        self.server.start().await_answer()
        self.assertEqual(self.server.client().call("DBSIZE"), 5)

    def test_a_removed_directory_refuses_writes_until_there_is_an_empty_one(self):
        self.start(fsync="always")
        client = self.server.client()
        self.assertEqual(client.call("SET", "before", 1), "OK")
        shutil.rmtree(self.directory)
        self.assertRegex(client.call("SET", "amid", 1), "MISCONF .*No such file or directory; the change was made")
        self.assertRegex(client.call("SET", "later", 1), "MISCONF .*No such file or directory$")
        self.assertEqual(self.server.info()["aof_last_write_status"], "err")
        os.mkdir(self.directory)
        self.assertTrue(wire.until(lambda: client.call("SET", "again", 1) == "OK"))
        self.server.kill()
        self.server.start().await_answer()
        self.assertEqual(sorted(wire.scan(self.server.client())), [b"again", b"amid", b"before"])


if __name__ == "__main__":
    stage.main()
