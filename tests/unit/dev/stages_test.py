#!/usr/bin/env python3
"""How ./dev test counts what a run of CTest skipped, and which skips are failures."""
import os
import pathlib
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[3]
NO_BROKER = "KAFKA_BOOTSTRAP is not set"
COUNT = "set -euo pipefail; . tests/dev/stages.sh; cd \"$1\"; rc=0; count_tests fake || rc=$?; echo \"$stage_note\"; exit $rc"


class Skips(unittest.TestCase):
    def count(self, outputs, *, left_out=(), **asked):
        """The exit code and what was printed of a run whose tests, by name, wrote this; `left_out` exited with 77."""
        with tempfile.TemporaryDirectory() as scratch:
            temporary = pathlib.Path(scratch, "build/fake/Testing/Temporary")
            temporary.mkdir(parents=True)
            (temporary / "LastTest.log").write_text(
                "".join(f"{i}/9 Testing: {name}\n{text}\n" for i, (name, text) in enumerate(outputs.items(), 1)), encoding="utf-8")
            verdicts = {name: ("notrun", '<skipped message="SKIP_RETURN_CODE=77"/>') if name in left_out else ("run", "") for name in outputs}
            (temporary.parents[1] / "junit.xml").write_text(
                "".join(f'<testcase name="{name}" status="{status}">\n{more}\n</testcase>\n' for name, (status, more) in verdicts.items()),
                encoding="utf-8")
            plain = {name: value for name, value in os.environ.items() if not name.startswith("SIJILL_NO_")}
            done = subprocess.run(["bash", "-c", COUNT, "bash", scratch], cwd=ROOT, env=plain | asked,
                                  capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def test_a_unittest_program_that_skips_a_test_is_skipped(self):
        output = f"test_a ... skipped '{NO_BROKER}'\nRan 2 tests in 1s\n\nOK (skipped=1)"
        code, said = self.count({"release.api": output, "release.kpi": "Ran 2 tests in 1s\n\nOK"})
        self.assertEqual(code, 1, said)
        self.assertIn("SKIPPED: release.api", said)
        self.assertIn("1 passed, 0 failed, 1 skipped", said)
        code, said = self.count({"release.api": output}, SIJILL_NO_KAFKA="1")
        self.assertEqual(code, 0, said)
        self.assertIn("0 passed, 0 failed, 1 skipped", said)

    def test_without_a_broker_only_what_needs_one_may_be_skipped(self):
        google = f"a.cc:1: Skipped\n{NO_BROKER}\n[  SKIPPED ] 1 test, listed below:\n[  SKIPPED ] Log.Real"
        left_out = f"SKIPPED: {NO_BROKER}, so there is no broker to test with"
        code, said = self.count({"contract.log": google, "release.kafka": left_out}, left_out=["release.kafka"], SIJILL_NO_KAFKA="1")
        self.assertEqual(code, 0, said)
        for other in ({"release.api": f"'{NO_BROKER}'\nOK (skipped=2)"}, {"unit.a": "[  SKIPPED ] Log.Other"},
                      {"contract.log": google + "\n[  SKIPPED ] Log.Other"}):
            code, said = self.count(other, SIJILL_NO_KAFKA="1")
            self.assertEqual(code, 1, said)
        self.assertEqual(self.count({"release.xlsx": "SKIPPED: no reader"}, left_out=["release.xlsx"], SIJILL_NO_KAFKA="1")[0], 1)

    def test_without_registries_only_the_judges_of_others_may_be_skipped(self):
        outputs = {"outside.browser": "SKIPPED: SIJILL_NO_REGISTRY=1"}
        self.assertEqual(self.count(outputs, left_out=outputs, SIJILL_NO_REGISTRY="1")[0], 0)
        self.assertEqual(self.count(outputs, left_out=outputs, SIJILL_NO_KAFKA="1")[0], 1)
        self.assertEqual(self.count({"unit.a": "OK (skipped=1)"}, SIJILL_NO_REGISTRY="1")[0], 1)


if __name__ == "__main__":
    unittest.main()
