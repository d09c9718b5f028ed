#!/usr/bin/env python3
"""KPIs of a year, day for day and by a dimension, over a million contacts; and what the fold of one event costs.

Started by ./dev bench kpi. fold_bench makes the shards and tells CPU nanoseconds an event; kpi_bench adds the
calls and asks, without HTTP.
"""
import argparse
import json
import os
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--partitions", type=int, default=6)
    parser.add_argument("--contacts-at-least", type=int, default=1_000_000)
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench/kpi.json"))
    args = parser.parse_args()
    with scratch_directory() as scratch:
        shards = os.path.join(scratch, "shards")
        fold, = lines_of(os.path.join(BENCH, "fold_bench"), shards, args.events, args.cases, args.partitions)
        print(f"fold of an event: {fold}", file=sys.stderr)
        years = lines_of(os.path.join(BENCH, "kpi_bench"), shards, args.calls, args.partitions)
    contacts = years[0]["contacts"]
    if contacts < args.contacts_at_least:
        sys.exit(f"{contacts:,} contacts are too few: the gate is about {args.contacts_at_least:,}")
    gates = [standings.gate("the slowest question: p99 ms", [max(row["p99_ms"] for row in years)], YEAR_MS, at_least=False)]
    result = {"machine": machine(), "arguments": vars(args), "fold": fold, "years": years, "gates": gates}
    print(*latencies.kpi_lines(result), sep="\n")
    write_result(args.out, result)
    return 0 if gates[0]["held"] else 1


if __name__ == "__main__":
    sys.exit(main())
