#!/usr/bin/env python3
"""From append to visible: how long an event takes into the views, beside a bare consumer of the same records.

Started by ./dev bench visible. One process appends on a schedule that waits for nothing (open loop), folds, and reads with a
bare librdkafka consumer; each latency counts from the instant the event was due. First a fold that is held up for two
seconds must show in the result.
"""
import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys

from measure import ROOT, SIJILL, broker, machine, steal_between, steal_share, write_result

VISIBLE = os.path.join(ROOT, "build/release/bench/visible")
STALL_MS = 2000
KINDS = ("acknowledged", "bare", "visible")


def run(bootstrap, scratch, number, rate, seconds, stall_ms=0):
    topic, data = f"visible-{number}", os.path.join(scratch, f"visible-{number}")
    subprocess.run([SIJILL, "topic", "create", "--kafka", bootstrap, "--topic", topic, "--partitions", "6"], check=True,
                   stdout=subprocess.DEVNULL)
    done = subprocess.run([VISIBLE, bootstrap, topic, data, str(rate), str(seconds), str(stall_ms)], capture_output=True,
                          text=True, check=False)
    shutil.rmtree(data, ignore_errors=True)
    if done.returncode != 0:
        sys.exit(f"visible failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


def check_itself(bootstrap, scratch):
    """A measurement that does not see a fold held up says nothing."""
    stalled = run(bootstrap, scratch, "stalled", 1000, 8, STALL_MS)
    if stalled["visible"]["p999"] < STALL_MS * 0.9 or stalled["bare"]["p999"] > STALL_MS * 0.5:
        sys.exit(f"a stall of {STALL_MS} ms is not seen: {stalled}")
    print(f"self-test: a fold held up for {STALL_MS} ms shows as p99.9 {stalled['visible']['p999']:.0f} ms", file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rates", type=int, nargs="+", default=[1000, 10000], help="events a second")
    parser.add_argument("--seconds", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench/visible.json"))
    args = parser.parse_args()
    rows = []
    with broker() as (scratch, bootstrap):
        check_itself(bootstrap, scratch)
        before = steal_share()
        rounds = {rate: [] for rate in args.rates}
        for number in range(args.rounds):
            for rate in args.rates:
                rounds[rate].append(run(bootstrap, scratch, f"{number}-{rate}", rate, args.seconds))
                print(f"  round {number + 1}: {rate:,}/s: visible p50 {rounds[rate][-1]['visible']['p50']} ms", file=sys.stderr)
        after = steal_share()
    for rate, runs in rounds.items():
        row = {"events_per_second": rate}
        for kind in KINDS:
            row[kind] = {name: round(statistics.median(each[kind][name] for each in runs), 2) for name in runs[0][kind]}
        rows.append(row)
    print("| events/s | what | p50 ms | p99 ms | p99.9 ms | max ms |")
    print("| --- | --- | --- | --- | --- | --- |")
    for row in rows:
        for kind in KINDS:
            at = row[kind]
            print(f"| {row['events_per_second']:,} | {kind} | {at['p50']} | {at['p99']} | {at['p999']} | {at['max']} |")
    steal = steal_between(before, after)
    write_result(args.out, {"machine": machine(), "rounds": args.rounds, "seconds": args.seconds, "steal": steal,
                            "results": rows})
    return 0


if __name__ == "__main__":
    sys.exit(main())
