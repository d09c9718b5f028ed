"""bench/standings.py - what the rounds of ./dev bench catch-up say: rows, gates, and the table of them."""
import collections
import statistics

from contestants import BARE_NAME
from measure import bootstrap_interval

# What is divided by what, in each round; the better pass of a JVM contestant counts. Gate and goal as in the issue.
SPEED_GATES = (
    ("catch-up against a bare consumer, one handle each", "Sijill, 1 worker", BARE_NAME, 0.55, 0.75),
    ("the second worker", "Sijill, 2 workers", "Sijill, 1 worker", 1.25, 1.5),
    ("against Streams DSL, defaults (1 thread each)", "Sijill, 1 worker", "Streams DSL, defaults", 10, 20),
    ("against Streams DSL, tuned (2 threads each)", "Sijill, 2 workers", "Streams DSL, tuned", 10, 20),
    ("against Streams Processor API, RocksDB (2 threads each)", "Sijill, 2 workers", "Streams Processor API, RocksDB", 3, 6),
    ("against Streams Processor API, in memory (2 threads each)", "Sijill, 2 workers", "Streams Processor API, in memory", 1.5, 3),
    ("against a Java consumer with a fold by hand (2 threads each)", "Sijill, 2 workers", "Java consumer, fold by hand, 2 threads",
     1.3, 2),
)
CPU_GATE, CPU_GOAL = 2.5, 1.6
DIRTY_STEAL = 0.03
STEADY_SPREAD = 0.2


def agreed_digest(passes):
    """The digest that most of them have; None when nobody keeps figures."""
    counted = collections.Counter(each["digest"] for each in passes if each["digest"])
    return counted.most_common(1)[0][0] if counted else None


def judge(runs, slow):
    """Marks each pass: figures "same", "none" or "differ". Contestants of one topic are compared with each other."""
    for names in (set(runs) - slow, slow & set(runs)):
        passes = [each for name in names for run in runs[name] for each in run]
        agreed = agreed_digest(passes)
        for each in passes:
            each["figures"] = "none" if each["digest"] is None else "same" if each["digest"] == agreed else "differ"


def rate(each):
    return each["records"] / each["seconds"]


def cpu(each):
    return each["cpu_seconds"] * 1e9 / each["records"]


def passes_of(run):
    return {each["pass"]: each for each in run}


def compared(values):
    """Median and 95 % interval of ratios, one from each round."""
    low, high = bootstrap_interval(values, 1)
    return [float(f"{value:.4g}") for value in (statistics.median(values), low, high)]


def row_of(name, which, runs, bare):
    mine = [passes_of(run)[which] for run in runs]

    def middle(key, by=1.0):
        return statistics.median(each[key] for each in mine) / by
    return {
        "contestant": name, "pass": which, "events": mine[0]["records"],
        "events_per_second": round(statistics.median(rate(each) for each in mine)),
        "ratio_to_bare": compared([rate(each) / rate(base) for each, base in zip(mine, bare)]),
        "first_record_seconds": None if mine[0]["first_record_seconds"] is None else round(middle("first_record_seconds"), 2),
        "cpu_ns_per_event": round(statistics.median(cpu(each) for each in mine)),
        "cpu_to_bare": round(statistics.median(cpu(each) / cpu(base) for each, base in zip(mine, bare)), 2),
        "broker_ns_per_event": round(middle("broker_cpu_seconds", mine[0]["records"] / 1e9)),
        "peak_mib": round(max(each["peak_kib"] for each in mine) / 1024),
        "written_mib": round(middle("written_bytes", 1 << 20), 1),
        "state_mib": round(middle("state_bytes", 1 << 20), 1),
        "broker_mib": round(middle("broker_bytes", 1 << 20), 1),
        "figures": "differ" if any(each["figures"] == "differ" for each in mine) else mine[0]["figures"],
    }


def rows_of(runs):
    bare = [run[0] for run in runs[BARE_NAME]]
    return [row_of(name, each["pass"], rounds, bare) for name, rounds in runs.items() for each in rounds[0]]


def best_rates(rounds):
    """The rate in each round: of the pass whose median is higher."""
    names = [each["pass"] for each in rounds[0]]
    of_pass = [[rate(passes_of(run)[which]) for run in rounds] for which in names]
    return max(of_pass, key=statistics.median)


def gate(text, values, bounds, at_least=True):
    """A ratio is held when its interval is; a goal likewise."""
    median, low, high = compared(values)
    worst = low if at_least else high

    def reached(bound):
        return worst >= bound if at_least else worst <= bound
    return {"gate": text, "bound": bounds[0], "goal": bounds[1], "at_least": at_least, "value": median, "low": low, "high": high,
            "held": reached(bounds[0]), "reached": reached(bounds[1])}


