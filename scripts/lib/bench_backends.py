"""Backends, and a redis-server, of one measurement of scripts/bench failover, and what they say of themselves."""
import socket

import bench_common
import bench_servers
from bench_servers import await_that, encode, free_port


def say(port, *words):
    """One command with a reply of one line."""
    with socket.create_connection(("127.0.0.1", port), timeout=30.0) as connection:
        connection.sendall(encode(*words))
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


def in_step(*servers):
    return all(facts(server.port).get("partner_state") == "in-step" for server in servers)


class Backends(bench_servers.Stage):
    """Backends with one thread each."""

    def __init__(self, given):
        super().__init__(given.bin)
        self.quick = given.quick
        self.seconds = 0.3 if given.quick else 3.0

    def backend(self, name, port=None, partner=None, tables=""):
        port = port or free_port()
        link = f'[partner]\naddress = "127.0.0.1:{partner}"\n' if partner else ""
        text = f'name = "{name}"\nlisten = "127.0.0.1:{port}"\nthreads = 1\nmemory = "3gb"\n{link}{tables}'
        path = self.write(f"{name}-{port}.toml", text)
        return self.run(name, port, [self.program("ringway-backend"), "--config", path])

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
        return [self.program("bench_load"), "--port", str(server.port), "--json", *extra]

    def load(self, server, *extra):
        return bench_common.ask(self.load_words(server, *extra), server.name)

    def measured(self, server, watched, *extra):
        found = bench_common.measured_load(self.program("bench_load"), server, extra, [one.pid for one in watched])
        own = found.pop("watched")[0]
        return {**found, **{name: own[name] for name in own if name != "pid"}}
