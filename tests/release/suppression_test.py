"""Goal: with kpi.minimum_cell_size no output tells a figure of fewer, nor lets one be calculated. Method: a small centre of which
every figure is known, through every kind of output; and random centres, each asked with and without a minimum: what is shown is
true and not small, and what is not shown does not follow from a total."""
import io
import json
import os
import re
import unittest
import zipfile

import kpi_worlds
import sijill
from server import Server
from sijill import run

MINIMUM = 5
MARK = "…"
TARGET = '\n[[kpi.target]]\nkpi = "cases-opened"\nby = "kind"\nat_least = 1000\ndepartment = "telephony"\n'
KINDS = {"request": 20, "complaint": 8, "enquiry": 3}  # in February; in March there are two requests
WORLDS = int(os.environ.get("SIJILL_WORLDS", "2"))
DURATIONS = ("seconds", "minutes", "hours")
NOT_COUNTED = {"qa-score"}  # points, which evaluations count


def opened(kind, number, day):
    subject = f"{kind}-{number}"
    return {"specversion": "1.0", "id": f"e-{subject}", "source": "urn:test", "type": "gov.cc.case.opened.v1", "subject": subject,
            "time": f"{day}T08:00:00.000Z", "datacontenttype": "application/json", "actor": "agent:7",
            "data": {"case_id": subject, "opened_at": f"{day}T08:00:00.000Z", "kind": kind, "purposes": ["new_application"],
                     "priority": "normal", "opened_via": "call"}}


def publish(scratch, name, events):
    path = f"{scratch}/{name}.ndjson"
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(event) + "\n" for event in events)
    run("publish", "--strict", "--data", scratch + "/data", path)
    run("catch-up", "--data", scratch + "/data")


def config(scratch, minimum, more=""):
    path = f"{scratch}/site-{minimum}.toml"
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"[kpi]\nminimum_cell_size = {minimum}\n{more}")
    return path