def gates_of(runs, cases):
    """The gates of those that took part."""
    gates = []
    for text, ours, theirs, bound, goal in SPEED_GATES:
        if ours in runs and theirs in runs:
            ratios = [a / b for a, b in zip(best_rates(runs[ours]), best_rates(runs[theirs]))]
            gates.append(gate(text, ratios, (bound, goal)))
    if "Sijill, 1 worker" not in runs:
        return gates
    one = [run[0] for run in runs["Sijill, 1 worker"]]
    ratios = [cpu(mine) / cpu(base[0]) for mine, base in zip(one, runs[BARE_NAME])]
    gates.append(gate("CPU an event, whole process, against the bare consumer's", ratios, (CPU_GATE, CPU_GOAL), at_least=False))
    events = one[0]["records"]
    sizes = [each["state_bytes"] / (200 * cases + 28 * events) for each in one]
    gates.append(gate("disk of the read model, of 200 B a case + 28 B an event", sizes,
                      (1.0, round((100 * cases + 20 * events) / (200 * cases + 28 * events), 2)), at_least=False))
    return gates


def table(rows):
    """Lines of Markdown."""
    yield ("| contestant | pass | events | events/s | of bare (95 %) | first record s | CPU ns/event | of bare | broker ns/event | "
           "peak MiB | written MiB | state MiB | own topics MiB | figures |")
    yield "| --- " * 14 + "|"
    for row in rows:
        median, low, high = row["ratio_to_bare"]
        void = row["figures"] == "differ"
        speed = "void | void" if void else f"{row['events_per_second']:,} | {median:.3g} ({low:.3g}-{high:.3g})"
        first = "" if row["first_record_seconds"] is None else f"{row['first_record_seconds']:.2f}"
        yield (f"| {row['contestant']} | {row['pass']} | {row['events']:,} | {speed} | {first} | {row['cpu_ns_per_event']:,} | "
               f"{row['cpu_to_bare']:.2f} | {row['broker_ns_per_event']:,} | {row['peak_mib']:,} | {row['written_mib']:,} | "
               f"{row['state_mib']:,} | {row['broker_mib']:,} | {'DIFFER' if void else row['figures']} |")


def measured_text(gate):
    """The value, and its interval where it has one."""
    interval = "" if gate["low"] == gate["high"] else f" ({gate['low']:.3g}-{gate['high']:.3g})"
    return f"{gate['value']:.4g}{interval}" if gate["value"] >= 1000 else f"{gate['value']:.3g}{interval}"


def verdict_of(gate):
    return "**MISSED**" if not gate["held"] else "held, goal too" if gate["reached"] else "held"


def bounds_text(gate):
    """Bound and goal, as cells."""
    sign = "≥" if gate["at_least"] else "≤"
    return f"{sign} {gate['bound']:g} | {sign} {gate['goal']:g}"


def gate_table(gates):
    yield "| gate | bound | goal | measured (95 %) | |"
    yield "| --- | --- | --- | --- | --- |"
    for each in gates:
        yield f"| {each['gate']} | {bounds_text(each)} | {measured_text(each)} | {verdict_of(each)} |"


def spread_of(runs):
    """By how much the bare consumer's rate varied: the machine's pulse."""
    rates = [rate(run[0]) for run in runs[BARE_NAME]]
    return round((max(rates) - min(rates)) / statistics.median(rates), 3)


def pulse_text(steal, spread):
    """How calm the machine was."""
    advice = ": compare ratios, not rates" if spread > STEADY_SPREAD else ""
    return (f"stolen by the hypervisor, by round: {steal_text(steal)}; the bare consumer's rate varied by {spread:.0%} "
            f"of its median{advice}")


def steal_text(steal):
    dirty = sum(share > DIRTY_STEAL for share in steal)
    told = ", ".join(f"{share:.1%}" for share in steal) if len(steal) <= 10 else f"{min(steal):.1%} to {max(steal):.1%}"
    return f"{told}; {dirty} of {len(steal)} rounds above {DIRTY_STEAL:.0%}"


def rebuild_lines(result):
    yield f"{result['events']:,} events, {result['cases']:,} cases, {result['rounds']} rounds"
    yield f"stolen by the hypervisor, by round: {steal_text(result['steal_per_round'])}"
    yield from ("", "| contestant | seconds (95 %) | CPU ns/event | peak MiB | state MiB |", "| --- " * 5 + "|")
    for row in result["results"]:
        median, low, high = row["seconds"]
        yield (f"| {row['contestant']} | {median:.2f} ({low:.2f}-{high:.2f}) | {row['cpu_ns_per_event']:,} | {row['peak_mib']:,} | "
               f"{row['state_mib']:,} |")
    yield ""
    yield from gate_table(result["gates"])
    yield from ("", f"`sijill audit replay` folded all once more and found every row the same, in {result['replay_seconds']} s.")


def growth_lines(result):
    yield f"1 worker, {result['rounds']} rounds; stolen by the hypervisor, by round: {steal_text(result['steal_per_round'])}"
    yield from ("", "| topic | events | cases | partitions | events/s | CPU ns/event | peak MiB | state MiB |", "| --- " * 8 + "|")
    for row in result["results"]:
        yield (f"| {row['topic']} | {row['events']:,} | {row['cases']:,} | {row['partitions']} | {row['events_per_second']:,} | "
               f"{row['cpu_ns_per_event']:,} | {row['peak_mib']:,} | {row['state_mib']:,} |")
    yield from ("", f"Events/s of the tenths of the longest, each with its commit: {', '.join(f'{rate:,}' for rate in result['tenths'])}.", "")
    yield from gate_table(result["gates"])
