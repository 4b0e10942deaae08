"""ringway-proxy, its peers, and the two redis-servers that they stand in front of."""
import bench_servers
from bench_servers import find, free_port

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


class Peers(bench_servers.Stage):
    """Two redis-servers for the whole time, and before them what is measured."""

    def set_up(self):
        self.redis = [self._start_redis(f"redis-{number}") for number in (1, 2)]
        for server in self.redis:
            server.await_answer()

    def start(self, target):
        """Starts what is named; `direct` is the first redis-server."""
        if target == "direct":
            return self.redis[0]
        return getattr(self, "_start_" + target)().await_answer()

    def end(self, server):
        if server not in self.redis:
            super().end(server)

    def _fill(self, template, port, **values):
        return template.format(port=port, redis=[server.port for server in self.redis], **values)

    def _start_redis(self, name):
        port = free_port()
        return self.run(name, port, [find("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
                                     "--dir", self.directory])

    def _start_ringway(self, threads=1):
        port = free_port()
        path = self.write("proxy.toml", self._fill(RINGWAY, port, threads=threads))
        return self.run("ringway", port, [self.program("ringway-proxy"), "--config", path])

    def _start_ringway2(self):
        return self._start_ringway(threads=2)

    def _start_nutcracker(self):
        port, statistics = free_port(), free_port()
        path = self.write("nutcracker.yml", self._fill(NUTCRACKER, port))
        return self.run("nutcracker", port, [find("nutcracker"), "-c", path, "-a", "127.0.0.1", "-s", str(statistics)])

    def _start_haproxy(self):
        port = free_port()
        path = self.write("haproxy.cfg", self._fill(HAPROXY, port))
        return self.run("haproxy", port, [find("haproxy"), "-db", "-f", path])

    def _start_echo(self):
        port = free_port()
        return self.run("echo", port, [self.program("bench_echo"), "--port", str(port)])


def versions(stage):
    """What each program says of its own version, in a line."""
    return bench_servers.said_versions({
        "ringway": [stage.program("ringway-proxy"), "--version"], "redis": [find("redis-server"), "--version"],
        "nutcracker": [find("nutcracker"), "-V"], "haproxy": [find("haproxy"), "-v"]})
