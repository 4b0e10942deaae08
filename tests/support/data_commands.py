"""Requests over strings, keys and times for which a backend must answer what redis-server answers.

`exact_cases()` are single requests in their order; `random_command(choose)` draws one, over few keys.
"""
import time

KEYS = [f"key:{i}" for i in range(10)]
FLOATS = ["1", "1.5", "-2.25", "0.1", "1e3", "3.0e2", "abc", "", " 1", "1 ", "inf", "-inf", "nan", "0x1p3", "1e5000", "1e-5000",
          "1e4000", "1.7976931348623157e308", "5e-324", "+5", "-0", "-0.0", "00012", "123456789012345678901234567890",
          "0.000000000000000001", ".5", "5.", "1e", "--1", "1\x000"]
INTEGERS = ["0", "1", "-1", "3", "-3", "100", "-100", "9223372036854775807", "-9223372036854775808", "x", "", "1.5"]
VALUES = ["", "a", "hello world", "12", "-7.5", b"\x00\xff\r\n", b"\xff\xff\xff", b"\x00\x00", "v" * 100]
EXPIRE_CONDITIONS = [(), ("NX",), ("XX",), ("GT",), ("LT",), ("nx", "XX"), ("GT", "LT"), ("XX", "GT"), ("BAD",)]
NO_DATABASE = ["0", "99", "-1", "x", "99999999999"]


def floats():
    for text in FLOATS:
        yield from (("SET", "f", "1"), ("INCRBYFLOAT", "f", text), ("GET", "f"), ("SET", "f", text), ("INCRBYFLOAT", "f", "0.1"),
                    ("INCRBYFLOAT", "f", "-1e300"), ("DEL", "f"), ("INCRBYFLOAT", "f", text))


def get_and_set(soon):
    return [
        ("SETNX", "n", "1"), ("SETNX", "n", "2"), ("SETNX", "n"), ("SETEX", "e", "100", "v"), ("TTL", "e"),
        *(("SETEX", "e", number, "v") for number in INTEGERS if number not in ("1", "3")), ("PSETEX", "e", "100000", "w"),
        *(("PSETEX", "e", number, "v") for number in INTEGERS if number not in ("1", "3", "100")), ("GETSET", "e", "z"),
        ("TTL", "e"), ("GETSET", "new", "z"), ("GETDEL", "new"), ("GETDEL", "new"), ("GETDEL", "a", "b"), ("GETEX", "n"),
        ("GETEX", "n", "EX", "100"), ("TTL", "n"), ("GETEX", "n", "PERSIST"), ("TTL", "n"), ("GETEX", "n", "PERSIST", "EX", "1"),
        ("GETEX", "n", "EX", "1", "PERSIST"), ("GETEX", "n", "EX", "100", "EX", "200"), ("TTL", "n"), ("GETEX", "n", "EX", "x"),
        ("GETEX", "none", "EX", "x"), ("GETEX", "none", "EX"), ("GETEX", "n", "EX", "0"), ("GETEX", "n", "KEEPTTL"),
        ("GETEX", "n", "PXAT", soon + "000"), ("PERSIST", "n"), ("GETEX", "n", "EXAT", "1"), ("EXISTS", "n"),
        ("MSETNX", "a", "1", "b", "2"), ("MSETNX", "b", "1", "c", "2"), ("EXISTS", "c"), ("MSETNX", "a", "1", "b"),
        ("MSETNX", "a"), ("MSETNX", "q", "1", "q", "2"), ("GET", "q"), ("APPEND", "ap", "hello"), ("APPEND", "ap", ""),
        ("APPEND", "em", ""), ("EXISTS", "em"), ("STRLEN", "ap"), ("STRLEN", "none"), ("SETRANGE", "ap", "6", "Redis"),
        ("GET", "ap"), ("SETRANGE", "zz", "0", ""), ("EXISTS", "zz"), ("SETRANGE", "ap", "-1", "x"), ("SETRANGE", "ap", "x", "x"),
        ("SETRANGE", "ap", "536870912", "x"), ("SETRANGE", "no", "9223372036854775807", "x"),
        ("SETRANGE", "no", "9223372036854775807", ""),
    ]


