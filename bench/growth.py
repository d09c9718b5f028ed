#!/usr/bin/env python3
"""Growth: what catch-up costs when there is ten times as much of something.

Started by ./dev bench growth. Topics of the load scenario that differ from the base in one thing each are folded in rotated rounds
by one worker; its progress, read from a terminal, gives the rate of each tenth of the longest. Ten times the events come once with
ten times the cases, each as long as the base's, and once with ten times the history of each case.
"""
import argparse
import os
import pty
import re
import shutil
import statistics
import subprocess
import sys
import threading
import time

import standings
from measure import ROOT, SIJILL, broker, load, machine, rotated_rounds, size_of, write_result

BASE, EVENTS, HISTORY, PARTITIONS, NAMES = "base", "events x10", "history x10", "partitions x10", "agents and queues x10"
ONE_DAY = "all on one day"
BATCH = 5_000  # of --batch: the most events between two counts


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000, help="of the base; the longest topics have ten times as many")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench/growth.json"))
    return parser.parse_args()


def topics(events):
    """Name of a topic: events, cases, partitions, and options of the generator, which has 500 agents, 40 queues
    and 400 days."""
    cases = events // 10
    return {BASE: (events, cases, 6), EVENTS: (events * 10, cases * 10, 6), HISTORY: (events * 10, cases, 6),
            PARTITIONS: (events, cases, 60), NAMES: (events, cases, 6, ("--agents", "5000", "--queues", "400")),
            ONE_DAY: (events, cases, 6, ("--days", "1"))}


def watched(command):
    """Runs a command with a terminal as its stderr: accounts, and (seconds, events done) as its bar told them."""
    samples, (master, slave) = [], pty.openpty()
    start = time.monotonic()

    def watch():
        try:
            while told := os.read(master, 4096):
                for done in re.findall(rb"([0-9,]+) of [0-9,]+ ", told):
                    samples.append((time.monotonic() - start, int(done.replace(b",", b""))))
        except OSError:  # the other side was closed
            pass
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    reader = threading.Thread(target=watch)
    reader.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    reader.join()
    os.close(master)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)} failed ({process.returncode})")
    return {"wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak_kib": usage.ru_maxrss, "samples": samples}


def left(samples, done):
    """When the count went on from `done`: reckoned back from the next two counts, for the bar is painted too seldom to tell."""
    later = [(at, count) for at, count in samples if count > done]
    at, count = later[0]
    next_at, next_count = next(each for each in later if each[1] > count)
    return at - (count - done) * (next_at - at) / (next_count - count)


def tenths(samples, events, end):
    """The rate of each tenth, its commit included. The first begins with the first event, not with the process."""
    # A window is full with the batch that fills it, so each ends up to a batch later than the one before; and there the count
    # stands still for as long as the commit takes.
    stood = [max(count for _, count in samples if count <= (events // 10 + BATCH) * i) for i in range(1, 10)]
    marks = [(left(samples, done), done) for done in (0, *stood)] + [(end, events)]
    return [(d1 - d0) / (t1 - t0) for (t0, d0), (t1, d1) in zip(marks, marks[1:])]


def row_of(name, runs, shape):
    events, cases, partitions, *_ = shape

    def middle(of):
        return statistics.median(of(run) for run in runs)
    return {"topic": name, "events": events, "cases": cases, "partitions": partitions,
            "events_per_second": round(middle(lambda run: events / run["wall"])),
            "cpu_ns_per_event": round(middle(lambda run: run["cpu"] * 1e9 / events)),
            "peak_mib": round(max(run["peak_kib"] for run in runs) / 1024),
            "state_mib": round(middle(lambda run: run["state_bytes"] / (1 << 20)), 1)}


def gates_of(runs, shapes):
    """CPU compares topics, since a short run's time is mostly its start; tenths of one run are compared by time."""
    def cpu(name):
        return [run["cpu"] / shapes[name][0] for run in runs[name]]

    def grown(what, name, bounds):
        return standings.gate(f"{what}: CPU an event", [a / b for a, b in zip(cpu(name), cpu(BASE))], bounds, at_least=False)
    decile = [run["tenths"][-1] / run["tenths"][0] for run in runs[EVENTS]]
    return [
        standings.gate("events x10: rate of the last tenth, of the first", decile, (0.9, 0.98)),
        grown("cases x10", EVENTS, (1.33, 1.1)),
        grown("history x10", HISTORY, (1.11, 1.02)),
        grown("partitions x10", PARTITIONS, (1.11, 1.02)),
        grown("agents and queues x10", NAMES, (1.11, 1.02)),
    ]


def main():
    args = parse()
    shapes = topics(args.events)
    with broker() as (scratch, bootstrap):
        data, names = os.path.join(scratch, "data"), {name: name.replace(" ", "-") for name in shapes}

        def run(name):
            shutil.rmtree(data, ignore_errors=True)
            # A window of a tenth: each tenth has one commit.
            window = ["--window", str(args.events)] if name == EVENTS else []
            done = watched([SIJILL, "catch-up", "--workers", "1", "--kafka", bootstrap, "--topic", names[name], "--data", data,
                            *window])
            done["state_bytes"] = size_of(data)
            if name == EVENTS:  # the others are over before the bar has told of ten tenths
                done["tenths"] = tenths(done["samples"], shapes[name][0], done["wall"])
            return done
        for name, shape in shapes.items():
            load(bootstrap, names[name], *shape)
        run(BASE)  # warms up
        runs, steal = rotated_rounds(list(shapes), args.rounds, run, lambda each: f"{each['wall']:.2f} s")
    result = {"machine": machine(), "rounds": args.rounds, "steal_per_round": steal,
              "results": [row_of(name, runs[name], shape) for name, shape in shapes.items()],
              "tenths": [round(statistics.median(each)) for each in zip(*(run["tenths"] for run in runs[EVENTS]))],
              "gates": gates_of(runs, shapes)}
    print(*standings.growth_lines(result), sep="\n")
    write_result(args.out, result)
    return 0 if all(each["held"] for each in result["gates"]) else 1


if __name__ == "__main__":
    sys.exit(main())
