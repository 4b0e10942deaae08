"""With layout = "ketama" every key goes where twemproxy sends it.

nutcracker and ringway-proxy stand before the same fake servers, which only note which key came to which of them;
100,000 keys in all go through both, over pools whose numbers and weights are awkward for ketama's arithmetic.
"""
import os
import random
import selectors
import shutil
import socket
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import stage, wire  # noqa: E402

KEYS = 20_000  # of each pool
BATCH = 500
NUTCRACKER = shutil.which("nutcracker") or shutil.which("nutcracker", path="/usr/sbin")


class Recorder:
    """Fake servers in one thread: each GET is noted with its server's number and answered with no value."""

    def __init__(self, addresses):
        self.seen = {}
        self._selector = selectors.DefaultSelector()
        self._ending = False
        for number, address in enumerate(addresses):
            listener = socket.create_server(address)
            listener.setblocking(False)
            self._selector.register(listener, selectors.EVENT_READ, (self._accept, number))
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def close(self):
        self._ending = True
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()

    def _run(self):
        while not self._ending:
            for key, _ in self._selector.select(0.05):
                what, *rest = key.data
                what(key.fileobj, *rest)

    def _accept(self, listener, number):
        made, _ = listener.accept()
        self._selector.register(made, selectors.EVENT_READ, (self._read, number, bytearray()))

    def _read(self, link, number, pending):
        try:
            data = link.recv(1 << 20)
        except ConnectionResetError:
            data = b""
        if not data:
            self._selector.unregister(link)
            link.close()
            return
        pending += data
        link.sendall(b"".join(self._answers(number, pending)))

    def _answers(self, number, pending):
        for words in self._requests(pending):
            if words[0].upper() == b"GET":
                self.seen[words[1]] = number
                yield b"$-1\r\n"
            else:
                yield b"+PONG\r\n"

    @staticmethod
    def _requests(pending):
        """Takes the whole requests from the front of what has come."""
        taken = 0
        while True:
            at = pending.find(b"\r\n", taken)
            words = []
            if at < 0:
                break
            for _ in range(int(pending[taken + 1:at])):
                end = pending.find(b"\r\n", at + 2)
                if end < 0:
                    break
                size = int(pending[at + 3:end])
                if len(pending) < end + 4 + size:
                    break
                words.append(bytes(pending[end + 2:end + 2 + size]))
                at = end + 2 + size
            if len(words) != int(pending[taken + 1:pending.find(b"\r\n", taken)]):
                break
            taken = at + 2
            yield words
        del pending[:taken]


def keys_of(seed):
    """Keys as people write them, with tags, and of bytes of any value; no two the same."""
    draw = random.Random(seed)
    keys = set()
    while len(keys) < KEYS:
        number = draw.randrange(10_000_000)
        style = draw.randrange(6)
        if style == 0:
            keys.add(b"user:%d:name" % number)
        elif style == 1:
            keys.add(b"%x" % number)
        elif style == 2:
            keys.add(b"{user%d}.%d" % (number % 5000, number))
        elif style == 3:
            keys.add(b"a{}{%d}[tag%d]{" % (number, number))
        elif style == 4:
            keys.add(f"schlüssel-é-{number}".encode())
        else:
            keys.add(draw.randbytes(draw.randrange(1, 60)))
    return sorted(keys)


class TwemproxyTest(stage.Case):
    def check(self, servers, hash_name, tag=""):
        """`servers` are (name or None, host, port, weight)."""
        recorder = Recorder([(host, port) for _, host, port, _ in servers])
        self.addCleanup(recorder.close)
        keys = keys_of(hash_name + str(len(servers)))
        theirs = self.homes(recorder, self.nutcracker(servers, hash_name, tag), keys)
        ours = self.homes(recorder, self.ringway(servers, hash_name, tag), keys)
        elsewhere = [key for key in keys if ours[key] != theirs[key]]
        self.assertEqual(elsewhere[:5], [], f"{len(elsewhere)} of {len(keys)} keys are elsewhere")
        self.assertEqual(len(ours), KEYS)
        return ours

    def homes(self, recorder, port, keys):
        recorder.seen = {}
        with wire.Client(port) as client:
            for begin in range(0, len(keys), BATCH):
                answers = client.pipeline(("GET", key) for key in keys[begin:begin + BATCH])
                self.assertEqual(set(answers), {None})
        return recorder.seen

    def nutcracker(self, servers, hash_name, tag):
        port = stage.free_port()
        lines = ["pool:", f"  listen: 127.0.0.1:{port}", f"  hash: {hash_name}", "  distribution: ketama",
                 "  redis: true", "  auto_eject_hosts: false", "  timeout: 10000"]
        if tag:
            lines.append(f'  hash_tag: "{tag}"')
        lines.append("  servers:")
        lines += [f"    - {host}:{at}:{weight}" + (f" {name}" if name else "") for name, host, at, weight in servers]
        path = self.stage.write(f"nutcracker-{port}.yml", "\n".join(lines) + "\n")
        argv = [NUTCRACKER, "-c", path, "-s", str(stage.free_port()), "-a", "127.0.0.1"]
        self.addCleanup(self.stage.add("nutcracker", port, argv).start().kill)
        self.assertTrue(wire.until(lambda: is_open(port), stage.PATIENCE))
        return port

    def ringway(self, servers, hash_name, tag):
        port = stage.free_port()
        pool = {"name": "main", "layout": "ketama", "hash": hash_name, **({"hash_tag": tag} if tag else {})}
        text = "[[listener]]\n" + stage.toml_lines({"address": f"127.0.0.1:{port}", "pool": "main"})
        text += "[[pool]]\n" + stage.toml_lines(pool)
        for name, host, at, weight in servers:
            keys = {"address": f"{host}:{at}", "weight": weight, **({"name": name} if name else {})}
            text += "[[pool.backend]]\n" + stage.toml_lines(keys)
        path = self.stage.write(f"proxy-{port}.toml", text)
        self.stage.add("proxy", port, [stage.program("ringway-proxy"), "--config", path]).start().await_answer()
        return port

    def test_25_servers_without_names(self):
        homes = self.check([(None, "127.0.0.1", stage.free_port(), 1) for _ in range(25)], "fnv1a_64")
        self.assertEqual(len(set(homes.values())), 25)

    def test_47_servers_with_names(self):
        homes = self.check([(f"cache-{i}", "127.0.0.1", stage.free_port(), 1) for i in range(47)], "md5")
        self.assertEqual(len(set(homes.values())), 47)

    def test_unequal_weights_and_tags(self):
        weights = [3, 1, 7, 2, 100, 13, 1, 1, 29, 5, 11]
        self.check([(f"w{i}", "127.0.0.1", stage.free_port(), weight) for i, weight in enumerate(weights)],
                   "crc32a", tag="{}")

    def test_the_port_of_memcached_is_no_part_of_a_name(self):
        hosts = [f"127.16.{os.getpid() % 256}.{i}" for i in range(1, 8)]
        self.check([(None, host, 11211, 1 + i % 3) for i, host in enumerate(hosts)], "fnv1a_64", tag="[]")

    def test_the_15_bits_of_twemproxys_crc32(self):
        self.check([(None, "127.0.0.1", stage.free_port(), 1 + i % 2) for i in range(9)], "crc32", tag="$$")


def is_open(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


if __name__ == "__main__":
    if NUTCRACKER is None:
        print("skipped: nutcracker is not installed")
        sys.exit(77)
    stage.main()