def ranges_and_bits():
    yield from (("SET", "ones", b"\xff\xff\xff"), ("SET", "zeros", b"\0\0\0"), ("SET", "text", "hello world"), ("SET", "em", ""))
    for key in ("ones", "zeros", "text", "em", "none"):
        for first in INTEGERS:
            yield from (("BITPOS", key, bit, first) for bit in "01")
            for last in INTEGERS:
                yield from (("GETRANGE", key, first, last), ("SUBSTR", key, first, last), ("BITCOUNT", key, first, last))
                yield from (("BITCOUNT", key, first, last, unit) for unit in ("bit", "BYTE", "BAD"))
                yield from (("BITPOS", key, bit, first, last) for bit in "01")
                yield from (("BITPOS", key, bit, first, last, "BIT") for bit in "01")
        yield from (("BITPOS", key, bit) for bit in ("0", "1", "2", "x"))
        yield from (("BITCOUNT", key), ("BITCOUNT", key, "1"), ("BITCOUNT", key, "0", "1", "BIT", "x"),
                    ("BITPOS", key, "1", "0", "y", "z"), ("BITPOS", key, "1", "0", "1", "BIT", "x"))
    for place in ("0", "7", "100", "4294967295", "4294967296", "-1", "x"):
        yield ("GETBIT", "text", place)
        if place != "4294967295":  # would make a value of 512 MiB
            yield from (("SETBIT", "sb", place, bit) for bit in ("1", "0", "2", "x"))
    yield from (("SET", "x1", b"\xf0\x0f\xaa"), ("SET", "x2", b"\x3c"))
    for operation in ("AND", "or", "XOR", "NOT", "BAD"):
        for sources in (("x1",), ("x1", "x2"), ("x2", "none", "x1"), ("none",), ("x2", "x2")):
            yield from (("BITOP", operation, "d", *sources), ("GET", "d"), ("BITOP", operation, "x2", *sources), ("GET", "x2"))


def fields_and_subsequences():
    kinds = ["u1", "u8", "i5", "i8", "u63", "i64", "u64", "i65", "u0", "x8", "i"]
    for kind in kinds:
        for place in ("0", "3", "#2", "100", "-1", "x", "#x", "4294967296"):
            yield from (("BITFIELD", "bf", "GET", kind, place), ("BITFIELD_RO", "bf", "GET", kind, place))
            for rule in ("WRAP", "sat", "FAIL", "BAD"):
                # Not the lowest number, which Redis, overflowing itself, saturates to the highest of the field.
                for number in ("0", "-1", "100", "-100", "9223372036854775807", "-4611686018427387904", "x"):
                    yield from (("BITFIELD", "bf", "OVERFLOW", rule, "SET", kind, place, number, "GET", kind, place),
                                ("BITFIELD", "bf", "OVERFLOW", rule, "INCRBY", kind, place, number))
    yield from (("GET", "bf"), ("BITFIELD", "bf"), ("BITFIELD", "bf", "GET", "u8"), ("BITFIELD", "bf", "OVERFLOW"),
                ("BITFIELD_RO", "bf", "SET", "u8", "0", "1"), ("BITFIELD", "none", "GET", "u8", "0"), ("EXISTS", "none"),
                ("BITFIELD", "grown", "OVERFLOW", "FAIL", "SET", "u8", "80", "256"), ("STRLEN", "grown"))
    texts = ["", "a", "ohmytext", "mynewtext", "xyzxyzxyz", "zyxzyxzyx", "aaaaaaab", "baaaaaaa"]
    for a in texts:
        for b in texts:
            yield from (("SET", "a", a), ("SET", "b", b), ("LCS", "a", "b"), ("LCS", "a", "b", "LEN"), ("LCS", "a", "b", "IDX"),
                        ("LCS", "b", "a", "IDX", "MINMATCHLEN", "2", "WITHMATCHLEN"))
    yield from (("LCS", "a", "none"), ("LCS", "none", "none", "IDX"), ("LCS", "a", "b", "IDX", "LEN"), ("LCS", "a", "b", "BAD"),
                ("LCS", "a", "b", "MINMATCHLEN"), ("LCS", "a", "b", "MINMATCHLEN", "x"), ("LCS", "a", "b", "IDX", "MINMATCHLEN", "-1"))


