"""What the runs of a bench add up to: medians, ratios, the tables that show them; and what the proxy must reach."""
import math
import statistics

# What has to be reached: name, what is compared, scenario, target, against, must, aim. A ratio is taken within
# a round, where both were measured one after the other, and the median of the rounds counts. The open loop's rounds
# are cut into slices: a ratio is taken within each, and the median of all slices counts.
ROWS = (
    ("pipeline 1, against nutcracker", "cpu_us", "p1", "ringway", "nutcracker", 0.80, 0.65),
    ("pipeline 16, against nutcracker", "cpu_us", "p16", "ringway", "nutcracker", 0.55, 0.40),
    ("pipeline 1, against the echo floor", "cpu_us", "p1", "ringway", "echo", 1.30, 1.10),
    ("pipeline 1, against haproxy TCP", "cpu_us", "p1", "ringway", "haproxy", 0.60, 0.50),
    ("1,000 connections, against nutcracker", "cpu_us", "c1000", "ringway", "nutcracker", 0.80, 0.65),
    ("MGET of 10 keys, against nutcracker", "cpu_us", "mget", "ringway", "nutcracker", 0.60, 0.40),
    ("16 KiB values, against nutcracker", "cpu_us", "16k", "ringway", "nutcracker", 1.00, 0.80),
    ("p99 at half of nutcracker's peak rate", "p99_us", "p99", "ringway", "nutcracker", 0.80, 0.50),
    ("two workers against one, pipeline 1", "cpu_us", "p1", "ringway2", "ringway", 1.20, 1.05),
    ("two workers against one, pipeline 16", "cpu_us", "p16", "ringway2", "ringway", 1.20, 1.05),
)

QUIET = 0.1  # cores that others may use

FIGURES = ("cpu_us", "redis_cpu_us", "client_cpu_us", "requests_per_second", "p50_us", "p99_us", "p999_us")

NAMES = {"ringway": "ringway-proxy", "ringway2": "ringway-proxy, 2 workers", "echo": "echo floor", "direct": "no proxy"}

NOTES = """\
CPU is microseconds of each process for one request, user and system, all its threads; redis is both servers.
A ratio is taken within each round, and shown is the median with the lowest and highest round behind it.
Of the p99 a ratio is taken within each slice of each round (0.2 s or more, the two in turn, both running all the time); shown
is the median of all slices, and behind it the medians of the lowest and the highest round.
In TCP mode haproxy ties a client to one redis-server, the echo server asks none: of these two the CPU counts."""


def verdict(value, must, aim):
    if aim is not None and value <= aim:
        return "aim"
    return "met" if value <= must else "missed"


def medians(runs, figures=FIGURES):
    """scenario -> target -> figure -> median over the rounds, from a list of runs."""
    table = {}
    for run in runs:
        table.setdefault(run["scenario"], {}).setdefault(run["target"], []).append(run)
    return {scenario: {target: {figure: statistics.median(run[figure] for run in found) for figure in figures}
                       for target, found in targets.items()} for scenario, targets in table.items()}


def ratios(runs, rows=ROWS):
    """One dictionary for each row that was measured; `rows` as in ROWS, where there may be no aim."""
    by_place = {(run["round"], run["slice"], run["scenario"], run["target"]): run for run in runs}
    turns = sorted({(run["round"], run["slice"]) for run in runs})
    found = []
    for name, figure, scenario, target, against, must, aim in rows:
        rounds = {}
        for turn in turns:
            ours, theirs = (by_place.get((*turn, scenario, one)) for one in (target, against))
            if ours and theirs and theirs[figure] > 0:
                rounds.setdefault(turn[0], []).append(ours[figure] / theirs[figure])
        if rounds:
            value = statistics.median(ratio for slices in rounds.values() for ratio in slices)
            found.append({"name": name, "figure": figure, "scenario": scenario, "target": target, "against": against,
                          "must": must, "aim": aim, "value": value, "slices": list(rounds.values()),
                          "samples": [statistics.median(slices) for slices in rounds.values()],
                          "verdict": verdict(value, must, aim)})
    return found


