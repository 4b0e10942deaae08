#!/usr/bin/python3 -B
"""ack = "partner": whatever was answered is on both sides, whichever of them is killed; and WAIT, for one client at a time."""
import os
import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import small_disk, stage, wire  # noqa: E402

ROUNDS = int(os.environ.get("RINGWAY_KILL_ROUNDS", "3"))
WRITERS = 4
BATCH = 20
LINK = {"ack": "partner", "ack_timeout": "300ms", "timeout": "2s", "grace": "500ms"}
REFUSAL = "NOREPLICAS the write is applied here, but the partner has not confirmed it in time"


class Writer(threading.Thread):
    """Writes keys of its own, each once, until its server goes; `answered` are those that were answered with OK."""

    def __init__(self, server, name):
        super().__init__()
        self.client = server.client()
        self.prefix = name
        self.answered = []
        self.wrong = []

    def run(self):
        number = 0
        try:
            while True:
                keys = [f"{self.prefix}:{number + i}" for i in range(BATCH)]
                number += BATCH
                self.client.send(b"".join(wire.encode("SET", key, key) for key in keys))
                for key in keys:
                    reply = self.client.read()
                    if reply == "OK":
                        self.answered.append(key)
                    elif reply != REFUSAL:
                        self.wrong.append(reply)
        except (OSError, wire.Closed):
            pass

    def stop(self):
        try:
            self.client.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it was the victim's
        self.join()


def missing(server, keys):
    """Those of the keys that the server has not, or not with their value, which is the key itself."""
    lost = []
    with server.client(30.0) as client:
        for at in range(0, len(keys), 1000):
            part = keys[at:at + 1000]
            values = client.call("MGET", *part)
            lost += [key for key, value in zip(part, values) if value != key.encode()]
    return lost