def keyspace():
    yield from (
        ("SET", "x2", "v"), ("UNLINK", "x1", "x1", "none"), ("UNLINK",), ("TOUCH", "x2", "x2", "none"), ("TYPE", "x2"),
        ("TYPE", "none"), ("SET", "r1", "v", "EX", "1000"), ("RENAME", "r1", "r2"), ("TTL", "r2"), ("EXISTS", "r1"),
        ("RENAME", "r1", "r2"), ("RENAME", "r2", "r2"), ("RENAMENX", "r2", "r2"), ("RENAME", "none", "none"), ("SET", "r3", "w"),
        ("RENAMENX", "r2", "r3"), ("RENAMENX", "r2", "r4"), ("TTL", "r4"), ("RENAMENX", "none", "x"), ("RENAME", "r4", "r3"),
        ("GET", "r3"), ("TTL", "r3"), ("COPY", "r3", "c1"), ("TTL", "c1"), ("COPY", "r3", "c1"), ("COPY", "r3", "c1", "REPLACE"),
        ("COPY", "r3", "r3"), ("COPY", "none", "none"), ("COPY", "none", "x"), ("COPY", "r3", "c2", "DB"),
        ("COPY", "r3", "c2", "BAD"), ("COPY", "r3", "c2", "DB", "0", "REPLACE"), ("COPY", "r3", "r3", "BAD"),
        *(("COPY", "r3", "c3", "DB", number) for number in NO_DATABASE), *(("MOVE", "r3", number) for number in NO_DATABASE),
        *(("SWAPDB", "0", number) for number in NO_DATABASE), *(("SWAPDB", number, "0") for number in NO_DATABASE),
        ("FUNCTION", "FLUSH"), ("FUNCTION", "FLUSH", "async"), ("FUNCTION", "FLUSH", "BAD"), ("FUNCTION",), ("FUNCTION", "BAD"))
    for value in ("5", "-5", "007", "9223372036854775807", "9223372036854775808", "", "a" * 44, "a" * 45, "1.5", "-0"):
        yield from (("SET", "o", value), ("OBJECT", "ENCODING", "o"))
    yield from (
        ("SET", "o", "hello"), ("OBJECT", "REFCOUNT", "o"), ("OBJECT", "FREQ", "o"), ("OBJECT", "FREQ", "none"),
        ("OBJECT", "ENCODING", "none"), ("OBJECT", "BAD"), ("OBJECT",), ("OBJECT", "FREQ"), ("OBJECT", "ENCODING", "a", "b"),
        ("MEMORY", "USAGE", "none"), ("MEMORY", "USAGE", "o", "SAMPLES", "-1"), ("MEMORY", "USAGE", "o", "SAMPLES", "x"),
        ("MEMORY", "USAGE", "o", "SAMPLES"), ("MEMORY", "USAGE", "o", "BAD"), ("MEMORY", "USAGE"), ("MEMORY",), ("MEMORY", "BAD"))


def times(soon):
    for command, later in (("EXPIRE", "100"), ("PEXPIRE", "100000"), ("EXPIREAT", soon), ("PEXPIREAT", soon + "000")):
        for number in (later, *(one for one in INTEGERS if one not in ("1", "3", "100")), "9223372036854775", "-9223372036854776"):
            for conditions in EXPIRE_CONDITIONS:
                yield from (("SET", "ek", "v"), (command, "ek", number, *conditions), ("EXISTS", "ek"),
                            (command, "none", number, *conditions))
        yield (command, "ek")
    for at in (soon + "499", soon + "500", "9223372036854775807"):
        yield from (("SET", "ek", "v", "PXAT", at), ("EXPIRETIME", "ek"), ("PEXPIRETIME", "ek"))
    yield from (("PERSIST", "ek"), ("EXPIRETIME", "ek"), ("PEXPIRETIME", "ek"), ("EXPIRETIME", "none"), ("PEXPIRETIME", "none"))