def percentile(counts, share):
    """Of values and how often each was seen; None where there are none."""
    wanted = max(1, math.ceil(share * sum(counts.values())))
    for value in sorted(counts):
        wanted -= counts[value]
        if wanted <= 0:
            return value
    return None


def together_lines(latencies):
    """The p99 of all requests of the open loop, whatever their slice: what a few stalls decide."""
    found = {target: percentile(of, 0.99) for target, of in latencies.items()}
    if found and all(value is not None for value in found.values()):
        yield "p99 of all slices together: " + ", ".join(
            f"{NAMES.get(target, target)} {value:.0f} us" for target, value in found.items())


def bar(name, samples, must, aim=None, at_least=False):
    """A row as `ratios` makes them, of samples that are there already; None if there are none."""
    if not samples:
        return None
    value = statistics.median(samples)
    word = ("met" if value >= must else "missed") if at_least else verdict(value, must, aim)
    return {"name": name, "must": must, "aim": aim, "at_least": at_least, "value": value, "samples": samples,
            "verdict": word}


def clock_difference(runs):
    """The largest difference between the two clocks of CPU time, as a share of the finer; None where none can tell.

    A tick is 10 ms: less than a second of CPU time tells nothing.
    """
    shares = [abs(run["ticks_s"] - run["scheduled_s"]) / run["scheduled_s"] for run in runs if run["scheduled_s"] >= 1]
    return max(shares, default=None)


def foreign_note(runs):
    """Tells when somebody else used the machine, for then the figures are worth less."""
    disturbed = [run["foreign_cores"] for run in runs if run["foreign_cores"] > QUIET]
    if not disturbed:
        return f"Others used less than {QUIET} of a core all the time."
    return (f"DISTURBED: during {len(disturbed)} of {len(runs)} measurements others used more than {QUIET} of a core, "
            f"up to {max(disturbed):.2f}.")


def run_line(run):
    others = f"  (others: {run['foreign_cores']:.2f} cores)" if run["foreign_cores"] > QUIET else ""
    return (f"{run['cpu_us']:8.3f} us CPU  {run['requests_per_second']:11,.0f}/s  p50 {run['p50_us']:8.1f}  "
            f"p99 {run['p99_us']:8.1f}  p99.9 {run['p999_us']:8.1f} us{others}")


def measured_lines(runs, titles):
    yield (f"{'':26}{'CPU':>9}{'redis':>9}{'client':>9}{'requests/s':>13}{'p50 us':>11}{'p99 us':>11}{'p99.9 us':>11}")
    for scenario, targets in medians(runs).items():
        yield f"-- {scenario}: {titles[scenario]}"
        for target, of in targets.items():
            yield (f"{NAMES.get(target, target):26}{of['cpu_us']:9.3f}{of['redis_cpu_us']:9.3f}{of['client_cpu_us']:9.3f}"
                   f"{of['requests_per_second']:13,.0f}{of['p50_us']:11.1f}{of['p99_us']:11.1f}{of['p999_us']:11.1f}")


def ratio_lines(rows, subject="ringway-proxy, ratio"):
    width = max([40, *(len(row["name"]) + 2 for row in rows)])
    yield f"{subject:{width}}{'median':>8}{'rounds':>15}{'must':>7}{'aim':>7}"
    for row in rows:
        spread = f"{min(row['samples']):.2f}-{max(row['samples']):.2f}"
        aim = "" if row["aim"] is None else f"{row['aim']:.2f}"
        word = {"aim": "reaches the aim", "met": "met", "missed": "MISSED"}[row["verdict"]]
        yield f"{row['name']:{width}}{row['value']:8.3f}{spread:>15}{row['must']:7.2f}{aim:>7}  {word}"


def report(runs, titles, latencies=None):
    """The text at the end. `latencies`: of the open loop, for each target how often each was seen."""
    lines = ["", *measured_lines(runs, titles), "", *ratio_lines(ratios(runs)), *together_lines(latencies or {}), "", NOTES]
    return "\n".join([*lines, *trust_lines(runs)])


def trust_lines(runs):
    """What tells whether figures of CPU time can be trusted."""
    yield foreign_note(runs)
    difference = clock_difference(runs)
    if difference is not None:
        yield f"CPU time is the scheduler's; the clock ticks differ from it by {100 * difference:.1f} % at most."
