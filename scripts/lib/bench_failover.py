#!/usr/bin/env python3
"""scripts/bench failover: a home is killed, suspended or cut off under load; what its keys' readers see of it."""
import json
import os
import socket
import statistics
import subprocess
import time

import bench_common
import bench_partners
import bench_report
import bench_servers
from bench_servers import CannotStart, await_that, encode, free_port

RATE = 20_000    # requests a second, all for keys of the home that goes
HAPPENS = 1.0    # seconds after the load has begun
INTERVAL = 100   # milliseconds between probes
TIMEOUT = 25     # milliseconds for a probe

# name -> title, the longest gap in milliseconds that there may be, and the one to aim for
SCENARIOS = {
    "kill": ("kill -9 of the home", 100, 20),
    "stop": ("SIGSTOP of the home", 500, 150),
    "drop": ("its packets silently dropped", 500, 150),
}

BACKEND = """\
name = "{name}"
listen = "{host}:{port}"
threads = 1
memory = "256mb"
[partner]
address = "{partner}"
"""

PROXY = """\
threads = 1
[[listener]]
address = "127.0.0.1:{port}"
pool = "bench"
[[pool]]
name = "bench"
hash_tag = "{{}}"
[pool.health]
interval = "{interval}ms"
timeout = "{timeout}ms"
fall = 2
rise = 2
[[pool.backend]]
name = "a1"
address = "{first}"
partner = "a2"
[[pool.backend]]
name = "a2"
address = "{second}"
"""


class Network:
    """A network namespace for the home, joined to ours by a pair of devices, one of which can be cut."""

    HERE, THERE = "10.213.77.1", "10.213.77.2"

    def __init__(self):
        self.name = f"ringway{os.getpid()}"
        self._device = f"rw{os.getpid()}"
        self._ip("netns", "add", self.name)
        try:
            self._ip("link", "add", self._device, "type", "veth", "peer", "name", "inside", "netns", self.name)
            self._ip("addr", "add", self.HERE + "/30", "dev", self._device)
            self._ip("link", "set", self._device, "up")
            self._ip("-n", self.name, "addr", "add", self.THERE + "/30", "dev", "inside")
            self._ip("-n", self.name, "link", "set", "lo", "up")
            self.join()
        except CannotStart:
            self.end()
            raise

    def _ip(self, *words):
        done = bench_servers.run([bench_servers.find("ip"), *words])
        if done.returncode:
            raise CannotStart(f"ip {' '.join(words)}: {done.stdout.strip()}")

    def join(self):
        self._ip("-n", self.name, "link", "set", "inside", "up")

    def cut(self):
        self._ip("-n", self.name, "link", "set", "inside", "down")

    def end(self):
        # The namespace lives on while connections cut off in it end; the devices, with our address, must not.
        for words in (("link", "del", self._device), ("netns", "del", self.name)):
            bench_servers.run([bench_servers.find("ip"), *words])


def ask(host, port, *words):
    """One command over a connection of its own; the reply's bytes, or nothing."""
    received = b""
    try:
        with socket.create_connection((host, port), timeout=1.0) as connection:
            connection.sendall(encode(*words))
            connection.settimeout(0.1)
            while piece := connection.recv(65536):
                received += piece
    except OSError:
        pass
    return received.decode(errors="replace")


class Stage(bench_servers.Stage):
    """Two partners and a proxy, for one round."""

    def __init__(self, bin_dir, network):
        super().__init__(bin_dir)
        self._network = network

    def set_up(self):
        here, there = (Network.HERE, Network.THERE) if self._network else ("127.0.0.1", "127.0.0.1")
        first, second, door = f"{there}:{free_port()}", f"{here}:{free_port()}", free_port()
        prefix = [bench_servers.find("ip"), "netns", "exec", self._network.name] if self._network else []
        self.home = self._backend("a1", first, second, prefix)
        self._backend("a2", second, first, [])
        for one in (first, second):
            host, port = one.split(":")
            await_that(lambda: ask(host, int(port), "PING") == "+PONG\r\n"
                       and "partner_receiving:synced" in ask(host, int(port), "INFO"), f"the backend at {one}")
        path = self.write("proxy.toml", PROXY.format(port=door, interval=INTERVAL, timeout=TIMEOUT, first=first, second=second))
        self.proxy = self.run("proxy", door, [self.program("ringway-proxy"), "--config", path])
        self.await_ready()
        self.prefix = next(tag for tag in (f"{{{number}}}:" for number in range(1000)) if self._home_of(tag) == "a1")

    def await_ready(self):
        await_that(lambda: ask("127.0.0.1", self.proxy.port, "INFO").count("status=ready") == 2, "the proxy")

    def _home_of(self, key):
        words = ask("127.0.0.1", self.proxy.port, "PROXY", "ROUTE", key).split("\r\n")
        return words[words.index("home") + 2]

    def _backend(self, name, own, partner, prefix):
        host, port = own.split(":")
        path = self.write(f"{name}.toml", BACKEND.format(name=name, host=host, port=port, partner=partner))
        return self.run(name, int(port), [*prefix, self.program("ringway-backend"), "--config", path])