def scans():
    yield from (
        ("FLUSHDB",), ("SCAN", "0"), ("KEYS", "*"), ("RANDOMKEY",), ("SCAN", "x"), ("SCAN", " 1"), ("SCAN", "0", "COUNT", "0"),
        ("SCAN", "0", "COUNT", "-1"), ("SCAN", "0", "COUNT", "x"), ("SCAN", "0", "COUNT"), ("SCAN", "0", "BAD", "1"),
        ("SCAN", "0", "TYPE"), ("SCAN", "18446744073709551616"), ("SCAN",), ("SCAN", "x", "BAD"), ("SET", "one", "1"), ("SCAN", ""),
        ("SCAN", "0", "TYPE", "string"), ("SCAN", "0", "type", "STRING"), ("SCAN", "0", "TYPE", "hash"), ("SCAN", "0", "TYPE", "x"),
        ("SCAN", "0", "MATCH", "o*"), ("SCAN", "0", "MATCH", "O*"), ("SCAN", "0", "COUNT", "0", "MATCH"), ("RANDOMKEY",),
        ("KEYS",), ("RANDOMKEY", "x"), ("FLUSHDB", "BAD"), ("FLUSHDB", "ASYNC"), ("KEYS", "*"))
    keys = ["one", "ONE", "two", "a[b", "a\\b", "a*b", "-", "]", "a\nb"]
    yield from (("SET", key, "1") for key in keys)
    patterns = ["*", "o?e", "O?E", "[a-o]ne", "[o-a]ne", "[^o]ne", "\\one", "a\\[b", "a[[]b", "a\\\\b", "a\\*b", "a*b", "[", "[]", "[]]",
                "[^]", "[-]", "?", "", "a[", "a\\", "**", "*n*", "[a-", "[a-z]*", "\\", "t[v-x]o", "[^a-z]*"]
    for pattern in patterns:
        yield from (("KEYS", pattern), ("SCAN", "0", "MATCH", pattern, "COUNT", "1000"))


def exact_cases():
    soon = str(int(time.time()) + 5000)
    return [*floats(), *get_and_set(soon), *ranges_and_bits(), *fields_and_subsequences(), *keyspace(), *times(soon), *scans()]


def random_float(choose):
    return choose.choice([repr(choose.uniform(-1e6, 1e6)), f"{choose.uniform(-10, 10) * 10 ** choose.randrange(-30, 30):.17e}",
                          str(choose.randrange(-10 ** 20, 10 ** 20)), f"{choose.uniform(-100, 100):.{choose.randrange(18)}f}",
                          choose.choice(FLOATS)])


def random_expire(choose, key):
    """No time twice: GT and LT of equal times depend on the millisecond."""
    far = choose.randrange(6000, 10 ** 8)
    now = int(time.time())
    command, moment = choose.choice([("EXPIRE", far), ("PEXPIRE", far * 1000), ("EXPIREAT", now + far), ("PEXPIREAT", (now + far) * 1000)])
    conditions = choose.choice([(), (), (), *EXPIRE_CONDITIONS])
    return [command, key, choose.choice([str(moment)] * 4 + ["0", "-5", "x", "9223372036854775807" if command == "EXPIRE" else "-1"]),
            *conditions]


