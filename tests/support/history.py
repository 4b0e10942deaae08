"""Writers that note what became of every write, and the rule by which what is found at the end is judged.

A key's value names the write that made it. A write that was found is wrong if a later one was answered: of the same writer any
later one, of another one that was sent after this one had been answered. So nothing older than what was answered may be found,
and of what two writers wrote at the same time either may.
"""
import collections
import random
import threading
import time

from support import wire

MARGIN = 0.005       # seconds by which writes of two sides are told apart: versions count milliseconds
TIME_TO_LIVE = 300   # milliseconds of those values that expire
PACE = 0.006         # seconds between two batches
BATCH = 3
OWN_KEYS, SHARED_KEYS = 250, 40

CONFIRMED, UNCONFIRMED, REFUSED, UNKNOWN = "confirmed", "unconfirmed", "refused", "unknown"


class Write:
    __slots__ = ("writer", "number", "kind", "key", "sent", "done", "answer", "reply")

    def __init__(self, writer, number, kind, key):
        self.writer, self.number, self.kind, self.key = writer, number, kind, key
        self.sent, self.done, self.answer, self.reply = 0.0, float("inf"), UNKNOWN, None

    @property
    def value(self):
        return f"{self.writer}.{self.number}".encode()

    def words(self):
        if self.kind == "delete":
            return "DEL", self.key
        return ("SET", self.key, self.value, *(("PX", TIME_TO_LIVE) if self.kind == "expire" else ()))

    def leaves(self, found, in_time):
        """Whether that may be found after this write; `in_time`: before what expires has done so."""
        if self.kind == "set":
            return found == self.value
        return found is None or (self.kind == "expire" and in_time and found == self.value)

    def may_be_late(self):
        """The proxy does not know what has become of it: it may yet be applied, at any time."""
        return self.answer == UNKNOWN and self.reply is not None and not self.reply.startswith("MISCONF ")

    def answered(self, reply, now):
        self.reply = reply
        if not isinstance(reply, wire.Failure):
            self.answer = CONFIRMED
        elif reply.startswith("NOREPLICAS "):
            self.answer = UNCONFIRMED
        elif reply.startswith("MISCONF ") and "was made" not in reply:
            self.answer = REFUSED
        if self.answer != UNKNOWN:
            self.done = now

    def __str__(self):
        return f"{self.kind} {self.writer}.{self.number} sent {self.sent:.4f}, {self.answer} {self.done:.4f}: {self.reply}"


class Before(Write):
    """What was found when the last round was judged."""

    __slots__ = ("found",)

    def __init__(self, key, found):
        super().__init__("before", -1, "set", key)
        self.found, self.done, self.answer, self.reply = found, 0.0, CONFIRMED, found

    def leaves(self, found, in_time):
        return found == self.found


class History:
    """All writes since the last judgement, by key; any thread may add."""

    def __init__(self):
        self.writes = {}

    def add(self, write):
        self.writes.setdefault(write.key, [Before(write.key, None)]).append(write)

    def confirmed(self):
        return sum(write.answer == CONFIRMED for writes in self.writes.values() for write in writes[1:])

    def lost(self, key, found, counted=(CONFIRMED, UNCONFIRMED), until=None):
        """The answered writes that should have been found, or something later; none if all is well.

        Of the answers count those of that kind, and those given until then; without a time, everything has come to rest and
        what expires has expired.
        """
        writes = self.writes[key]
        answered = [one for one in writes[1:] if one.answer in counted and one.done <= (until or one.done)]
        least = None
        for write in writes:
            if write.answer == REFUSED or not write.leaves(found, until is not None):
                continue
            later = [one for one in answered if supersedes(one, write)]
            if not later:
                return []
            if least is None or len(later) < len(least):
                least = later
        return answered if least is None else least

    def settle(self, values):
        """What was found is where the next round begins."""
        for key, found in values.items():
            self.writes[key] = [Before(key, found)]

    def tell(self, key):
        return "\n".join(f"    {write}" if index else f"    before: {write.found}"
                         for index, write in enumerate(self.writes[key][-40:], max(0, len(self.writes[key]) - 40)))


