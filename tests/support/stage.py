"""Starts the programs under test from generated configuration, on free ports, in a scratch directory.

    class some_test(stage.Case):
        def test_something(self):
            a1, a2 = self.stage.pair("a1", "a2")
            proxy = self.stage.proxy([a1, a2])
            self.assertEqual(proxy.client().call("SET", "k", "v"), "OK")

A stage ends only what it has started, by process id. At its end every program that was not killed by the test must
end with code 0 on SIGTERM, and no sanitizer may have spoken. The logs are shown when a test fails.
"""
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

from support import wire

SOURCE = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
PATIENCE = 15.0
SANITIZER_WORDS = ("AddressSanitizer", "LeakSanitizer", "ThreadSanitizer", "runtime error:")

_ports_given = set()


def bin_dir():
    return os.path.abspath(os.environ.get("RINGWAY_BIN") or os.path.join(SOURCE, "build", "release", "bin"))


def program(name):
    return os.path.join(bin_dir(), name)


def run(name, *flags):
    """Runs a program to its end; gives exit code and output."""
    done = subprocess.run([program(name), *flags], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=10,
                          check=False)
    return done.returncode, done.stdout


def free_port():
    """A port nobody uses, below the range from which the system takes ports for outgoing connections."""
    while True:
        port = random.SystemRandom().randrange(18000, 32000)
        if port in _ports_given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _ports_given.add(port)
        return port


