#!/usr/bin/python3 -B
"""How each policy spreads the requests over the backends."""
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import fakes, stage, wire  # noqa: E402


def hits(server):
    facts = server.info()
    return int(facts["keyspace_hits"]) + int(facts["keyspace_misses"])


class Spread(stage.Case):
    def reads_at(self, backends, work):
        before = [hits(one) for one in backends]
        work()
        return [hits(one) - was for one, was in zip(backends, before)]

    def read_pipelined(self, server, count):
        with server.client() as client:
            self.assertEqual(client.pipeline([("GET", f"key:{i}") for i in range(count)]), [b"v"] * count)

    def fill(self, server, count):
        with server.client() as client:
            self.assertEqual(client.call("MSET", *(w for i in range(count) for w in (f"key:{i}", "v"))), "OK")

    def test_consistent_hash_gives_each_backend_an_equal_share(self):
        backends = [*self.stage.pair("a1", "a2"), *self.stage.pair("b1", "b2")]
        proxy = self.stage.proxy(backends)
        self.fill(proxy, 4000)
        spread = self.reads_at(backends, lambda: self.read_pipelined(proxy, 4000))
        self.assertEqual(sum(spread), 4000)
        for share in spread:
            self.assertTrue(850 < share < 1150, spread)

    def test_two_proxies_give_each_key_the_same_home_whatever_the_order(self):
        backends = [self.stage.backend(name).await_answer() for name in ("c1", "c2", "c3")]
        first = self.stage.proxy(backends, name="proxy-1")
        second = self.stage.proxy(backends[::-1], name="proxy-2")
        self.fill(first, 1000)
        self.assertTrue(all(one.client().call("DBSIZE") > 250 for one in backends))
        self.read_pipelined(second, 1000)

    def test_the_home_of_a_key_depends_on_names_and_not_on_the_time(self):
        backends = [self.stage.backend(name).await_answer() for name in ("c1", "c2", "c3")]
        first = self.stage.proxy(backends, name="proxy-1")
        self.fill(first, 500)
        self.assertEqual(first.end(), "")
        self.read_pipelined(first.start().await_answer(), 500)

    def test_proxy_route_names_the_backend_that_has_the_key_in_every_layout(self):
        backends = [self.stage.backend(name).await_answer() for name in ("c1", "c2", "c3")]
        for layout in ("rendezvous", "maglev", "ketama", "ring"):
            proxy = self.stage.proxy(backends, name=f"proxy-{layout}", pool={"layout": layout, "hash_tag": "{}"})
            client = proxy.client()
            homes = set()
            for i in range(30):
                key = f"{layout}:{i}"
                self.assertEqual(client.call("SET", key, "v"), "OK")
                route = wire.route(client.call("PROXY", "ROUTE", key))
                self.assertEqual(route["why"], "home is ready")
                self.assertEqual(route["layout"], layout)
                homes.add(route["home"])
                for one in backends:
                    self.assertEqual(one.client().call("EXISTS", key), int(one.name == route["serves"]), key)
                tagged = wire.route(client.call("PROXY", "ROUTE", "other{%s}" % key))
                self.assertEqual(tagged["hash"], route["hash"])
            self.assertGreater(len(homes), 1)
            self.assertEqual(proxy.info()["layout"], layout)
        self.assertEqual(backends[0].client().call("PROXY", "ROUTE", "key"),
                         "ERR unknown command 'PROXY', with args beginning with: 'ROUTE' 'key' ")

    def test_round_robin_spreads_reads_evenly_and_writes_everywhere(self):
        backends = [self.stage.backend(name).await_answer() for name in ("r1", "r2", "r3")]
        proxy = self.stage.proxy(backends, policy="round-robin", threads=1)
        self.fill(proxy, 300)
        for one in backends:
            self.assertEqual(one.client().call("DBSIZE"), 300)
        self.assertEqual(self.reads_at(backends, lambda: self.read_pipelined(proxy, 300)), [100] * 3)

    def test_round_robin_over_pairs_reads_from_all_and_writes_to_every_pair(self):
        backends, proxy = stage.two_pairs(self.stage, policy="round-robin")
        self.fill(proxy, 400)
        self.assertTrue(wire.until(lambda: [one.client().call("DBSIZE") for one in backends] == [400] * 4))
        spread = self.reads_at(backends, lambda: self.read_pipelined(proxy, 400))
        self.assertEqual(sum(spread), 400)
        self.assertTrue(all(90 <= share <= 110 for share in spread), spread)

    def test_round_robin_passes_over_who_is_down(self):
        backends = [self.stage.backend(name).await_answer() for name in ("r1", "r2", "r3")]
        proxy = self.stage.proxy(backends, policy="round-robin", threads=1)
        self.fill(proxy, 200)
        backends[0].kill()
        self.read_pipelined(proxy, 200)
        spread = self.reads_at(backends[1:], lambda: self.read_pipelined(proxy, 200))
        self.assertTrue(all(97 <= share <= 103 for share in spread), spread)

    def test_least_connections_spares_the_slow(self):
        quick = self.stage.backend("quick").await_answer()
        quick.client().call("SET", "key", "v")
        slow = fakes.SlowBackend(0.05)
        self.addCleanup(slow.close)
        proxy = self.stage.proxy([quick, slow], policy="least-connections", threads=1)
        clients = [proxy.client() for _ in range(8)]
        answers = []

        def ask(client):
            for _ in range(50):
                answers.append(client.call("GET", "key"))
        threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        self.assertEqual(len(answers), 400)
        self.assertEqual(set(answers), {b"v", b"slow"})
        self.assertLess(slow.asked, 80)
        self.assertGreater(slow.asked, 0)

    def test_least_connections_takes_turns_among_the_idle(self):
        backends, proxy = stage.two_pairs(self.stage, policy="least-connections", threads=1)
        self.fill(proxy, 400)
        self.assertTrue(wire.until(lambda: [one.client().call("DBSIZE") for one in backends] == [400] * 4))
        client = proxy.client()
        spread = self.reads_at(backends, lambda: [client.call("GET", f"key:{i}") for i in range(400)])
        self.assertEqual(spread, [100] * 4)


if __name__ == "__main__":
    stage.main()
