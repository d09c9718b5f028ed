#!/usr/bin/env python3
"""What bench/instructions.py reads in a profile and says of it: 3 % more fail, and no figure is judged by another compiler's."""
import os
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../bench"))

import instructions  # noqa: E402  after the path

VIEW = "std::basic_string_view<char, std::char_traits<char> >"
PROFILE = f"""
 9,000,000 (100.0%)  ./fold_bench.cc:main [/x/fold_bench]
 4,000,000 (44.44%)  ./events/decode.cc:sijill::events::Decoder::decode(sijill::events::Record const&) [/x/fold_bench]
 3,000,000 (33.33%)  ./events/decode.cc:sijill::events::Decoder::decode_text({VIEW}) [/x/fold_bench]
 6,000,000 (66.67%)  ./projections/shard_fold.cc:sijill::projections::ShardFold::apply(sijill::events::Record const&) [/x/fold_bench]
   400,000 ( 4.44%)  ./p/shard_fold.cc:sijill::projections::ShardFold::take_changes(sijill::projections::RowBatch&) [/x/fold_bench]
"""
KEPT = {"decode": 100, "apply": 150, "take": 10}


class Instructions(unittest.TestCase):
    def test_a_profile_is_read_by_function(self):
        self.assertEqual(instructions.by_function(PROFILE), KEPT)

    def test_a_function_that_is_not_there_is_a_failure(self):
        with self.assertRaisesRegex(SystemExit, "take"):
            instructions.by_function(PROFILE.replace("take_changes", "give_changes"))

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
