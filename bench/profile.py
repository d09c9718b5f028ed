#!/usr/bin/env python3
"""Where the CPU time of a catch-up goes, part by part of the fold.

Started by ./dev bench profile; needs perf. One worker folds a topic of the load scenario under `perf record`; each sample counts
for the part whose function stands nearest to the top of its stack, or else for its thread.
"""
import argparse
import collections
import os
import re
import subprocess
import sys

import latencies
from measure import ROOT, SIJILL, broker, load, machine, measured, write_result

TOPIC = "profile"
PARTS = (  # the first that fits a frame, from the innermost frame outwards
    ("reading rows back", r"RocksRows::get|RocksRows::scan"),
    ("decode", r"events::Decoder::"),
    ("dropping states", r"ShardFold::shrink"),
    ("prefetch", r"AggregateTable::prefetch"),
    ("settling cells", r"Standings::settle"),
    ("sorting rows", r"RowBatch::sort"),
    ("writing rows to RocksDB", r"RocksRows::commit"),
    ("encoding rows", r"ShardFold::take_changes"),
    ("applying events", r"ShardFold::apply"),
    ("taking records from librdkafka", r"KafkaReader::"),
)
THREADS = (("librdkafka's threads", r"rdk:"), ("RocksDB's threads: flush, merge", r"rocksdb:"), ("the rest", r""))


def part_of(thread, frames):
    """The name of the part that a sample counts for."""
    for frame in frames:
        for name, pattern in PARTS:
            if re.search(pattern, frame):
                return name
    return next(name for name, pattern in THREADS if re.match(pattern, thread))


def samples(path):
    """(thread, frames from the innermost outwards) for each sample of a perf.data file."""
    out = subprocess.run(["perf", "script", "-i", path, "-F", "comm,ip,sym"], check=True, capture_output=True, text=True).stdout
    for block in out.split("\n\n"):
        lines = block.strip("\n").split("\n")
        if lines[0].strip():
            yield lines[0].strip(), lines[1:]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench/profile.json"))
    args = parser.parse_args()
    tried = subprocess.run(["perf", "record", "-e", "cpu-clock", "-o", "/dev/null", "true"], capture_output=True, check=False)
    if tried.returncode != 0:
        sys.exit("profile: `perf record -e cpu-clock` does not work here: install linux-perf, and allow it "
                 "(kernel.perf_event_paranoid)")
    with broker() as (scratch, bootstrap):
        load(bootstrap, TOPIC, args.events, args.cases)
        catch_up = [SIJILL, "catch-up", "--workers", "1", "--kafka", bootstrap, "--topic", TOPIC, "--data"]
        alone = measured([*catch_up, os.path.join(scratch, "alone")])
        data = os.path.join(scratch, "perf.data")
        subprocess.run(["perf", "record", "-q", "-e", "cpu-clock", "-F", "499", "--call-graph", "dwarf,8192", "-o", data, *catch_up,
                        os.path.join(scratch, "profiled")], check=True, stdout=subprocess.DEVNULL)
        counts = collections.Counter(part_of(thread, frames) for thread, frames in samples(data))
    total = sum(counts.values())
    cpu_ns = alone["cpu"] * 1e9 / args.events
    parts = [{"part": name, "share": round(count / total, 3), "cpu_ns": round(cpu_ns * count / total)}
             for name, count in counts.most_common()]
    result = {"machine": machine(), "events": args.events, "cases": args.cases, "samples": total, "cpu_ns_per_event": round(cpu_ns),
              "parts": parts}
    print(*latencies.profile_lines(result), sep="\n")
    write_result(args.out, result)
    return 0


if __name__ == "__main__":
    sys.exit(main())
