#!/usr/bin/python3 -B
"""Whatever a client sends gets an error and costs nobody else anything; so does every wrong configuration."""
import os
import resource
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import stage, wire  # noqa: E402

LIMIT = 1 << 20  # max_value of the servers here
NOISE = bytes((i * 167 + 13) % 256 for i in range(20000))


class Neighbour:
    """Another client that works all the time; its slowest answer is kept."""

    def __init__(self, port):
        self.slowest = 0.0
        self.answers = 0
        self.problem = None
        self._done = threading.Event()
        self._client = wire.Client(port)
        self._thread = threading.Thread(target=self._work)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._done.set()
        self._thread.join()
        self._client.close()

    def _work(self):
        try:
            while not self._done.is_set():
                begin = time.monotonic()
                if self._client.pipeline([("SET", "neighbour", self.answers), ("GET", "neighbour")])[0] != "OK":
                    raise AssertionError("the neighbour's write failed")
                self.slowest = max(self.slowest, time.monotonic() - begin)
                self.answers += 1
                time.sleep(0.001)
        except Exception as problem:  # shown by the test, in its own thread
            self.problem = problem


class BadInput:
    server = None

    def setUp(self):
        self.neighbour = Neighbour(self.server.port)
        self.neighbour.__enter__()

    def tearDown(self):
        self.neighbour.__exit__()
        self.assertIsNone(self.neighbour.problem)
        self.assertGreater(self.neighbour.answers, 0)
        self.assertLess(self.neighbour.slowest, 1.0)

    def expect_error_and_close(self, data, error):
        with self.server.client() as client:
            client.send(data)
            self.assertEqual(client.read_raw(), b"-ERR Protocol error: " + error + b"\r\n", data[:100])
            self.assertTrue(client.is_closed_by_peer(), data[:100])

    def test_commands_that_are_wrong_get_redis_errors_and_the_connection_lives(self):
        client = self.server.client()
        client.call("SET", "text", "abc")
        for line, error in (
                ("FOO", "ERR unknown command 'FOO', with args beginning with: "),
                ("FOO a b", "ERR unknown command 'FOO', with args beginning with: 'a' 'b' "),
                ("GET", "ERR wrong number of arguments for 'get' command"),
                ("set a", "ERR wrong number of arguments for 'set' command"),
                ("MSET a b c", "ERR wrong number of arguments for 'mset' command"),
                ("INCR text", "ERR value is not an integer or out of range"),
                ("INCRBY n 1x", "ERR value is not an integer or out of range"),
                ("SET a b EX ten", "ERR value is not an integer or out of range"),
                ("SET a b EX 0", "ERR invalid expire time in 'set' command"),
                ("SET a b NX XX", "ERR syntax error"),
                ("EXPIRE text soon", "ERR value is not an integer or out of range"),
                ("SELECT 1", "ERR DB index is out of range"),
                ("HELLO 9", "NOPROTO unsupported protocol version"),
                ("PARTNER", "ERR")):
            with self.subTest(line=line):
                reply = client.line(line).decode("latin-1")
                self.assertTrue(reply.startswith("-" + error), reply)
                if line != "PARTNER":
                    self.assertEqual(reply, f"-{error}\r\n")
        self.assertEqual(client.call("PING"), "PONG")

    def test_patterns_are_bounded_and_cost_nobody_else_anything(self):
        client = self.server.client()
        keys = [letter * 200_000 for letter in "aAbB"]
        for key in keys:
            client.call("SET", key, "")
        pattern = "*" + "a" * 1022
        cursor = None
        while cursor != b"0":
            cursor, found = client.call("SCAN", cursor or 0, "MATCH", pattern + "b", "COUNT", 1000)
            self.assertEqual(found, [])
        self.assertEqual(client.call("KEYS", pattern + "b"), [])
        for words in (("SCAN", 0, "MATCH"), ("KEYS",), ("CONFIG", "GET")):
            with self.subTest(words=words):
                self.assertEqual(client.call(*words, pattern + "ab"), "ERR the pattern is longer than 1024 bytes")
        for key in keys:
            client.call("DEL", key)

    def test_broken_protocol_gets_redis_errors_and_is_closed(self):
        for data, error in (
                (b'SET "a b\r\n', b"unbalanced quotes in request"),
                (b"SET 'a b\r\n", b"unbalanced quotes in request"),
                (b'SET "a"b\r\n', b"unbalanced quotes in request"),
                (b"*x\r\n", b"invalid multibulk length"),
                (b"*2000000000\r\n", b"invalid multibulk length"),
                (b"*99999999999999999999\r\n", b"invalid multibulk length"),
                (b"*1\r\n$-1\r\n", b"invalid bulk length"),
                (b"*1\r\n$-5\r\n", b"invalid bulk length"),
                (b"*1\r\n$x\r\n", b"invalid bulk length"),
                (b"*1\r\n$99999999999999999999\r\n", b"invalid bulk length"),
                (b"*1\r\n:5\r\n", b"expected '$', got ':'"),
                (b"*2\r\n$3\r\nGET\r\nabc\r\n", b"expected '$', got 'a'"),
                (b"*1" + b"1" * 70000, b"too big mbulk count string"),
                (b"*1\r\n$" + b"1" * 70000, b"too big bulk count string"),
                (b"A" * 70000, b"too big inline request"),
                (b"SET a " + b"v" * 70000 + b"\r\n", b"too big inline request")):
            with self.subTest(data=data[:40]):
                self.expect_error_and_close(data, error)

    def test_an_empty_or_negative_array_is_passed_over_as_in_redis(self):
        with self.server.client() as client:
            client.send(b"*0\r\n*-1\r\n\r\n\n*1\r\n$4\r\nPING\r\n")
            self.assertEqual(client.read(), "PONG")

    def test_what_came_before_an_error_is_answered_first(self):
        with self.server.client() as client:
            client.send(wire.encode("SET", "first", "1") + wire.encode("GET", "first") + b"*x\r\n" + wire.encode("PING"))
            self.assertEqual(client.read_to_end(), b"+OK\r\n$1\r\n1\r\n-ERR Protocol error: invalid multibulk length\r\n")

    def test_the_longest_line_passes(self):
        with self.server.client() as client:
            line = b"SET a " + b"v" * ((64 << 10) - 8)
            self.assertEqual(client.line(line), b"+OK\r\n")
            self.assertEqual(client.call("GET", "a"), line[6:])

    def test_a_value_over_the_configured_limit_is_refused(self):
        with self.server.client() as client:
            self.assertEqual(client.call("SET", "large", b"v" * LIMIT), "OK")
            self.assertEqual(len(client.call("GET", "large")), LIMIT)
            client.call("DEL", "large")
        head = b"*3\r\n$3\r\nSET\r\n$5\r\nlarge\r\n"
        self.expect_error_and_close(head + b"$%d\r\n" % (LIMIT + 1), b"invalid bulk length")
        self.expect_error_and_close(head + b"$%d\r\n" % (1 << 62), b"invalid bulk length")

    def test_noise_is_answered_with_errors_or_closed(self):
        for start in range(0, 256, 5):
            with self.server.client() as client:
                client.send(NOISE[start:start + 3000] + b"\r\n")
                client.socket.shutdown(socket.SHUT_WR)
                answer = client.read_to_end()
                self.assertTrue(all(line.startswith(b"-") for line in answer.split(b"\r\n") if line), answer[:200])

    def test_http_closes_the_connection(self):
        for text in (b"POST / HTTP/1.1\r\nHost: localhost\r\n\r\nSET http 1\r\n", b"Host: localhost\r\nSET http 1\r\n",
                     b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nSET http 1\r\n"):
            with self.subTest(text=text[:20]), self.server.client() as client:
                client.send(text)
                self.assertNotIn(b"+OK", client.read_to_end())
        with self.server.client() as client:
            self.assertEqual(client.call("EXISTS", "http"), 0)

    def test_a_connection_dropped_in_mid_command_changes_nothing(self):
        whole = wire.encode("SET", "dropped", "v" * 100)
        for length in range(1, len(whole)):
            client = self.server.client()
            client.send(whole[:length])
            client.close()
        with self.server.client() as client:
            self.assertEqual(client.call("EXISTS", "dropped"), 0)

    def test_clients_that_vanish_with_answers_pending_hurt_nobody(self):
        for _ in range(50):
            client = self.server.client()
            client.send(b"".join(wire.encode("MGET", *(f"v{i}" for i in range(20))) for _ in range(200)))
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            client.close()

    def test_a_client_that_stops_reading_is_held_back(self):
        with self.server.client() as client:
            client.call("SET", "big", b"x" * (256 << 10))
        before = self.server.resident_bytes()
        lazy = self.server.client(timeout=0.5)
        asked = 0
        try:
            while asked < 20000:
                lazy.send(wire.encode("GET", "big") * 10)
                asked += 10
        except socket.timeout:
            pass
        time.sleep(0.3)
        grown = self.server.resident_bytes() - before
        lazy.close()
        self.assertLess(grown, 64 << 20, f"after {asked} requests of 256 KiB unread")

    def test_a_claimed_length_alone_takes_no_memory(self):
        before = self.server.resident_bytes()
        clients = [self.server.client() for _ in range(100)]
        for client in clients:
            client.send(b"*3\r\n$3\r\nSET\r\n$1\r\na\r\n$%d\r\nabc" % LIMIT)
        time.sleep(0.2)
        self.assertLess(self.server.resident_bytes() - before, 150 << 20)
        for client in clients:
            client.close()

    def test_a_thousand_connections_at_once_are_served(self):
        clients = [self.server.client() for _ in range(1000)]
        for number, client in enumerate(clients):
            client.send(wire.encode("SET", f"crowd:{number}", number) + wire.encode("GET", f"crowd:{number}"))
        for number, client in enumerate(clients):
            self.assertEqual([client.read(), client.read()], ["OK", b"%d" % number])
        self.assertGreaterEqual(int(wire.info(clients[0])["connected_clients"]), 1000)
        for client in clients:
            client.close()
        self.assertTrue(wire.until(lambda: int(self.server.info()["connected_clients"]) < 20))


class AtTheProxy(BadInput, stage.SharedCase):
    @classmethod
    def set_stage(cls):
        _, cls.server = stage.two_pairs(cls.stage, max_value=f"{LIMIT >> 10}kb", pool={"allow_keys": True})


class AtABackend(BadInput, stage.SharedCase):
    @classmethod
    def set_stage(cls):
        cls.server = cls.stage.backend("alone", max_value=f"{LIMIT >> 10}kb").await_answer()


class TooManyClients(stage.Case):
    def test_one_client_too_many_is_told_so(self):
        server = self.stage.backend("small", max_clients=3).await_answer()
        clients = []

        def admitted():  # a connection that was closed a moment ago may still count
            client = server.client()
            try:
                if client.call("PING") == "PONG":
                    clients.append(client)
                    return True
            except (wire.Closed, OSError):
                pass
            client.close()
            return False
        for _ in range(3):
            self.assertTrue(wire.until(admitted))
        refused = server.client()
        self.assertEqual(refused.read_to_end(), b"-ERR max number of clients reached\r\n")
        clients[0].close()
        self.assertTrue(wire.until(admitted))


class WrongConfiguration(stage.Case):
    def run_with(self, name, text, *flags):
        path = self.stage.write("wrong.toml", text)
        return subprocess.run([stage.program(name), "--config", path, *flags], capture_output=True, text=True, timeout=10,
                              check=False)

    def expect(self, name, text, *words):
        for flags in ((), ("--check",)):
            done = self.run_with(name, text, *flags)
            self.assertEqual(done.returncode, 1, (text, done))
            for word in words:
                self.assertIn(word, done.stderr)
            self.assertLessEqual(len(done.stderr.splitlines()), 2, done.stderr)

    def test_wrong_backend_configuration_names_line_and_nearest_name(self):
        good = 'name = "a"\nlisten = "127.0.0.1:0"\n'
        self.expect("ringway-backend", good + 'memmory = "1gb"\n', "wrong.toml:3", "memmory", '"memory"')
        self.expect("ringway-backend", good + 'memory = "lots"\n', "wrong.toml:3", "lots", "64mb")
        self.expect("ringway-backend", good + "memory = 5\n", "wrong.toml:3", "memory")
        self.expect("ringway-backend", good + 'eviction = "lur"\n', "wrong.toml:3", '"lru"')
        self.expect("ringway-backend", good + "[partner]\n", "wrong.toml:3", '"address"')
        self.expect("ringway-backend", good + "[partnr]\naddress = 'x:1'\n", "wrong.toml:3", '"partner"')
        self.expect("ringway-backend", good + "threads = \n", "wrong.toml:3")
        self.expect("ringway-backend", 'listen = "127.0.0.1:0"\n', '"name"')
        self.expect("ringway-backend", 'name = "a"\nlisten = "127.0.0.1:99999"\n', "wrong.toml:2")

    def test_wrong_proxy_configuration_names_line_and_nearest_name(self):
        listener = '[[listener]]\naddress = "127.0.0.1:0"\npool = "main"\n'
        pool = '[[pool]]\nname = "main"\n'
        backend = '[[pool.backend]]\nname = "a1"\naddress = "127.0.0.1:1"\n'
        self.expect("ringway-proxy", listener + pool + 'policy = "round-robbin"\n' + backend, "wrong.toml:6", '"round-robin"')
        self.expect("ringway-proxy", listener + pool + 'polcy = "round-robin"\n' + backend, "wrong.toml:6", '"policy"')
        self.expect("ringway-proxy", listener.replace("main", "mian") + pool + backend, "wrong.toml:3", '"main"')
        self.expect("ringway-proxy", listener + pool + backend + 'partner = "a3"\n', "wrong.toml:9", "a3")
        self.expect("ringway-proxy", listener + pool, "wrong.toml:4", "backend")
        self.expect("ringway-proxy", pool + backend, "listener")

    def test_a_missing_file_and_a_wrong_flag_are_one_line_each(self):
        for name in ("ringway-backend", "ringway-proxy"):
            for argv in (["--config", "/nonexistent.toml"], ["--confg", "x"], []):
                done = subprocess.run([stage.program(name), *argv], capture_output=True, text=True, timeout=10, check=False)
                self.assertEqual(done.returncode, 1, done)
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_a_taken_port_is_one_line_and_code_2(self):
        server = self.stage.backend("first").await_answer()
        backend = f'name = "second"\nlisten = "{server.address}"\n'
        proxy = (f'[[listener]]\naddress = "{server.address}"\npool = "main"\n[[pool]]\nname = "main"\n'
                 '[[pool.backend]]\nname = "a1"\naddress = "127.0.0.1:1"\n')
        for name, text in (("ringway-backend", backend), ("ringway-proxy", proxy)):
            done = self.run_with(name, text)
            self.assertEqual(done.returncode, 2, done)
            self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
            self.assertIn(server.address, done.stderr)
            self.assertIn("in use", done.stderr)
        self.assertEqual(server.client().call("PING"), "PONG")


class SilentPartner(stage.Case):
    def test_a_partner_that_never_answers_is_waited_for_only_for_its_grace(self):
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen(5)
            begin = time.monotonic()
            server = self.stage.backend("a1", partner=silent.getsockname()[1], link={"grace": "600ms", "timeout": "500ms"})
            server.await_answer(b"-LOADING a1 is catching up with its partner\r\n", 0.5)
            server.await_answer()
            self.assertTrue(0.5 < time.monotonic() - begin < 3.0)
            client = server.client()
            self.assertEqual(client.pipeline([("SET", "k", "v"), ("GET", "k")]), ["OK", b"v"])
            time.sleep(1.5)
            warnings = [line for line in server.log_text().splitlines() if "no link to the partner" in line]
            self.assertEqual(len(warnings), 1, server.log_text())


if __name__ == "__main__":
    wanted = 4096
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
    stage.main()
