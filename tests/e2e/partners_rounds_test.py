#!/usr/bin/python3 -B
"""Two partners and a proxy under load, struck by real failures: nothing that was answered is lost, and both agree afterwards.

    RINGWAY_ROUNDS=50 RINGWAY_SEED=seed tests/e2e/partners_rounds_test.py build/release/bin

A round draws a fault, its moment and its length from its seed. Half of the rounds have ack = "partner", half ack = "none".
"""
import collections
import os
import random
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import history, roads, small_disk, stage, wire  # noqa: E402

LINK = {"timeout": "400ms", "grace": "500ms", "ack_timeout": "100ms"}
LOG = {"fsync": "everysec", "rewrite_from": "512kb", "rewrite_growth": 100}
HEALTH = {"interval": "100ms", "timeout": "80ms"}
LAST_MOMENT = 0.5  # seconds before a kill; older writes are at the partner whatever `ack` says
# Waits until what was sent has arrived; a lost packet is sent again after up to twice as long as the road was closed.
PATIENCE = 20.0


class Pair:
    """Two partners with a log each, a proxy, and the writers of one round."""

    def __init__(self, case, ack):
        self.ack = ack
        self.stage = case.stage
        self.roads, self.where = roads.lay()
        case.addCleanup(self.roads.end)
        self.history = history.History()
        self.numbers = collections.Counter()
        self.writers = {}
        self._disks(case)
        self.servers = self._start()
        self.proxy = self.stage.proxy(self.servers, health=HEALTH, pool={"request_timeout": "1s"})
        self.await_well()

    def _disks(self, case):
        self.directories = [os.path.join(self.stage.directory, side) for side in roads.SIDES]
        try:
            self.disks = [small_disk.SmallDisk(directory, "48m") for directory in self.directories]
        except OSError as problem:
            self.disks = None
            self.where += f"; no disks of a few megabytes ({problem})"
            return
        for disk in self.disks:
            case.addCleanup(disk.end)

    def _start(self):
        ports = [stage.free_port() for _ in roads.SIDES]
        places = [self.roads.place(side, port) for side, port in zip(roads.SIDES, ports)]
        made = []
        for number, side in enumerate(roads.SIDES):
            partner = places[1 - number][1]
            server = self.stage.backend(f"{self.ack}{number + 1}", ports[number], 1, {
                **LINK, "ack": self.ack, "address": "%s:%d" % partner}, start=False, log={**LOG, "dir": self.directories[number]},
                listen=f"{self.roads.listen()}:{ports[number]}")
            server.argv = self.roads.inside(side, server.argv)
            if self.disks:
                server.argv = self.disks[number].inside(server.argv)
            server.host, server.port = places[number][0]
            made.append(server.start())
        made[0].partner, made[1].partner = made[1].name, made[0].name
        return [server.await_answer() for server in made]

    def disk_of(self, server):
        """The directory of its log, as it can be seen from here."""
        number = self.servers.index(server)
        return self.disks[number].seen_from_outside() if self.disks else self.directories[number]

    def other(self, server):
        return self.servers[1 - self.servers.index(server)]

    def await_well(self):
        stage.await_synced(*self.servers)

        def ready():
            facts = self.proxy.info()
            return all("status=ready" in facts[f"backend{number}"] for number in (0, 1))
        assert wire.until(ready, PATIENCE), self.proxy.info()

    def start_load(self, seed):
        places = {"proxied1": self.proxy, "proxied2": self.proxy, "direct1": self.servers[0], "direct2": self.servers[1]}
        for name, server in places.items():
            self.writers[name] = history.Writer(name, (server.host, server.port), self.history, seed,
                                                shared=server is not self.proxy, reads=server is self.proxy)
            self.writers[name].start(self.numbers[name])

    def end_load(self):
        """Gives what was wrong with the answers, but for what they say."""
        problems = []
        for name, writer in self.writers.items():
            self.numbers[name], found = writer.finish()
            problems += found
        return problems

    def reads(self):
        failed = [reply for writer in self.writers.values() for reply in writer.failed_reads]
        return failed, sum(writer.good_reads for writer in self.writers.values())

    def found_at(self, server, keys):
        found = {}
        with server.client(PATIENCE) as client:
            for at in range(0, len(keys), 500):
                found.update(zip(keys[at:at + 500], client.call("MGET", *keys[at:at + 500])))
        return found

    def all_at(self, server):
        """Every key that SCAN tells, with its value and the time at which it expires."""
        with server.client(PATIENCE) as client:
            keys = sorted(set(wire.scan(client, "COUNT", 500)))
            values = client.pipeline([("GET", key) for key in keys])
            times = client.pipeline([("PEXPIRETIME", key) for key in keys])
        return {key.decode(): fact for key, *fact in zip(keys, values, times) if fact[0] is not None}

    def agreed(self):
        """What both have, once they agree; else what each has."""
        at = {}

        def same():
            at.update(zip((0, 1), map(self.all_at, self.servers)))
            return at[0] == at[1]
        wire.until(same, 5.0)
        return at[0], at[1]