class SmallCentre(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        cls.data = cls.scratch.name + "/data"
        events = [opened(kind, number, "2017-02-01") for kind, count in KINDS.items() for number in range(count)]
        publish(cls.scratch.name, "log", events + [opened("request", 100 + number, "2017-03-01") for number in range(2)])
        cls.config = config(cls.scratch.name, MINIMUM, TARGET)
        cls.here = ("--data", cls.data, "--config", cls.config)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def show(self, *args, period="2017-M02", form="json"):
        out = run("kpi", "show", "cases-opened", "--period", period, "--format", form, *args, *self.here).stdout
        return json.loads(out) if form == "json" else out

    def assert_suppressed(self, figure):
        self.assertEqual((figure["numerator"], figure["denominator"], figure["suppressed"], figure["prints"]), (None, None, True, MARK))
        self.assertIsNone(figure.get("value"))

    def test_a_breakdown_hides_the_small_cell_and_the_one_that_keeps_it(self):
        answer = self.show("--by", "kind")
        self.assertEqual((answer["numerator"], answer["value"]), (31, 31))
        rows = {row["kind"]: row for row in answer["rows"]}
        self.assertEqual(rows["request"]["numerator"], 20)
        self.assertNotIn("suppressed", rows["request"])
        for kind in ("complaint", "enquiry"):
            self.assert_suppressed(rows[kind])
        text = self.show("--by", "kind", form="text")
        self.assertEqual(text.count(MARK), 2)
        self.assertIsNone(re.search(r"\b[38]\b", text.split("\n\n")[1]), text)
        lines = self.show("--by", "kind", form="csv").replace("\r", "").splitlines()
        self.assertIn(f"cases-opened,2017-M02,enquiry,,,,,,{MARK},Cases opened", lines)
        self.assertIn(f"cases-opened,2017-M02,complaint,,,,,,{MARK},Cases opened", lines)
        self.assertIn("cases-opened,2017-M02,request,,,,20,,20,Cases opened", lines)

    def test_a_narrowed_figure_is_judged_as_its_cell(self):
        for kind in ("complaint", "enquiry"):
            self.assert_suppressed(self.show("--filter", f"kind={kind}"))
        self.assertEqual(self.show("--filter", "kind=request")["numerator"], 20)
        self.assertEqual(self.show("--filter", "priority=normal")["numerator"], 31)
        for args in (("--filter", "kind=request", "--filter", "priority=normal"),
                     ("--filter", "kind=request", "--filter", "priority=normal", "--filter", "opened_via=call")):
            self.assert_suppressed(self.show(*args))
        inner = self.show("--filter", "kind=request", "--by", "priority")
        self.assertEqual(inner["numerator"], 20)
        for row in inner["rows"]:
            self.assert_suppressed(row)

    def test_a_whole_that_is_small_goes_with_its_parts_and_its_growth(self):
        march = self.show("--by", "kind", period="2017-M03")
        for figure in (march, *march["rows"]):
            self.assert_suppressed(figure)
        growth = self.show("--compare", "previous", period="2017-M03")
        self.assert_suppressed(growth)
        self.assertEqual(growth["before"]["numerator"], 31)
        self.assertIn(MARK, self.show("--compare", "previous", period="2017-M03", form="text"))
        self.assert_suppressed(growth["now"])
        rows = {row["kind"]: row for row in self.show("--by", "kind", "--compare", "previous", period="2017-M03")["rows"]}
        self.assertEqual(set(rows), set(KINDS))
        for kind, row in rows.items():
            self.assert_suppressed(row)
            self.assertEqual((row["before"]["numerator"], row["before"]["change"]), (20 if kind == "request" else None, MARK))
        each = self.show("--each", "month", period="2017-Q1")["observations"]
        self.assertEqual([(one["numerator"], one["prints"]) for one in each], [(0, "0"), (31, "31"), (None, MARK)])

    def test_reports_have_the_mark_in_every_form(self):
        for args in (("--format", "text"), ("--html",), ("--format", "csv"), ("--lang", "ar")):
            text = run("report", "--period", "2017-M03", *args, *self.here).stdout
            self.assertIn(MARK, text)
        line = [one for one in run("report", "--period", "2017-M03", "--format", "csv", *self.here).stdout.replace("\r", "").splitlines()
                if one.startswith("cases-opened,")][0]
        self.assertEqual(line, f"cases-opened,2017-M03,,,,,,,{MARK},31,Cases opened")
        figures = json.loads(run("report", "--period", "2017-M03", "--format", "json", *self.here).stdout)["figures"]
        opened_line = [one for one in figures if one["kpi"] == "cases-opened"][0]
        self.assertEqual((opened_line["numerator"], opened_line["suppressed"], opened_line["before"]["change"]), (None, True, MARK))

    def test_what_is_behind_a_suppressed_figure_is_refused(self):
        for args in (("--period", "2017-M03"), ("--period", "2017-M02", "--filter", "kind=complaint")):
            done = run("kpi", "cases", "cases-opened", *args, *self.here, expect=2)
            self.assertIn("this figure is suppressed (kpi.minimum_cell_size)", done.stderr)
        self.assertIn("subjects: 31", run("kpi", "cases", "cases-opened", "--period", "2017-M02", *self.here).stderr)

    def test_over_http_in_json_csv_and_xlsx(self):
        server = Server(self.data, "--config", self.config)
        try:
            rows = server.json("/v1/kpis/cases-opened?period=2017-M02&by=kind")["observations"][0]["rows"]
            self.assertEqual([row["numerator"] for row in rows], [None, None, 20])
            pairs = server.json("/v1/kpis/cases-opened?period=2017-M02&by=kind,priority")["observations"]
            self.assertEqual([pair["numerator"] for pair in pairs], [None, None, 20])
            self.assertTrue(all(row["suppressed"] for pair in pairs for row in pair["rows"]))
            book = server.ask("GET", "/v1/kpis/cases-opened?period=2017-M02&by=kind&format=csv")[2].decode()
            self.assertEqual(book.count(f",,,{MARK}"), 2)
            for path in ("/v1/kpis/cases-opened?period=2017-M02&by=kind", "/v1/reports/2017-M03?lang=en"):
                with zipfile.ZipFile(io.BytesIO(server.ask("GET", path + "&format=xlsx")[2])) as file:
                    texts = b"".join(file.read(name) for name in file.namelist()).decode("utf-8", "replace")
                    self.assertIn(MARK, texts)
            status, _, body = server.ask("GET", "/v1/kpis/cases-opened/cases?period=2017-M02&kind=enquiry")
            self.assertEqual(status, 400)
            self.assertIn("suppressed", json.loads(body)["detail"])
        finally:
            server.close()

    def test_a_target_is_not_judged_on_what_is_suppressed(self):
        data = self.scratch.name + "/copy"
        os.makedirs(data)
        run("publish", "--data", data, self.scratch.name + "/log.ndjson")
        referred = run("period", "refer", "2017-M02", "--data", data, "--config", self.config, "--format", "csv").stdout
        self.assertIn('"cases-opened, kind request",20 (at least 1000)', referred)
        self.assertEqual(len(referred.splitlines()), 2)

    def test_what_is_published_is_of_the_suppressed_figures(self):
        seal = lambda *args: json.loads(run("period", "show", "2017-M02", "--format", "json", *args).stdout)
        off = config(self.scratch.name, 0)
        plain = seal("--data", self.data)
        zero = seal("--data", self.data, "--config", off)
        self.assertEqual((zero["rules"], zero["digest"]), (plain["rules"], plain["digest"]))
        five = seal(*self.here)
        self.assertNotEqual(five["rules"], plain["rules"])
        self.assertNotEqual(five["digest"], plain["digest"])
        data = self.scratch.name + "/sealed"
        os.makedirs(data)
        run("publish", "--data", data, self.scratch.name + "/log.ndjson")
        here = ("--data", data, "--config", self.config)
        run("period", "seal", "2017-M02", *here)
        self.assertEqual(seal(*here)["standing"], "sealed")
        self.assertEqual(seal("--data", data)["standing"], "other-rules")
        late = self.scratch.name + "/late.ndjson"
        with open(late, "w", encoding="utf-8") as file:
            file.write(json.dumps(opened("enquiry", 50, "2017-02-02")) + "\n")
        run("publish", "--data", data, late)
        changes = run("period", "changes", "2017-M02", "--format", "csv", *here).stdout
        self.assertIn("cases-opened,,,,31,32,", changes)
        self.assertNotIn("cases-opened,,,kind=", changes)


class RandomCentres(unittest.TestCase):
    """All KPIs, bases, variants and dimensions, and the pairs of dimensions of some."""

    def figures(self, server, kpi, **asked):
        query = "&".join(f"{name}={value}" for name, value in asked.items() if value)
        status, _, body = server.ask("GET", f"/v1/kpis/{kpi}?period=2017-Q1,2017-M02&{query}")
        self.assertEqual(status, 200, (kpi, query, body))
        return json.loads(body)["observations"]

    def questions(self, server):
        for kpi in server.json("/v1/kpis")["items"]:
            for base, variant in [(base, "") for base in kpi["bases"] or [""]] + [("", variant) for variant in kpi["variants"]]:
                for by in kpi["dimensions"] or [""]:
                    yield kpi, {"base": base, "variant": variant, "by": by}
            for i, one in enumerate(kpi["dimensions"]):
                for other in kpi["dimensions"][i + 1:]:
                    yield kpi, {"by": f"{one},{other}"}

    def all_of(self, data, *args):
        server = Server(data, *args)
        try:
            return [(kpi, asked, self.figures(server, kpi["id"], **asked)) for kpi, asked in self.questions(server)]
        finally:
            server.close()

    def sides(self, kpi, figure):
        """What the figure counts: of each side, and what is in the denominator only."""
        counts = kpi["unit"] not in DURATIONS and kpi["id"] not in NOT_COUNTED
        above = [abs(figure["numerator"])] if counts else []
        below = [figure["denominator"]] if figure["denominator"] is not None and kpi["id"] not in NOT_COUNTED else []
        rest = [figure["denominator"] - abs(figure["numerator"])] if above and below and kpi["unit"] == "percent" else []
        return above + below + [count for count in rest if count > 0]

    def check(self, kpi, asked, true, told):
        """One observation; gives how many cells it hides."""
        where = (kpi["id"], asked, told["period"]["id"], told["filters"])
        shown = lambda figure: "suppressed" not in figure
        true_rows = {row[true["by"]]: row for row in true.get("rows", [])}
        told_rows = {row[told["by"]]: row for row in told.get("rows", [])}
        self.assertLessEqual(set(true_rows), set(told_rows), where)
        pairs = [(true, told)] + [(true_rows[value], row) for value, row in told_rows.items() if value in true_rows]
        for is_true, is_told in pairs:
            if shown(is_told):
                self.assertEqual((is_true["numerator"], is_true["denominator"]), (is_told["numerator"], is_told["denominator"]), where)
                for count in self.sides(kpi, is_told):
                    self.assertFalse(0 < count < MINIMUM, (where, is_told))
            else:
                self.assertEqual((is_told["numerator"], is_told["denominator"], is_told["value"], is_told["prints"]),
                                 (None, None, None, MARK), where)
        hidden = [true_rows[value] for value, row in told_rows.items() if not shown(row) and value in true_rows]
        if hidden and shown(told) and self.sides(kpi, hidden[0]) and kpi["unit"] not in DURATIONS + ("percent",):
            counts = [abs(row["numerator"]) for row in hidden if row["numerator"]]
            if any(count < MINIMUM for count in counts):
                self.assertGreater(len(counts), 1, (where, "follows from the total"))
                self.assertGreaterEqual(sum(counts), MINIMUM, where)
        return len(hidden)

    def test_no_output_has_a_small_figure_and_none_follows_from_a_total(self):
        for seed in range(1, WORLDS + 1):
            with self.subTest(seed=seed), sijill.scratch() as scratch:
                path = scratch + "/log.ndjson"
                with open(path, "w", encoding="utf-8") as file:
                    file.write("\n".join(kpi_worlds.lines_of(seed, 400)) + "\n")
                run("publish", "--strict", "--data", scratch + "/data", path)
                run("catch-up", "--data", scratch + "/data")
                plain = self.all_of(scratch + "/data")
                told = self.all_of(scratch + "/data", "--config", config(scratch, MINIMUM))
                hidden = shown = 0
                for (kpi, asked, true), (_, _, suppressed) in zip(plain, told, strict=True):
                    own = {(one["period"]["id"], tuple(one["filters"].items())): one for one in true}
                    for one in suppressed:
                        if match := own.get((one["period"]["id"], tuple(one["filters"].items()))):
                            hidden += self.check(kpi, asked, match, one)
                            shown += "suppressed" not in one
                self.assertGreater(hidden, 50)
                self.assertGreater(shown, 50)


if __name__ == "__main__":
    os.environ.pop("SIJILL_TOKEN", None)
    unittest.main(verbosity=2)
