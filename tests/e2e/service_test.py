#!/usr/bin/python3 -B
"""What a service manager sees: readiness that is true, the watchdog, an orderly end on SIGTERM and SIGHUP, a log that
nobody reads."""
import os
import signal
import socket
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import fakes, stage, wire  # noqa: E402


class Manager:
    """The socket on which systemd listens to a service of Type=notify."""

    def __init__(self, directory):
        path = os.path.join(directory, "notify")
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(path)
        self.environment = {"NOTIFY_SOCKET": path}
        self.heard = []

    def hear(self, word, within=5.0):
        """Waits for a message with that line; gives whether it came."""
        deadline = time.monotonic() + within
        while not any(word in message.splitlines() for message in self.heard):
            self.socket.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                self.heard.append(self.socket.recv(4096).decode())
            except socket.timeout:
                return False
        return True


class Service(stage.Case):
    def setUp(self):
        super().setUp()
        self.manager = Manager(self.stage.directory)
        self.addCleanup(self.manager.socket.close)

    def watched(self, server, **environment):
        server.environment = {**self.manager.environment, **environment}
        return server.start()

    def expect_whole_life(self, server):
        self.assertTrue(self.manager.hear("READY=1"), server.log_text())
        with server.client() as client:
            self.assertEqual(client.call("PING"), "PONG")
        server.terminate()
        self.assertTrue(self.manager.hear("STOPPING=1"))
        self.assertEqual(server.wait(), 0)

    def test_a_backend_tells_when_it_is_ready_and_when_it_ends(self):
        self.expect_whole_life(self.watched(self.stage.backend("alone", start=False)))

    def test_a_proxy_tells_when_it_is_ready_and_when_it_ends(self):
        backend = self.stage.backend("alone").await_answer()
        self.expect_whole_life(self.watched(self.stage.proxy([backend], start=False)))

    def expect_watched(self, server):
        self.watched(server, WATCHDOG_USEC="300000")
        self.assertTrue(self.manager.hear("READY=1"))
        for _ in range(3):
            self.manager.heard.clear()
            self.assertTrue(self.manager.hear("WATCHDOG=1", 0.6), server.name)
        server.suspend()
        time.sleep(0.1)
        self.drop_what_was_said()
        self.manager.heard.clear()
        self.assertFalse(self.manager.hear("WATCHDOG=1", 0.5))
        server.resume()

    def test_the_watchdog_hears_of_a_backend_that_lives(self):
        self.expect_watched(self.stage.backend("alone", start=False))

    def test_the_watchdog_hears_of_a_proxy_that_lives(self):
        backend = self.stage.backend("alone").await_answer()
        self.expect_watched(self.stage.proxy([backend], start=False))

    def drop_what_was_said(self):
        self.manager.socket.setblocking(False)
        try:
            while True:
                self.manager.socket.recv(4096)
        except BlockingIOError:
            pass

    def test_sigterm_under_load_ends_with_whole_replies_and_code_0(self):
        backends, proxy = stage.two_pairs(self.stage)
        for server in (proxy, backends[0]):
            with self.subTest(server=server.name):
                client = server.client()
                idle = server.client()
                idle.call("PING")
                client.send(b"".join(wire.encode("SET", f"k{i}", i) + wire.encode("GET", f"k{i}") for i in range(5000)))
                self.assertEqual(client.read(), "OK")
                server.terminate()
                begin = time.monotonic()
                data = b"+OK\r\n" + client.read_to_end()
                self.assertEqual(server.wait(), 0)
                self.assertLess(time.monotonic() - begin, 4.0)
                expected = b"".join(b"+OK\r\n$%d\r\n%d\r\n" % (len(str(i)), i) for i in range(5000))
                self.assertTrue(expected.startswith(data), data[-100:])
                self.assertTrue(data.endswith(b"\r\n"))
                self.assertTrue(idle.is_closed_by_peer())

    def both_programs(self):
        backend = self.stage.backend("alone", start=False)
        yield backend
        yield self.stage.proxy([backend], start=False)

    def test_a_log_that_nobody_reads_any_more_ends_nothing(self):
        for server in self.both_programs():
            with self.subTest(server=server.name):
                reader, writer = os.pipe()
                os.close(reader)
                server.start(output=writer)
                os.close(writer)
                server.await_answer()
                server.terminate()
                self.assertEqual(server.wait(), 0)

    def test_sighup_ends_as_sigterm_does(self):
        for server in self.both_programs():
            with self.subTest(server=server.name):
                self.manager.heard.clear()
                self.watched(server).await_answer()
                for _ in range(2):
                    os.kill(server.pid, signal.SIGHUP)
                self.assertTrue(self.manager.hear("STOPPING=1"))
                self.assertEqual(server.wait(), 0)

    def test_who_was_started_with_nohup_outlives_the_terminal(self):
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        self.addCleanup(signal.signal, signal.SIGHUP, before)
        for server in self.both_programs():
            with self.subTest(server=server.name):
                server.start().await_answer()
                os.kill(server.pid, signal.SIGHUP)
                time.sleep(0.2)
                self.assertTrue(server.is_running())
                with server.client() as client:
                    self.assertEqual(client.call("PING"), "PONG")

    def test_a_proxy_that_drains_still_gives_the_answer_that_is_under_way(self):
        slow = fakes.SlowBackend(0.4)
        self.addCleanup(slow.close)
        proxy = self.stage.proxy([slow])
        client = proxy.client()
        client.send(wire.encode("GET", "k"))
        time.sleep(0.1)
        proxy.terminate()
        self.assertEqual(client.read(), b"slow")
        self.assertTrue(client.is_closed_by_peer())
        self.assertEqual(proxy.wait(), 0)

    def test_check_prints_the_resolved_configuration(self):
        for name in ("ringway-backend", "ringway-proxy"):
            for file in os.listdir(os.path.join(stage.SOURCE, "conf")):
                path = os.path.join(stage.SOURCE, "conf", file)
                is_backend = file.startswith("backend-")
                if not file.endswith(".toml") or is_backend != (name == "ringway-backend"):
                    continue
                with self.subTest(file=file):
                    code, said = stage.run(name, "--config", path, "--check")
                    self.assertEqual(code, 0, said)
                    again = self.stage.write("again.toml", said)
                    self.assertEqual(stage.run(name, "--config", again, "--check"), (0, said))

    def test_flags_override_the_file(self):
        path = os.path.join(stage.SOURCE, "conf", "backend-a1.toml")
        code, said = stage.run("ringway-backend", "--config", path, "--memory", "64mb", "--threads", "3", "--check")
        self.assertEqual(code, 0, said)
        self.assertIn('memory = "64mb"', said)
        self.assertIn("threads = 3", said)
        self.assertEqual(stage.run("ringway-backend", "--version")[0], 0)
        self.assertIn("--config", stage.run("ringway-proxy", "--help")[1])


if __name__ == "__main__":
    stage.main()