def supersedes(later, write):
    if write.writer == later.writer:
        return later.number > write.number and not write.may_be_late()
    return later.sent > write.done + MARGIN


class Connection:
    def __init__(self, client):
        self.client = client
        self.broken = False
        self.waiting = collections.deque()  # writes, or "read", in the order in which they were sent
        self.receiver = None


class Writer:
    """Sends on a timetable, whatever the answers do, and connects again when its connection is lost."""

    def __init__(self, name, place, history, seed, shared=False, reads=False):
        self.name = name
        self.failed_reads = []
        self.good_reads = 0
        self.surplus = []  # replies that nothing had been asked for
        self._host, self._port = place
        self._history = history
        self._random = random.Random(f"{seed} {name}")
        self._shared, self._reads = shared, reads
        self._number = 0
        self._busy = set()
        self._connection = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work)

    def start(self, number):
        self._number = number
        self._thread.start()
        return self

    def finish(self):
        """Stops and waits for the answers; gives the number of the next write, and what was wrong with the answers."""
        self._stop.set()
        self._thread.join()
        problems = []
        if self._connection:
            last = self._connection
            wire.until(lambda: last.broken or not last.waiting, 10.0, 0.005)
            if last.waiting and not last.broken:
                problems.append(f"{self.name}: {len(last.waiting)} answers never came")
            self._close()
        problems += [f"{self.name}: {reply!r} answers nothing that was asked" for reply in self.surplus]
        return self._number, problems

    def _close(self):
        try:
            self._connection.client.socket.shutdown(2)
        except OSError:
            pass  # the other side was faster
        self._connection.receiver.join()
        self._connection.client.close()
        self._connection = None

    def _work(self):
        due = time.monotonic()
        while not self._stop.is_set():
            if self._connection is None and not self._connect():
                time.sleep(0.02)
                due = time.monotonic()
                continue
            self._send()
            if self._connection.broken:
                self._close()
            due += PACE
            time.sleep(max(0.0, due - time.monotonic()))

    def _connect(self):
        try:
            client = wire.Client(self._port, 1.0, self._host)
        except OSError:
            return False
        client.socket.settimeout(60.0)
        self._busy = set()
        made = self._connection = Connection(client)
        made.receiver = threading.Thread(target=self._receive, args=(made,))
        made.receiver.start()
        return True

    def _draw(self):
        """The next write, to a key that none is under way to: two at once have no order."""
        for _ in range(10):
            if self._shared and self._random.random() < 0.3:
                key = f"shared:{self._random.randrange(SHARED_KEYS)}"
            else:
                key = f"{self.name}:{self._random.randrange(OWN_KEYS)}"
            if key not in self._busy:
                break
        else:
            return None
        self._busy.add(key)
        self._number += 1
        kind = self._random.choices(("set", "delete", "expire"), (70, 15, 15))[0]
        return Write(self.name, self._number, kind, key)

    def _send(self):
        connection, data = self._connection, b""
        for _ in range(BATCH):
            write = self._draw()
            if write is None:
                break
            data += wire.encode(*write.words())
            write.sent = time.monotonic()
            self._history.add(write)
            connection.waiting.append(write)
            if self._reads:
                data += wire.encode("GET", f"{self.name}:{self._random.randrange(OWN_KEYS)}")
                connection.waiting.append("read")
        try:
            connection.client.send(data)
        except OSError:
            connection.broken = True

    def _receive(self, connection):
        try:
            while True:
                reply = connection.client.read()
                now = time.monotonic()
                if not connection.waiting:
                    self.surplus.append(reply)
                    break
                asked = connection.waiting[0]
                if asked == "read":
                    self._take_read(reply)
                else:
                    asked.answered(reply, now)
                    self._busy.discard(asked.key)
                connection.waiting.popleft()
        except (OSError, wire.Closed):
            pass
        connection.broken = True

    def _take_read(self, reply):
        if isinstance(reply, wire.Failure):
            self.failed_reads.append(reply)
        else:
            self.good_reads += 1
