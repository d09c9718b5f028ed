#!/usr/bin/env python3
"""Instructions that the fold of an event takes, against the figures kept in bench/instructions.json: 3 % more fail.

Run by ./dev bench instructions and by the test release.instructions. valgrind counts them, so no neighbour of the machine moves
the figure; it is good for one compiler and its libraries alone, and where those are others it is told and not judged.
"""
import argparse
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLD_BENCH = os.path.join(ROOT, "build/release/bench/fold_bench")
KEPT = os.path.join(ROOT, "bench/instructions.json")
EVENTS = 40_000
MORE_AT_MOST = 0.03
FUNCTIONS = {
    "decode": "sijill::events::Decoder::decode(sijill::events::Record const&)",
    "apply": "sijill::projections::ShardFold::apply(sijill::events::Record const&)",
    "take": "sijill::projections::ShardFold::take_changes(sijill::projections::RowBatch&)",
}
PASSES = {"decode": 2}  # fold_bench decodes all events once alone, and once in apply


def tools():
    """What decides on the code that is run: the compiler, its C library and the library that parses."""
    def said(*command):
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    return " ".join(["g++", said("g++", "-dumpfullversion"), "glibc", said("getconf", "GNU_LIBC_VERSION").split()[-1],
                     "simdjson", said("pkg-config", "--modversion", "simdjson")])


def counted(program):
    """Instructions an event by function, callees included: apply has decode in it."""
    figures = {}
    for name, function in FUNCTIONS.items():
        with tempfile.TemporaryDirectory(prefix="sijill-instructions-") as scratch:
            run = subprocess.run(
                ["valgrind", "--tool=callgrind", f"--callgrind-out-file={os.path.join(scratch, 'profile')}",
                 f"--toggle-collect={function}", program, os.path.join(scratch, "shards"), str(EVENTS)],
                capture_output=True, text=True, check=False)
        if run.returncode != 0:
            sys.exit(f"instructions: {program} failed under valgrind ({run.returncode}):\n{run.stderr[-2000:]}")
        figures[name] = round(collected(run.stderr, function) / (EVENTS * PASSES.get(name, 1)))
    return figures


def collected(said, function):
    """What callgrind says it has collected inside the function: `==42== Collected : 123456`."""
    found = re.search(r"Collected : (\d+)", said)
    if found is None or int(found.group(1)) == 0:
        sys.exit(f"instructions: no call of {function} was seen: was it renamed?")
    return int(found.group(1))


def judged(now, kept):
    """A line for each figure, and whether one has grown by more than it may."""
    lines, grown = [], False
    for name, value in now.items():
        if kept is None:
            lines.append(f"{name}: {value:,} instructions an event")
            continue
        change = value / kept[name] - 1
        grown = grown or change > MORE_AT_MOST
        lines.append(f"{name}: {value:,} instructions an event, {change:+.1%} against {kept[name]:,}")
    return lines, grown


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="keep these figures, when a change is worth what it costs")
    parser.add_argument("--program", default=FOLD_BENCH)
    args = parser.parse_args()
    with open(KEPT, encoding="utf-8") as file:
        kept = json.load(file)
    key, now = tools(), counted(args.program)
    lines, grown = judged(now, kept.get(key))
    print("\n".join(lines))
    if args.write:
        with open(KEPT, "w", encoding="utf-8") as file:
            file.write(json.dumps({**kept, key: now}, indent=2) + "\n")
        print(f"kept for {key}")
        return 0
    if key not in kept:
        print(f"not judged: no figures are kept for {key} (--write keeps these)")
    elif grown:
        print(f"MISSED: more than {MORE_AT_MOST:.0%} more. Mend it, or say in the commit why it is worth that: bench/instructions.py --write")
    return 1 if grown else 0


if __name__ == "__main__":
    sys.exit(main())
