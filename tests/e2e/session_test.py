#!/usr/bin/python3 -B
"""What a person types and what ordinary clients send, at the proxy and at a backend alike."""
import os
import re
import socket
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import redis  # noqa: E402

from support import stage, wire  # noqa: E402


class Sessions:
    """The suite; the subclasses say which program is asked."""

    server = None

    def setUp(self):
        self.client = self.server.client()
        self.assertEqual(self.client.call("FLUSHALL"), "OK")

    def tearDown(self):
        self.client.close()

    def run_tool(self, *argv, feed=b"", timeout=20):
        done = subprocess.run([str(word) for word in argv], input=feed, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=timeout, check=False)
        self.assertEqual(done.returncode, 0, (argv, done.stdout))
        return done.stdout

    def nc(self, text):
        return self.run_tool("nc", "-N", "127.0.0.1", self.server.port, feed=text)

    def cli(self, *words, options=()):
        return self.run_tool("redis-cli", "-p", self.server.port, *options, *words).decode()

    def test_the_session_that_the_readme_shows_works_with_nc(self):
        text = b"SET greeting hello EX 60\nGET greeting\nTTL greeting\n"
        self.assertEqual(self.nc(text), b"+OK\r\n$5\r\nhello\r\n:60\r\n")

    def test_lines_may_end_in_crlf(self):
        text = b"SET greeting hello\r\nGET greeting\r\n\r\nEXISTS greeting\r\n"
        self.assertEqual(self.nc(text), b"+OK\r\n$5\r\nhello\r\n:1\r\n")

    def test_telnet_gets_its_answers(self):
        with subprocess.Popen(["telnet", "127.0.0.1", str(self.server.port)], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as telnet:
            telnet.stdin.write(b"SET typed slowly\nGET typed\n")
            telnet.stdin.flush()
            self.assertTrue(wire.until(lambda: self.client.call("GET", "typed") == b"slowly"))
            telnet.stdin.write(b"QUIT\n")
            telnet.stdin.flush()
            text = telnet.stdout.read().replace(b"\r", b"")
        self.assertIn(b"+OK\n$6\nslowly\n+OK\n", text)

    def test_keys_pressed_one_at_a_time_make_a_line(self):
        for byte in b'SET "a b" c\n':
            self.client.send(bytes([byte]))
        self.assertEqual(self.client.read(), "OK")
        self.assertEqual(self.client.call("GET", "a b"), b"c")

    def test_quoting_is_that_of_redis(self):
        for line, value in ((r'SET k "\x00\xff\n\r\t\a\b\"\\"', b'\x00\xff\n\r\t\a\b"\\'),
                            (r"SET k 'single \n \' quote'", rb"single \n ' quote"),
                            (r'SET k ""', b""),
                            (r"SET k a'b", None),
                            (r'   SET   k  "two  spaces"  ', b"two  spaces"),
                            ('SET k "\u00e9"', "\u00e9".encode())):
            with self.subTest(line=line):
                if value is None:
                    with self.server.client() as other:
                        self.assertEqual(other.line(line), b"-ERR Protocol error: unbalanced quotes in request\r\n")
                    continue
                self.assertEqual(self.client.line(line), b"+OK\r\n")
                self.assertEqual(self.client.call("GET", "k"), value)

    def test_ten_thousand_commands_in_one_write_are_answered_in_order(self):
        commands, expected = [], []
        for i in range(2500):
            commands += [("SET", f"k{i}", f"v{i}"), ("GET", f"k{i}"), ("ECHO", i), ("NONSENSE", i)]
            expected += ["OK", b"v%d" % i, b"%d" % i,
                         f"ERR unknown command 'NONSENSE', with args beginning with: '{i}' "]
        self.assertEqual(self.client.pipeline(commands), expected)

    def test_lines_and_arrays_mix_on_one_connection(self):
        self.client.send(b"SET a 1\n" + wire.encode("INCR", "a") + b"GET a\r\n" + wire.encode("PING"))
        self.assertEqual([self.client.read() for _ in range(4)], ["OK", 2, b"2", "PONG"])

    def test_keys_and_values_are_any_bytes(self):
        every = bytes(range(256))
        words = [b"", b"\r\n", b"*1\r\n$4\r\nPING\r\n", every, every[::-1], b"\0", b" " * 1000]
        for key in words:
            self.assertEqual(self.client.call("SET", key, key + b"!"), "OK")
        self.assertEqual(self.client.call("MGET", *words), [key + b"!" for key in words])
        self.assertEqual(self.client.call("DEL", *words), len(words))

    def test_a_request_may_come_byte_by_byte(self):
        for byte in wire.encode("SET", "split", b"a\r\nb") + wire.encode("GET", "split"):
            self.client.send(bytes([byte]))
        self.assertEqual([self.client.read(), self.client.read()], ["OK", b"a\r\nb"])

    def test_resp3_after_hello(self):
        self.assertEqual(self.client.raw("GET", "none"), b"$-1\r\n")
        greeting = self.client.call("HELLO", "3", "SETNAME", "tester")
        self.assertIsInstance(greeting, dict)
        self.assertEqual(greeting[b"proto"], 3)
        self.assertEqual(greeting[b"role"], b"master")
        self.assertEqual(self.client.call("CLIENT", "GETNAME"), b"tester")
        self.assertEqual(self.client.raw("GET", "none"), b"_\r\n")
        self.assertEqual(self.client.call("MSET", "a", "1", "c", "3"), "OK")
        self.assertEqual(self.client.raw("MGET", "a", "b", "c"), b"*3\r\n$1\r\n1\r\n_\r\n$1\r\n3\r\n")
        self.assertTrue(self.client.raw("CONFIG", "GET", "save").startswith(b"%1\r\n"))
        self.assertRegex(self.client.raw("INFO"), rb"^=\d+\r\ntxt:")
        self.assertEqual(self.client.raw("HELLO", "2")[:1], b"*")
        self.assertEqual(self.client.raw("GET", "none"), b"$-1\r\n")

    def test_half_closing_still_gets_every_answer(self):
        self.client.send(b"".join(wire.encode("SET", i, i) + wire.encode("GET", i) for i in range(500)))
        self.client.socket.shutdown(socket.SHUT_WR)
        expected = b"".join(b"+OK\r\n$%d\r\n%d\r\n" % (len(str(i)), i) for i in range(500))
        self.assertEqual(self.client.read_to_end(), expected)

    def test_quit_answers_and_closes(self):
        self.client.send(b"QUIT\r\nPING\r\n")
        self.assertEqual(self.client.read_to_end(), b"+OK\r\n")

    def test_redis_cli_works(self):
        for options in ((), ("-3",)):
            with self.subTest(options=options):
                self.assertEqual(self.cli("SET", "city", "Den Haag", options=options), "OK\n")
                self.assertEqual(self.cli("GET", "city", options=options), "Den Haag\n")
                self.assertEqual(self.cli("MGET", "city", "no", options=options), "Den Haag\n\n")
                self.assertEqual(self.cli("DEL", "city", options=options), "1\n")
                self.assertIn("redis_version:", self.cli("INFO", options=options))
                self.assertEqual(self.cli("--no-raw", "GET", "none", options=options).strip(), "(nil)")

    def test_redis_cli_takes_a_script(self):
        feed = b"SET n 1\nINCR n\nTTL n\nSELECT 0\nCOMMAND COUNT\n"
        lines = self.run_tool("redis-cli", "-p", self.server.port, feed=feed).decode().split()
        self.assertEqual(lines[:4], ["OK", "2", "-1", "OK"])
        self.assertGreater(int(lines[4]), 20)

    def test_redis_py_works(self):
        with redis.Redis(port=self.server.port, client_name="tester") as client:
            self.assertTrue(client.ping())
            self.assertTrue(client.set("a", b"\0\xff", ex=100))
            self.assertIsNone(client.set("a", "x", nx=True))
            self.assertEqual(client.set("a", "new", xx=True, get=True), b"\0\xff")
            self.assertTrue(client.mset({"b": "1", "c": "2"}))
            self.assertEqual(client.mget("a", "b", "c", "d"), [b"new", b"1", b"2", None])
            self.assertEqual((client.incr("b"), client.incrby("b", 10), client.decr("b")), (2, 12, 11))
            self.assertTrue(client.expire("b", 50))
            self.assertIn(client.ttl("b"), (49, 50))
            self.assertTrue(client.persist("b"))
            self.assertEqual((client.exists("a", "b", "no"), client.delete("a", "no"), client.dbsize()), (2, 1, 2))
            self.assertEqual(client.config_get("appendonly"), {"appendonly": "no"})
            self.assertIn("redis_version", client.info())
            self.assertIn("get", client.command())
            self.assertEqual(client.client_getname(), "tester")
            with self.assertRaisesRegex(redis.ResponseError, "not an integer"):
                client.set("text", "x")
                client.incr("text")
            self.assertTrue(client.flushall())

    def test_redis_py_pipelines(self):
        with redis.Redis(port=self.server.port) as client:
            with client.pipeline(transaction=False) as batch:
                for i in range(1000):
                    batch.set(f"p{i}", i).get(f"p{i}").incr(f"p{i}")
                replies = batch.execute()
        self.assertEqual(replies, [one for i in range(1000) for one in (True, b"%d" % i, i + 1)])

    def test_redis_benchmark_works(self):
        for pipeline in (1, 16):
            text = self.run_tool("redis-benchmark", "-p", self.server.port, "-q", "-n", 3000, "-c", 20, "-r", 1000,
                                 "-t", "set,get,mset", "-P", pipeline).decode().replace("\r", "\n")
            self.assertEqual(len(re.findall(r"^(SET|GET|MSET \(10 keys\)): [\d.]+ requests per second", text, re.M)), 3,
                             text)
            self.assertNotIn("rror", text)


class AtTheProxy(Sessions, stage.SharedCase):
    @classmethod
    def set_stage(cls):
        _, cls.server = stage.two_pairs(cls.stage)


class AtABackend(Sessions, stage.SharedCase):
    @classmethod
    def set_stage(cls):
        cls.server = cls.stage.backend("alone").await_answer()


class AtAPartneredBackend(Sessions, stage.SharedCase):
    @classmethod
    def set_stage(cls):
        cls.server, _ = cls.stage.pair("a1", "a2")


if __name__ == "__main__":
    stage.main()
