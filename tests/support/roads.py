"""The roads between two partners and everybody else, each of which can be closed: what is sent there is lost, or held, in silence.

Three places: "hub", where the test, its clients and the proxy are, and "one" and "two", where the partners are. Between any two
of them there are two roads, one for each direction.

With root the places are network namespaces joined by pairs of devices, and a closed road drops every packet. Elsewhere they are
all on loopback, every connection leads through a relay of this process, and a closed road holds what comes until it is open.
"""
import os
import random
import select
import shutil
import socket
import struct
import subprocess
import threading

from support import stage

SIDES = ("one", "two")
ANY = "0.0.0.0"


def lay():
    """Namespaces if they can be had here; gives also what they are, in words."""
    try:
        made = Namespaces()
        return made, "network namespaces"
    except OSError as problem:
        return Relays(), f"loopback and relays ({problem})"


class Namespaces:
    """Devices: `hub` and `mate` in each side's namespace, and ours, named after this process."""

    def __init__(self):
        self._names = {side: f"ringway{os.getpid()}{side}" for side in SIDES}
        self._ours = {side: f"rw{os.getpid()}{side}" for side in SIDES}
        self._net = f"10.214.{random.SystemRandom().randrange(256)}."
        self._closed = set()
        self._made = []
        try:
            self._make()
            self._try_closing()
        except OSError:
            self.end()
            raise

    def _make(self):
        for side in SIDES:
            self._run("ip", "netns", "add", self._names[side])
            self._made.append(("ip", "netns", "del", self._names[side]))
        for number, side in enumerate(SIDES):
            inside = ("ip", "-n", self._names[side])
            self._run("ip", "link", "add", self._ours[side], "type", "veth", "peer", "name", "hub", "netns", self._names[side])
            # The devices go first: a namespace lives on while connections in it end.
            self._made.insert(0, ("ip", "link", "del", self._ours[side]))
            self._run("ip", "addr", "add", f"{self._net}{4 * number + 1}/30", "dev", self._ours[side])
            self._run("ip", "link", "set", self._ours[side], "up")
            self._run(*inside, "addr", "add", f"{self._net}{4 * number + 2}/30", "dev", "hub")
            self._run(*inside, "link", "set", "hub", "up")
            self._run(*inside, "link", "set", "lo", "up")
        first, second = (self._names[side] for side in SIDES)
        self._run("ip", "-n", first, "link", "add", "mate", "type", "veth", "peer", "name", "mate", "netns", second)
        for number, name in enumerate((first, second)):
            self._run("ip", "-n", name, "addr", "add", f"{self._net}{9 + number}/30", "dev", "mate")
            self._run("ip", "-n", name, "link", "set", "mate", "up")

    def _try_closing(self):
        self.close("one", "two")
        self.open()

    def place(self, side, port):
        """Where a server of that side is seen: by the hub, and by its partner."""
        number = SIDES.index(side)
        return (f"{self._net}{4 * number + 2}", port), (f"{self._net}{9 + number}", port)

    def listen(self):
        return ANY

    def inside(self, side, argv):
        """The command that runs `argv` at that side; the process keeps its id."""
        return ["nsenter", f"--net=/run/netns/{self._names[side]}", *argv]

    def close(self, source, target):
        self._closed.add((source, target))
        # A queue without room drops all that is to leave; the sender takes it for a loss on the way.
        self._run("tc", *self._device(source, target), "root", "pfifo", "limit", "0", verb="replace")

    def open(self):
        """Opens all."""
        for source, target in self._closed:
            self._run("tc", *self._device(source, target), "root", verb="del")
        self._closed.clear()

    def _device(self, source, target):
        if source == "hub":
            return "qdisc", "dev", self._ours[target]
        return "-n", self._names[source], "qdisc", "dev", "hub" if target == "hub" else "mate"

    def _run(self, program, *words, verb=None):
        if verb:
            at = words.index("qdisc") + 1
            words = (*words[:at], verb, *words[at:])
        found = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
        if not found:
            raise OSError(f"{program} is not installed")
        done = subprocess.run([found, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if done.returncode:
            raise OSError(f"{program} {' '.join(words)}: {done.stdout.strip()}")

    def end(self):
        for words in self._made:
            try:
                self._run(*words)
            except OSError:
                pass  # it is gone, or was never there


class Relays:
    """A relay for each pair of places; the servers are on loopback."""

    def __init__(self):
        self._gates = {}
        self._relays = []

    def place(self, side, port):
        other = SIDES[1 - SIDES.index(side)]
        return tuple(("127.0.0.1", self._relay(source, side, port)) for source in ("hub", other))

    def _relay(self, source, target, port):
        made = Relay(port, self._gate(source, target), self._gate(target, source))
        self._relays.append(made)
        return made.port

    def _gate(self, source, target):
        gate = self._gates.setdefault((source, target), threading.Event())
        gate.set()
        return gate

    def listen(self):
        return "127.0.0.1"

    def inside(self, _side, argv):
        return argv

    def close(self, source, target):
        self._gates[source, target].clear()

    def open(self):
        for gate in self._gates.values():
            gate.set()

    def end(self):
        for relay in self._relays:
            relay.end()


class Relay:
    """Passes on connections to a port of loopback; one thread. What a closed gate holds stays in the kernel's buffers."""

    def __init__(self, target, there, back):
        self.port = stage.free_port()
        self._target = target
        self._there, self._back = there, back
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._listener.setblocking(False)
        self._ways = {}  # a socket -> where its bytes go, and through which gate
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def end(self):
        self._ended.set()
        self._thread.join()

    def _work(self):
        with self._listener:
            while not self._ended.is_set():
                ready = select.poll()
                open_ways = [one for one, (_, gate) in self._ways.items() if gate.is_set()]
                for one in [*open_ways, *([self._listener] if self._there.is_set() else [])]:
                    ready.register(one, select.POLLIN)
                sockets = {one.fileno(): one for one in (*self._ways, self._listener)}
                for number, events in ready.poll(10):
                    self._serve(sockets[number], events)
            for one in self._ways:
                one.close()

    def _serve(self, one, events):
        if one is self._listener:
            self._accept()
        elif one in self._ways:  # its other half may have ended it
            # What came before a reset, while the gate was closed, was lost with it.
            self._pass(one, events & select.POLLERR)

    def _accept(self):
        client, _ = self._listener.accept()
        try:
            server = socket.create_connection(("127.0.0.1", self._target), timeout=5.0)
        except OSError:
            client.close()
            return
        client.settimeout(5.0)
        self._ways[client] = (server, self._there)
        self._ways[server] = (client, self._back)

    def _pass(self, one, broken):
        other = self._ways[one][0]
        try:
            data = b"" if broken else one.recv(65536)
            if data:
                other.sendall(data)
        except OSError:
            data, broken = b"", True
        if data:
            return
        for half in (one, other):
            self._ways.pop(half, None)
            if broken:
                half.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            half.close()
