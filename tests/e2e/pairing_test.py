#!/usr/bin/python3 -B
"""Partners know each other: by a shared secret, and by the identities in their data directories."""
import os
import shutil
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
        self.assertIn("NOAUTH", client.call("PARTNER", "LINK", "1", "a2", "0", "0", "1", "0", "1", "-", "-"))
        self.assertRegex(client.call("PARTNER", "HELLO", "a" * 64), "^HELLO [0-9a-f]{64}$")
        self.assertIn("NOAUTH", client.call("PARTNER", "LINK", "1", "a2", "0", "0", "1", "0", "1", "-", "-", "b" * 64))
        self.assertIn("ERR", client.call("PARTNER", "HELLO", "b" * 63))
        self.assertIn("NOAUTH", client.call("PARTNER", "LINK", "1", "a2", "0", "0", "1", "0", "1", "-", "-"))
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


class Identity(Pairing):
    """Backends with a log, whose directories hold who they are."""

    def directory(self, server):
        return os.path.join(self.stage.directory, server.name + ".log.d")

    def third(self, name, instead_of, partner, log_of=None):
        """A backend that is configured in the place of another, which is gone; its directory may be another's."""
        log = {"dir": self.directory(log_of)} if log_of else {}
        return self.stage.backend(name, instead_of.port, partner.port, LINK, log=log).await_answer()

    def forget(self, server):
        self.assertEqual(server.client().call("PARTNER", "FORGET"), "OK")

    def test_partners_know_each_other_after_a_restart(self):
        first, second = self.two({}, {}, log={})
        self.expect_traffic(first, second)
        ids = [status(server)["own_id"] for server in (first, second)]
        self.assertNotEqual(*ids)
        for server, other, other_id in ((first, second, ids[1]), (second, first, ids[0])):
            self.assertRegex(other_id, "^[0-9a-f]{32}$")
            self.assertEqual(status(server)["paired_with"], f"{other_id} {other.name}")
        for server in (first, second):
            server.kill()
        for server in (first, second):
            server.start().await_answer()
        self.expect_traffic(first, second)
        self.assertEqual([status(server)["own_id"] for server in (first, second)], ids)
        self.assertEqual(status(first)["paired_with"], f"{ids[1]} a2")

    def test_a_third_in_the_place_of_the_partner_is_refused_until_the_partner_is_forgotten(self):
        first, second = self.two({}, {}, log={})
        self.expect_traffic(first, second)
        facts = status(first)
        second.kill()
        other = self.third("a3", second, first)
        known = facts["paired_with"].split()[0]
        self.expect_strangers(first, other, f"ERR 'a1' is paired with {known}")
        for server in (first, other):  # the same text at both
            self.assertIn(f"'a1' is paired with {known} (a2), not with {status(other)['own_id']} (a3): PARTNER FORGET at 'a1'",
                          server.log_text())
        self.assertEqual(status(other)["paired_with"], "nobody")
        self.forget(first)
        self.expect_traffic(first, other)
        self.assertEqual(status(first)["paired_with"], status(other)["own_id"] + " a3")
        other.kill()
        second.start().await_answer()
        self.expect_strangers(first, second, "'a1' is paired with")
        first.kill()
        first.start().await_answer()  # it has not only been kept in memory
        self.expect_strangers(first, second, "'a1' is paired with")

    def test_without_the_line_of_the_partner_the_next_one_is_let_in(self):
        first, second = self.two({}, {}, log={})
        self.expect_traffic(first, second)
        for server in (first, second):
            server.kill()
        path = os.path.join(self.directory(first), "identity")
        with open(path, encoding="ascii") as file:
            lines = file.read().splitlines(keepends=True)
        self.assertEqual([line.split()[0] for line in lines], ["ringway-identity", "node", "partner"])
        with open(path, "w", encoding="ascii") as file:
            file.writelines(lines[:2])
        first.start().await_answer()
        other = self.third("a3", second, first)
        self.expect_traffic(first, other)

    def test_a_partner_that_has_lost_its_directory_is_another(self):
        first, second = self.two({}, {}, log={})
        self.expect_traffic(first, second)
        second.kill()
        shutil.rmtree(self.directory(second))
        second.start().await_answer()
        self.expect_strangers(first, second, "'a1' is paired with")
        self.forget(first)
        self.expect_traffic(first, second)

    def test_a_copied_directory_is_noticed(self):
        first, second = self.two({}, {}, log={})
        self.expect_traffic(first, second)
        first.terminate()
        self.assertEqual(first.wait(), 0)
        second.kill()
        shutil.rmtree(self.directory(second))
        os.mkdir(self.directory(second))
        shutil.copy(os.path.join(self.directory(first), "identity"), self.directory(second))
        for server in (first, second):
            server.start().await_answer()
        self.expect_strangers(first, second, "have the same node id")
        second.kill()
        os.remove(os.path.join(self.directory(second), "identity"))
        second.start().await_answer()
        self.forget(first)
        self.expect_traffic(first, second)

    def test_a_copy_of_the_whole_directory_is_noticed_too(self):
        first, second = self.two({}, {}, log={})
        self.expect_traffic(first, second)
        first.terminate()
        self.assertEqual(first.wait(), 0)
        second.kill()
        copy = os.path.join(self.stage.directory, "copy")
        shutil.copytree(self.directory(first), copy)
        first.start().await_answer()
        twin = self.stage.backend("a1", second.port, first.port, LINK, log={"dir": copy}, start=False)
        twin.log += ".twin"
        twin.start().await_answer()
        self.expect_strangers(first, twin, "'a1' and its partner of the same name have the same node id")

    def test_a_damaged_identity_stops_the_start(self):
        server = self.stage.backend("a1", log={}).await_answer()
        server.terminate()
        self.assertEqual(server.wait(), 0)
        path = os.path.join(self.directory(server), "identity")
        with open(path, "r+b") as file:
            file.seek(30)
            file.write(b"x")
        code, told = stage.run("ringway-backend", *server.argv[1:])
        self.assertEqual(code, 2, told)
        self.assertIn("identity has a line that is damaged: node", told)
        self.assertIn(self.directory(server), told)
        os.remove(path)
        server.start().await_answer()

    def test_without_a_log_nobody_is_written_down(self):
        first, second = self.two({}, {})
        self.expect_traffic(first, second)
        self.assertEqual((status(first)["own_id"], status(first)["paired_with"]), ("-", "nobody"))
        second.kill()
        other = self.stage.backend("a3", second.port, first.port, LINK).await_answer()
        self.expect_traffic(first, other)
        self.forget(first)
        self.assertEqual(self.stage.backend("alone").await_answer().client().call("PARTNER", "FORGET"),
                         "ERR this backend is configured without a partner")

    def test_a_secret_and_identities_together(self):
        first, second = self.two({"secret": "one"}, {"secret": "one"}, log={})
        self.expect_traffic(first, second)
        second.kill()
        shutil.rmtree(self.directory(second))
        second.start().await_answer()
        self.expect_strangers(first, second, "'a1' is paired with")
        self.forget(first)
        self.expect_traffic(first, second)


if __name__ == "__main__":
    stage.main()
