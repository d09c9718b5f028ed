#!/usr/bin/env python3
"""What ./dev bench catch-up says of its rounds: a wrong figure voids a time, a gate is held by its interval."""
import argparse
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../bench"))

import contestants  # noqa: E402  after the path
import figures  # noqa: E402
import growth  # noqa: E402
import results  # noqa: E402
import sizes  # noqa: E402
import standings  # noqa: E402


def one_pass(seconds, digest, which="cold"):
    return {"pass": which, "seconds": seconds, "cpu_seconds": seconds, "broker_cpu_seconds": 0.1, "peak_kib": 1024,
            "first_record_seconds": None, "written_bytes": 0, "state_bytes": 1000, "broker_bytes": 0, "records": 1000,
            "digest": digest}


def some_runs():
    return {contestants.BARE_NAME: [[one_pass(1, None)], [one_pass(2, None)]],
            "Sijill, 1 worker": [[one_pass(1.25, "a")], [one_pass(4, "a")]],
            "Sijill, 2 workers": [[one_pass(1, "a")], [one_pass(2, "a")]],
            "Streams DSL, tuned": [[one_pass(50, "a"), one_pass(10, "a", "warm")], [one_pass(50, "a"), one_pass(40, "a", "warm")]]}


def judged(runs):
    standings.judge(runs, set())
    return {(row["contestant"], row["pass"]): row for row in standings.rows_of(runs)}


class Judging(unittest.TestCase):
    def test_a_wrong_figure_voids_the_time_of_its_contestant_only(self):
        runs = some_runs()
        runs["Streams DSL, tuned"][1][1]["digest"] = "b"
        rows = judged(runs)
        self.assertEqual(rows["Streams DSL, tuned", "warm"]["figures"], "differ")
        self.assertEqual(rows["Sijill, 1 worker", "cold"]["figures"], "same")
        self.assertEqual(rows[contestants.BARE_NAME, "cold"]["figures"], "none")
        line = next(line for line in standings.table(rows.values()) if "| warm |" in line)
        self.assertIn("void | void", line)
        self.assertIn("DIFFER", line)

    def test_contestants_of_two_topics_are_not_compared(self):
        runs = some_runs()
        for run in runs["Streams DSL, tuned"]:
            for each in run:
                each["digest"] = "of the small topic"
        standings.judge(runs, {"Streams DSL, tuned"})
        self.assertTrue(all(row["figures"] != "differ" for row in standings.rows_of(runs)))

    def test_lines_that_differ_are_shown(self):
        self.assertEqual(figures.differences(["a\t1", "b\t2"], ["a\t1", "b\t3"]), ["- b\t2", "+ b\t3"])
        self.assertNotEqual(figures.digest(["a\t1"]), figures.digest(["a\t2"]))


class Gates(unittest.TestCase):
    def gates(self):
        return {each["gate"]: each for each in standings.gates_of(some_runs(), 10)}

    def test_a_gate_is_held_by_the_worse_end_of_its_interval(self):
        bare = self.gates()["catch-up against a bare consumer, one handle each"]
        self.assertEqual((bare["low"], bare["high"]), (0.5, 0.8))
        self.assertFalse(bare["held"])

    def test_the_better_pass_of_a_jvm_contestant_counts(self):
        tuned = self.gates()["against Streams DSL, tuned (2 threads each)"]
        self.assertEqual((tuned["low"], tuned["high"]), (10, 20))
        self.assertTrue(tuned["held"])

    def test_a_missed_gate_is_said(self):
        self.assertTrue(any("MISSED" in line for line in standings.gate_table(self.gates().values())))