def random_command(choose):
    key, other, value = choose.choice(KEYS), choose.choice(KEYS), choose.choice(VALUES)
    number, small = choose.choice(INTEGERS), str(choose.randrange(-30, 30))
    far = str(choose.randrange(6000, 10 ** 8))
    draws = [
        lambda: ["SET", key, value], lambda: ["SETNX", key, value], lambda: ["GETSET", key, value],
        lambda: ["SETEX", key, choose.choice([far, "0", "x"]), value], lambda: ["GETDEL", key],
        lambda: ["PSETEX", key, choose.choice([far + "000", "-1", ""]), value],
        lambda: ["GETEX", key, *choose.choice([(), ("EX", far), ("PX", far + "000"), ("PERSIST",), ("EX", "x"), ("PXAT", "1"), ("EX",)])],
        lambda: [choose.choice(["MSETNX", "MSET"]), *choose.choices([*KEYS, *VALUES], k=choose.choice([0, 2, 2, 3, 4, 6]))],
        lambda: ["APPEND", key, value], lambda: ["STRLEN", key], lambda: ["INCRBYFLOAT", key, random_float(choose)],
        lambda: ["INCRBYFLOAT", "float", random_float(choose)], lambda: ["INCR", key], lambda: ["GET", key],
        lambda: [choose.choice(["GETRANGE", "SUBSTR"]), key, choose.choice([number, small]), choose.choice([number, small])],
        lambda: ["SETRANGE", key, choose.choice([str(choose.randrange(40)), "-1", "x", "536870911"]),
                 choose.choice(["", "xy", "z" * 30])],
        lambda: ["SETBIT", key, choose.choice([str(choose.randrange(400)), "-1", "x"]), choose.choice("0011x")],
        lambda: ["GETBIT", key, str(choose.randrange(400))],
        lambda: ["BITCOUNT", key, *choose.choice([(), (small, small), (number, small, "BIT"), (small, number, "BYTE"), (small,)])],
        lambda: ["BITPOS", key, choose.choice("01"), *choose.choice([(), (small,), (small, number), (small, small, "BIT")])],
        lambda: ["BITOP", choose.choice(["AND", "OR", "XOR", "NOT"]), key, *choose.choices(KEYS, k=choose.choice([1, 1, 2, 3]))],
        lambda: ["BITFIELD", key, "OVERFLOW", choose.choice(["WRAP", "SAT", "FAIL"]), choose.choice(["SET", "INCRBY"]),
                 choose.choice("ui") + str(choose.randrange(1, 63)), str(choose.randrange(200)), str(choose.randrange(-2 ** 62, 2 ** 63))],
        lambda: ["LCS", key, other, *choose.choice([(), ("LEN",), ("IDX",), ("IDX", "MINMATCHLEN", "3", "WITHMATCHLEN")])],
        lambda: [choose.choice(["UNLINK", "TOUCH", "EXISTS", "DEL"]), *choose.choices(KEYS, k=choose.randrange(0, 4))],
        lambda: ["TYPE", key], lambda: [choose.choice(["RENAME", "RENAMENX"]), key, other],
        lambda: ["COPY", key, other, *choose.choice([(), ("REPLACE",), ("DB", "0"), ("BAD",)])],
        lambda: random_expire(choose, key), lambda: random_expire(choose, key), lambda: ["PERSIST", key],
        lambda: [choose.choice(["TTL", "PTTL", "EXPIRETIME", "PEXPIRETIME"]), key], lambda: ["RANDOMKEY"], lambda: ["DBSIZE"],
        lambda: ["KEYS", choose.choice(["*", "key:[0-4]", "KEY*", "*7"])],
        lambda: ["SCAN", "0", "COUNT", "1000", *choose.choice([(), ("MATCH", "key:[^5]"), ("TYPE", "string"), ("TYPE", "list")])],
    ]
    return choose.choice(draws)()


def agree(words, ours, theirs):
    """Whether two answers are the same, where chance, order and the clock may tell them apart."""
    name = words[0].upper() if words else ""
    if ours == theirs:
        return True
    if name in ("KEYS", "SCAN"):
        return sorted(ours.split(b"\r\n")) == sorted(theirs.split(b"\r\n"))
    if name == "RANDOMKEY":
        return ours[:1] == theirs[:1] == b"$" and b"$-1" not in ours + theirs
    slack = {"TTL": 1, "EXPIRETIME": 1, "PTTL": 1500, "PEXPIRETIME": 1500}.get(name)
    if slack is None or not ours[:1] == theirs[:1] == b":":
        return False
    mine, his = int(ours[1:]), int(theirs[1:])
    return mine > 0 and his > 0 and abs(mine - his) <= slack
