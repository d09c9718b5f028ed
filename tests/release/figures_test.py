"""Goal: a figure says what it is of, in the same words wherever it is printed. Method: the release binary over the golden
quarter, on the command line and over HTTP, in every format."""
import csv
import io
import json
import os
import re
import unittest
import urllib.parse

import openpyxl
import sijill
from server import Server
from sijill import run

PERIOD = "2017-Q1"
ARABIC = re.compile("[\u0600-\u06ff]")


class Figures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        cls.data = cls.scratch.name + "/demo"
        run("demo", "--data", cls.data, "--format", "json")
        cls.server = Server(cls.data)

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.scratch.cleanup()

    def show(self, kpi, *args, form="text", period=PERIOD):
        out = run("kpi", "show", kpi, "--period", period, *args, "--format", form, "--data", self.data).stdout
        return json.loads(out) if form == "json" else out

    def rows(self, kpi, **asked):
        """What CSV has, once NDJSON, the workbook and the command line have the same."""
        target = lambda form: f"/v1/kpis/{kpi}?" + urllib.parse.urlencode({"period": PERIOD, **asked, "format": form})
        answers = {form: self.server.ask("GET", target(form))[2] for form in ("csv", "ndjson", "xlsx")}
        rows = list(csv.DictReader(io.StringIO(answers["csv"].decode())))
        text = lambda value: "" if value is None else str(value)
        lines = [{name: text(value) for name, value in json.loads(line).items()} for line in answers["ndjson"].splitlines()]
        sheet = list(openpyxl.load_workbook(io.BytesIO(answers["xlsx"])).worksheets[0].iter_rows(values_only=True))
        self.assertEqual(lines, rows)
        self.assertEqual([[text(cell) for cell in row] for row in sheet[1:]], [list(row.values()) for row in rows])
        options = [word for name, value in asked.items() for word in (f"--{name}", value)]
        for form in ("csv", "ndjson"):
            self.assertEqual(self.show(kpi, *options, form=form).encode(), answers[form].replace(b"\r\n", b"\n"))
        return rows

    def test_variant_and_base_stand_in_the_title(self):
        title = lambda *args: self.show("service-level", *args).splitlines()[0]
        self.assertTrue(title().startswith("Service level (of calls answered or abandoned), 2017-Q1 ("), title())
        self.assertTrue(title("--variant", "within-10s", "--base", "answered").startswith(
            "Service level: within 10 seconds (of answered calls), 2017-Q1 ("))
        self.assertTrue(title("--variant", "within-10s", "--lang", "ar").startswith(
            "مستوى الخدمة: خلال 10 ثوان (من المكالمات المجابة والمفقودة)"))
        self.assertTrue(self.show("complaints").startswith("Complaints, 2017-Q1 ("))

    def test_a_variant_is_defined_by_its_own_limit_everywhere(self):
        ask = ("service-level", "--variant", "within-10s")
        self.assertIn("\nCalls answered within 10 seconds, of the base. (", self.show(*ask))
        answer = self.server.json(f"/v1/kpis/service-level?period={PERIOD}&variant=within-10s")["observations"][0]
        self.assertEqual(answer["definition"], "Calls answered within 10 seconds, of the base.")
        self.assertEqual(self.show(*ask, form="json")["definition"], answer["definition"])
        self.assertIn("Calls answered within 20 seconds, of the base;", self.show("service-level"))

    def test_a_row_names_its_base_and_its_variant(self):
        rows = [row for variant in ("within-10s", "within-30s") for base in ("answered", "with-flow-outs")
                for row in self.rows("service-level", variant=variant, base=base)]
        self.assertEqual([(row["base"], row["variant"]) for row in rows],
                         [("answered", "within-10s"), ("with-flow-outs", "within-10s"), ("answered", "within-30s"),
                          ("with-flow-outs", "within-30s")])
        report = run("report", "--period", PERIOD, "--format", "csv", "--data", self.data).stdout
        of_report = {(row["kpi"], row["filters"], row["base"], row["variant"]): row["prints"]
                     for row in csv.DictReader(io.StringIO(report)) if row["period"] == PERIOD and not row["compare"]}
        for kpi, asked in (("answer-rate", {}), ("appointments-booked", {"variant": "counter"}), ("complaint-rate", {"base": "offered"})):
            for row in self.rows(kpi, **asked):
                self.assertEqual(of_report[row["kpi"], row["filters"], row["base"], row["variant"]], row["prints"])
        for row in self.rows("service-level", variant="within-10s", by="queue"):
            self.assertEqual((row["base"], row["variant"], row["filters"]), ("answered-or-abandoned", "within-10s", ""))
            self.assertTrue(row["queue"])

    def test_a_row_of_two_dimensions_names_both(self):
        rows = list(csv.DictReader(io.StringIO(self.server.ask(
            "GET", f"/v1/kpis/answer-rate?period={PERIOD}&by=queue,language&format=csv")[2].decode())))
        self.assertEqual(len({(row["filters"], row["language"]) for row in rows}), len(rows))
        self.assertIn("queue=housing", {row["filters"] for row in rows})

    def test_a_comparison_has_both_figures_and_says_that_the_change_is_relative(self):
        self.assertIn("\n  96.00 % (96.41 % in 2016-Q4; -0.4 % relative)   21,216 / 22,100 (483 / 501)\n",
                      self.show("answer-rate", "--compare", "previous"))
        answer = self.show("answer-rate", "--compare", "previous", form="json")
        now, before = ({"numerator": 21216, "denominator": 22100, "value": 96.0, "prints": "96.00 %"},
                       {"numerator": 483, "denominator": 501, "value": 96.407186, "prints": "96.41 %", "change": "-0.4 %"})
        self.assertEqual((answer["now"], answer["before"], answer["compare"]["id"]), (now, before, "2016-Q4"))
        self.assertEqual((answer["numerator"], answer["denominator"], answer["prints"], answer["unit"]),
                         (-45084, 10674300, "-0.4 %", "percent"))
        row, = self.rows("answer-rate", compare="previous")
        self.assertEqual([row[name] for name in ("compare", "numerator", "denominator", "prints", "now", "before", "change")],
                         ["2016-Q4", "-45084", "10674300", "-0.4 %", "96.00 %", "96.41 %", "-0.4 %"])
        self.assertNotIn("'", self.show("answer-rate", "--compare", "previous", form="csv"))

    def test_each_row_of_a_breakdown_is_compared_with_its_own(self):
        of_period = lambda period: {row["purpose"]: row for row in
                                    self.show("purpose-share", "--by", "purpose", period=period, form="json")["rows"]}
        now, before = of_period("2017-Q1"), of_period("2016-Q4")
        answer = self.show("purpose-share", "--by", "purpose", "--compare", "previous", form="json")
        rows = {row["purpose"]: row for row in answer["rows"]}
        self.assertEqual(set(rows), set(now) | set(before))
        self.assertLess(set(before), set(rows), "some purpose must be new")
        for purpose, row in rows.items():
            for found, whole, earlier in ((row, answer["now"], now.get(purpose)), (row["before"], answer["before"], before.get(purpose))):
                expected = earlier or {"numerator": 0, "denominator": whole["denominator"], "prints": "0.00 %"}
                self.assertEqual([found[name] for name in ("numerator", "denominator", "prints")],
                                 [expected[name] for name in ("numerator", "denominator", "prints")])
            alone = self.show("purpose-share", "--filter", f"purpose={purpose}", "--compare", "previous", form="json")
            self.assertEqual((alone["now"]["prints"], alone["before"]), (row["prints"], row["before"]))
        table = {row["purpose"]: row for row in self.rows("purpose-share", by="purpose", compare="previous")}
        text = self.show("purpose-share", "--by", "purpose", "--compare", "previous")
        for purpose, row in rows.items():
            self.assertEqual([table[purpose][name] for name in ("compare", "prints", "now", "before", "change")],
                             ["2016-Q4", row["prints"], row["prints"], row["before"]["prints"], row["before"]["change"]])
            line = [line for line in text.splitlines() if line.endswith("  " + row["label"])][0]
            self.assertEqual(re.split("  +", line)[-3:-1], [row["before"]["prints"], row["before"]["change"]])
        self.assertRegex(text, r"(?m)^ +value +numerator / denominator +2016-Q4 +change, relative +purpose$")

    def test_what_only_the_earlier_period_had_stays_in_a_comparison(self):
        later = self.show("purpose-share", "--by", "purpose", "--compare", "2017-Q1", period="2016-Q4", form="json")
        gone = [row for row in later["rows"] if row["numerator"] == 0]
        self.assertTrue(gone)
        for row in gone:
            self.assertEqual((row["denominator"], row["prints"], row["before"]["change"]),
                             (later["now"]["denominator"], "0.00 %", "-100.0 %"))
        pairs = self.show("inbound-offered", "--by", "queue,language", "--compare", "previous", form="json")["observations"]
        self.assertTrue(all("before" in row for pair in pairs for row in pair["rows"]))

    def test_every_table_of_figures_has_the_name_in_the_language_that_was_asked_for(self):
        names = {kpi["id"]: kpi["name"] for kpi in self.server.json("/v1/kpis")["items"]}
        for lang in ("en", "ar"):
            for path in (f"/v1/reports/{PERIOD}", f"/v1/departments/projects/report?period={PERIOD}",
                         f"/v1/kpis/answer-rate?period={PERIOD}&by=queue&compare=previous", f"/v1/kpis/complaints?period={PERIOD}"):
                target = path + ("&" if "?" in path else "?") + f"lang={lang}&format=csv&bom=1"
                body = self.server.ask("GET", target)[2].decode("utf-8-sig")
                rows = list(csv.DictReader(io.StringIO(body)))
                with self.subTest(target):
                    self.assertTrue(rows)
                    self.assertEqual([row["name"] for row in rows], [names[row["kpi"]][lang] for row in rows])
                    self.assertTrue(all(row["kpi"].isascii() and row["filters"].isascii() for row in rows))
        self.assertTrue(all(ARABIC.search(row["name"]) for row in self.rows("answer-rate", by="queue", lang="ar")))
        text = run("report", "--period", PERIOD, "--lang", "ar", "--format", "csv", "--data", self.data).stdout
        self.assertEqual(text.encode(), self.server.ask("GET", f"/v1/reports/{PERIOD}?lang=ar&format=csv")[2].replace(b"\r\n", b"\n"))

    def test_in_arabic_a_figure_is_told_without_an_english_word(self):
        """What is left in Latin letters is code: the period's zone, its id, and values that have no label."""
        codes = re.compile(r"Asia/Bahrain|\d{4}-[QM]\d+|general|housing|mazaya|[a-z]+_[a-z_]+")
        questions = [("answer-rate", "--by", "queue", "--compare", "previous"), ("service-level", "--variant", "within-10s"),
                     ("service-level", "--base", "with-flow-outs"), ("purpose-share", "--by", "purpose", "--each", "month"),
                     ("transactions", "--compare", "year-ago"), ("cases-opened", "--each", "month"),
                     ("referral-backlog",), ("reopen-rate-by-resolution", "--by", "resolution")]
        for question in questions:
            text = self.show(*question, "--lang", "ar")
            with self.subTest(question):
                self.assertEqual(re.findall("[A-Za-z]+", codes.sub("", text)), [], text)
                self.assertRegex(text, r"\(التعريف \d+، [^)]+\)\n")
                self.assertRegex(text, r"\nالموضع \d+:")
        self.assertIn("  96.00 % (96.41 % في 2016-Q4؛ -0.4 % نسبيا)   21,216 / 22,100 (483 / 501)\n",
                      self.show("answer-rate", "--compare", "previous", "--lang", "ar"))

    def test_every_dimension_has_an_arabic_heading(self):
        for kpi in self.server.json("/v1/kpis")["items"]:
            for dimension in kpi["dimensions"]:
                header = self.server.ask("GET", f"/v1/kpis/{kpi['id']}?period={PERIOD}&by={dimension}&lang=ar&format=xlsx")[2]
                cells = next(openpyxl.load_workbook(io.BytesIO(header)).worksheets[0].iter_rows(max_row=1, values_only=True))
                self.assertTrue(all(ARABIC.search(cell) for cell in cells), (kpi["id"], cells))

    def test_every_list_has_its_headings_in_the_language_that_was_asked_for(self):
        case = json.loads(run("case", "list", "--limit", 1, "--data", self.data, "--format", "json").stdout)[0]["case"]
        for command in (("case", "list"), ("case", "get", case), ("kpi", "list"),
                        ("kpi", "cases", "complaints", "--period", PERIOD), ("followup", "list", "projects", "--status", "all"),
                        ("period", "show", PERIOD)):
            with self.subTest(command):
                english, arabic = (run(*command, "--lang", lang, "--data", self.data) for lang in ("en", "ar"))
                for stream in ("stdout", "stderr"):
                    words, in_arabic = getattr(english, stream).splitlines(), getattr(arabic, stream).splitlines()
                    self.assertEqual(len(words), len(in_arabic))
                    self.assertIsNone(ARABIC.search(words[0] if words else ""))
                titles = re.split("  +", arabic.stdout.splitlines()[0].strip())
                self.assertEqual([title for title in titles if not ARABIC.search(title)], [])
                self.assertEqual(*(run(*command, "--lang", lang, "--data", self.data, "--format", "csv").stdout.splitlines()[0]
                                   for lang in ("en", "ar")), "columns have one name for programs")

    def test_every_field_of_a_case_has_an_arabic_name(self):
        for case in json.loads(run("case", "list", "--limit", 2000, "--data", self.data, "--format", "json").stdout)[::50]:
            lines = run("case", "get", case["case"], "--lang", "ar", "--data", self.data).stdout.splitlines()
            self.assertEqual([line for line in lines if not ARABIC.search(line.split()[0])], [], lines)

    def test_the_list_of_kpis_fits_a_terminal_and_names_all_that_can_be_chosen(self):
        told = run("kpi", "list", "--data", self.data)
        kpis = self.server.json("/v1/kpis")["items"]
        lines = told.stdout.splitlines()
        self.assertLessEqual(max(map(len, lines)), 160)
        self.assertEqual([line.split()[0] for line in lines[1:] if not line.startswith(" ")], [kpi["id"] for kpi in kpis])
        for kpi in kpis:
            below = told.stdout.split(f"\n{kpi['id']} ", 1)[1].split("\n", 1)
            below = re.split(r"(?m)^(?! )", below[1])[0].split()
            choices = kpi["variants"] + (kpi["bases"] if len(kpi["bases"]) > 1 else [])
            self.assertEqual(set(below) - {"bases:", "variants:"}, set(choices))
        self.assertIn(f"{len(kpis)} KPIs", told.stderr)


if __name__ == "__main__":
    os.environ.pop("SIJILL_TOKEN", None)
    unittest.main(verbosity=2)