def toml_value(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return str(value)
    return f'"{value}"'


def toml_lines(settings):
    return "".join(f"{key} = {toml_value(value)}\n" for key, value in settings.items())


class Server:
    """One program of a stage; it may be started again with the same configuration."""

    def __init__(self, name, port, argv, directory):
        self.name = name
        self.host = "127.0.0.1"
        self.port = port
        self.partner = None
        self.environment = {}
        self.log = os.path.join(directory, name + ".log")
        self.argv = argv
        self._clients = []
        self._process = None

    @property
    def address(self):
        return f"{self.host}:{self.port}"

    @property
    def pid(self):
        return self._process.pid

    def start(self, output=None):
        """`output` is a descriptor; none: the server's log."""
        with open(self.log, "ab") as log:
            output = log if output is None else output
            self._process = subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                                             env={**os.environ, **self.environment})
        return self

    def is_running(self):
        return self._process is not None and self._process.poll() is None

    def await_answer(self, wanted=b"+PONG\r\n", within=PATIENCE):
        deadline = time.monotonic() + within
        answer = None
        while time.monotonic() < deadline:
            if not self.is_running():
                raise AssertionError(f"{self.name} ended with {self._process.returncode}: {self.log_text()}")
            try:
                with wire.Client(self.port, timeout=1.0, host=self.host) as client:
                    answer = client.raw("PING")
                if answer == wanted:
                    return self
            except (OSError, wire.Closed):
                pass
            time.sleep(0.01)
        raise AssertionError(f"{self.name} does not answer {wanted}, but {answer}: {self.log_text()}")

    def client(self, timeout=10.0):
        made = wire.Client(self.port, timeout, self.host)
        self._clients.append(made)
        return made

    def info(self):
        with wire.Client(self.port, host=self.host) as client:
            return wire.info(client)

    def statuses(self):
        """Of a proxy: what it says of its backends, in their order."""
        facts = self.info()
        count = sum(name.startswith("backend") and name[7:].isdigit() for name in facts)
        return [facts[f"backend{i}"].split("status=")[1].split(",")[0] for i in range(count)]

    def suspend(self):
        """Returns when all its threads stand still: the signal alone only asks for it."""
        os.kill(self.pid, signal.SIGSTOP)
        if not wire.until(self._stands_still, PATIENCE, 0.001):
            raise AssertionError(f"{self.name} does not stop")

    def _stands_still(self):
        tasks = f"/proc/{self.pid}/task"
        states = []
        for task in os.listdir(tasks):
            with open(f"{tasks}/{task}/stat", encoding="ascii") as stat:
                states.append(stat.read().rpartition(")")[2].split()[0])
        return all(state == "T" for state in states)

    def resume(self):
        os.kill(self.pid, signal.SIGCONT)

    def terminate(self):
        """Sends SIGTERM and returns; `end` then collects the exit code."""
        self._process.terminate()

    def wait(self, within=PATIENCE):
        """The exit code of a program that is ending by itself."""
        code = self._process.wait(within)
        self._process = None
        return code

    def kill(self):
        self._process.kill()
        self._process.wait()
        self._process = None

    def resident_bytes(self):
        with open(f"/proc/{self.pid}/statm", encoding="ascii") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def log_text(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def end(self):
        """Ends the program with SIGTERM; gives what was wrong with that, or nothing."""
        for client in self._clients:
            client.close()
        self._clients = []
        if self._process is None:
            return ""
        process, self._process = self._process, None
        if process.poll() is not None:
            return f"{self.name} had ended by itself with {process.returncode}"
        os.kill(process.pid, signal.SIGCONT)
        process.terminate()
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return f"{self.name} did not end within {PATIENCE} s of SIGTERM"
        return "" if code == 0 else f"{self.name} ended with {code} on SIGTERM"


class Stage:
    def __init__(self):
        self.directory = tempfile.mkdtemp(prefix="ringway-e2e-")
        self.servers = []

    def write(self, name, text):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def add(self, name, port, argv):
        server = Server(name, port, argv, self.directory)
        self.servers.append(server)
        return server

    def backend(self, name, port=None, partner=None, link=None, start=True, log=None, **settings):
        """A backend; `partner` is a port, `link` are further keys of [partner], `log` those of [log]."""
        port = port or free_port()
        settings = {"name": name, "listen": f"127.0.0.1:{port}", "threads": 2, "memory": "256mb", **settings}
        text = toml_lines(settings)
        if partner:
            text += "[partner]\n" + toml_lines({"address": f"127.0.0.1:{partner}", **(link or {})})
        if log is not None:
            text += "[log]\n" + toml_lines({"dir": os.path.join(self.directory, name + ".log.d"), **log})
        path = self.write(f"{name}-{port}.toml", text)
        server = self.add(name, port, [program("ringway-backend"), "--config", path])
        return server.start() if start else server

    def pair(self, first, second, link=None, log=None, **settings):
        """Two partners, both ready."""
        ports = free_port(), free_port()
        made = [self.backend(name, port, other, link, log=log, **settings)
                for name, port, other in ((first, ports[0], ports[1]), (second, ports[1], ports[0]))]
        made[0].partner, made[1].partner = second, first
        for server in made:
            server.await_answer()
        await_synced(*made)
        return made

    def proxy(self, backends, name="proxy", policy="consistent-hash", health=None, pool=None, start=True, **settings):
        """A proxy before servers of this stage; `pool` and `health` are further keys of their tables."""
        port = free_port()
        text = toml_lines({"threads": 2, **settings})
        text += "[[listener]]\n" + toml_lines({"address": f"127.0.0.1:{port}", "pool": "main"})
        text += "[[pool]]\n" + toml_lines({"name": "main", "policy": policy, **(pool or {})})
        timing = {"interval": "200ms", "timeout": "150ms", "fall": 2, "rise": 2, **(health or {})}
        text += "[pool.health]\n" + toml_lines(timing)
        for backend in backends:
            keys = {"name": backend.name, "address": backend.address}
            if backend.partner:
                keys["partner"] = backend.partner
            text += "[[pool.backend]]\n" + toml_lines(keys)
        path = self.write(f"{name}-{port}.toml", text)
        server = self.add(name, port, [program("ringway-proxy"), "--config", path])
        return server.start().await_answer() if start else server

    def redis(self, name="redis"):
        port = free_port()
        argv = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--dir", self.directory]
        return self.add(name, port, argv).start().await_answer()

    def end(self):
        """Ends everything, the proxies first; gives a list of what was wrong."""
        order = sorted(self.servers, key=lambda server: "proxy" not in server.name)
        problems = [problem for problem in (server.end() for server in order) if problem]
        for server in self.servers:
            if os.path.exists(server.log) and any(word in server.log_text() for word in SANITIZER_WORDS):
                problems.append(f"a sanitizer spoke in {server.name}")
        return problems

    def show_logs(self, lines=40):
        for server in self.servers:
            if os.path.exists(server.log):
                tail = "\n".join(server.log_text().splitlines()[-lines:])
                print(f"--- {server.name} (port {server.port})\n{tail}", file=sys.stderr)

    def remove(self):
        shutil.rmtree(self.directory, ignore_errors=True)


def await_synced(*servers):
    """Waits until both halves of the links are up and exchanged."""
    for server in servers:
        def synced(one=server):
            facts = one.info()
            return facts["partner_receiving"] == "synced" and facts["partner_sending"] == "up"
        if not wire.until(synced, PATIENCE):
            raise AssertionError(f"{server.name} is not in step with its partner: {server.info()}")


def two_pairs(stage, **proxy_settings):
    """a1⇄a2, b1⇄b2 and a proxy before them."""
    backends = [*stage.pair("a1", "a2"), *stage.pair("b1", "b2")]
    return backends, stage.proxy(backends, **proxy_settings)


class Case(unittest.TestCase):
    """A test with a stage of its own."""

    def setUp(self):
        self.stage = Stage()
        self.addCleanup(self._end_stage)

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        stage = getattr(self, "stage", None)
        if stage is None:
            return
        if len(result.failures) + len(result.errors) > before:
            stage.show_logs()
        stage.remove()

    def _end_stage(self):
        self.assertEqual(self.stage.end(), [])


class SharedCase(unittest.TestCase):
    """A test whose class has one stage for all its tests: override `set_stage`."""

    stage = None

    @classmethod
    def setUpClass(cls):
        cls.stage = Stage()
        cls.addClassCleanup(cls._end_stage)
        cls.set_stage()

    @classmethod
    def set_stage(cls):
        raise NotImplementedError

    @classmethod
    def _end_stage(cls):
        problems = cls.stage.end()
        if problems:
            cls.stage.show_logs()
        cls.stage.remove()
        assert not problems, problems


def main():
    """Runs the tests of the calling file; the directory of the programs may be the first argument."""
    if len(sys.argv) > 1 and os.path.isdir(sys.argv[1]):
        os.environ["RINGWAY_BIN"] = sys.argv.pop(1)
    for name in ("ringway-proxy", "ringway-backend"):
        if not os.access(program(name), os.X_OK):
            sys.exit(f"{program(name)} is not there: build first, or name the directory")
    unittest.main(module="__main__", verbosity=2)