def strike(scenario, stage, network):
    if scenario == "drop":
        network.cut()
    elif scenario == "kill":
        stage.home.kill()
    else:
        stage.home.suspend()


def measure(scenario, given):
    network = Network() if scenario == "drop" else None
    try:
        with Stage(given.bin, network) as stage:
            return measured(scenario, stage, network, given)
    finally:
        if network:
            network.end()


def measured(scenario, stage, network, given):
    program = os.path.join(given.bin, "bench_load")
    common = [program, "--port", str(stage.proxy.port), "--json", "--key-prefix", stage.prefix, "--keys", "10000"]
    for patience in (2, 1, 0):
        stage.await_ready()
        filled = bench_servers.run([*common, "--prefill", "--pipeline", "16"], stderr=subprocess.PIPE)
        if not filled.returncode:
            break
        # On a busy machine a probe may come too late.
        if not patience:
            raise bench_common.WrongAnswers(f"{scenario}, setting the keys: {filled.stderr.strip()}")
    stage.await_ready()
    # A client waits for nobody else's answer: what is due is sent, also while none come.
    argv = [*common, "--rate", str(given.rate), "--seconds", str(HAPPENS + given.seconds), "--pipeline", "256"]
    with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as load:
        time.sleep(HAPPENS)
        strike(scenario, stage, network)
        out, problem = load.communicate()
    if not out:
        raise bench_common.WrongAnswers(f"{scenario}: {problem.strip()}")
    found = json.loads(out)
    if found["requests"] < given.rate * given.seconds:
        raise bench_common.WrongAnswers(f"{scenario}: {found['requests']} answers, {found['problem']}")
    told = dict(line.split(":", 1) for line in ask("127.0.0.1", stage.proxy.port, "INFO").split("\r\n") if ":" in line)
    return {"scenario": scenario, "requests": found["requests"], "failed_reads": found["failed_reads"],
            "failed_writes": found["errors"] - found["failed_reads"], "gap_ms": found["longest_gap_us"] / 1000,
            "p999_ms": found["p999_us"] / 1000, "problem": found["problem"], "nils": found["misses"],
            "retried": int(told["requests_retried"]), "refused": int(told["retries_refused"])}


def report(runs):
    counted = [*failure_lines(runs), *bench_partners.count_lines(runs)]
    if counted:
        yield f"{'':41}{'median':>9}{'worst':>9}{'must':>7}{'aim':>7}"
        yield from counted
    yield from bench_partners.ratio_lines(partners(runs))


def failure_lines(runs):
    for name, (title, must, aim) in SCENARIOS.items():
        of = [run for run in runs if run["scenario"] == name]
        if not of:
            continue
        for what, key, most, wish in (("failed reads", "failed_reads", 0, 0), ("longest gap, ms", "gap_ms", must, aim)):
            values = [run[key] for run in of]
            missed = "" if max(values) <= most else "  not kept"
            yield f"{name + ': ' + what:41}{statistics.median(values):9.1f}{max(values):9.1f}{most:7}{wish:7}{missed}"
        yield f"    {title}, {len(of)} times; failed writes {sum(run['failed_writes'] for run in of)}"


def run_line(run):
    return (f"{run['requests']:8} answers  failed reads {run['failed_reads']}, writes {run['failed_writes']}  "
            f"longest gap {run['gap_ms']:.1f} ms  sent again {run['retried']}  {run['problem']}")


def measure_round(scenario, given, number):
    if scenario in bench_partners.SCENARIOS:
        return [(run, bench_partners.run_line(run)) for run in bench_partners.measure(scenario, given, number)]
    run = {"round": number, **measure(scenario, given)}
    return [(run, run_line(run))]


def bench():
    every = {**SCENARIOS, **bench_partners.SCENARIOS}
    parser = bench_common.argument_parser("failover", every)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--rate", type=int, default=RATE)
    given = bench_common.arguments(parser, 5)
    if given.seconds <= 0 or given.rate < 1:
        parser.error("--seconds and --rate are positive")
    scenarios = bench_common.chosen(every, given)
    about = bench_common.machine(bench_servers.said_versions({
        **{name: [os.path.join(given.bin, name), "--version"] for name in ("ringway-proxy", "ringway-backend")},
        "redis": [bench_servers.find("redis-server"), "--version"]}))
    bench_common.say_begin(len(scenarios) * given.rounds, f"; failures at {given.rate:,} requests/s, probes each {INTERVAL} ms", about)
    runs = []
    for number in range(1, given.rounds + 1):
        for scenario in scenarios:
            for run, line in measure_round(scenario, given, number):
                runs.append(run)
                print(f"{number}/{given.rounds}  {scenario:13}{run.get('target', ''):11}{line}", flush=True)
    print("\n".join(report(runs)))
    bench_common.save(given.json, {"machine": about, "rounds": given.rounds, "rate": given.rate, "runs": runs,
                                   "ratios": bench_report.ratios(partners(runs), bench_partners.ROWS)})


def partners(runs):
    return [run for run in runs if run["scenario"] in bench_partners.SCENARIOS]


if __name__ == "__main__":
    bench_common.run_main(bench)
