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


def encode(*words):
    """A command as its server wants it."""
    return b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in map(str.encode, words))


def await_that(what, about, within=60.0):
    deadline = time.monotonic() + within
    while not what():
        if time.monotonic() > deadline:
            raise CannotStart(f"{about}: not within {within:.0f} s")
        time.sleep(0.02)


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

    def suspend(self):
        self._process.send_signal(signal.SIGSTOP)

    def resume(self):
        self._process.send_signal(signal.SIGCONT)

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
    """Servers of one measurement and their files, in a scratch directory. A context manager: ends what it started."""

    def __init__(self, bin_dir):
        self.bin = bin_dir
        self.directory = tempfile.mkdtemp(prefix="ringway-bench-")
        self._running = []

    def __enter__(self):
        try:
            self.set_up()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for server in self._running:
            server.resume()
        for server in reversed(self._running):
            server.end()
        shutil.rmtree(self.directory, ignore_errors=True)

    def set_up(self):
        """Starts what is there for the whole time."""

    def program(self, name):
        return os.path.join(self.bin, name)

    def write(self, name, text):
        """The path of a new file."""
        path = os.path.join(self.directory, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def run(self, name, port, argv, protocol="resp"):
        server = Server(name, port, argv, self.directory, protocol)
        self._running.append(server)
        return server

    def end(self, server):
        server.end()
        self._running.remove(server)


def said_versions(asked):
    """What programs say of their versions, in a line each, from a dictionary of commands."""
    return {name: run(argv).stdout.strip().split("\n")[0] for name, argv in asked.items()}
