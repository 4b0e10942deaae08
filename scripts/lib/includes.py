#!/usr/bin/env python3
"""Who may include whom (shared/README.md, "The rules"): layers, rooms, pure parts.

    includes.py [ROOT]      prints every offence as file:line: text, exits 1 when there is one
    includes.py --self-test builds small trees with one offence each and demands that it is found

The rooms and what each may use are read from `ringway_room(folder DEPS ...)` in the CMakeLists.txt files:
what is linked is what may be included.
"""
import pathlib
import re
import sys
import tempfile

TOPS = ("shared", "proxy", "backend")

# shared/, from the bottom: a room may use rooms of lower layers only.
LAYERS = (("base",), ("buffer", "hash"), ("resp",), ("command", "config", "log"), ("net",))
LAYER_OF = {room: number for number, rooms in enumerate(LAYERS) for room in rooms}

# Path prefixes of the pure parts: whole rooms, and of the other rooms those files whose header says so.
PURE = (
    "shared/hash/", "shared/resp/", "shared/command/", "shared/config/nearest.", "shared/log/rate_limiter.",
    "proxy/policy/", "proxy/routing/", "proxy/resilience/",
    *(f"proxy/frontend/{name}." for name in ("gather", "reply_order", "reply_window", "translate")),
    "proxy/health/outlier.", "proxy/health/probe_state.", "proxy/upstream/backoff.", "proxy/upstream/pipeline.",
    "backend/store/", "backend/commands/", "backend/clock/",
    *(f"backend/persist/{name}." for name in ("identity", "little_endian", "log_header", "manifest", "record")),
    *(f"backend/replication/{name}." for name in (
        "acknowledgements", "handshake", "link_auth", "link_dialler", "link_lag", "link_status", "partnership",
        "readiness", "receiving_half", "refusals", "restore", "sending_half", "slice_digest", "verification")),
    *(f"backend/server/{name}." for name in (
        "channel_hub", "client_filter", "held_replies", "latency_monitor", "live_config", "partner_status", "request_timer",
        "slow_log", "transaction")),
)
# A header says it in what it opens with.
SAYS_PURE = re.compile(r"\A(?://[^\n]*\n)*//[^\n]*\bPure\b(?! parts)")
IMPURE_INCLUDE = re.compile(
    r"<(boost/(asio|beast|random|thread)|asio|random>|fstream>|iostream>|filesystem>|thread>|future>"
    r"|condition_variable>|sys/|netinet/|arpa/|netdb\.h|unistd\.h|fcntl\.h|poll\.h|time\.h|ctime>)")
IMPURE_CALL = re.compile(
    r"(::now\(|\b(steady_now|unix_now|gettimeofday|clock_gettime|getrandom|s?rand|fopen|printf)\s*\("
    r"|\btime\s*\(\s*(nullptr|NULL|0)\s*\)|\brandom_device\b|\bstd::(cout|cerr|clog|mt19937))")

INCLUDE = re.compile(r'^\s*#\s*include\s*(?:"([^"]+)"|(<[^>]+>))')
ROOM = re.compile(r"^\s*ringway_room\(\s*([\w/]+)\s*(?:DEPS\s+([^)]*))?\)", re.M)


def sources(root, tops=TOPS):
    """The C++ files below `tops`, as paths relative to `root`."""
    return sorted(path.relative_to(root).as_posix() for top in tops for path in (root / top).rglob("*")
                  if path.suffix in (".hpp", ".cpp"))


def includes(text):
    """Pairs of line number and what is included: a path, or <name> with its brackets."""
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match.group(1) or match.group(2)


def closure(start, edges):
    """Everything that is reached from `start` (itself apart, unless in a cycle)."""
    seen, todo = set(), list(edges.get(start, ()))
    while todo:
        item = todo.pop()
        if item not in seen:
            seen.add(item)
            todo.extend(edges.get(item, ()))
    return seen


