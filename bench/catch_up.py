#!/usr/bin/env python3
"""Catch-up of Sijill, Kafka Streams and others: one broker, one topic, contestants in rotated rounds.

Started by ./dev bench catch-up. Each contestant reads its whole topic in a process of its own and keeps the same views; whose
figures differ is not timed. Ratios are taken inside a round, because the machine's speed drifts between rounds.
"""
import argparse
import os
import sys

import contestants
import figures
import standings
from measure import ROOT, broker, load, machine, rotated_rounds, write_result

MAIN, SMALL = "bench", "bench-small"
EVENTS_OF_CASE = 10


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=5_000_000)
    parser.add_argument("--small", type=int, default=1_000_000, help="events of the topic for Streams DSL and Python")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--passes", type=int, default=2, choices=(1, 2), help="of the JVM contestants: cold, or cold and warm")
    parser.add_argument("--only", action="append", metavar="TEXT", help="contestants whose name has the text, and the bare one")
    parser.add_argument("--quick", action="store_true", help="300,000 and 60,000 events, 2 rounds: 5 minutes, mostly start-up")
    parser.add_argument("--check", action="store_true", help="each once over 20,000 events: only whether all figures are the same")
    parser.add_argument("--sabotage", help=argparse.SUPPRESS)  # with --check: one number of this contestant is made wrong
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench/catch-up.json"))
    args = parser.parse_args()
    if args.quick:
        args.events, args.small, args.rounds = 300_000, 60_000, 2
    return args


def taking_part(only):
    return [each for each in contestants.everyone()
            if not only or each.name == contestants.BARE_NAME or any(text in each.name for text in only)]


def broker_pid(scratch):
    with open(os.path.join(scratch, "broker/pid"), encoding="ascii") as pid:
        return pid.read().strip()


def spoil(path):
    """One number of the last line, which is a KPI's, becomes another."""
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    head, number = lines[-1].rsplit("\t", 1)
    figures.write([*lines[:-1], f"{head}\t{int(number) + 1}"], path)


def read_lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()


def check(args):
    """Every contestant once; 0 when all have the same figures, line by line."""
    found = {}
    with broker() as (scratch, bootstrap):
        load(bootstrap, MAIN, 20_000, 2_000)
        lines = os.path.join(scratch, "lines")
        os.mkdir(lines)
        ground = contestants.Ground(bootstrap, broker_pid(scratch), scratch, args.passes, lines)
        for each in taking_part(args.only):
            passes = each.run(ground, contestants.Topic(MAIN, 20_000))
            if passes[0]["digest"] is None:
                continue
            path, = ground.lines_file(each.name)
            if args.sabotage == each.name:
                spoil(path)
            found[each.name] = read_lines(path)
            digests = {figures.digest(found[each.name]), *(one["digest"] for one in passes if args.sabotage != each.name)}
            print(f"{' '.join(sorted(digests))}  {len(found[each.name]):,} lines  {each.name}")
            if len(digests) > 1:
                sys.exit(f"{each.name}: its passes differ")
    agreed = standings.agreed_digest([{"digest": figures.digest(each)} for each in found.values()])
    right = next(each for each in found.values() if figures.digest(each) == agreed)
    wrong = [name for name, each in found.items() if figures.digest(each) != agreed]
    for name in wrong:
        print(f"{name} DIFFERS:", *figures.differences(right, found[name]), sep="\n  ")
    print(f"figures: {'DIFFER' if wrong else 'the same'} ({len(found)} contestants)")
    return 1 if wrong else 0


def run_rounds(args, scratch, bootstrap):
    ground = contestants.Ground(bootstrap, broker_pid(scratch), scratch, args.passes)
    by_name = {each.name: each for each in taking_part(args.only)}

    topic, small = contestants.Topic(MAIN, args.events), contestants.Topic(SMALL, args.small)

    def run(name):
        return by_name[name].run(ground, small if by_name[name].is_slow else topic)
    slow_names = {name for name, each in by_name.items() if each.is_slow}
    load(bootstrap, MAIN, args.events, args.events // EVENTS_OF_CASE)
    if slow_names:
        load(bootstrap, SMALL, args.small, args.small // EVENTS_OF_CASE)
    counted, = by_name[contestants.BARE_NAME].run(ground, topic)  # also warms the page cache
    runs, steal = rotated_rounds(list(by_name), args.rounds, run,
                                 lambda passes: ", ".join(f"{each['seconds']:.2f} s {each['pass']}" for each in passes))
    standings.judge(runs, slow_names)
    return runs, steal, counted


def main():
    args = parse()
    if args.check:
        return check(args)
    with broker() as (scratch, bootstrap):
        runs, steal, counted = run_rounds(args, scratch, bootstrap)
    rows, gates = standings.rows_of(runs), standings.gates_of(runs, args.events // EVENTS_OF_CASE)
    result = {"machine": machine(), "versions": contestants.versions(), "events": counted["records"], "bytes": counted["bytes"],
              "small": args.small, "partitions": 6, "codec": "lz4", "rounds": args.rounds, "steal_per_round": steal,
              "bare_spread": standings.spread_of(runs), "results": rows, "gates": gates, "runs": runs}
    print(f"{counted['records']:,} events, {counted['bytes'] / counted['records']:.0f} bytes each, {args.rounds} rounds; "
          f"{standings.pulse_text(steal, result['bare_spread'])}")
    print(*standings.table(rows), "", *standings.gate_table(gates), sep="\n")
    write_result(args.out, result)
    same = all(row["figures"] != "differ" for row in rows)
    return 0 if same and all(each["held"] for each in gates) else 1


if __name__ == "__main__":
    sys.exit(main())