class Faults:
    """What can happen to one side, or between both; each returns when it is over, but for the time of recovery."""

    def __init__(self, pair, chance):
        self.pair = pair
        self.chance = chance
        self.victim = chance.choice(pair.servers)
        self.length = chance.uniform(0.2, 1.5)
        self.notes = []
        self.struck = 0.0      # when the victim was killed
        self.unheard = 0.0     # from when on the partner may not have heard it
        self.missing = {}      # at the survivor: key -> writes
        self.kept_log = True

    def kill(self):
        self.struck = time.monotonic()
        self.unheard = self.unheard or self.struck - LAST_MOMENT
        self.victim.kill()
        if not self.kept_log:
            directory = self.pair.disk_of(self.victim)
            for name in os.listdir(directory):
                os.remove(os.path.join(directory, name))
            # With the log its identity is lost: whoever runs them says that the new one is the partner.
            survivor = next(server for server in self.pair.servers if server is not self.victim)
            with survivor.client(PATIENCE) as client:
                assert client.call("PARTNER", "FORGET") == "OK"
        self._look_at_survivor()
        time.sleep(self.length)
        self.victim.start()

    def kill_and_lose_log(self):
        self.kept_log = False
        self.kill()

    def kill_parted_and_lose_log(self):
        """What it answers while the link is cut it alone has."""
        self.unheard = time.monotonic() - LAST_MOMENT
        self.part()
        self.kill_and_lose_log()

    def restart(self):
        self.struck = time.monotonic()
        self.victim.terminate()
        code = self.victim.wait()
        assert code == 0, f"{self.victim.name} ended with {code} on SIGTERM"
        self._look_at_survivor()
        time.sleep(self.length / 3)
        self.victim.start()

    def suspend(self):
        self.victim.suspend()
        time.sleep(self.length)
        self.victim.resume()

    def isolate(self):
        """Every packet to and from one side is lost."""
        side = roads.SIDES[self.pair.servers.index(self.victim)]
        other = roads.SIDES[1 - self.pair.servers.index(self.victim)]
        self._cut((side, "hub"), ("hub", side), (side, other), (other, side))

    def deafen(self):
        """Packets are lost in one direction: to one side from its partner or from everybody, or from it to those."""
        side = roads.SIDES[self.pair.servers.index(self.victim)]
        other = roads.SIDES[1 - self.pair.servers.index(self.victim)]
        ways = [(side, other), (side, "hub")][:self.chance.choice((1, 2))]
        if self.chance.random() < 0.5:
            ways = [(target, source) for source, target in ways]
        self._cut(*ways)

    def part(self):
        """The link alone is cut, while clients write on both sides."""
        self._cut(("one", "two"), ("two", "one"))

    def fill_disk(self):
        path = os.path.join(self.pair.disk_of(self.victim), "filler")
        with open(path, "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(1 << 16))
            except OSError as problem:
                self.notes.append(problem.strerror)
        time.sleep(self.length)
        os.remove(path)
        assert wire.until(lambda: self.victim.info()["aof_last_write_status"] == "ok", PATIENCE), self.victim.info()

    def _cut(self, *ways):
        self.notes.append(", ".join(f"{source} to {target}" for source, target in ways))
        for way in ways:
            self.pair.roads.close(*way)
        time.sleep(self.length)
        self.pair.roads.open()

    def _look_at_survivor(self):
        """What the victim had answered has to be at the other one by now."""
        writes = self.pair.history.writes
        keys = list(writes)
        found = self.pair.found_at(self.pair.other(self.victim), keys)
        for key in keys:
            lost = self.pair.history.lost(key, found[key], counted=(history.CONFIRMED,), until=self.struck)
            if lost:
                self.missing[key] = lost


KINDS = ("kill", "kill_and_lose_log", "kill_parted_and_lose_log", "restart", "suspend", "isolate", "deafen", "part", "fill_disk")
ROUNDS = int(os.environ.get("RINGWAY_ROUNDS", str(2 * len(KINDS))))
SEED = os.environ.get("RINGWAY_SEED") or str(random.SystemRandom().randrange(10**6))


class Rounds(stage.Case):
    def round(self, pair, number, kind):
        self.seed = f"{SEED}-{pair.ack}-{number}"
        chance = random.Random(self.seed)
        fault = Faults(pair, chance)
        pair.start_load(self.seed)
        try:
            time.sleep(chance.uniform(0.2, 0.6))
            self.faults.append(f"{kind} of {fault.victim.name}, {fault.length:.2f} s")
            getattr(fault, kind)()
            if fault.notes:
                self.faults[-1] += f" ({'; '.join(fault.notes)})"
            healed = time.monotonic()
            fault.victim.await_answer(within=PATIENCE)
            pair.await_well()
            self.well = time.monotonic() - healed
            time.sleep(0.1)
        finally:
            problems = pair.end_load()
        self.assertEqual(problems, [])
        self.judge(pair, fault, kind)

    def judge(self, pair, fault, kind):
        time.sleep(history.TIME_TO_LIVE / 1000 + 0.05)
        one, two = pair.agreed()
        differing = [key for key in sorted({*one, *two}) if one.get(key) != two.get(key)]
        self.assertEqual(differing[:5], [], "the two differ:\n" + self.tell(pair, differing[:5], one, two))
        strangers = sorted(set(one) - set(pair.history.writes))
        self.assertEqual(strangers, [], "keys that nobody has written")
        counted = (history.CONFIRMED,) if not fault.kept_log else (history.CONFIRMED, history.UNCONFIRMED)
        values = {key: one.get(key, (None,))[0] for key in pair.history.writes}
        lost = {key: writes for key, found in values.items() if (writes := pair.history.lost(key, found, counted))}
        at_survivor = sum(map(len, fault.missing.values()))
        failed, good = pair.reads()
        count = pair.history.confirmed()
        why = "".join(f" ({times} times {reply})" for reply, times in collections.Counter(failed).most_common(2))
        print(f"    {self.faults[-1]}: {count} writes confirmed, {good} reads, {len(failed)} failed{why}; at the survivor "
              f"{at_survivor} missing; at the end {sum(map(len, lost.values()))}; well after {self.well:.2f} s", flush=True)
        for which in (fault.missing, lost):
            wrong = {key: writes for key, writes in which.items() if not self.allowed(pair, fault, kind, which, writes)}
            self.assertEqual(sorted(wrong)[:5], [], f"{len(wrong)} keys have lost what was answered:\n"
                             + self.tell(pair, sorted(wrong)[:5], one, two))
        if kind.startswith("kill"):
            self.assertEqual(failed[:5], [], "reads failed")
        self.totals.update(writes=count, reads=good, failed_reads=len(failed), missing_at_survivor=at_survivor,
                           lost=sum(map(len, lost.values())))
        pair.history.settle(values)

    def allowed(self, pair, fault, kind, which, writes):
        """Without the partner's word a kill costs what the victim had answered in the last moment, or since it was alone; of what its log
        has, nothing in the end."""
        if pair.ack == "partner" or not kind.startswith("kill") or (which is not fault.missing and fault.kept_log):
            return False
        return all(fault.unheard < write.done <= fault.struck for write in writes)

    def tell(self, pair, keys, one, two):
        return "\n".join(f"  {key}: {one.get(key)} and {two.get(key)}, of\n{pair.history.tell(key)}" for key in keys)

    def rounds(self, ack, count):
        self.faults, self.totals, self.well = [], collections.Counter(), 0.0
        pair = Pair(self, ack)
        kinds = [kind for kind in KINDS if pair.disks or kind != "fill_disk"]
        order = random.Random(f"{SEED}-{ack}")
        print(f"\n{count} rounds, ack = \"{ack}\", seed {SEED}, {pair.where}", flush=True)
        drawn = []
        for number in range(count):
            # Each kind comes once before any comes again.
            drawn = drawn or order.sample(kinds, len(kinds))
            try:
                self.round(pair, number, drawn.pop())
            except BaseException:
                print(f"round {number} of ack = \"{ack}\" with the seed {SEED} failed; the faults so far:\n  "
                      + "\n  ".join(self.faults), file=sys.stderr, flush=True)
                raise
        print(f"{count} rounds, ack = \"{ack}\": " + ", ".join(f"{name.replace('_', ' ')} {value}"
                                                              for name, value in self.totals.items()), flush=True)

    def test_with_the_partners_word_nothing_is_lost(self):
        self.rounds("partner", (ROUNDS + 1) // 2)

    def test_without_it_nothing_but_the_last_moment_of_what_was_killed_is_lost(self):
        self.rounds("none", ROUNDS // 2)


if __name__ == "__main__":
    stage.main()