class Growth(unittest.TestCase):
    def test_a_tenth_has_the_commit_at_its_end(self):
        # A million events a second, and behind each million a commit of 0.63 s; one batch beyond the mark fills a window. The bar
        # is painted five times a second.
        batches, at, done = [], 0.0, 0
        for tenth in range(1, 11):
            while done < tenth * 1_000_000 + growth.BATCH * (tenth < 10):
                at, done = at + 0.005, done + growth.BATCH
                batches.append((at, done))
            at += 0.63
        painted = [step * 0.2 for step in range(1, int(at / 0.2))]
        samples = [(paint, max((done for when, done in batches if when <= paint), default=0)) for paint in painted]
        rates = growth.tenths(samples, 10_000_000, at)
        self.assertEqual(len(rates), 10)
        for rate in rates:
            self.assertAlmostEqual(rate, 1_000_000 / 1.63, delta=5_000)

    def test_what_one_more_takes_is_the_difference_by_how_many_more_there_are(self):
        def size(memory, disk):
            return {"memory": memory, "disk": disk}
        loads = {"base": size(1000, 400), "events x2": size(1500, 700), "cases x2": size(1300, 500)}
        self.assertEqual(sizes.marginal(loads, argparse.Namespace(events=100, cases=10)),
                         {"memory": {"case": 30, "event": 5.0}, "disk": {"case": 10, "event": 3.0}})


class Page(unittest.TestCase):
    PAGE = f"# bench\n\n{results.BEGIN}\nold\n{results.END}\nbehind\n"

    def result(self):
        runs = some_runs()
        rows = list(judged(runs).values())
        machine = {"cpu": "x", "cores": 2, "memory_mib": 1024, "commit": "abc"}
        return {"machine": machine, "versions": {"Java": "17"}, "events": 1000, "bytes": 500_000, "small": 100, "partitions": 6,
                "codec": "lz4", "rounds": 2, "steal_per_round": [0.01, 0.05], "bare_spread": standings.spread_of(runs),
                "results": rows, "gates": standings.gates_of(runs, 10)}

    def test_results_stand_between_the_markers_and_nothing_else_changes(self):
        page = results.rewritten(self.PAGE, {"catch-up": self.result()})
        self.assertTrue(page.startswith(f"# bench\n\n{results.BEGIN}\n\n## Gates\n"))
        self.assertIn("\n## Catch-up\n", page)
        self.assertTrue(page.endswith(f"\n{results.END}\nbehind\n"))
        self.assertIn("| Sijill, 1 worker | cold | 1,000 |", page)
        self.assertIn("1 of 2 rounds above 3%", page)
        self.assertIn("compare ratios, not rates", page)
        self.assertNotIn("old", page.split(results.BEGIN)[1].split("##")[0])

    def test_gates_of_two_machines_stand_side_by_side(self):
        other = self.result() | {"gates": self.result()["gates"][:1]}
        other["machine"] = other["machine"] | {"cpu": "y", "commit": "def"}
        other["gates"][0] = other["gates"][0] | {"value": 0.9, "low": 0.8, "high": 1.0, "held": True, "reached": True}
        lines = results.rewritten(self.PAGE, {"catch-up": self.result()}, [{"catch-up": other}]).split("\n")
        self.assertIn("| gate | bound | goal | x, abc | y, def |", lines)
        first, second = (next(line for line in lines if line.startswith(f"| {gate['gate']} |")) for gate in self.result()["gates"][:2])
        self.assertTrue(first.endswith("| 0.65 (0.5-0.8) **MISSED** | 0.9 (0.8-1) held, goal too |"), first)
        self.assertTrue(second.endswith(" |  |"), "the other machine lacks it")

    def test_writing_twice_changes_nothing(self):
        once = results.rewritten(self.PAGE, {"catch-up": self.result()})
        self.assertEqual(results.rewritten(once, {"catch-up": self.result()}), once)

    def test_a_page_without_a_marker_is_refused(self):
        with self.assertRaises(ValueError):
            results.rewritten("# bench\n", {})

    def test_the_page_in_the_tree_is_what_the_kept_results_say(self):
        with open(results.README, encoding="utf-8") as file:
            page = file.read()
        self.assertEqual(page, results.rewritten(page, results.kept_results(), results.kept_elsewhere()))


if __name__ == "__main__":
    unittest.main()
