#!/usr/bin/env python3
"""Catch-up against a bare librdkafka consumer: one broker, one topic, contestants in rotated rounds.

Started by ./dev bench catch-up. Each contestant reads the whole topic in a process of its own; the kernel's accounting of that
process gives CPU and peak memory. Ratios are taken inside a round, because the machine's speed drifts between rounds.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys

from measure import ROOT, SIJILL, bootstrap_interval, broker, machine, measured, rotated_rounds, write_result

BARE = os.path.join(ROOT, "build/release/bench/bare_consumer")
GATE = 0.35


def contestants(bootstrap, topic, scratch):
    """Name and command of each contestant; every fold starts from nothing."""
    def fold(workers):
        data = os.path.join(scratch, f"fold-{workers}")
        shutil.rmtree(data, ignore_errors=True)
        return [SIJILL, "catch-up", "--kafka", bootstrap, "--topic", topic, "--data", data, "--workers", str(workers)]
    return {
        "bare, 1 handle": lambda: [BARE, bootstrap, topic],
        "catch-up, 1 worker": lambda: fold(1),
        "catch-up, 2 workers": lambda: fold(2),
    }


def summarize(name, runs, bare, events):
    rates = [events / run["wall"] for run in runs]
    ratios = [base["wall"] / run["wall"] for base, run in zip(bare, runs)]
    cpu = [run["cpu"] / base["cpu"] for base, run in zip(bare, runs)]
    low, high = bootstrap_interval(ratios, 1)
    return {
        "contestant": name,
        "events_per_second": round(statistics.median(rates)),
        "ratio_to_bare": round(statistics.median(ratios), 3),
        "ratio_low": round(low, 3),
        "ratio_high": round(high, 3),
        "cpu_ns_per_event": round(statistics.median(run["cpu"] for run in runs) * 1e9 / events),
        "cpu_ratio_to_bare": round(statistics.median(cpu), 2),
        "peak_mib": round(max(run["peak_kib"] for run in runs) / 1024),
    }


def table(rows):
    print("| contestant | events/s | ratio to bare (95 %) | CPU ns/event | CPU to bare | peak MiB |")
    print("| --- | --- | --- | --- | --- | --- |")
    for row in rows:
        print(f"| {row['contestant']} | {row['events_per_second']:,} | {row['ratio_to_bare']:.2f} "
              f"({row['ratio_low']:.2f}-{row['ratio_high']:.2f}) | {row['cpu_ns_per_event']:,} | "
              f"{row['cpu_ratio_to_bare']:.2f} | {row['peak_mib']:,} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--subjects", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="500,000 events, 3 rounds")
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench/catch-up.json"))
    args = parser.parse_args()
    if args.quick:
        args.events, args.subjects, args.rounds = 500_000, 50_000, 3
    with broker() as (scratch, bootstrap):
        common = ["--kafka", bootstrap, "--topic", "bench"]
        subprocess.run([SIJILL, "topic", "create", *common, "--partitions", "6"], check=True)
        print(f"loading {args.events:,} events, {args.subjects:,} subjects, 6 partitions, lz4", file=sys.stderr)
        subprocess.run([SIJILL, "generate", "--scenario", "load", "--events", str(args.events), "--subjects",
                        str(args.subjects), "--publish", *common], check=True)
        named = contestants(bootstrap, "bench", scratch)
        counted = json.loads(measured(named["bare, 1 handle"]())["out"])  # also warms the page cache
        runs, steal = rotated_rounds(list(named), args.rounds, lambda name: measured(named[name]()),
                                     lambda run: f"{run['wall']:.2f} s")
    bare = runs["bare, 1 handle"]
    rows = [summarize(name, run, bare, counted["records"]) for name, run in runs.items()]
    result = {"machine": machine(), "events": counted["records"], "bytes": counted["bytes"], "partitions": 6,
              "codec": "lz4", "rounds": args.rounds, "steal_per_round": steal, "rocksdb": "packaged",
              "broker": "Apache Kafka 4.1.0 on the same machine", "results": rows}
    print(f"{counted['records']:,} events, {counted['bytes'] / counted['records']:.0f} bytes each, "
          f"{args.rounds} rounds, steal per round {steal}")
    table(rows)
    best = max(row["ratio_to_bare"] for row in rows[1:])
    print(f"gate: at least {GATE:.2f} of the bare consumer with one handle: {'held' if best >= GATE else 'MISSED'} ({best:.2f})")
    write_result(args.out, result)
    return 0 if best >= GATE else 1


if __name__ == "__main__":
    sys.exit(main())
