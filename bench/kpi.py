#!/usr/bin/env python3
"""KPIs of a year, day for day and by a dimension, over a million contacts; and what the fold of one event costs.

Started by ./dev bench kpi. fold_bench makes the shards and tells CPU nanoseconds an event; kpi_bench adds the
calls and asks, without HTTP.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys

import latencies
import standings
from measure import ROOT, machine, scratch_directory, write_result

YEAR_MS = (50.0, 25.0)  # p99 of each question: gate and goal
BENCH = os.path.join(ROOT, "build/release/bench")


def lines_of(*command):
    out = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def fold_costs(program, args, scratch):
    """What fold_bench says of the fold of an event; its shards stay in `scratch`/shards."""
    shards = os.path.join(scratch, "shards")
    shutil.rmtree(shards, ignore_errors=True)
    fold, = lines_of(program, shards, args.events, args.cases, args.partitions)
    return fold


def compared(before, args, scratch):
    """Both in turn, in rounds: the medians of what each says, by name."""
    programs = {before: args.before, "now": os.path.join(BENCH, "fold_bench")}
    rounds = [{name: fold_costs(program, args, scratch) for name, program in programs.items()} for _ in range(args.rounds)]
    return {name: {key: round(statistics.median(each[name][key] for each in rounds)) for key in rounds[0][name]}
            for name in programs}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--partitions", type=int, default=6)
    parser.add_argument("--before", help="a fold_bench of another commit, to compare the cost of the fold with")
    parser.add_argument("--before-name", default="before", help="what the page calls it")
    parser.add_argument("--rounds", type=int, default=3, help="with --before")
    parser.add_argument("--contacts-at-least", type=int, default=1_000_000)
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench/kpi.json"))
    args = parser.parse_args()
    with scratch_directory() as scratch:
        if args.before:
            folds = compared(args.before_name, args, scratch)
        else:
            folds = {"now": fold_costs(os.path.join(BENCH, "fold_bench"), args, scratch)}
        print(f"fold of an event: {folds}", file=sys.stderr)
        years = lines_of(os.path.join(BENCH, "kpi_bench"), os.path.join(scratch, "shards"), args.calls, args.partitions)
    contacts = years[0]["contacts"]
    if contacts < args.contacts_at_least:
        sys.exit(f"{contacts:,} contacts are too few: the gate is about {args.contacts_at_least:,}")
    gates = [standings.gate("the slowest question: p99 ms", [max(row["p99_ms"] for row in years)], YEAR_MS, at_least=False)]
    sizes = {name: value for name, value in vars(args).items() if name not in ("before", "out")}
    result = {"machine": machine(), "arguments": sizes, "folds": folds, "years": years, "gates": gates}
    print(*latencies.kpi_lines(result), sep="\n")
    write_result(args.out, result)
    return 0 if gates[0]["held"] else 1


if __name__ == "__main__":
    sys.exit(main())
