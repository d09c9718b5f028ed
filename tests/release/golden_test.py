"""Goal: the published quarter comes out digit by digit, and whoever asks wrongly is told so. Method: the release binary on the
embedded log: every figure by itself and opened into its subjects, cases, the audit, the exit codes."""
import json
import os
import subprocess
import unittest

import sijill
from sijill import GOLDEN, run


class Golden(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        cls.data = cls.scratch.name + "/demo"
        cls.demo = run("demo", "--data", cls.data, "--format", "json")

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def test_the_demo_prints_every_published_figure(self):
        figures = json.loads(self.demo.stdout)["figures"]
        found = {sijill.question(f): (f["numerator"], f["denominator"], f["prints"]) for f in figures}
        sijill.check_golden(self, found, "demo")

    def test_each_figure_can_be_asked_for_by_itself(self):
        for golden in GOLDEN["figures"]:
            args = ["kpi", "show", golden["kpi"], "--period", golden["period"], "--data", self.data, "--format", "json"]
            for dimension, value in golden["filters"].items():
                args += ["--filter", f"{dimension}={value}"]
            for option in ("base", "variant", "compare"):
                args += [f"--{option}", golden[option]] if option in golden else []
            answer = json.loads(run(*args).stdout)
            with self.subTest(golden["kpi"], **golden["filters"]):
                self.assertEqual((answer["numerator"], answer["denominator"], answer["prints"]),
                                 (golden["numerator"], golden["denominator"], golden["prints"]))
                self.assertEqual(answer["period"]["timeZone"], GOLDEN["timeZone"])
                self.assertTrue(answer["definition"] and answer["definitionVersion"] and answer["position"])

    def test_the_subjects_behind_a_figure_add_up_to_it(self):
        for golden in GOLDEN["figures"]:
            if "compare" in golden:
                continue
            args = ["kpi", "cases", golden["kpi"], "--period", golden["period"], "--data", self.data, "--format", "json"]
            for dimension, value in golden["filters"].items():
                args += ["--filter", f"{dimension}={value}"]
            args += ["--variant", golden["variant"]] if "variant" in golden else []
            rows = json.loads(run(*args).stdout)
            with self.subTest(golden["kpi"], **golden["filters"]):
                self.assertEqual(sum(int(row["amount"]) for row in rows), golden["numerator"])
                self.assertEqual(len({(row["kind"], row["subject"]) for row in rows}), len(rows))
                if golden["denominator"] is None:
                    self.assertEqual(len(rows), golden["numerator"], "a count has as many subjects")

    def test_nothing_in_the_quarter_is_an_anomaly(self):
        self.assertEqual(json.loads(run("anomalies", "--data", self.data, "--format", "json").stdout), [])

    def test_the_audit_replay_matches(self):
        reports = json.loads(run("audit", "replay", "--data", self.data, "--format", "json").stdout)
        self.assertTrue(all(report["match"] and report["digest"] == report["replayDigest"] for report in reports))

    def test_the_report_is_bilingual(self):
        arabic = run("report", "--period", "2017-Q1", "--lang", "ar", "--data", self.data).stdout
        self.assertIn("خدمة إسكانية جديدة", arabic)
        self.assertIn("96.00 %", arabic)

    def test_a_case_shows_its_state_and_its_events(self):
        listed = json.loads(run("case", "list", "--data", self.data, "--format", "json", "--limit", 3).stdout)
        self.assertEqual(len(listed), 3)
        case = listed[0]["case"]
        state = json.loads(run("case", "get", case, "--data", self.data, "--format", "json").stdout)
        history = json.loads(run("case", "history", case, "--data", self.data, "--format", "json").stdout)
        self.assertEqual(state["status"], listed[0]["status"])
        self.assertEqual(history[0]["type"], "case.opened")
        self.assertEqual(len(history), state["version"])
        self.assertTrue(all(event["verdict"] == "applied" for event in history))

    def test_exit_codes_tell_what_went_wrong(self):
        data = ["--data", self.data]
        run("kpi", "show", "no-such-kpi", "--period", "2017-Q1", *data, expect=4)
        run("kpi", "show", "answer-rate", "--period", "2017-Q9", *data, expect=2)
        run("kpi", "show", "answer-rate", "--period", "2017-Q1", "--filter", "colour=red", *data, expect=2)
        run("kpi", "show", "answer-rate", "--period", "2017-Q1", "--data", self.scratch.name + "/nothing", expect=4)
        run("report", "--period", "2017-Q1", "--time-zone", "UTC", *data, expect=78)
        run("case", "get", "nobody", *data, expect=4)
        run("frobnicate", expect=2)
        run("topic", "check", "--kafka", "127.0.0.1:1", "--topic", "x", expect=6)
        self.assertIn("kpi list", run("kpi", "show", "no-such-kpi", "--period", "2017-Q1", *data, expect=4).stderr)

    def test_a_second_process_on_the_data_directory_is_refused(self):
        follower = subprocess.Popen([sijill.SIJILL, "catch-up", "--follow", "--data", self.data],
                                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            lock = os.path.join(self.data, "shards/0000/LOCK")
            while not os.path.exists(lock) or not subprocess.run(
                    ["grep", "-q", str(follower.pid), "/proc/locks"], check=False).returncode == 0:
                self.assertIsNone(follower.poll(), "the follower must run")
            refused = run("catch-up", "--data", self.data, expect=5)
            self.assertIn(self.data, refused.stderr, "the message names the directory")
        finally:
            follower.terminate()
            self.assertEqual(follower.wait(timeout=30), 0, "SIGTERM ends a worker cleanly")


if __name__ == "__main__":
    unittest.main(verbosity=2)
