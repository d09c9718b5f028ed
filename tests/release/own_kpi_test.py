"""Goal: a KPI that a site defines works wherever one of the catalogue does. Method: the golden quarter with a configuration
whose own KPIs repeat some of the catalogue, so that every surface must say of them what it says of those."""
import csv
import io
import json
import os
import unittest
import zipfile

import sijill
from server import Server
from sijill import run

CONFIG = """
[[kpi.own]]
id = "site-answer-rate"
name = { en = "Answered at our site", ar = "نسبة الرد لدينا" }
definition = { en = "Answered, of those offered.", ar = "المجابة من الواردة." }
unit = "percent"
decimals = 2
numerator = "calls.answered"
denominator = "calls.offered"

[[kpi.own]]
id = "site-turnaround"
name = { en = "Our turnaround", ar = "مدة الإحالة لدينا" }
definition = { en = "From referral to answer.", ar = "من الإحالة إلى الرد." }
unit = "hours"
decimals = 1
numerator = "referrals.turnaround_ms"
denominator = "referrals.answered"

[[kpi.target]]
kpi = "site-answer-rate"
by = "queue"
at_least = 100
department = "telephony"

[[kpi.target]]
kpi = "answer-rate"
at_least = 99.5
department = "telephony"

[[kpi.target]]
kpi = "complaint-rate"
base = "offered-in-a-mean-month"
at_most = 0.001
department = "quality"
"""
ALIKE = {"site-answer-rate": "answer-rate", "site-turnaround": "referral-turnaround"}
PERIOD = "2017-Q1"


