"""What a full exchange costs the clients of the side that has everything: a row of scripts/bench failover.

Their p99 is taken before it, and then while
  during   a partner on the same machine that has come back empty takes it
  control  no partner, but another process takes fresh memory as fast as an empty partner does: what of that is the machine's
"""
import mmap
import multiprocessing
import time

from bench_backends import Backends, facts, in_step
from bench_servers import await_that, free_port

TITLE = "a partner that comes back empty takes 1 GB"
RATE = 10_000     # requests of clients in a second
VALUE = 1000      # bytes
STEP = 48 * 1024  # bytes that an exchange sends in one go

# As in bench_report.ROWS.
ROWS = (
    ("p99 during a full exchange, against before", "p99_us", "exchange", "during", "before", 3.0, 1.5),
    ("the same, against a taker of memory", "p99_us", "exchange", "during", "control", 3.0, 1.5),
)


def take_memory(size, seconds):
    """Writes to fresh memory, as evenly as an exchange does."""
    room = mmap.mmap(-1, size)
    begun = time.monotonic()
    for at in range(0, size - STEP, STEP):
        time.sleep(max(0.0, begun + seconds * at / size - time.monotonic()))
        room[at:at + STEP] = bytes(STEP)


class beside:
    """Another process that does something meanwhile. A context manager."""

    def __init__(self, work, *args):
        self.process = multiprocessing.Process(target=work, args=args, daemon=True)

    def __enter__(self):
        self.process.start()

    def __exit__(self, *_):
        self.process.kill()
        self.process.join()


def time_to_step(full, empty):
    begun = time.monotonic()
    await_that(lambda: in_step(full, empty), "the exchange")
    return time.monotonic() - begun


def measure(given):
    """The loads last four fifths of what an exchange took without one: so all of a load falls into an exchange."""
    keys = 20_000 if given.quick else 1_000_000
    about = ("--keys", str(keys), "--value-size", str(VALUE))
    with Backends(given) as stage:
        ports = free_port(), free_port()
        full = stage.backend("a1", *ports).await_answer()
        stage.load(full, "--prefill", "--pipeline", "16", *about)
        empty = stage.backend("a2", ports[1], ports[0])
        alone = time_to_step(full, empty)
        load = (*about, "--rate", str(RATE), "--tick", "250", "--seconds", f"{max(0.3, 0.8 * alone):.2f}")
        empty.kill()
        await_that(lambda: facts(full.port).get("partner_state") == "no-link", "the end of the link")
        before = stage.measured(full, [full], *load)
        with beside(take_memory, keys * VALUE, alone):
            control = stage.measured(full, [full], *load)
        empty = stage.backend("a2", ports[1], ports[0])
        await_that(lambda: facts(full.port).get("partner_sending") == "up", "the link")
        begun = time.monotonic()
        during = stage.measured(full, [full, empty], *load)
        covered = facts(empty.port).get("partner_receiving") != "synced"
        await_that(lambda: in_step(full, empty), "the exchange")
        during |= {"exchange_s": time.monotonic() - begun, "alone_s": alone, "covered": covered}
    return [{"target": "before", **before}, {"target": "control", **control}, {"target": "during", **during}]
