"""Backends, and a redis-server, of one measurement of scripts/bench failover, and what they say of themselves."""
import os
import shutil
import signal
import socket
import tempfile
import time

import bench_common
import bench_servers
from bench_servers import Server, free_port


def say(port, *words):
    """One command with a reply of one line."""
    with socket.create_connection(("127.0.0.1", port), timeout=30.0) as connection:
        connection.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in map(str.encode, words)))
        return connection.makefile("rb").readline().decode().strip()


def facts(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5.0) as connection:
            connection.sendall(b"INFO\r\n")
            lines = connection.makefile("rb")
            text = lines.read(int(lines.readline()[1:])).decode()
    except (OSError, ValueError):
        return {}
    return dict(line.split(":", 1) for line in text.split("\r\n") if ":" in line)


def await_that(what, about, within=60.0):
    deadline = time.monotonic() + within
    while not what():
        if time.monotonic() > deadline:
            raise bench_servers.CannotStart(f"{about}: not within {within:.0f} s")
        time.sleep(0.02)


def in_step(*servers):
    return all(facts(server.port).get("partner_state") == "in-step" for server in servers)


class Stage:
    """Backends for one measurement, with one thread each. A context manager."""

    def __init__(self, given):
        self.bin = given.bin
        self.quick = given.quick
        self.seconds = 0.3 if given.quick else 3.0
        self.directory = tempfile.mkdtemp(prefix="ringway-bench-")
        self._running = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for server in self._running:
            if server.is_running():
                os.kill(server.pid, signal.SIGCONT)
        for server in reversed(self._running):
            server.end()
        shutil.rmtree(self.directory, ignore_errors=True)

    def run(self, name, port, argv):
        server = Server(name, port, argv, self.directory)
        self._running.append(server)
        return server

    def backend(self, name, port=None, partner=None, tables=""):
        port = port or free_port()
        path = os.path.join(self.directory, f"{name}-{port}.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(f'name = "{name}"\nlisten = "127.0.0.1:{port}"\nthreads = 1\nmemory = "3gb"\n')
            if partner:
                file.write(f'[partner]\naddress = "127.0.0.1:{partner}"\n')
            file.write(tables)
        return self.run(name, port, [os.path.join(self.bin, "ringway-backend"), "--config", path])

    def pair(self, link=""):
        ports = free_port(), free_port()
        made = [self.backend(name, own, other, link) for name, own, other in (("a1", *ports), ("a2", *reversed(ports)))]
        await_that(lambda: in_step(*made), "the partners")
        return made

    def redis(self):
        port = free_port()
        return self.run("redis", port, [bench_servers.find("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "",
                                        "--appendonly", "yes", "--appendfsync", "everysec", "--dir", self.directory]).await_answer()

    def load_words(self, server, *extra):
        return [os.path.join(self.bin, "bench_load"), "--port", str(server.port), "--json", *extra]

    def load(self, server, *extra):
        return bench_common.ask(self.load_words(server, *extra), server.name)

    def measured(self, server, watched, *extra):
        found = bench_common.measured_load(os.path.join(self.bin, "bench_load"), server, extra, [one.pid for one in watched])
        own = found.pop("watched")[0]
        return {**found, **{name: own[name] for name in own if name != "pid"}}