class Tree:
    def __init__(self, root):
        self.root = root
        self.files = sources(root)
        self.text = {path: (root / path).read_text() for path in self.files}
        self.project = {path: [name for _, name in includes(text) if name in self.text]
                        for path, text in self.text.items()}
        self.rooms = {}  # folder -> folders of its DEPS
        self.problems = []
        self.read_rooms()

    def problem(self, path, line, text):
        self.problems.append(f"{path}:{line}: {text}")

    def read_rooms(self):
        declared = []
        for top in TOPS:
            path = self.root / top / "CMakeLists.txt"
            if path.exists():
                text = re.sub(r"#.*", "", path.read_text())
                declared += [(f"{top}/CMakeLists.txt", folder, (deps or "").split())
                             for folder, deps in ROOM.findall(text)]
        folder_of = {folder.replace("/", "_"): folder for _, folder, _ in declared}
        for path, folder, deps in declared:
            own = {folder_of[name] for name in deps if name in folder_of}
            self.rooms[folder] = own
            for dep in sorted(own):
                self.check_direction(path, 1, folder, dep)
        for folder in self.rooms:
            if folder in closure(folder, self.rooms):
                self.problem(folder, 1, "the rooms' DEPS go in a circle")

    def check_direction(self, path, line, room, used):
        """The layer rule between two rooms; True when it is kept."""
        top, used_top = room.split("/")[0], used.split("/")[0]
        if used_top not in (top, "shared"):
            self.problem(path, line, f"{top} may not use {used_top} ({used})")
            return False
        if top != "shared" or room == used:
            return True
        layers = [LAYER_OF.get(name.partition("/")[2]) for name in (room, used)]
        if None in layers:
            self.problem(path, line, f"{room} or {used} has no layer in scripts/lib/includes.py")
            return False
        if layers[1] >= layers[0]:
            self.problem(path, line, f"{room} may not use {used}, which is not below it")
            return False
        return True

    def check_file(self, path):
        room = path.rpartition("/")[0]
        if room not in self.rooms:
            self.problem(path, 1, f"no ringway_room({room} ...) in a CMakeLists.txt")
            return
        allowed = closure(room, self.rooms) | {room}
        for line, name in includes(self.text[path]):
            if name.startswith("<"):
                continue
            if name not in self.text:
                self.problem(path, line, f'"{name}" is no file of proxy/, backend/ or shared/ '
                                         "(paths start at the root)")
            elif name.endswith(".cpp"):
                self.problem(path, line, f'"{name}": a source is not included')
            else:
                used = name.rpartition("/")[0]
                if self.check_direction(path, line, room, used) and used not in allowed:
                    self.problem(path, line, f"{room} uses {used}, which its ringway_room(... DEPS) "
                                             "does not name")

    def check_pure(self, path):
        text = self.text[path]
        for line, name in includes(text):
            if IMPURE_INCLUDE.match(name):
                self.problem(path, line, f"a pure part includes {name}")
            for inner in sorted({name} | closure(name, self.project)) if name in self.text else ():
                found = [got for _, got in includes(self.text[inner]) if IMPURE_INCLUDE.match(got)]
                if found and not inner.startswith(PURE):
                    self.problem(path, line, f"a pure part includes {found[0]} by way of {inner}")
        for line, code in enumerate(text.splitlines(), 1):
            match = IMPURE_CALL.search(re.sub(r'//.*|"(\\.|[^"\\])*"', "", code))
            if match:
                self.problem(path, line, f"a pure part calls {match.group(0).strip('( ')}")

    def check_lists(self):
        """The lists above are of this tree: nothing in them is gone, and what says that it is pure is in them."""
        here = "scripts/lib/includes.py"
        for prefix in PURE:
            if not any(path.startswith(prefix) for path in self.files):
                self.problem(here, 1, f"PURE has {prefix}, and no file begins so")
        for room in LAYER_OF:
            if f"shared/{room}" not in self.rooms:
                self.problem(here, 1, f"LAYERS has {room}, and there is no such room in shared")
        for path in self.files:
            if path.endswith(".hpp") and not path.startswith(PURE) and SAYS_PURE.match(self.text[path]):
                self.problem(path, 1, f"says that it is pure, and is not in PURE of {here}")

    def check(self):
        for path in self.files:
            self.check_file(path)
            if path.startswith(PURE):
                self.check_pure(path)
        return self.problems


