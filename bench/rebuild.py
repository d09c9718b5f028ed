#!/usr/bin/env python3
"""Rebuild: the views folded from nothing, against the time to read the log with as many handles.

Started by ./dev bench rebuild. In each round the shards are gone and `sijill catch-up` makes them, durable when it ends; a bare
consumer reads the same topic. At the end `sijill audit replay` folds once more and compares every row.
"""
import argparse
import json
import os
import shutil
import sys

import standings
from contestants import BARE
from measure import ROOT, SIJILL, broker, load, machine, measured, rotated_rounds, size_of, write_result

TOPIC = "rebuild"
BARE_NAME, SIJILL_NAME = "bare librdkafka, 2 handles", "Sijill, 2 workers"
GATE, GOAL = 4, 2.5  # times of reading


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--full", action="store_true", help="10,000,000 events, 1,000,000 cases, 5 rounds")
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench/rebuild.json"))
    args = parser.parse_args()
    if args.full:
        args.events, args.cases, args.rounds = 10_000_000, 1_000_000, 5
    return args


def read(bootstrap):
    done = measured([BARE, bootstrap, TOPIC, "2"])
    return done | {"wall": (json.loads(done["out"])["end_ns"] - done["start_ns"]) / 1e9}


def main():
    args = parse()
    with broker() as (scratch, bootstrap):
        data = os.path.join(scratch, "data")
        log = ["--kafka", bootstrap, "--topic", TOPIC, "--data", data]

        def run(name):
            if name == BARE_NAME:
                return read(bootstrap)
            shutil.rmtree(data, ignore_errors=True)
            done = measured([SIJILL, "catch-up", *log, "--workers", "2"])
            return done | {"state_bytes": size_of(data)}
        load(bootstrap, TOPIC, args.events, args.cases)
        read(bootstrap)  # warms the page cache
        runs, steal = rotated_rounds([BARE_NAME, SIJILL_NAME], args.rounds, run, lambda each: f"{each['wall']:.2f} s")
        replay = measured([SIJILL, "audit", "replay", *log, "--scratch", os.path.join(scratch, "replay")])
    ratios = [ours["wall"] / base["wall"] for ours, base in zip(runs[SIJILL_NAME], runs[BARE_NAME])]
    gates = [standings.gate("rebuild, durable, in times of reading (2 workers, 2 handles)", ratios, (GATE, GOAL), at_least=False)]
    rows = [{"contestant": name, "seconds": standings.compared([each["wall"] for each in runs[name]]),
             "cpu_ns_per_event": round(standings.compared([each["cpu"] for each in runs[name]])[0] * 1e9 / args.events),
             "peak_mib": round(max(each["peak_kib"] for each in runs[name]) / 1024),
             "state_mib": round(runs[name][-1].get("state_bytes", 0) / (1 << 20), 1)} for name in runs]
    result = {"machine": machine(), "events": args.events, "cases": args.cases, "rounds": args.rounds, "steal_per_round": steal,
              "replay_seconds": round(replay["wall"], 2), "results": rows, "gates": gates}
    print(*standings.rebuild_lines(result), sep="\n")
    write_result(args.out, result)
    return 0 if all(each["held"] for each in gates) else 1


if __name__ == "__main__":
    sys.exit(main())
