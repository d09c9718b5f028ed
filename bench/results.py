#!/usr/bin/env python3
"""Writes the results of bench/README.md anew: the part between its two markers, from bench/results/*.json and, for the gates of
another machine, from each folder there.

    bench/results.py            rewrites it
    bench/results.py --check    changes nothing; exit 1 when it is not what the files say
"""
import json
import os
import sys

import latencies
import standings
from measure import ROOT

BEGIN = "<!-- Results: written by bench/results.py from bench/results/. -->"
END = "<!-- End of the results. -->"
README = os.path.join(ROOT, "bench/README.md")
RESULTS = os.path.join(ROOT, "bench/results")

METHOD = os.path.join(ROOT, "bench/method.md")
LIMITS = os.path.join(ROOT, "bench/limits.md")


def machine_lines(result):
    machine = result["machine"]
    yield f"- machine: {machine['cpu']}, {machine['cores']} cores, {machine['memory_mib']:,} MiB; commit {machine['commit']}"
    if "versions" in result:
        yield "- versions: " + "; ".join(f"{name} {version}" for name, version in result["versions"].items())


def catch_up_section(result):
    with open(METHOD, encoding="utf-8") as method:
        yield from ("## Catch-up", "", method.read())
    yield from machine_lines(result)
    yield (f"- {result['events']:,} events of {result['bytes'] / result['events']:.0f} bytes ({result['small']:,} for Streams DSL "
           f"and Python), {result['partitions']} partitions, {result['codec']}, {result['rounds']} rounds")
    yield f"- {standings.pulse_text(result['steal_per_round'], result['bare_spread'])}"
    yield ""
    yield from standings.table(result["results"])
    yield ""
    yield from standings.gate_table(result["gates"])


def rebuild_section(result):
    yield from ("## Rebuild", "")
    yield from machine_lines(result)
    yield ""
    yield from standings.rebuild_lines(result)


def growth_section(result):
    yield from ("## Growth", "")
    yield from machine_lines(result)
    yield ""
    yield from standings.growth_lines(result)


def latency_section(title, about, lines):
    """A section of what `lines` says of a result."""
    def section(result):
        yield from (f"## {title}", "", about, "")
        yield from machine_lines(result)
        yield "- " + next(told := lines(result))
        yield from told
    return section


def profile_section(result):
    yield from latency_section(
        "Where a catch-up's time goes", "Samples of all threads, by the part of the fold that stands nearest to the top of the stack.",
        latencies.profile_lines)(result)
    yield ""
    with open(LIMITS, encoding="utf-8") as limits:
        yield limits.read().rstrip("\n")


def label_of(results):
    """A machine, and the commits that ran there."""
    machines = [result["machine"] for result in results.values()]
    return f"{machines[0]['cpu']}, {', '.join(sorted({machine['commit'] for machine in machines}))}"


def gates_of(results):
    return {gate["gate"]: gate for name in SECTIONS for gate in results.get(name, {}).get("gates", ())}


def gates_section(sets):
    """All gates, a column for each set of results."""
    columns = [gates_of(results) for results in sets]
    yield from ("## Gates", "", "Each machine with its commits; all that stands below the table is of the first.", "")
    yield "| gate | bound | goal | " + " | ".join(map(label_of, sets)) + " |"
    yield "| --- " * (3 + len(sets)) + "|"
    for text, gate in columns[0].items():
        of_text = [column.get(text) for column in columns]
        cells = (f"{standings.measured_text(each)} {standings.verdict_of(each)}" if each else "" for each in of_text)
        yield f"| {text} | {standings.bounds_text(gate)} | {' | '.join(cells)} |"


SECTIONS = {
    "catch-up": catch_up_section, "rebuild": rebuild_section, "growth": growth_section,
    "sizes": latency_section(
        "Memory and disk",
        "Memory: what the heap has grown by when all is folded and nothing is committed, so that every state is in it.\n"
        "A catch-up keeps as many states as `--state-cache` lets it, and reads the others again.", latencies.sizes_lines),
    "profile": profile_section,
    "visible": latency_section(
        "From append to visible",
        "Milliseconds from the instant an event was due: until the log had it (acknowledged), a bare consumer got it,\n"
        "and the views had it. All events are of one day. Queries are of the views, counted likewise. Ratios are taken inside a run.", latencies.visible_lines),
    "query": latency_section(
        "Queries over HTTP",
        "One `sijill serve` over the embedded log, asked by wrk, 16 connections where nothing is said. Each of the cases\n"
        "has been asked for before, so that their texts are kept (`http.kept_cases`).", latencies.query_lines),
    "kpi": latency_section("KPIs of a year", "In the process, from shards as a catch-up leaves them.", latencies.kpi_lines),
}


def generated(results, others):
    """The part between the markers. results: by the name of their file; others: likewise, of each other machine."""
    if not any(name in results for name in SECTIONS):
        return "No results are kept here: `./dev bench` makes them in `build/bench/`.\n"
    parts = ["\n".join(section(results[name])) for name, section in SECTIONS.items() if name in results]
    return "\n\n".join(["\n".join(gates_section([results, *others])), *parts]) + "\n"


def rewritten(page, results, others=()):
    """The page with its results as the files say. Errors: ValueError when a marker is missing."""
    before, _, rest = page.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError("the page lacks a marker")
    return f"{before}{BEGIN}\n\n{generated(results, others)}\n{END}{after}"


def kept_results(folder=RESULTS):
    results = {}
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        if name.endswith(".json"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                results[name.removesuffix(".json")] = json.load(file)
    return results


def kept_elsewhere():
    """The results of each other machine."""
    entries = sorted(os.scandir(RESULTS), key=lambda entry: entry.name) if os.path.isdir(RESULTS) else ()
    return [kept_results(entry.path) for entry in entries if entry.is_dir()]


def main():
    with open(README, encoding="utf-8") as file:
        page = file.read()
    wanted = rewritten(page, kept_results(), kept_elsewhere())
    if sys.argv[1:] == ["--check"]:
        print("bench/README.md", "is what bench/results say" if page == wanted else "is not what bench/results say")
        return 0 if page == wanted else 1
    with open(README, "w", encoding="utf-8") as file:
        file.write(wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