class ConfirmedWrites(stage.Case):
    def test_no_answered_write_is_missing_at_the_other_after_a_kill(self):
        servers = self.stage.pair("a1", "a2", LINK)
        total = 0
        for turn in range(ROUNDS):
            victim, other = servers if turn % 2 == 0 else reversed(servers)
            writers = [Writer(server, f"{turn}:{server.name}:{i}") for server in servers for i in range(WRITERS // 2)]
            for writer in writers:
                writer.start()
            time.sleep(0.2 + 0.037 * (turn % 7))
            victim.kill()
            # What the other answers from now on it alone has: its writes are refused after ack_timeout.
            killed = [writer for writer in writers if writer.prefix.startswith(f"{turn}:{victim.name}:")]
            for writer in killed:
                writer.join()
            answered = [key for writer in writers for key in list(writer.answered)]
            self.assertEqual([writer.wrong for writer in writers if writer.wrong], [])
            self.assertGreater(min(len(writer.answered) for writer in writers), BATCH)
            self.assertEqual(missing(other, answered), [], f"round {turn}")
            for writer in writers:
                writer.stop()
            victim.start().await_answer()
            stage.await_synced(*servers)
            self.assertEqual(missing(victim, answered), [], f"round {turn}, after the restart")
            total += len(answered)
            with other.client(30.0) as client:
                self.assertIn(client.call("FLUSHALL"), ("OK", REFUSAL))
        print(f"{ROUNDS} kills, {total} answered writes, 0 missing", file=sys.stderr)

    def test_a_write_without_the_partner_is_told_apart_and_kept(self):
        one, two = self.stage.pair("a1", "a2", LINK)
        client = one.client()
        self.assertEqual(client.call("SET", "k", "v"), "OK")
        two.suspend()
        begin = time.monotonic()
        replies = client.pipeline([("SET", "k", "w"), ("GET", "k"), ("INCR", "n"), ("PING",)])
        self.assertEqual(replies, [REFUSAL, b"w", REFUSAL, "PONG"])
        self.assertTrue(0.29 < time.monotonic() - begin < 1.0)
        with one.client() as other:
            begin = time.monotonic()
            self.assertEqual(other.call("GET", "k"), b"w")
            self.assertLess(time.monotonic() - begin, 0.1)
        two.resume()
        stage.await_synced(one, two)
        self.assertEqual(client.call("INCR", "n"), 2)
        self.assertEqual(two.client().call("MGET", "k", "n"), [b"w", b"2"])

    def test_pipelines_of_many_clients_come_back_in_order(self):
        one, _ = self.stage.pair("a1", "a2", LINK)

        def check(number):
            with one.client() as client:
                for turn in range(20):
                    key = f"c{number}:{turn}"
                    commands = [word for i in range(50) for word in (("INCR", key), ("GET", key), ("ECHO", i))]
                    wanted = [word for i in range(50) for word in (i + 1, str(i + 1).encode(), str(i).encode())]
                    self.assertEqual(client.pipeline(commands), wanted)
        with ThreadPoolExecutor(6) as clients:
            list(clients.map(check, range(6)))

    def test_sigterm_waits_for_what_is_not_confirmed_yet(self):
        one, two = self.stage.pair("a1", "a2", {**LINK, "ack_timeout": "5s", "timeout": "10s"})
        client = one.client()
        two.suspend()
        client.send(wire.encode("SET", "k", "v"))
        time.sleep(0.1)
        one.terminate()
        time.sleep(0.1)
        two.resume()
        self.assertEqual(client.read(), "OK")
        self.assertTrue(client.is_closed_by_peer())
        self.assertEqual(one.wait(), 0)
        self.assertEqual(two.client().call("GET", "k"), b"v")


class FullDisk(stage.Case):
    """The log of the first is on a small disk; its partner has none."""

    FULL = "MISCONF Errors writing to the AOF file: No space left on device"

    def start(self, fsync):
        self.disk = small_disk.mount(self, os.path.join(self.stage.directory, "disk-" + fsync), "1m")
        ports = stage.free_port(), stage.free_port()
        link = {**LINK, "ack_timeout": "3s", "timeout": "5s"}
        self.one = self.stage.backend("a1", ports[0], ports[1], link, log={"dir": self.disk.directory, "fsync": fsync}, start=False)
        self.one.argv = self.disk.inside(self.one.argv)
        self.two = self.stage.backend("a2", ports[1], ports[0], link)
        self.one.start().await_answer()
        self.two.await_answer()
        stage.await_synced(self.one, self.two)

    def restart_without_the_partner(self):
        self.two.kill()
        self.one.kill()
        self.one.start().await_answer()

    def write(self, name, turns):
        """Writes keys of its own in batches until one is refused; gives what each was answered."""
        answers = {}
        with self.one.client() as client:
            for turn in range(turns):
                keys = [f"{name}:{turn}:{i}:".ljust(500, ".") for i in range(BATCH)]
                replies = client.pipeline(words for key in keys for words in (("SET", key, key), ("ECHO", key)))
                self.assertEqual(replies[1::2], [key.encode() for key in keys])
                answers.update(zip(keys, replies[::2]))
                if self.FULL in replies:
                    break
        return answers

    def test_what_the_log_could_not_keep_is_not_confirmed(self):
        for fsync in ("always", "everysec"):
            with self.subTest(fsync=fsync):
                self.start(fsync)
                with ThreadPoolExecutor(WRITERS) as writers:
                    answers = {}
                    for each in writers.map(lambda i: self.write(f"w{i}", 1000), range(WRITERS)):
                        answers |= each
                self.assertEqual(set(answers.values()), {"OK", REFUSAL, self.FULL})
                confirmed = [key for key, answer in answers.items() if answer == "OK"]
                self.assertEqual(missing(self.two, confirmed), [])
                self.restart_without_the_partner()
                self.assertEqual(missing(self.one, confirmed), [])
                client = self.one.client()
                self.assertEqual(client.call("SET", "k", "v"), self.FULL)

                self.disk.remount("size=16m")
                self.two.start()
                stage.await_synced(self.one, self.two)
                self.assertTrue(wire.until(lambda: client.call("SET", "after", "after") == "OK"), self.one.log_text())
                later = self.write("later", 10)
                self.assertEqual(set(later.values()), {"OK"})
                confirmed += ["after", *later]
                self.assertEqual(missing(self.two, confirmed), [])
                self.restart_without_the_partner()
                self.assertEqual(missing(self.one, confirmed), [])
                self.two.start()
                stage.await_synced(self.one, self.two)


class Wait(stage.Case):
    def test_wait_tells_whether_the_partner_has_what_the_client_wrote(self):
        one, two = self.stage.pair("a1", "a2", {"timeout": "2s"})
        client, reader = one.client(), two.client()
        for i in range(200):
            self.assertEqual(client.pipeline([("SET", "k", i), ("WAIT", 1, 5000)]), ["OK", 1])
            self.assertEqual(reader.call("GET", "k"), str(i).encode())
        two.suspend()
        self.assertEqual(client.call("SET", "k", "late"), "OK")
        begin = time.monotonic()
        self.assertEqual(client.call("WAIT", 1, 200), 0)
        self.assertTrue(0.19 < time.monotonic() - begin < 0.5)
        self.assertEqual(client.call("WAIT", 0, 0), 0)
        two.resume()
        self.assertEqual(client.call("WAIT", 2, 0), 1)
        self.assertEqual(reader.call("GET", "k"), b"late")

    def test_wait_without_a_partner_answers_none_at_once(self):
        client = self.stage.backend("alone").await_answer().client()
        self.assertEqual(client.pipeline([("SET", "k", "v"), ("WAIT", 1, 0), ("WAIT", 0, 100)]), ["OK", 0, 0])


if __name__ == "__main__":
    stage.main()
