#!/usr/bin/python3 -B
"""Messages between the clients of a backend, over all its workers."""
import os
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import redis  # noqa: E402

from support import stage, wire  # noqa: E402

RESTRICTED = ("ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this "
              "context")


class PubSub(stage.SharedCase):
    @classmethod
    def set_stage(cls):
        cls.server = cls.stage.backend("a1", threads=3).await_answer()

    def setUp(self):
        self.client = self.server.client()
        self.addCleanup(self.client.close)

    def subscriber(self, *channels, command="SUBSCRIBE", protocol=2):
        client = self.server.client()
        self.addCleanup(client.close)
        if protocol == 3:
            client.call("HELLO", "3")
        client.send(wire.encode(command, *channels))
        for i, channel in enumerate(channels, 1):
            self.assertEqual(client.read(), [command.lower().encode(), channel.encode(), i])
        return client

    def test_a_message_reaches_the_subscribers_of_all_workers(self):
        others = [self.subscriber("news", protocol=2 + i % 2) for i in range(12)]
        others += [self.subscriber("n*s", command="PSUBSCRIBE") for _ in range(4)]
        self.assertEqual(self.client.call("PUBLISH", "news", b"\r\n\0"), 16)
        for other in others[:12]:
            self.assertEqual(other.read(), [b"message", b"news", b"\r\n\0"])
        for other in others[12:]:
            self.assertEqual(other.read(), [b"pmessage", b"n*s", b"news", b"\r\n\0"])
        self.assertEqual(self.client.call("PUBSUB", "NUMSUB", "news"), [b"news", 12])
        self.assertEqual(self.client.call("PUBSUB", "NUMPAT"), 1)
        for other in others:
            other.close()
        self.assertTrue(wire.until(lambda: self.client.call("PUBLISH", "news", "m") == 0))

    def test_a_push_of_resp3_has_its_own_type(self):
        other = self.subscriber("c", protocol=3)
        self.client.call("PUBLISH", "c", "m")
        self.assertEqual(other.read_raw(), b">3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$1\r\nm\r\n")
        self.assertIsNone(other.call("GET", "nosuch"))
        self.assertEqual(other.call("PING"), "PONG")

    def test_a_subscriber_without_replies_learns_of_its_subscriptions(self):
        for protocol in (2, 3):
            other = self.server.client()
            self.addCleanup(other.close)
            other.call("HELLO", protocol)
            other.send(b"".join(wire.encode(*words.split()) for words in (
                "CLIENT REPLY OFF", "SUBSCRIBE c", "SUBSCRIBE", "ECHO x", "PSUBSCRIBE p*", "UNSUBSCRIBE c")))
            self.assertEqual([other.read() for _ in range(3)],
                             [[b"subscribe", b"c", 1], [b"psubscribe", b"p*", 2], [b"unsubscribe", b"c", 1]])
            self.assertEqual(self.client.call("PUBLISH", "pq", "m"), 1)
            self.assertEqual(other.read(), [b"pmessage", b"p*", b"pq", b"m"])
            other.send(b"".join(wire.encode(*words.split()) for words in (
                "PUNSUBSCRIBE p*", "MULTI", "SUBSCRIBE c", "DISCARD", "CLIENT REPLY ON", "PING")))
            self.assertEqual([other.read() for _ in range(3)], [[b"punsubscribe", b"p*", 0], "OK", "PONG"])
            other.send(b"".join(wire.encode(*words.split()) for words in ("CLIENT REPLY SKIP", "SUBSCRIBE c", "UNSUBSCRIBE c")))
            self.assertEqual([other.read() for _ in range(2)], [[b"subscribe", b"c", 1], [b"unsubscribe", b"c", 0]])

    def test_a_subscriber_of_resp2_may_not_do_everything(self):
        other = self.subscriber("c")
        self.assertEqual(other.call("GET", "k"), RESTRICTED)
        self.assertEqual(other.call("PING"), [b"pong", b""])
        self.assertEqual(other.call("PING", "x"), [b"pong", b"x"])
        self.assertTrue(other.call("NONSENSE").startswith("ERR unknown command 'NONSENSE'"))
        self.assertEqual(other.call("UNSUBSCRIBE"), [b"unsubscribe", b"c", 0])
        self.assertEqual(other.call("PING"), "PONG")
        self.assertEqual(other.call("PSUBSCRIBE", "*"), [b"psubscribe", b"*", 1])
        self.assertEqual(other.call("RESET"), "RESET")
        self.assertIsNone(other.call("GET", "k"))
        self.assertEqual(self.client.call("PUBLISH", "c", "m"), 0)

    def test_all_see_the_messages_of_many_publishers_in_one_order(self):
        others = [self.subscriber("c", protocol=2 + i % 2) for i in range(6)]
        publishers = [self.server.client() for _ in range(6)]

        def publish(number, client):
            client.pipeline(("PUBLISH", "c", f"{number}:{i}") for i in range(300))
        threads = [threading.Thread(target=publish, args=one) for one in enumerate(publishers)]
        for thread in threads:
            thread.start()
        orders = [[other.read()[2] for _ in range(1800)] for other in others]
        for thread in threads:
            thread.join()
        for order in orders:
            self.assertEqual(order, orders[0])
        for number in range(6):
            own = [one for one in orders[0] if one.startswith(b"%d:" % number)]
            self.assertEqual(own, [b"%d:%d" % (number, i) for i in range(300)])

    def test_a_subscriber_that_does_not_read_is_closed(self):
        slow, other = self.subscriber("big"), self.subscriber("big", protocol=3)
        message = b"x" * (1 << 20)
        for _ in range(80):
            self.client.call("PUBLISH", "big", message)
            self.assertEqual(other.read()[2], message)
        self.assertTrue(wire.until(lambda: self.client.call("PUBSUB", "NUMSUB", "big") == [b"big", 1]))
        self.assertLess(len(slow.read_to_end()), 60 << 20)

    def test_redis_py_subscribes(self):
        with redis.Redis(port=self.server.port) as client, client.pubsub() as listener:
            listener.subscribe("a")
            listener.psubscribe("b*")
            for _ in range(2):
                self.assertIn(listener.get_message(timeout=5)["type"], ("subscribe", "psubscribe"))
            self.assertEqual(client.publish("bc", "hi"), 1)
            self.assertEqual(listener.get_message(timeout=5),
                             {"type": "pmessage", "pattern": b"b*", "channel": b"bc", "data": b"hi"})


if __name__ == "__main__":
    stage.main()
