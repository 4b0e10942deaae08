#!/usr/bin/python3 -B
"""scripts/run on the shipped configuration, and the commands that README.md shows.

Every ```console block of README.md is run from the top of the repository: a line that begins with "$ " is a command
(a backslash at its end continues it), the lines below it up to the next are what it must print; a line "..." stands
for any lines. Commands that need another machine or that run this very test are left out, see NOT_RUN.
Ends with 77 (skipped) when a shipped port is taken or another build than release is tested.
"""
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import stage, wire  # noqa: E402

RUN = os.path.join(stage.SOURCE, "scripts", "run")
README = os.path.join(stage.SOURCE, "README.md")
PORTS = (7379, 7401, 7402, 7403, 7404)
NOT_RUN = re.compile(r"git clone|cd |sudo |systemctl|journalctl|cmake --install|\./scripts/(test|lint|build)|"
                     r"\./scripts/run( --detach| stop)?$|redis-benchmark|telnet")


def is_free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def shell(command, timeout=60):
    return subprocess.run(["bash", "-c", command], cwd=stage.SOURCE, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, timeout=timeout, check=False)


def console_commands(text):
    """(command, expected lines) of every console block, in order."""
    for block in re.findall(r"^```console\n(.*?)^```", text, re.M | re.S):
        joined = block.replace("\\\n", "\\\0")
        command, expected = None, []
        for line in joined.splitlines():
            if line.startswith("$ "):
                if command is not None:
                    yield command, expected
                command, expected = line[2:].replace("\0", "\n"), []
            else:
                expected.append(line)
        if command is not None:
            yield command, expected


def pattern_of(expected):
    lines = "\n".join(expected).strip("\n").split("\n")
    return "".join(r"(.*\n)*" if line == "..." else re.escape(line.rstrip()) + r"\s*\n" for line in lines)


class Shipped(unittest.TestCase):
    def start(self):
        self.addCleanup(lambda: shell("./scripts/run stop"))
        done = shell("./scripts/run --detach", timeout=540)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def expect_stopped(self):
        self.assertTrue(wire.until(lambda: all(is_free(port) for port in PORTS)), [p for p in PORTS if not is_free(p)])


class RunScript(Shipped):
    def test_detached_it_prints_what_to_type_and_that_works(self):
        text = self.start()
        self.assertIn("127.0.0.1:7379", text)
        said = text.split("Type, in another terminal:")[1].splitlines()
        printf, cli, kill = [line.strip() for line in said if line.startswith("  ")][:3]
        self.assertEqual(shell(printf).stdout, "+OK\n$5\nhello\n")
        self.assertEqual(shell(cli).stdout, "OK\n")
        self.assertEqual(shell("./scripts/run status").returncode, 0)
        self.assertEqual(shell(kill).returncode, 0)
        self.assertEqual(shell("./scripts/run status").returncode, 1)
        with wire.Client(7379) as client:
            self.assertEqual(client.pipeline([("SET", f"after:{i}", i) for i in range(100)]), ["OK"] * 100)
        self.assertEqual(shell("./scripts/run start a1").returncode, 0)
        self.assertEqual(shell("./scripts/run status").returncode, 0)
        self.assertEqual(shell("./scripts/run stop").returncode, 0)
        self.expect_stopped()

    def test_a_taken_port_is_said_in_one_line(self):
        with socket.create_server(("127.0.0.1", PORTS[2])), tempfile.TemporaryDirectory() as scratch:
            done = shell(f"./scripts/run --detach --run-dir {scratch}/run", timeout=540)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertEqual(len(done.stdout.splitlines()), 1, done.stdout)
        self.assertIn(f"127.0.0.1:{PORTS[2]}", done.stdout)
        self.expect_stopped()

    def test_ctrl_c_stops_everything(self):
        with tempfile.TemporaryDirectory() as scratch:
            script = subprocess.Popen([RUN, "--run-dir", os.path.join(scratch, "run")], cwd=stage.SOURCE, text=True,
                                      stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      start_new_session=True)
            said = ""
            while "Logs:" not in said:
                line = script.stdout.readline()
                if not line:
                    self.fail(said)
                said += line
            os.killpg(script.pid, signal.SIGINT)
            said = script.communicate(timeout=30)[0]
            self.assertEqual(script.returncode, 0, said)
            self.assertIn("Stopped.", said)
            self.expect_stopped()


class Readme(Shipped):
    @unittest.skipUnless(os.path.exists(README), "there is no README.md")
    def test_its_commands_print_what_it_says(self):
        with open(README, encoding="utf-8") as file:
            commands = list(console_commands(file.read()))
        self.assertTrue(commands, "README.md has no console block")
        self.start()
        for command, expected in commands:
            if NOT_RUN.match(command):
                continue
            with self.subTest(command=command):
                done = shell(command)
                printed = "".join(line.rstrip() + "\n" for line in done.stdout.splitlines())
                if any(line.strip() for line in expected):
                    self.assertRegex(printed, r"\A" + pattern_of(expected) + r"\Z")
                else:
                    self.assertEqual(done.returncode, 0, printed)


if __name__ == "__main__":
    if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
        os.environ["RINGWAY_BIN"] = sys.argv.pop(1)
    if stage.bin_dir() != os.path.join(stage.SOURCE, "build", "release", "bin"):
        print("skipped: scripts/run starts the release build, and another is tested")
        sys.exit(77)
    taken = [str(port) for port in PORTS if not is_free(port)]
    if taken:
        print("skipped: taken by somebody else: " + ", ".join(taken))
        sys.exit(77)
    unittest.main(verbosity=2)
