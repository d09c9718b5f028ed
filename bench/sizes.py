#!/usr/bin/env python3
"""Memory and disk that one more case takes, and one more event.

Started by ./dev bench sizes. fold_bench folds three loads: the base, one with twice the events of as many cases, and one with as
many events of twice the cases. What the second and the third have more than the base is divided by what they have more of it.
Memory is what the heap has grown by when all is folded and nothing is committed yet: every state is in it. Disk is the
shards' directory at the end.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys

import latencies
import standings
from measure import ROOT, machine, scratch_directory, size_of, write_result

FOLD_BENCH = os.path.join(ROOT, "build/release/bench/fold_bench")
MEMORY = (300, 160)  # bytes a case: gate and goal
DISK_CASE, DISK_EVENT = (200, 100), (28, 20)


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=500_000, help="of the base")
    parser.add_argument("--cases", type=int, default=50_000, help="of the base")
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench/sizes.json"))
    return parser.parse_args()


def folded(scratch, events, cases):
    """Bytes by place of one load."""
    shards = os.path.join(scratch, "shards")
    shutil.rmtree(shards, ignore_errors=True)
    command = [FOLD_BENCH, shards, str(events), str(cases), "6", str(2 * events)]  # one window
    out = subprocess.run(command, check=True, capture_output=True, text=True)
    return {"memory": json.loads(out.stdout)["heap_bytes"], "disk": size_of(shards)}


def marginal(sizes, args):
    """Bytes that one more of each takes, by place."""
    def more(name, place, count):
        return (sizes[name][place] - sizes["base"][place]) / count
    return {place: {"case": round(more("cases x2", place, args.cases)), "event": round(more("events x2", place, args.events), 1)}
            for place in ("memory", "disk")}


def main():
    args = parse()
    with scratch_directory() as scratch:
        sizes = {name: folded(scratch, args.events * events, args.cases * cases)
                 for name, events, cases in (("base", 1, 1), ("events x2", 2, 1), ("cases x2", 1, 2))}
    more = marginal(sizes, args)
    cases, events = args.cases, args.events
    per_case = sizes["base"]["memory"] / cases
    bound, goal = (DISK_CASE[i] * cases + DISK_EVENT[i] * events for i in (0, 1))
    gates = [standings.gate("memory of the states, bytes a case with its events", [per_case], MEMORY, at_least=False),
             standings.gate("disk of the base, of 200 B a case + 28 B an event", [sizes["base"]["disk"] / bound],
                            (1.0, round(goal / bound, 2)), at_least=False)]
    result = {"machine": machine(), "events": events, "cases": cases, "sizes": sizes, "more": more, "gates": gates}
    print(*latencies.sizes_lines(result), sep="\n")
    write_result(args.out, result)
    return 0 if all(each["held"] for each in gates) else 1


if __name__ == "__main__":
    sys.exit(main())
