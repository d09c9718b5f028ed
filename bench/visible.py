#!/usr/bin/env python3
"""From append to visible: how long an event takes into the views, beside a bare consumer of the same records.

Started by ./dev bench visible. One process appends on a schedule that waits for nothing (open loop), folds, and reads with a
bare librdkafka consumer; each latency counts from the instant the event was due. It is done at several rates, with and without
1,000 queries a second of the views, and while another process makes all views of a large topic anew. First a fold that is held
up for two seconds must show in the result.
"""
import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys

import latencies
import standings
from measure import ROOT, SIJILL, bootstrap_interval, broker, load, machine, rotated_rounds, write_result

VISIBLE = os.path.join(ROOT, "build/release/bench/visible")
STALL_MS = 2000
REBUILT = "rebuilt"  # the topic of the rebuild
GATED = "10,000/s, 1,000 queries/s"
GATE, GOAL = 2.0, 1.3  # p99, in times of the bare consumer's


def scenarios(args):
    """By name: events a second, queries a second, and whether a rebuild goes on."""
    plain = {f"{rate:,}/s": (rate, 0, False) for rate in args.rates}
    return plain | {f"{rate:,}/s, 1,000 queries/s": (rate, 1000, False) for rate in args.rates} | {
        "10,000/s, during a rebuild": (10_000, 0, True)}


def run(bootstrap, scratch, rate, seconds, queries=0, stall_ms=0):
    run.number += 1
    topic, data = f"visible-{run.number}", os.path.join(scratch, f"visible-{run.number}")
    subprocess.run([SIJILL, "topic", "create", "--kafka", bootstrap, "--topic", topic, "--partitions", "6"], check=True,
                   stdout=subprocess.DEVNULL)
    done = subprocess.run([VISIBLE, bootstrap, topic, data, str(rate), str(seconds), str(queries), str(stall_ms)],
                          capture_output=True, text=True, check=False)
    shutil.rmtree(data, ignore_errors=True)
    if done.returncode != 0:
        sys.exit(f"visible failed ({done.returncode}):\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


run.number = 0  # of the topic: each run has one of its own


@contextlib.contextmanager
def rebuilding(bootstrap, scratch):
    """Makes all views of the large topic again and again, in a process of its own, which ends with the first that fails."""
    data = os.path.join(scratch, "rebuilt")
    command = f"while rm -rf {data} && {SIJILL} catch-up --workers 1 --kafka {bootstrap} --topic {REBUILT} --data {data}; do :; done"
    process = subprocess.Popen(["bash", "-c", command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)
    try:
        yield
        if process.poll() is not None:
            sys.exit("the rebuild failed, so nothing was measured beside it")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, 9)
        process.wait()


def check_itself(bootstrap, scratch):
    """A measurement that does not see a fold held up, or by which folding takes no time, says nothing."""
    stalled = run(bootstrap, scratch, 1000, 8, stall_ms=STALL_MS)
    if stalled["visible"]["p999"] < STALL_MS * 0.9 or stalled["bare"]["p999"] > STALL_MS * 0.5:
        sys.exit(f"a stall of {STALL_MS} ms is not seen: {stalled}")
    if stalled["bare"]["p50"] > stalled["visible"]["p50"]:
        sys.exit(f"the bare consumer has a record later than the views: it is held up itself: {stalled}")
    print(f"self-test: a fold held up for {STALL_MS} ms shows as p99.9 {stalled['visible']['p999']:.0f} ms", file=sys.stderr)


def row_of(name, runs):
    """The medians of the rounds, and p99 in times of the bare consumer's of the same run."""
    ratios = [each["visible"]["p99"] / each["bare"]["p99"] for each in runs]
    low, high = bootstrap_interval(ratios, 1)
    row = {"scenario": name, "p99_ratio": [round(value, 2) for value in (statistics.median(ratios), low, high)]}
    for kind in runs[0].keys() - {"events"}:
        row[kind] = {quantile: round(statistics.median(each[kind][quantile] for each in runs), 2) for quantile in runs[0][kind]}
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rates", type=int, nargs="+", default=[1_000, 5_000, 10_000, 20_000], help="events a second")
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--rebuilt", type=int, default=1_000_000, help="events of the topic that is folded anew meanwhile")
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench/visible.json"))
    args = parser.parse_args()
    asked = scenarios(args)
    with broker() as (scratch, bootstrap):
        load(bootstrap, REBUILT, args.rebuilt, args.rebuilt // 10)
        check_itself(bootstrap, scratch)
        for _ in range(3):  # the broker's Java is compiled meanwhile
            run(bootstrap, scratch, max(args.rates), args.seconds, queries=1000)

        def run_one(name):
            rate, queries, rebuild = asked[name]
            with rebuilding(bootstrap, scratch) if rebuild else contextlib.nullcontext():
                return run(bootstrap, scratch, rate, args.seconds, queries)

        runs, steal = rotated_rounds(list(asked), args.rounds, run_one, lambda each: f"p99 {each['visible']['p99']} ms")
    rows = [row_of(name, each) for name, each in runs.items()]
    gates = []
    if GATED in runs:
        ratios = [each["visible"]["p99"] / each["bare"]["p99"] for each in runs[GATED]]
        gates.append(standings.gate(f"p99 at {GATED}, in times of bare", ratios, (GATE, GOAL), at_least=False))
    else:
        print(f"not judged: the gate is about {GATED}", file=sys.stderr)
    result = {"machine": machine(), "rounds": args.rounds, "seconds": args.seconds, "steal_per_round": steal, "results": rows,
              "gates": gates}
    print(*latencies.visible_lines(result), sep="\n")
    write_result(args.out, result)
    return 0 if all(each["held"] for each in gates) else 1


if __name__ == "__main__":
    sys.exit(main())
