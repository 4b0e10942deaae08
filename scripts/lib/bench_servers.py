"""The programs that are measured: started on free loopback ports, in a scratch directory, ended by process id."""
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import time

PATIENCE = 15.0  # seconds until a program must answer

GET = b"*2\r\n$3\r\nGET\r\n$4\r\n%04d\r\n"

NUTCRACKER = """\
bench:
  listen: 127.0.0.1:{port}
  hash: fnv1a_64
  distribution: ketama
  auto_eject_hosts: false
  redis: true
  preconnect: true
  backlog: 1024
  servers:
   - 127.0.0.1:{redis[0]}:1 one
   - 127.0.0.1:{redis[1]}:1 two
"""

HAPROXY = """\
global
  nbthread 1
  maxconn 4000
defaults
  mode tcp
  timeout connect 5s
  timeout client 1h
  timeout server 1h
listen bench
  bind 127.0.0.1:{port} backlog 1024
  balance roundrobin
  server one 127.0.0.1:{redis[0]}
  server two 127.0.0.1:{redis[1]}
"""

RINGWAY = """\
threads = {threads}
[[listener]]
address = "127.0.0.1:{port}"
pool = "bench"
[[pool]]
name = "bench"
policy = "consistent-hash"
[[pool.backend]]
name = "one"
address = "127.0.0.1:{redis[0]}"
[[pool.backend]]
name = "two"
address = "127.0.0.1:{redis[1]}"
"""


class CannotStart(Exception):
    """A program that is to be measured is missing, has ended or does not answer."""


def free_port():
    """A port nobody uses, below the range from which the system takes ports for outgoing connections."""
    while True:
        port = random.SystemRandom().randrange(18000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def find(program):
    """Where a program of the system is; those for administrators are not in everybody's PATH."""
    path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if not path:
        raise CannotStart(f"{program} is not installed")
    return path


def run(argv, stderr=subprocess.STDOUT):
    """Runs a program to its end."""
    try:
        return subprocess.run(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, text=True, check=False)
    except OSError as problem:
        raise CannotStart(f"{argv[0]}: {problem.strerror}") from None


class Server:
    """A running program and the port at which it answers."""

    def __init__(self, name, port, argv, directory, protocol="resp"):
        self.name, self.port, self.protocol = name, port, protocol
        self._log = os.path.join(directory, f"{name}-{port}.log")
        with open(self._log, "ab") as log:
            try:
                self._process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            except OSError as problem:
                raise CannotStart(f"{argv[0]}: {problem.strerror}") from None

    @property
    def pid(self):
        return self._process.pid

    def await_answer(self):
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            if self._process.poll() is not None:
                raise CannotStart(f"{self.name} ended with {self._process.returncode}: {self._last_words()}")
            if time.monotonic() > deadline:
                raise CannotStart(f"{self.name} did not answer within {PATIENCE:.0f} s: {self._last_words()}")
            time.sleep(0.02)
        return self

    def _answers(self):
        """Whether keys of every server get an answer: a value, nil, or the request itself."""
        question, nil = (b"get %04d\r\n", b"END\r\n") if self.protocol == "memcached" else (GET, b"$-1\r\n")
        requests = [question % number for number in range(16)]
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1.0) as connection:
                for request in requests:
                    connection.sendall(request)
                    if connection.recv(4096) not in (nil, request):
                        return False
        except OSError:
            return False
        return True

    def _last_words(self):
        with open(self._log, encoding="utf-8", errors="replace") as log:
            lines = [line.strip() for line in log if line.strip()]
        return lines[-1] if lines else "(it said nothing)"

    def is_running(self):
        return self._process.poll() is None

    def kill(self):
        self._process.kill()
        self._process.wait()

    def end(self):
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Stage:
    """Two redis-servers for the whole time, and before them one program at a time. A context manager."""

    def __init__(self, bin_dir):
        self.bin = bin_dir
        self.directory = tempfile.mkdtemp(prefix="ringway-bench-")
        self.redis = []

    def __enter__(self):
        try:
            for number in (1, 2):
                self.redis.append(self._start_redis(f"redis-{number}"))
            for server in self.redis:
                server.await_answer()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for server in self.redis:
            server.end()
        shutil.rmtree(self.directory, ignore_errors=True)

    def program(self, name):
        return os.path.join(self.bin, name)

    def start(self, target):
        """Starts what is named; `direct` is the first redis-server."""
        if target == "direct":
            return self.redis[0]
        server = getattr(self, "_start_" + target)()
        try:
            return server.await_answer()
        except BaseException:
            server.end()
            raise

    def end(self, server):
        if server not in self.redis:
            server.end()

    def _write(self, name, template, port, **values):
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(template.format(port=port, redis=[server.port for server in self.redis], **values))
        return path

    def _start_redis(self, name):
        port = free_port()
        argv = [find("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                "--dir", self.directory]
        return Server(name, port, argv, self.directory)

    def _start_ringway(self, threads=1):
        port = free_port()
        path = self._write("proxy.toml", RINGWAY, port, threads=threads)
        return Server("ringway", port, [self.program("ringway-proxy"), "--config", path], self.directory)

    def _start_ringway2(self):
        return self._start_ringway(threads=2)

    def _start_nutcracker(self):
        port, statistics = free_port(), free_port()
        path = self._write("nutcracker.yml", NUTCRACKER, port)
        argv = [find("nutcracker"), "-c", path, "-a", "127.0.0.1", "-s", str(statistics)]
        return Server("nutcracker", port, argv, self.directory)

    def _start_haproxy(self):
        port = free_port()
        path = self._write("haproxy.cfg", HAPROXY, port)
        return Server("haproxy", port, [find("haproxy"), "-db", "-f", path], self.directory)

    def _start_echo(self):
        port = free_port()
        return Server("echo", port, [self.program("bench_echo"), "--port", str(port)], self.directory)


def versions(stage):
    """What each program says of its own version, in a line."""
    return said_versions({
        "ringway": [stage.program("ringway-proxy"), "--version"], "redis": [find("redis-server"), "--version"],
        "nutcracker": [find("nutcracker"), "-V"], "haproxy": [find("haproxy"), "-v"]})


def said_versions(asked):
    """What programs say of their versions, in a line each, from a dictionary of commands."""
    return {name: run(argv).stdout.strip().split("\n")[0] for name, argv in asked.items()}
