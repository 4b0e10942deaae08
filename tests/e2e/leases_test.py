#!/usr/bin/python3 -B
"""Leases: of all who miss a key at once, one fills it; through the proxy and at a backend."""
import os
import sys
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import stage, wire  # noqa: E402

CALLERS = 1000


class Leases:
    server = None

    def key(self, name):
        return f"{self.id()}:{name}"

    def test_of_a_thousand_who_miss_at_once_one_fills(self):
        key, hold = self.key("hot"), 30000
        callers = [wire.Client(self.server.port, timeout=30) for _ in range(CALLERS)]
        try:
            for caller in callers:
                caller.send(wire.encode("LEASE", "GET", key, hold))
            answers = [caller.read() for caller in callers]
            self.assertEqual({value for value, _ in answers}, {None})
            holders = [at for at, (_, number) in enumerate(answers) if number > 0]
            self.assertEqual(len(holders), 1)
            self.assertTrue(all(-hold <= number < 0 for at, (_, number) in enumerate(answers) if at not in holders))
            token = answers[holders[0]][1]
            self.assertEqual(callers[holders[0]].call("LEASE", "SET", key, token, "filled", "EX", 100), 1)
            for caller in callers:
                caller.send(wire.encode("LEASE", "GET", key, hold))
            self.assertEqual([caller.read() for caller in callers], [[b"filled", 0]] * CALLERS)
        finally:
            for caller in callers:
                caller.close()

    def test_callers_of_many_threads_fill_once_for_each_time_that_the_value_goes(self):
        """Each caller asks until it has a value, filling it if it is told to; the origin counts how often it is asked."""
        key, threads, rounds = self.key("turns"), 16, 20
        start, fills = threading.Barrier(threads + 1, timeout=30), []

        def work():
            with wire.Client(self.server.port, timeout=30) as client:
                for turn in range(rounds):
                    start.wait()
                    while True:
                        value, number = client.call("LEASE", "GET", key, 20000)
                        if value is not None:
                            break
                        if number > 0:
                            fills.append(turn)
                            time.sleep(0.005)  # what reading from an origin takes
                            client.call("LEASE", "SET", key, number, f"value {turn}")
                        else:
                            time.sleep(0.001)
                    start.wait()

        workers = [threading.Thread(target=work) for _ in range(threads)]
        for worker in workers:
            worker.start()
        with self.server.client() as client:
            for _ in range(rounds):
                start.wait()
                start.wait()
                client.call("DEL", key)
        for worker in workers:
            worker.join()
        self.assertEqual(sorted(fills), list(range(rounds)))

    def test_what_was_read_before_a_delete_is_not_filled_in_after_it(self):
        key = self.key("changed")
        with self.server.client() as reader, self.server.client() as writer:
            _, token = reader.call("LEASE", "GET", key, 20000)
            self.assertGreater(token, 0)
            writer.call("DEL", key)
            self.assertEqual(reader.call("LEASE", "SET", key, token, "from before"), 0)
            self.assertEqual(reader.call("GET", key), None)
            self.assertGreater(writer.call("LEASE", "GET", key, 20000)[1], token)

    def test_a_lease_that_runs_out_goes_to_the_next(self):
        key = self.key("slow")
        with self.server.client() as slow, self.server.client() as other:
            _, token = slow.call("LEASE", "GET", key, 100)
            _, wait = other.call("LEASE", "GET", key, 100)
            self.assertTrue(-100 <= wait < 0, wait)
            time.sleep(0.11)
            _, next_token = other.call("LEASE", "GET", key, 20000)
            self.assertGreater(next_token, token)
            self.assertEqual(slow.call("LEASE", "SET", key, token, "late"), 0)
            self.assertEqual(other.call("LEASE", "SET", key, next_token, "in time"), 1)
            self.assertEqual(slow.call("LEASE", "GET", key, 100), [b"in time", 0])


class AtABackend(Leases, stage.SharedCase):
    @classmethod
    def set_stage(cls):
        cls.server = cls.stage.backend("alone").await_answer()


class ThroughTheProxy(Leases, stage.SharedCase):
    @classmethod
    def set_stage(cls):
        cls.backends, cls.server = stage.two_pairs(cls.stage)

    def test_a_delete_at_the_partner_makes_a_token_outdated(self):
        key = self.key("partner")
        with wire.Client(self.backends[0].port) as one, wire.Client(self.backends[1].port) as other:
            _, token = one.call("LEASE", "GET", key, 20000)
            other.call("DEL", key)
            other.call("SET", key + ":mark", "told behind the delete")
            self.assertTrue(wire.until(lambda: one.call("EXISTS", key + ":mark") == 1))
            self.assertEqual(one.call("LEASE", "SET", key, token, "from before"), 0)


if __name__ == "__main__":
    stage.main()
