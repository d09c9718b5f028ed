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

from measure import ROOT, machine, scratch_directory, write_result

YEAR_GATE_MS = 50.0  # p99 of each question
CONTACTS_AT_LEAST = 1_000_000
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
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench/kpi.json"))
    args = parser.parse_args()
    with scratch_directory() as scratch:
        shards = os.path.join(scratch, "shards")
        fold, = lines_of(os.path.join(BENCH, "fold_bench"), shards, args.events, args.cases, args.partitions)
        print(f"fold of an event: {fold}", file=sys.stderr)
        years = lines_of(os.path.join(BENCH, "kpi_bench"), shards, args.calls, args.partitions)
    print("| KPI of 365 days | by | figures | p50 ms | p99 ms | CPU ms |")
    print("| --- | --- | --- | --- | --- | --- |")
    for row in years:
        print(f"| {row['kpi']} | {row['by']} | {row['figures']:,} | {row['p50_ms']} | {row['p99_ms']} | {row['cpu_ms']} |")
    contacts, slowest = years[0]["contacts"], max(row["p99_ms"] for row in years)
    is_held = slowest <= YEAR_GATE_MS and contacts >= CONTACTS_AT_LEAST
    print(f"gate: a year of {contacts:,} contacts: p99 at most {YEAR_GATE_MS} ms: {'held' if is_held else 'MISSED'} ({slowest} ms)")
    write_result(args.out, {"machine": machine(), "arguments": vars(args), "fold": fold, "years": years})
    return 0 if is_held else 1


if __name__ == "__main__":
    sys.exit(main())
