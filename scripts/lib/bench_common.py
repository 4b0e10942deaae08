"""What the benches of scripts/bench share: the command line, the load generator, the machine, the end."""
import argparse
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import time

import bench_servers


class WrongAnswers(Exception):
    """A run had errors: its figures are worth nothing."""


def argument_parser(name, scenarios):
    parser = argparse.ArgumentParser(prog=f"scripts/bench {name}", allow_abbrev=False)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--only", action="append", choices=scenarios)
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--quick", action="store_true")
    return parser


def arguments(parser, rounds):
    """What was asked for; `rounds` when that was not told, or 1 if it is to be quick."""
    given = parser.parse_args()
    given.rounds = (1 if given.quick else rounds) if given.rounds is None else given.rounds
    if given.rounds < 1:
        parser.error("--rounds is positive")
    return given


def timed_arguments(name, scenarios, rounds=5, seconds=4.0):
    """The same for benches whose measurements have a length."""
    parser = argument_parser(name, scenarios)
    parser.add_argument("--seconds", type=float)
    given = arguments(parser, rounds)
    given.seconds = (0.3 if given.quick else seconds) if given.seconds is None else given.seconds
    if given.seconds <= 0:
        parser.error("--seconds is positive")
    return given


def chosen(scenarios, given):
    return [name for name in scenarios if not given.only or name in given.only]


def busy_seconds():
    """CPU time of everything on this machine since it has started."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _, _, irq, softirq = (int(word) for word in file.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def load_seconds():
    """CPU time of this script and of the loads that have ended (and of servers that have)."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def ask(argv, about):
    """What bench_load or bench_replay prints in JSON."""
    done = bench_servers.run(argv, stderr=subprocess.PIPE)
    if done.returncode == 2:
        raise bench_servers.CannotStart(f"{about}: {done.stderr.strip()}")
    if done.returncode != 0:
        raise WrongAnswers(f"{about}: {done.stderr.strip()}")
    return json.loads(done.stdout)


def load(program, server, extra, watched=()):
    """Runs bench_load against a server; gives what it prints."""
    argv = [program, "--port", str(server.port), "--protocol", server.protocol, "--json", *extra]
    for pid in watched:
        argv += ["--watch", str(pid)]
    return ask(argv, server.name)


def measured_load(program, server, extra, watched):
    """The same, and how many cores others used meanwhile."""
    before = busy_seconds() - load_seconds()
    found = load(program, server, extra, watched)
    foreign = busy_seconds() - load_seconds() - before - sum(one["ticks_s"] for one in found["watched"])
    found["foreign_cores"] = max(0.0, foreign / found["seconds"]) if found["seconds"] > 0 else 0.0
    found["client_cpu_us"] = found.pop("own_cpu_us")
    return found


def machine(versions):
    return {"cores": os.cpu_count(), "kernel": platform.release(), "load_average": os.getloadavg(),
            "begun": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "versions": versions}


def say_begin(count, what, about):
    print(f"{count} measurements{what}; load average {about['load_average'][0]:.2f}", flush=True)


def save(path, result):
    if path:
        with open(path, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=1)
            file.write("\n")


def run_main(bench):
    """Runs a bench and ends the process with the exit code that scripts/bench tells of."""
    # What was started is ended then, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        bench()
    except WrongAnswers as problem:
        sys.exit(f"bench: wrong or missing answers: {problem}")
    except bench_servers.CannotStart as problem:
        print(f"bench: {problem}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