class OwnKpis(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        cls.data = cls.scratch.name + "/data"
        cls.config = cls.scratch.name + "/site.toml"
        with open(cls.config, "w", encoding="utf-8") as file:
            file.write(CONFIG)
        run("demo", "--data", cls.data, "--format", "json")
        cls.here = ("--data", cls.data, "--config", cls.config)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def figures(self, kpi, *args):
        """numerator, denominator, prints of the whole and of each row."""
        answer = json.loads(run("kpi", "show", kpi, "--period", PERIOD, "--format", "json", *args).stdout)
        return [(each["numerator"], each["denominator"], each["prints"]) for each in [answer, *answer.get("rows", [])]]

    def test_figures_breakdowns_filters_and_cases_are_those_of_the_like_in_the_catalogue(self):
        for own, like in ALIKE.items():
            by = "queue" if own == "site-answer-rate" else "department"
            for args in ((), ("--by", by), ("--compare", "previous")):
                self.assertEqual(self.figures(own, *args, *self.here), self.figures(like, *args, *self.here))
            for side in ("numerator", "denominator"):
                behind = [run("kpi", "cases", kpi, "--period", PERIOD, "--of", side, *self.here).stdout for kpi in (own, like)]
                self.assertEqual(*behind)
        text = run("kpi", "show", "site-answer-rate", "--period", PERIOD, "--lang", "ar", *self.here).stdout
        self.assertIn("نسبة الرد لدينا", text)
        self.assertIn("site-turnaround", run("kpi", "list", "--config", self.config).stdout)
        self.assertIn("## `site-answer-rate`", run("kpi", "docs", "--period", PERIOD, *self.here).stdout)
        run("kpi", "show", "site-answer-rate", "--period", PERIOD, "--data", self.data, expect=4)

    def test_reports_periods_and_referrals_have_them(self):
        for args in ((), ("--html",)):
            self.assertIn("Answered at our site", run("report", "--period", PERIOD, *args, *self.here).stdout)
        department = run("report", "--period", PERIOD, "--department", "projects", *self.here).stdout
        self.assertIn("Our turnaround", department)
        referred = run("period", "refer", PERIOD, *self.here, "--format", "csv").stdout
        self.assertIn("site-answer-rate, queue", referred)
        self.assertIn("quality", referred)
        # What is not of whole months has no figure over a mean month, so it misses no target and is not published.
        referred = run("period", "refer", "2017-W05", *self.here, "--format", "csv")
        self.assertNotIn("quality", referred.stdout)
        self.assertIn("not judged: complaint-rate over offered-in-a-mean-month, which 2017-W05 has no figure of", referred.stderr)
        run("period", "show", "2017-W05", *self.here)
        self.assertIn("/v1/kpis/site-answer-rate/cases?period=2017-Q1&queue=", run("followup", "list", "telephony", *self.here).stdout)
        seal = lambda *args: json.loads(run("period", "show", "2017-M01", "--format", "json", *args).stdout)
        self.assertNotEqual(seal(*self.here)["rules"], seal("--data", self.data)["rules"])
        run("period", "seal", "2017-M01", *self.here)
        self.assertEqual(seal(*self.here)["standing"], "sealed")
        self.assertEqual(seal("--data", self.data)["standing"], "other-rules")
        self.assertIn("nothing has changed", run("period", "changes", "2017-M01", *self.here).stdout)

    def test_a_server_has_those_of_its_own_configuration(self):
        server = Server(self.data, "--config", self.config)
        try:
            where = ("--api", f"http://127.0.0.1:{server.port}")
            for own, like in ALIKE.items():
                self.assertEqual(self.figures(own, *where), self.figures(like, *where))
            answers = [server.ask("GET", f"/v1/kpis/{kpi}?period={PERIOD}&by=queue&format=csv")[2].decode().splitlines()
                       for kpi in ("site-answer-rate", "answer-rate")]
            rows = [[{name: cell for name, cell in row.items() if name not in ("kpi", "base", "name")} for row in csv.DictReader(answer)]
                    for answer in answers]
            self.assertEqual(*rows)
            book = server.ask("GET", f"/v1/reports/{PERIOD}?format=xlsx")[2]
            with zipfile.ZipFile(io.BytesIO(book)) as file:
                self.assertTrue(any(b"site-answer-rate" in file.read(name) for name in file.namelist()))
            self.assertIn("site-turnaround", [kpi["id"] for kpi in server.json("/v1/kpis")["items"]])
            self.assertIn("site-answer-rate, ", run("kpi", "list", *where).stdout.replace("  ", ", "))
            self.assertEqual(server.ask("GET", "/v1/kpis/site-answer-rate?period=2017-Q1&department=x")[0], 400)
        finally:
            server.close()

    def test_figures_say_their_target_and_whether_they_miss_it(self):
        server = Server(self.data, "--config", self.config)
        try:
            observation = server.json(f"/v1/kpis/site-answer-rate?period={PERIOD}&by=queue")["observations"][0]
            self.assertNotIn("target", observation)
            for row in observation["rows"]:
                self.assertEqual(row["target"], {"bound": 100, "direction": "at_least", "department": "telephony",
                                                 "prints": "at least 100 %", "missed": row["numerator"] < row["denominator"]})
                alone = server.json(f"/v1/kpis/site-answer-rate?period={PERIOD}&queue={row['queue']}")["observations"][0]
                self.assertEqual(alone["target"], row["target"])
            whole = server.json(f"/v1/kpis/answer-rate?period={PERIOD}")["observations"][0]
            self.assertEqual((whole["target"]["bound"], whole["target"]["missed"]), (99.5, True))
            self.assertNotIn("target", server.json(f"/v1/kpis/answer-rate?period={PERIOD}&compare=previous")["observations"][0])
            lines = {line["kpi"]: line for line in server.json(f"/v1/reports/{PERIOD}")["figures"]}
            self.assertEqual(lines["answer-rate"]["target"], whole["target"])
            self.assertNotIn("target", lines["abandon-rate"])
        finally:
            server.close()

    def test_a_mistake_is_told_with_file_line_and_key(self):
        path = self.scratch.name + "/wrong.toml"
        with open(path, "w", encoding="utf-8") as file:
            file.write(CONFIG.replace("referrals.answered", "referral.answered"))
        told = run("kpi", "list", "--config", path, expect=78).stderr
        self.assertIn(f"{path}:18:15: kpi.own.denominator.measure: there is no cube 'referral'", told.replace("[0]", ""))
        self.assertIn("did you mean 'referrals'?", told)


if __name__ == "__main__":
    os.environ.pop("SIJILL_TOKEN", None)
    unittest.main(verbosity=2)
