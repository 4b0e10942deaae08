"""The cache servers that are measured beside each other: ringway-backend, redis-server and memcached."""
import getpass
import socket

import bench_servers

MIB = 1 << 20

RINGWAY = """\
name = "bench"
listen = "127.0.0.1:{port}"
threads = {threads}
memory = "{memory}mb"
"""

NAMES = {"ringway": "ringway-backend", "ringway2": "ringway-backend, 2 threads", "redis": "redis-server",
         "redis-lru": "redis-server, allkeys-lru", "redis-lfu": "redis-server, allkeys-lfu",
         "control": "control (echo)"}


class Caches(bench_servers.Stage):
    """Cache servers, one thread each unless its name says otherwise."""

    def start(self, target, memory, policy=None, large=False):
        """A server of that kind with a limit of `memory` MiB.

        `policy` is ringway-backend's, instead of its default; `large` values take 1 MiB, more than memcached's default.
        """
        port = bench_servers.free_port()
        argv, protocol = self._command(target, port, memory, policy, large)
        return self.run(target, port, argv, protocol).await_answer()

    def _command(self, target, port, memory, policy, large):
        if target == "control":
            return [self.program("bench_echo"), "--port", str(port)], "resp"
        if target.startswith("ringway"):
            return self._ringway(port, memory, policy, threads=2 if target == "ringway2" else 1), "resp"
        if target.startswith("redis"):
            rule = "allkeys-lfu" if target == "redis-lfu" else "allkeys-lru"
            return [bench_servers.find("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "",
                    "--appendonly", "no", "--dir", self.directory, "--maxmemory", str(memory * MIB),
                    "--maxmemory-policy", rule], "resp"
        # It does not run as root without being told to.
        return [bench_servers.find("memcached"), "-l", "127.0.0.1", "-p", str(port), "-U", "0", "-t", "1", "-m",
                str(memory), "-u", getpass.getuser(), *(["-I", "2m"] if large else [])], "memcached"

    def _ringway(self, port, memory, policy, threads):
        eviction = f'eviction = "{policy}"\n' if policy else ""
        path = self.write(f"backend-{port}.toml", RINGWAY.format(port=port, memory=memory, threads=threads) + eviction)
        return [self.program("ringway-backend"), "--config", path]


def memory_of(server):
    """Resident bytes of a process, now and at the most."""
    with open(f"/proc/{server.pid}/status", encoding="ascii") as status:
        found = dict(line.split(":", 1) for line in status)
    return tuple(int(found[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))


def item_count(server):
    """How many items a server says that it has."""
    question, name = (b"stats\r\n", "STAT curr_items ") if server.protocol == "memcached" else (b"DBSIZE\r\n", ":")
    try:
        with socket.create_connection(("127.0.0.1", server.port), timeout=5.0) as connection:
            connection.sendall(question)
            for line in connection.makefile("r", encoding="ascii", newline="\r\n"):
                if line.startswith(name):
                    return int(line[len(name):])
                if line.startswith(("END", "-", "ERROR")):
                    break
    except OSError:
        pass
    raise bench_servers.CannotStart(f"{server.name} does not tell how many items it has")


def default_policy(stage):
    """The policy of eviction that ringway-backend has when none is configured."""
    path = stage.write("default.toml", RINGWAY.format(port=bench_servers.free_port(), memory=1, threads=1))
    for line in bench_servers.run([stage.program("ringway-backend"), "--config", path, "--check"]).stdout.splitlines():
        if line.startswith("eviction"):
            return line.split('"')[1]
    raise bench_servers.CannotStart("ringway-backend --check tells no policy of eviction")


def versions(stage):
    """What each program says of its own version, in a line."""
    return bench_servers.said_versions({
        "ringway": [stage.program("ringway-backend"), "--version"],
        "redis": [bench_servers.find("redis-server"), "--version"],
        "memcached": [bench_servers.find("memcached"), "-V"]})
