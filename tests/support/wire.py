"""A small client for the Redis protocol that shows what is on the wire.

Replies come as Python values (`read`) or as the very bytes (`read_raw`); errors are values, not exceptions.
A client belongs to one thread.
"""
import socket
import time


class Failure(str):
    """An error reply without its leading '-'."""

    __slots__ = ()


def encode(*words):
    parts = [b"*%d\r\n" % len(words)]
    for word in words:
        data = to_bytes(word)
        parts.append(b"$%d\r\n%s\r\n" % (len(data), data))
    return b"".join(parts)


def to_bytes(word):
    if isinstance(word, (bytes, bytearray)):
        return bytes(word)
    return str(word).encode()


class Closed(Exception):
    """The other side has closed the connection."""


class Client:
    def __init__(self, port, timeout=10.0, host="127.0.0.1"):
        self.port = port
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray()
        self._at = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def call(self, *words):
        self.send(encode(*words))
        return self.read()

    def raw(self, *words):
        self.send(encode(*words))
        return self.read_raw()

    def line(self, text):
        """Sends an inline command; gives the reply's bytes."""
        self.send(to_bytes(text) + b"\r\n")
        return self.read_raw()

    def pipeline(self, commands):
        commands = list(commands)
        self.send(b"".join(encode(*command) for command in commands))
        return [self.read() for _ in commands]

    def read_raw(self):
        begin = self._at
        self._read_value()
        data = bytes(self._buffer[begin:self._at])
        self._trim()
        return data

    def read(self):
        value = self._read_value()
        self._trim()
        return value

    def is_closed_by_peer(self, within=5.0):
        """Whether the peer closes within that time; what it still sends is dropped."""
        self.socket.settimeout(within)
        try:
            while self.socket.recv(65536):
                pass
            return True
        except ConnectionResetError:
            return True
        except socket.timeout:
            return False

    def read_to_end(self):
        """Everything until the peer closes."""
        data = bytes(self._buffer[self._at:])
        while True:
            try:
                more = self.socket.recv(65536)
            except ConnectionResetError:
                return data
            if not more:
                return data
            data += more

    def _trim(self):
        if self._at > 1 << 20 or self._at == len(self._buffer):
            del self._buffer[:self._at]
            self._at = 0

    def _fill(self, size=65536):
        data = self.socket.recv(max(size, 65536))
        if not data:
            raise Closed(f"port {self.port} closed the connection")
        self._buffer += data

    def _take_line(self):
        searched = self._at
        while True:
            end = self._buffer.find(b"\r\n", searched)
            if end >= 0:
                break
            searched = max(self._at, len(self._buffer) - 1)
            self._fill()
        text = bytes(self._buffer[self._at:end])
        self._at = end + 2
        return text

    def _take(self, size):
        while len(self._buffer) - self._at < size + 2:
            self._fill(min(size + 2, 1 << 20))
        data = bytes(self._buffer[self._at:self._at + size])
        if self._buffer[self._at + size:self._at + size + 2] != b"\r\n":
            raise AssertionError("a bulk does not end with CRLF")
        self._at += size + 2
        return data

    def _read_value(self):
        text = self._take_line()
        kind, rest = text[:1], text[1:]
        if kind == b"+":
            return rest.decode("latin-1")
        if kind == b"-":
            return Failure(rest.decode("latin-1"))
        if kind == b":":
            return int(rest)
        if kind in (b"$", b"="):
            return None if rest == b"-1" else self._take(int(rest))
        if kind in (b"*", b"~", b">"):
            return None if rest == b"-1" else [self._read_value() for _ in range(int(rest))]
        if kind == b"%":
            return {self._read_value(): self._read_value() for _ in range(int(rest))}
        if kind == b"_":
            return None
        if kind == b"#":
            return rest == b"t"
        if kind == b",":
            return float(rest)
        raise AssertionError(f"no reply: {text[:80]!r}")


def info(client):
    """INFO as a dictionary; a value such as "a=1,b=2" stays text."""
    return info_lines(client.call("INFO").decode())


def info_lines(text):
    return dict(line.split(":", 1) for line in text.split("\r\n") if ":" in line)


def route(reply):
    """What PROXY ROUTE has answered, in RESP2, as a dictionary of texts."""
    return {name.decode(): value.decode() for name, value in zip(reply[::2], reply[1::2])}


def scan(client, *options):
    """Every key that a whole scan tells, as often as it does."""
    keys, cursor = [], b"0"
    while True:
        cursor, some = client.call("SCAN", cursor, *options)
        keys += some
        if cursor == b"0":
            return keys


def until(condition, within=10.0, step=0.02):
    """Waits for a condition; gives its last value."""
    deadline = time.monotonic() + within
    while True:
        value = condition()
        if value or time.monotonic() >= deadline:
            return value
        time.sleep(step)
