#!/usr/bin/env python3
"""What bench/instructions.py reads of a run and says of it: 3 % more fail, and no figure is judged by another compiler's."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../bench"))

import instructions  # noqa: E402  after the path

KEPT = {"decode": 100, "apply": 150, "take": 10}


class Instructions(unittest.TestCase):
    def test_what_was_collected_is_read(self):
        self.assertEqual(instructions.collected("==7== Events    : Ir\n==7== Collected : 4000000\n", "f()"), 4_000_000)

    def test_a_function_that_is_never_called_is_a_failure(self):
        for said in ("==7== Collected : 0\n", ""):
            with self.assertRaisesRegex(SystemExit, r"take\(\)"):
                instructions.collected(said, "take()")

    def test_three_per_cent_more_of_any_figure_fail(self):
        self.assertFalse(instructions.judged({**KEPT, "apply": 154}, KEPT)[1])
        lines, grown = instructions.judged({**KEPT, "apply": 155}, KEPT)
        self.assertTrue(grown)
        self.assertIn("apply: 155 instructions an event, +3.3% against 150", lines)

    def test_less_is_no_failure(self):
        self.assertFalse(instructions.judged({**KEPT, "decode": 50}, KEPT)[1])

    def test_without_kept_figures_nothing_is_judged(self):
        lines, grown = instructions.judged(KEPT, None)
        self.assertFalse(grown)
        self.assertEqual(len(lines), len(KEPT))


if __name__ == "__main__":
    unittest.main(verbosity=2)
