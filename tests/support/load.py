"""A pipelined load at a steady pace over one connection, which keeps what became of every request."""
import threading
import time

from support import wire

PACE = 0.002  # seconds between two batches


class Answer:
    __slots__ = ("kind", "sent", "received", "reply", "good")

    def __init__(self, kind, sent, received, reply, good):
        self.kind, self.sent, self.received, self.reply, self.good = kind, sent, received, reply, good


class Load:
    """`batch(turn)` gives the requests of a turn: tuples (kind, words, judge), where judge(reply) tells a good reply.

    The requests do not wait for answers, so a stall shows as late answers and not as fewer requests.
    """

    def __init__(self, port, batch, pace=PACE):
        self.answers = []
        self.problem = None
        self._batch = batch
        self._pace = pace
        self._client = wire.Client(port, timeout=15.0)
        self._sent = []
        self._stop = threading.Event()
        self._sender = threading.Thread(target=self._guard, args=(self._send,))
        self._receiver = threading.Thread(target=self._guard, args=(self._receive,))
        self._all_sent = None

    def __enter__(self):
        self._sender.start()
        self._receiver.start()
        return self

    def __exit__(self, *_):
        self.finish()

    def finish(self):
        """Stops sending and waits for the last answer."""
        self._stop.set()
        self._sender.join()
        self._receiver.join()
        self._client.close()

    def _guard(self, work):
        try:
            work()
        except Exception as problem:  # shown by the test, in its own thread
            self.problem = self.problem or problem
            self._stop.set()

    def _send(self):
        turn, due = 0, time.monotonic()
        while not self._stop.is_set():
            requests = self._batch(turn)
            now = time.monotonic()
            self._sent += [(kind, now, judge) for kind, _, judge in requests]
            self._client.send(b"".join(wire.encode(*words) for _, words, _ in requests))
            turn += 1
            due += self._pace
            time.sleep(max(0.0, due - time.monotonic()))
        self._all_sent = len(self._sent)

    def _receive(self):
        taken = 0
        while self._all_sent is None or taken < self._all_sent:
            if taken == len(self._sent):
                time.sleep(0.0005)
                continue
            reply = self._client.read()
            kind, sent, judge = self._sent[taken]
            self.answers.append(Answer(kind, sent, time.monotonic(), reply, judge(reply)))
            taken += 1

    def failed(self, *kinds, since=0.0, until=float("inf")):
        return [one for one in self.answers if one.kind in kinds and not one.good and since <= one.sent < until]

    def longest_wait(self, since=0.0):
        return max(one.received - one.sent for one in self.answers if one.sent >= since)

    def longest_gap(self):
        times = [one.received for one in self.answers]
        return max(after - before for before, after in zip(times, times[1:]))

    def rate(self):
        return len(self.answers) / (self.answers[-1].received - self.answers[0].received)