GOOD = {
    "shared/CMakeLists.txt": "ringway_room(shared/base)\nringway_room(shared/log DEPS shared_base x::y)\n"
                             "ringway_room(shared/hash DEPS shared_base)\n"
                             "ringway_room(shared/net DEPS\n  shared_log)\n",
    "proxy/CMakeLists.txt": "ringway_room(proxy/policy DEPS shared_hash)\n"
                            "ringway_room(proxy DEPS proxy_policy shared_net)\n",
    "backend/CMakeLists.txt": "ringway_room(backend DEPS shared_net)\n",
    "shared/base/a.hpp": "#include <string>\n// steady_clock::now() is not called\n",
    "shared/base/clock.hpp": "inline auto t() { return std::chrono::steady_clock::now(); }\n",
    "shared/log/log.hpp": '#include "shared/base/a.hpp"\n',
    "shared/hash/h.hpp": '#include "shared/base/clock.hpp"\n',
    "shared/net/net.hpp": '#include "shared/log/log.hpp"\n#include <boost/asio/ip/tcp.hpp>\n',
    "proxy/policy/p.hpp": '#include "shared/hash/h.hpp"\n#include "shared/base/a.hpp"\n',
    "proxy/main.cpp": '#include "proxy/policy/p.hpp"\n#include "shared/net/net.hpp"\n',
    "backend/b.hpp": '#include "shared/net/net.hpp"\n',
}

# What is added to the good tree, and a word of the complaint that must come.
OFFENCES = (
    ({"shared/base/x.hpp": '#include "proxy/policy/p.hpp"\n'}, "shared may not use proxy"),
    ({"shared/net/x.cpp": '#include "backend/b.hpp"\n'}, "shared may not use backend"),
    ({"backend/x.hpp": '#  include "proxy/policy/p.hpp"\n'}, "backend may not use proxy"),
    ({"proxy/x.hpp": '#include "backend/b.hpp"\n'}, "proxy may not use backend"),
    ({"shared/base/x.hpp": '#include "shared/net/net.hpp"\n'}, "not below it"),
    ({"shared/log/x.hpp": '#include "shared/net/net.hpp"\n'}, "not below it"),
    ({"proxy/policy/x.hpp": '#include "shared/log/log.hpp"\n'}, "does not name"),
    ({"proxy/policy/x.cpp": '#include "p.hpp"\n'}, "paths start at the root"),
    ({"proxy/x.cpp": '#include "proxy/main.cpp"\n'}, "a source is not included"),
    ({"proxy/new_room/x.hpp": ""}, "no ringway_room"),
    ({"shared/hash/x.cpp": "#include <boost/asio/post.hpp>\n"}, "a pure part includes"),
    ({"proxy/policy/x.cpp": "#include <random>\n"}, "a pure part includes"),
    ({"proxy/policy/x.cpp": "auto now = std::chrono::system_clock::now();\n"}, "a pure part calls"),
    ({"proxy/policy/x.cpp": '#include "shared/net/net.hpp"\n'}, "by way of shared/net/net.hpp"),
    ({"shared/CMakeLists.txt": "ringway_room(shared/base DEPS shared_hash)\n"
                               "ringway_room(shared/hash)\n"}, "not below it"),
    ({"proxy/CMakeLists.txt": "ringway_room(proxy DEPS backend)\n"}, "proxy may not use backend"),
)


def problems_of(files, check=Tree.check):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        tree = Tree(root)
        check(tree)
        return tree.problems


def unlisted(added):
    """What is wrong with the lists in a tree that has all they name, and `added`."""
    rooms = "".join(f"ringway_room(shared/{room})\n" for room in LAYER_OF)
    every = {prefix + ("a.hpp" if prefix.endswith("/") else "hpp"): "// What. Pure.\n" for prefix in PURE}
    return problems_of({"shared/CMakeLists.txt": rooms, **every, **added}, Tree.check_lists)


def self_test():
    wrong = [f"complains of a good tree: {text}" for text in problems_of(GOOD)]
    for added, word in OFFENCES:
        found = problems_of({**GOOD, **added})
        if not any(word in text for text in found):
            wrong.append(f"does not find '{word}' in {added}: {found}")
    wrong += [f"complains of lists that are right: {text}" for text in unlisted({})]
    for added, word in (({"proxy/x.hpp": "// What.\n// Pure: no time.\n"}, "says that it is pure"),
                        ({"shared/CMakeLists.txt": "ringway_room(shared/base)\n"}, "no such room")):
        if not any(word in text for text in unlisted(added)):
            wrong.append(f"does not find '{word}' in {added}")
    if not any("no file begins so" in text for text in problems_of(GOOD, Tree.check_lists)):
        wrong.append("does not find that a pure part is gone")
    return wrong


def main():
    if sys.argv[1:] == ["--self-test"]:
        problems = self_test()
    else:
        root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else __file__).resolve()
        tree = Tree(root if len(sys.argv) > 1 else root.parents[2])
        tree.check_lists()
        problems = tree.check()
    print(*problems, sep="\n" if problems else "", end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
