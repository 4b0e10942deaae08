#!/usr/bin/python3 -B
"""Partners know each other: by a shared secret, and by the identities in their data directories."""
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import stage, wire  # noqa: E402

LINK = {"timeout": "500ms", "grace": "500ms"}


def status(server):
    with wire.Client(server.port) as client:
        return wire.info_lines(client.call("PARTNER", "STATUS").decode())


class Pairing(stage.Case):
    def two(self, first, second, log=None, names=("a1", "a2")):
        """Two that are configured as partners, with these keys of [partner]; they may refuse each other."""
        ports = stage.free_port(), stage.free_port()
        made = [self.stage.backend(name, port, other, {**LINK, **link}, log=log)
                for name, port, other, link in ((names[0], ports[0], ports[1], first), (names[1], ports[1], ports[0], second))]
        for server in made:
            server.await_answer()
        return made

    def expect_soon(self, client, words, wanted):
        self.assertTrue(wire.until(lambda: client.call(*words) == wanted, 5.0), (words, wanted, client.call(*words)))

    def expect_traffic(self, first, second):
        stage.await_synced(first, second)
        here, there = first.client(), second.client()
        value = str(time.monotonic())
        here.call("SET", "here", value)
        self.expect_soon(there, ("GET", "here"), value.encode())
        there.call("SET", "there", value)
        self.expect_soon(here, ("GET", "there"), value.encode())
        self.assertEqual(here.call("FLUSHALL"), "OK")
        self.expect_soon(there, ("DBSIZE",), 0)
        self.assertEqual((status(first)["refused"], status(second)["refused"]), ("no", "no"))

    def expect_strangers(self, first, second, reason):
        """Neither gets anything of the other's, both serve, and each says why: in its status and once in its log."""
        for server in (first, second):
            self.assertTrue(wire.until(lambda one=server: reason in status(one)["refused"], 5.0), (server.name, status(server)))
            self.assertEqual(server.info()["partner_refused"], status(server)["refused"])
        here, there = first.client(), second.client()
        here.call("SET", "of first", "v")
        there.call("SET", "of second", "v")
        time.sleep(0.6)
        self.assertEqual((here.call("EXISTS", "of second"), there.call("EXISTS", "of first")), (0, 0))
        for server in (first, second):
            facts = status(server)
            self.assertEqual((facts["state"], facts["sending"], facts["receiving"]), ("no-link", "down", "waiting"))
            told = [line for line in server.log_text().splitlines() if reason in line]
            self.assertTrue(1 <= len(told) <= 4, server.log_text())  # in each direction, at most every 10 s


class SharedSecret(Pairing):
    def test_partners_with_the_same_secret_are_in_step_wherever_it_stands(self):
        path = self.stage.write("secret", "tell nobody\n")
        os.chmod(path, 0o600)
        first, second = self.two({"secret": "tell nobody"}, {"secret_file": path})
        self.expect_traffic(first, second)
        second.kill()
        first.client().call("SET", "k", "v")
        second.start().await_answer()
        stage.await_synced(first, second)
        self.expect_soon(second.client(), ("GET", "k"), b"v")
        self.assertNotIn("can read", second.log_text())
        for server in (first, second):
            self.assertNotIn("tell nobody", server.log_text())

    def test_another_secret_makes_no_link(self):
        first, second = self.two({"secret": "one"}, {"secret": "two"})
        self.expect_strangers(first, second, "secret is another than this backend's")

    def test_a_secret_on_one_side_makes_no_link(self):
        first, second = self.two({"secret": "one"}, {})
        self.expect_strangers(first, second, "has a secret and")

    def test_nobody_gets_in_by_asking(self):
        server = self.stage.backend("a1", partner=stage.free_port(), link={**LINK, "secret": "one"}).await_answer()
        client = server.client()
        self.assertIn("NOAUTH", client.call("PARTNER", "LINK", "1", "a2", "0", "0", "1", "0", "-"))
        self.assertRegex(client.call("PARTNER", "HELLO", "a" * 64), "^HELLO [0-9a-f]{64}$")
        self.assertIn("NOAUTH", client.call("PARTNER", "LINK", "1", "a2", "0", "0", "1", "0", "-", "b" * 64))
        self.assertIn("ERR", client.call("PARTNER", "HELLO", "b" * 63))
        self.assertIn("NOAUTH", client.call("PARTNER", "LINK", "1", "a2", "0", "0", "1", "0", "-"))
        self.assertEqual(client.call("PING"), "PONG")

    def test_a_secret_is_never_shown(self):
        path = self.stage.write("secret", "tell nobody")
        os.chmod(path, 0o644)
        for link in ({"secret": "tell nobody"}, {"secret_file": path}):
            server = self.stage.backend("a1", partner=stage.free_port(), link=link, start=False)
            code, told = stage.run("ringway-backend", *server.argv[1:], "--check")
            self.assertEqual(code, 0, told)
            self.assertNotIn("tell nobody", told)
            self.assertIn("secret", told)
        server.start().await_answer()
        self.assertIn(f"everybody on this machine can read {path}", server.log_text())

    def test_a_secret_that_is_none_ends_the_start(self):
        empty = self.stage.write("empty", "\n")
        for link, reason in (({"secret": ""}, "a secret must not be empty"), ({"secret_file": empty}, "is empty"),
                             ({"secret_file": "/absent/secret"}, "No such file"),
                             ({"secret": "s", "secret_file": empty}, "not both")):
            server = self.stage.backend("a1", partner=stage.free_port(), link=link, start=False)
            code, told = stage.run("ringway-backend", *server.argv[1:], "--check")
            self.assertEqual(code, 1, told)
            self.assertIn(reason, told)


if __name__ == "__main__":
    stage.main()
