#!/usr/bin/python3 -B
"""Every command of Redis that the proxy serves, over two redis-servers, beside one redis-server asked directly."""
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from support import stage, wire  # noqa: E402

SEED = int(os.environ.get("RINGWAY_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 32)
SEQUENCES = int(os.environ.get("RINGWAY_SEQUENCES", "0")) or 6000
HELD = 12  # keys of each backend that random commands use

# One word each; of those written with '/', one is chosen. K: key, and all keys of a request have one home; V: value;
# F: field or member; S: score; I: whole number; N: small number; L: lexical bound; B: score bound; X: stream id;
# O: offset of a bit; G: group; C: consumer; [..]: with or without.
# By lexical order only "lex" is asked, whose scores are all 0: of others Redis's answer depends on chance.
TEMPLATES = """
APPEND K V | BITCOUNT K | BITCOUNT K N N [BIT] | BITFIELD K SET u8 O I | BITFIELD K INCRBY i5 O N GET u4 0
BITFIELD_RO K GET u8 O | BITPOS K 0/1 | DECR K | DECRBY K I | GET K | GETBIT K O | GETDEL K | GETEX K | GETEX K EX 1000
GETEX K PERSIST | GETRANGE K N N | SUBSTR K N N | GETSET K V | INCR K | INCRBY K I | INCRBYFLOAT K S | PSETEX K 900000 V
SET K V | SET K V | SET K I | SET K V EX 1000 NX/XX | SET K V GET | SETBIT K O 0/1 | SETEX K 1000 V | SETNX K V | SETRANGE K O V
STRLEN K | LCS K K | LCS K K LEN | LCS K K IDX MINMATCHLEN 1 WITHMATCHLEN
EXPIRE K 5000 | EXPIRE K 7000 NX/XX | EXPIREAT K 4102444800 GT/LT | EXPIREAT K 4102444800 | PEXPIRE K 8000000 | PEXPIREAT K 4102444800000 NX/XX
PERSIST K | TTL K | PTTL K | EXPIRETIME K | PEXPIRETIME K | TYPE K | OBJECT ENCODING K | OBJECT REFCOUNT K
OBJECT FREQ K | OBJECT NOSUCH K | OBJECT ENCODING | XINFO GROUPS | MEMORY NOSUCH K | DUMP nosuch | UNLINK K | TOUCH K K
EXISTS K | RESTORE K 0 nonsense | RENAME K K | RENAMENX K K | COPY K K | COPY K K REPLACE | DEL K
HSET K F V | HSET K F V F I | HSET K F I | HMSET K F V F V | HSETNX K F V | HGET K F | HMGET K F F F | HGETALL K | HKEYS K
HVALS K | HLEN K | HDEL K F F | HEXISTS K F | HINCRBY K F I | HINCRBYFLOAT K F S | HSTRLEN K F | HSCAN K 0 | HSCAN K 0 MATCH a*
HRANDFIELD nosuch | HRANDFIELD nosuch 2 WITHVALUES | HRANDFIELD K 0
LPUSH K V | LPUSH K F F | RPUSH K V V | RPUSH K I I I | LPUSHX K V | RPUSHX K V | LPOP K | LPOP K N | RPOP K | RPOP K N | LLEN K
LRANGE K N N | LRANGE K 0 -1 | LINDEX K N | LINSERT K BEFORE/AFTER F V | LREM K N F | LSET K N V | LTRIM K N N | LPOS K F
LPOS K F RANK -1 COUNT 0 | LMOVE K K LEFT/RIGHT LEFT/RIGHT | RPOPLPUSH K K | LMPOP 2 K K LEFT | LMPOP 1 K RIGHT COUNT 2 | LMPOP 0 K LEFT
SADD K F F F | SADD K I I | SADD K F | SREM K F F | SCARD K | SMEMBERS K | SISMEMBER K F | SMISMEMBER K F F | SPOP nosuch
SPOP K 100 | SPOP nosuch 3 | SRANDMEMBER K 100 | SRANDMEMBER nosuch | SMOVE K K F | SINTER K K | SUNION K K K | SDIFF K K
SINTERSTORE K K K | SUNIONSTORE K K K | SDIFFSTORE K K K | SINTERCARD 2 K K | SINTERCARD 2 K K LIMIT 1 | SSCAN K 0 COUNT 1000
ZADD K S F | ZADD K S F S F S F | ZADD K N F N F N F | ZADD K NX/XX/GT/LT S F | ZADD K CH S F S F | ZADD K INCR S F
ZADD K XX INCR N F | ZINCRBY K S F | ZCARD K | ZCOUNT K B B | ZLEXCOUNT lex L L | ZSCORE K F | ZMSCORE K F F F | ZRANK K F
ZREVRANK K F | ZREM K F F | ZRANGE K 0 -1 | ZRANGE K 0 -1 WITHSCORES | ZRANGE K N N REV WITHSCORES | ZRANGE K B B BYSCORE
ZRANGE lex L L BYLEX | ZADD lex 0 F 0 F | ZRANGE K B B BYSCORE WITHSCORES LIMIT 0 2 | ZREVRANGE K 0 -1 WITHSCORES | ZREVRANGE K N N
ZRANGEBYSCORE K B B [WITHSCORES] | ZRANGEBYSCORE K -inf +inf WITHSCORES LIMIT 0 3 | ZREVRANGEBYSCORE K B B [WITHSCORES]
ZRANGEBYLEX lex L L | ZREVRANGEBYLEX lex L L | ZREMRANGEBYRANK K N N | ZREMRANGEBYSCORE K B B | ZREMRANGEBYLEX lex L L
ZPOPMIN K | ZPOPMAX K | ZPOPMIN K N | ZPOPMAX K 2 | ZSCAN K 0 | ZRANDMEMBER nosuch | ZRANDMEMBER nosuch 2 WITHSCORES
ZUNION 2 K K | ZUNION 2 K K WITHSCORES | ZINTER 2 K K WEIGHTS 1 2 WITHSCORES | ZDIFF 2 K K WITHSCORES | ZINTERCARD 2 K K
ZUNIONSTORE K 2 K K | ZUNIONSTORE K 2 K K WEIGHTS 2 3 AGGREGATE SUM/MIN/MAX | ZINTERSTORE K 2 K K | ZDIFFSTORE K 2 K K
ZRANGESTORE K K 0 -1 | ZRANGESTORE K K B B BYSCORE | ZMPOP 2 K K MIN/MAX | ZMPOP 2 K K MIN COUNT 3 | ZUNION 1 K WITHSCORES
XADD K X F V | XADD K X F V F V | XADD K MAXLEN 5 X F V | XADD K 0-0 F V | XLEN K | XRANGE K - + | XRANGE K X X COUNT 2
XREVRANGE K + - | XDEL K X | XTRIM K MAXLEN N | XREAD STREAMS K 0 | XREAD COUNT 2 STREAMS K K 0 X | XSETID K 900-0
XGROUP CREATE K G 0 MKSTREAM | XGROUP CREATE K G $ | XGROUP SETID K G 0 | XGROUP CREATECONSUMER K G C | XGROUP DELCONSUMER K G C
XGROUP DESTROY K G | XREADGROUP GROUP G C COUNT 2 STREAMS K > | XREADGROUP GROUP G C STREAMS K K 0 > | XREADGROUP GROUP G C NOACK STREAMS K >
XACK K G X | XPENDING K G | XINFO STREAM nosuch | XINFO GROUPS K | XINFO STREAM K | XCLAIM K G C 0 X JUSTID | XAUTOCLAIM K G C 0 0 JUSTID
PFADD K F F | PFADD K F | PFCOUNT K | PFCOUNT K K | PFMERGE K K K | BITOP AND/OR/XOR K K K | BITOP NOT K K
GEOADD K 13.361389 38.115556 F | GEOADD K 15.087269 37.502669 F 2.35 48.85 F | GEODIST K F F | GEODIST K F F km | GEOHASH K F F
GEOPOS K F F F | GEOSEARCH K FROMLONLAT 15 37 BYRADIUS 200 km ASC | GEOSEARCHSTORE K K FROMLONLAT 15 37 BYBOX 400 400 km ASC
GEORADIUS K 15 37 200 km ASC | GEORADIUS K 15 37 200 km STORE K | GEOSEARCH K FROMLONLAT 15 37 BYRADIUS 900 km ASC WITHCOORD WITHDIST | GEORADIUS_RO K 15 37 500 km WITHDIST ASC
GEORADIUSBYMEMBER K F 200 km ASC | GEORADIUS K 15 37 800 km WITHCOORD WITHHASH ASC | GEORADIUSBYMEMBER K F 300 km STOREDIST K | GEORADIUSBYMEMBER_RO K F 200 km ASC COUNT 1
SORT K | SORT K ALPHA DESC | SORT K ALPHA LIMIT 0 3 STORE K | SORT K BY nosort GET # | SORT_RO K ALPHA | MSETNX K V K V | MSETNX K V K
MGET K K K | MSET K V K V | DEL K K | UNLINK K K | EXISTS K K K | GETRANGE K x y | SETRANGE K -1 V | LSET K x V | ZADD K x F
EVAL redis.call('set',KEYS[1],ARGV[1])return(redis.call('get',KEYS[1])) 1 K V | EVAL_RO return(KEYS) 2 K K | EVAL return{1,ARGV[1]} 1 K V
"""
UNORDERED = {"SMEMBERS", "SINTER", "SUNION", "SDIFF", "SPOP", "SRANDMEMBER", "SSCAN", "HSCAN", "ZSCAN", "SORT"}
CLOCKED = {"TTL": 1, "PTTL": 2000, "EXPIRETIME": 1, "PEXPIRETIME": 2000}

REFUSED = [line.split() for line in """MULTI|EXEC|DISCARD|WATCH k|UNWATCH|BLPOP k 1|BRPOP k 1|BLMOVE a b LEFT LEFT 1|BRPOPLPUSH a b 1
BLMPOP 1 1 k LEFT|BZPOPMIN k 1|BZPOPMAX k 1|BZMPOP 1 1 k MIN|WAIT 1 1|SUBSCRIBE c|UNSUBSCRIBE|PSUBSCRIBE c|PUNSUBSCRIBE|SSUBSCRIBE c
SUNSUBSCRIBE|PUBLISH c m|SPUBLISH c m|PUBSUB CHANNELS|MONITOR|CLUSTER INFO|REPLICAOF NO ONE|SLAVEOF NO ONE|SHUTDOWN|DEBUG JMAP|SAVE|BGSAVE
BGREWRITEAOF|LASTSAVE|MOVE k 1|SWAPDB 0 1|ACL WHOAMI|MIGRATE h 1 k 0 1|SYNC|PSYNC a 1|FAILOVER|MODULE LIST|LATENCY DOCTOR|SLOWLOG GET
FUNCTION LIST|ROLE|RESET|TIME|LOLWUT|ASKING|READONLY|READWRITE|REPLCONF|RESTORE-ASKING k 0 v|PFDEBUG a b|PFSELFTEST|SCRIPT EXISTS x
SCRIPT KILL|MEMORY DOCTOR|MEMORY STATS|OBJECT HELP|XINFO HELP""".replace("\n", "|").split("|")]


def templates():
    return [one.split() for line in TEMPLATES.strip().splitlines() for one in line.split("|")]


def fill(template, keys, choose):
    kinds = {
        "K": lambda: choose.choice(keys), "V": lambda: choose.choice(["v", "hello", "", b"\x00\xff\r\n", "w" * 40, "7", "-3"]),
        "F": lambda: choose.choice(["a", "b", "c", "d", "5", "nx", "withscores"]), "I": lambda: str(choose.randrange(-20, 200)),
        "S": lambda: choose.choice(["1", "2.5", "-7.25", "1e5", "inf", "0.1"]), "N": lambda: str(choose.randrange(-2, 5)),
        "L": lambda: choose.choice(["-", "+", "[a", "(b", "[d"]), "B": lambda: choose.choice(["-inf", "+inf", "1", "(2", "100"]),
        "X": lambda: f"{choose.randrange(1, 40)}-{choose.randrange(3)}", "O": lambda: str(choose.randrange(0, 70)),
        "G": lambda: choose.choice(["g", "streams"]), "C": lambda: choose.choice(["one", "block"])}
    words = []
    for word in template:
        if word.startswith("[") and word.endswith("]") and len(word) > 3 and "(" not in word:
            if choose.random() < 0.5:
                words.append(word[1:-1])
        elif word in kinds:
            words.append(kinds[word]())
        elif "/" in word:
            words.append(choose.choice(word.split("/")))
        else:
            words.append(word)
    return words


def agrees(words, ours, theirs):
    """Equal bytes; of sets, in any order; of times, within what the clock may move between the servers."""
    if ours == theirs:
        return True
    name = words[0].upper()
    if name in UNORDERED:
        return sorted(ours.split(b"\r\n")) == sorted(theirs.split(b"\r\n"))
    if name in CLOCKED and ours[:1] == theirs[:1] == b":":
        mine, his = int(ours[1:]), int(theirs[1:])
        return mine > 0 and his > 0 and abs(mine - his) <= CLOCKED[name]
    # Where the options promise keys that are not there, the proxy does not say which option it was.
    if ours == b"-ERR syntax error\r\n":
        return theirs.startswith(b"-ERR ")
    return False


class RedisCommands(stage.SharedCase):
    @classmethod
    def set_stage(cls):
        cls.servers = [cls.stage.redis("redis-1"), cls.stage.redis("redis-2")]
        cls.reference = cls.stage.redis("reference")
        cls.proxy = cls.stage.proxy(cls.servers, pool={"allow_keys": True})
        cls.strict = cls.stage.proxy(cls.servers, name="strict-proxy")
        cls.held = cls.keys_of_each(HELD)

    @classmethod
    def keys_of_each(cls, count):
        """For each server, keys whose home it is."""
        names = [f"key:{i}" for i in range(8 * count)]
        with cls.proxy.client() as client, cls.servers[0].client() as first:
            client.call("MSET", *(word for name in names for word in (name, "1")))
            on_first = [first.call("EXISTS", name) == 1 for name in names]
            client.call("FLUSHALL")
        return [[name for name, here in zip(names, on_first) if here is wanted][:count] for wanted in (True, False)]

    def setUp(self):
        self.client = self.proxy.client()
        self.addCleanup(self.client.close)
        self.client.call("FLUSHALL")

    def test_the_table_is_that_of_redis(self):
        with self.reference.client() as redis:
            theirs = {entry[0]: entry for entry in redis.call("COMMAND")}
        ours = {entry[0]: entry for entry in self.client.call("COMMAND")}
        self.assertEqual(set(ours) - set(theirs), set())
        flags = {"write", "readonly", "denyoom", "admin", "fast", "movablekeys"}
        for name, entry in ours.items():
            self.assertEqual((name, entry[1], entry[3:6]), (name, theirs[name][1], theirs[name][3:6]))
            if name != b"config":  # "admin" with us, of its subcommands with Redis
                self.assertEqual((name, set(entry[2])), (name, flags & set(theirs[name][2])))
        refused = {words[0].lower().encode() for words in REFUSED} - {b"script", b"memory", b"object", b"xinfo"}
        self.assertEqual(set(theirs) - set(ours), refused)

    def test_each_command_of_redis_needs_as_many_words_as_there(self):
        with self.reference.client() as redis:
            names = [(entry[0], entry[1]) for entry in redis.call("COMMAND")]
            for name, arity in names:
                if abs(arity) > 1:
                    self.assertEqual(self.client.raw(name), redis.raw(name))
                if arity > 1:
                    self.assertEqual(self.client.raw(name, *["x"] * arity), redis.raw(name, *["x"] * arity))

    def test_the_keys_of_requests_are_found_where_redis_finds_them(self):
        choose = random.Random(SEED)
        different = []
        with self.reference.client() as redis:
            for template in templates():
                if template == ["MSETNX", "K", "V", "K"]:  # Redis tells the keys of what it would not run
                    continue
                words = ["COMMAND", "GETKEYS", *fill(template, self.held[0], choose)]
                mine, his = self.client.raw(*words), redis.raw(*words)
                if mine != his and not (mine[:1] == his[:1] == b"-"):
                    different.append((words, mine, his))
        self.assertEqual(different, [], f"seed {SEED}")

    def compare(self, seed, greeting=()):
        choose = random.Random(seed)
        kinds = templates()
        with self.proxy.client() as ours, self.reference.client() as theirs:
            for client in (ours, theirs):
                client.call("FLUSHALL")
                if greeting:
                    client.call(*greeting)
            answered = 0
            for at in range(0, SEQUENCES, 100):
                batch = [fill(choose.choice(kinds), choose.choice(self.held), choose) for _ in range(100)]
                data = b"".join(wire.encode(*words) for words in batch)
                for client in (ours, theirs):
                    client.send(data)
                for number, words in enumerate(batch, at):
                    mine, his = ours.read_raw(), theirs.read_raw()
                    answered += his[:1] != b"-"
                    if not agrees(words, mine, his):
                        self.fail(f"seed {seed}, command {number} {words}: {mine[:300]!r}, Redis: {his[:300]!r}")
        self.assertGreater(answered, SEQUENCES / 3, "too few commands that do something")

    def test_random_sequences_answer_as_redis(self):
        self.compare(SEED)

    def test_random_sequences_answer_as_redis_in_resp3(self):
        self.compare(SEED + 1, ("HELLO", "3"))

    def test_keys_that_lie_apart_are_refused_and_nothing_is_done(self):
        (a, *_), (b, *_) = self.held
        for words in (("MSETNX", a, 1, b, 2), ("RENAME", a, b), ("RENAMENX", a, b), ("COPY", a, b), ("SINTERSTORE", a, a, b),
                      ("SUNION", a, b), ("SMOVE", a, b, "m"), ("LMOVE", a, b, "LEFT", "LEFT"), ("RPOPLPUSH", a, b),
                      ("ZUNIONSTORE", a, 2, a, b), ("ZUNIONSTORE", b, 1, a), ("ZUNION", 2, a, b), ("BITOP", "AND", a, a, b),
                      ("PFMERGE", a, b), ("PFCOUNT", a, b), ("LCS", a, b), ("EVAL", "return 1", 2, a, b),
                      ("XREAD", "STREAMS", a, b, 0, 0), ("SORT", a, "STORE", b), ("LMPOP", 2, a, b, "LEFT"),
                      ("GEORADIUS", a, 1, 1, 1, "km", "STORE", b), ("GEOSEARCHSTORE", a, b, "FROMLONLAT", 1, 1, "BYRADIUS", 1, "km")):
            self.client.call("MSET", a, "one", b, "two")
            answer = f"ERR the keys of '{words[0].lower()}' lie on different backends: give them a common hash tag"
            self.assertEqual((words, self.client.call(*words)), (words, answer))
            self.assertEqual(self.client.call("MGET", a, b), [b"one", b"two"])

    def test_split_commands_over_both(self):
        a, b = (keys[:5] for keys in self.held)
        keys = [key for pair in zip(a, b) for key in pair]
        self.assertEqual(self.client.call("MSET", *(word for key in keys for word in (key, key))), "OK")
        self.assertEqual(self.client.call("MGET", *keys, "no"), [*(key.encode() for key in keys), None])
        self.assertEqual(self.client.call("TOUCH", *keys, "no"), 10)
        self.assertEqual(self.client.call("EXISTS", *keys, "no"), 10)
        self.assertEqual(self.client.call("UNLINK", *keys[:4], "no"), 4)
        self.assertEqual(self.client.call("DEL", *keys), 6)
        for words in (("MSET", "a", 1, "b"), ("MSETNX", "a", 1, "b")):
            self.assertEqual(self.client.call(*words), f"ERR wrong number of arguments for '{words[0].lower()}' command")

    def test_a_scan_tells_every_key_of_both(self):
        keys = {f"s:{i}".encode() for i in range(3000)}
        self.client.call("MSET", *(word for key in keys for word in (key, 1)))
        self.client.pipeline([("HSET", f"h:{i}", "f", 1) for i in range(50)])
        hashes = {f"h:{i}".encode() for i in range(50)}
        for options in ((), ("COUNT", 1), ("COUNT", 100000), ("count", 37)):
            told = wire.scan(self.client, *options)
            self.assertEqual(set(told), keys | hashes)
            self.assertEqual(len(told), len(set(told)), "nothing was resized")
        self.assertEqual(set(wire.scan(self.client, "MATCH", "s:1*")), {key for key in keys if key.startswith(b"s:1")})
        self.assertEqual(set(wire.scan(self.client, "TYPE", "hash", "COUNT", 500)), hashes)
        with self.proxy.client() as modern:
            modern.call("HELLO", "3")
            self.assertEqual(set(wire.scan(modern)), keys | hashes)
        self.client.call("FLUSHDB")
        self.assertEqual(wire.scan(self.client), [])
        self.assertEqual(self.client.call("DBSIZE"), 0)

    def test_a_scan_goes_on_while_keys_come_and_go(self):
        kept = {f"kept:{i}".encode() for i in range(500)}
        self.client.call("MSET", *(word for key in kept for word in (key, 1)))
        told, cursor, turn = [], b"0", 0
        while True:
            cursor, some = self.client.call("SCAN", cursor, "COUNT", 20)
            told += some
            turn += 1
            self.client.call("MSET", *(word for i in range(200) for word in (f"new:{turn}:{i}", 1)))
            self.client.call("DEL", *(f"new:{turn - 2}:{i}" for i in range(200)))
            if cursor == b"0":
                break
        self.assertEqual(kept - set(told), set())

    def test_bad_cursors_and_options_of_scan_are_errors(self):
        for cursor in ("x", "-1", "1x", "", " 1", "99999999999999999999", "1.5"):
            self.assertEqual(self.client.call("SCAN", cursor), "ERR invalid cursor")
        self.assertEqual(self.client.call("SCAN", 0, "BAD"), "ERR syntax error")
        self.assertEqual(self.client.call("SCAN", 0, "COUNT", "x"), "ERR value is not an integer or out of range")
        self.assertEqual(len(self.client.call("SCAN", str(2**64 - 1))), 2)
        self.assertEqual(self.client.call("SCAN"), "ERR wrong number of arguments for 'scan' command")

    def test_keys_and_randomkey(self):
        (a, *_), (b, *_) = self.held
        self.assertEqual(self.client.call("RANDOMKEY"), None)
        for key in (a, b):  # the other backend is empty
            self.client.call("SET", key, 1)
            self.assertEqual({self.client.call("RANDOMKEY") for _ in range(10)}, {key.encode()})
            self.client.call("DEL", key)
        self.client.call("MSET", a, 1, b, 2)
        self.assertEqual({self.client.call("RANDOMKEY") for _ in range(100)}, {a.encode(), b.encode()})
        self.assertEqual(set(self.client.call("KEYS", "*")), {a.encode(), b.encode()})
        self.assertEqual(self.client.call("KEYS", "nosuch*"), [])
        with self.strict.client() as strict:
            self.assertEqual(strict.call("KEYS", "*"), "ERR 'keys' is off, for it takes all keys at once: use SCAN, or "
                             "allow_keys = true in the pool")
            self.assertEqual(strict.call("COMMAND", "INFO", "keys"), [None])
            self.assertEqual(len(wire.scan(strict)), 2)

    def test_what_cannot_be_served_is_refused_by_name(self):
        with self.proxy.client() as client:
            for words in REFUSED:
                name = words[0].lower()
                if name in ("script", "memory", "object", "xinfo"):
                    name += "|" + words[1].lower()
                self.assertEqual((words, client.call(*words)), (words, f"ERR '{name}' is not supported through the proxy"))
            for words, why in ((("XREAD", "BLOCK", 0, "STREAMS", "s", "$"), "'xread' with BLOCK"),
                               (("XREADGROUP", "GROUP", "g", "c", "BLOCK", 0, "STREAMS", "s", ">"), "'xreadgroup' with BLOCK"),
                               (("EVAL", "return 1", 0), "'eval' without keys"),
                               (("SORT", "k", "BY", "w_*"), "'sort' with BY or GET of other keys")):
                self.assertEqual(client.call(*words), f"ERR {why} is not supported through the proxy")
            self.assertEqual(client.call("SELECT", 1), "ERR DB index is out of range")
            self.assertTrue(client.call("NOSUCH", 1).startswith("ERR unknown command 'NOSUCH'"))
            self.assertEqual(client.call("PING"), "PONG")

    def test_scripts_are_loaded_at_both(self):
        digest = self.client.call("SCRIPT", "LOAD", "return redis.call('set', KEYS[1], ARGV[1])")
        for key in (self.held[0][0], self.held[1][0]):
            self.assertEqual(self.client.call("EVALSHA", digest, 1, key, "x"), "OK")
            self.assertEqual(self.client.call("GET", key), b"x")
        self.assertEqual(self.client.call("SCRIPT", "FLUSH"), "OK")
        for key in (self.held[0][0], self.held[1][0]):
            self.assertTrue(self.client.call("EVALSHA", digest, 1, key, "x").startswith("NOSCRIPT"))


class Copies(stage.Case):
    """A pool that does not shard: each of the two redis-servers holds everything."""

    def setUp(self):
        super().setUp()
        self.servers = [self.stage.redis("redis-1"), self.stage.redis("redis-2")]
        self.client = self.stage.proxy(self.servers, policy="round-robin", pool={"allow_keys": True}).client()

    def test_writes_of_every_type_reach_both_and_reads_ask_one(self):
        self.client.call("HELLO", "3")
        for words in (("RPUSH", "l", 1, 2), ("SADD", "s", "a"), ("ZADD", "z", 1, "m"), ("HSET", "h", "f", "v"),
                      ("XGROUP", "CREATE", "x", "g", 0, "MKSTREAM"), ("PFADD", "p", "a"), ("MSETNX", "m1", 1, "m2", 2),
                      ("RENAME", "m1", "m3"), ("SUNIONSTORE", "u", "s", "s"), ("ZINCRBY", "z", 2.5, "m")):
            self.assertFalse(isinstance(self.client.call(*words), wire.Failure), words)
        self.assertEqual([server.client().call("DBSIZE") for server in self.servers], [9, 9])
        self.assertEqual(self.client.raw("ZINCRBY", "z", 1, "m"), b",4.5\r\n")
        for _ in range(4):
            self.assertEqual(self.client.raw("SMEMBERS", "s"), b"~1\r\n$1\r\na\r\n")
            self.assertEqual(self.client.call("DBSIZE"), 9)
            self.assertEqual(len(self.client.call("KEYS", "*")), 9)
            self.assertEqual(len(wire.scan(self.client)), 9)

    def test_what_chance_or_the_clock_decides_is_refused(self):
        self.client.call("SADD", "s", "a", "b")
        for words in (("SPOP", "s"), ("XADD", "x", "*", "f", "v"), ("EVAL", "return 1", 1, "k")):
            self.assertIn("where every pair holds every key", self.client.call(*words))
        self.assertEqual(self.client.call("SCARD", "s"), 2)

    def test_a_scan_stays_with_one_backend_and_begins_anew_when_that_is_lost(self):
        keys = {f"k:{i}".encode() for i in range(500)}
        self.client.call("MSET", *(word for key in keys for word in (key, 1)))
        told = wire.scan(self.client, "COUNT", 10)
        self.assertEqual((set(told), len(told)), (keys, 500))
        told, cursor = [], b"0"
        for _ in range(5):
            cursor, some = self.client.call("SCAN", cursor, "COUNT", 10)
            told += some
        self.servers[0].kill()
        self.assertTrue(wire.until(lambda: not isinstance(self.client.call("SCAN", cursor, "COUNT", 10), wire.Failure)))
        while cursor != b"0":
            cursor, some = self.client.call("SCAN", cursor, "COUNT", 10)
            told += some
        self.assertEqual(set(told), keys)


if __name__ == "__main__":
    stage.main()
