"""Goal: a table becomes exactly its events, and what cannot is told with row and column, whatever stands in it.
Method: the appointments of the golden quarter as tables of several formats, against the published figures; hostile cells and
mappings against the exact message; a million rows with their peak memory; SIGKILL in the middle."""
import csv
import datetime
import io
import json
import os
import pathlib
import random
import resource
import signal
import subprocess
import time
import unittest

import sijill
from sijill import run

MAPPING = os.path.join(sijill.ROOT, "producers/mappings/appointments.toml")
CALLS = os.path.join(sijill.ROOT, "producers/mappings/call-details.toml")
ROWS = int(os.environ.get("SIJILL_CSV_ROWS", "1000000"))
HEADER = ["Appointment", "Booked at", "Purpose", "Place", "Slot", "Outcome", "Cancelled at", "Clerk"]
ENGLISH = {"new_housing_application": "New housing application", "inspection_campaign": "Inspection campaign",
           "mazaya_programme": "Mazaya programme", "hq_diplomatic_area": "Diplomatic Area", "danaat_al_madina": "Danaat Al Madina",
           "al_moayyed_tower": "Al Moayyed Tower", "none": ""}
ARABIC = {"new_housing_application": "طلب إسكاني جديد", "inspection_campaign": "الحملة التفتيشية",
          "mazaya_programme": "برنامج مزايا", "hq_diplomatic_area": "المنطقة الدبلوماسية", "danaat_al_madina": "دانات المدينة",
          "al_moayyed_tower": "برج المؤيد", "none": ""}
DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def golden_rows(words):
    number, rows = 0, []
    for group in sijill.GOLDEN["world"]["appointments"]["booked"]:
        for _ in range(group["count"]):
            number += 1
            booked = datetime.datetime(2017, 1, 1, 0, 0) + datetime.timedelta(minutes=57 * number % (78 * 1440))
            slot = booked + datetime.timedelta(days=7)
            rows.append([str(number), f"{booked:%d/%m/%Y %H:%M}", words[group["purpose"]], words[group["location"]],
                         f"{slot:%d/%m/%Y %H:%M}", "", "", ""])
    return rows


def table(rows, delimiter=","):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows([HEADER, *rows])
    return out.getvalue()


def imported(data, path, mapping=MAPPING, expect=0, extra=()):
    done = run("import", "csv", path, "--mapping", mapping, "--data", data, "--format", "json", *extra, expect=expect)
    return {row["what"]: row["count"] for row in json.loads(done.stdout)}


def check_figures(test, data, at=()):
    run("catch-up", "--data", data, *at)
    asked = [figure for figure in sijill.GOLDEN["figures"] if figure["kpi"].startswith("appointments-")]
    test.assertGreaterEqual(len(asked), 8)
    for figure in asked:
        options = [part for key, value in figure["filters"].items() for part in ("--filter", f"{key}={value}")]
        options += ["--variant", figure["variant"]] if figure.get("variant") else []
        answer = json.loads(run("kpi", "show", figure["kpi"], *options, "--period", "2017-Q1", "--data", data,
                                "--format", "json").stdout)
        test.assertEqual(answer["numerator"], figure["numerator"], figure)
    test.assertEqual(json.loads(run("anomalies", "--data", data, "--format", "json").stdout), [])


class Golden(unittest.TestCase):
    def check(self, text, mapping=MAPPING):
        with sijill.scratch() as directory:
            path, data = directory + "/a.csv", directory + "/d"
            pathlib.Path(path).write_bytes(text)
            self.assertEqual(imported(data, path, mapping)["published"], 2277)
            check_figures(self, data)
            again = imported(data, path, mapping)
            self.assertEqual((again["published"], again["duplicates"]), (0, 2277))
            check_figures(self, data)

    def test_the_table_gives_the_published_figures(self):
        self.check(table(golden_rows(ENGLISH)).encode("utf-8-sig"))

    def test_an_old_arabic_export_gives_the_published_figures(self):
        with sijill.scratch() as directory:
            mapping = directory + "/m.toml"
            pathlib.Path(mapping).write_text(pathlib.Path(MAPPING).read_text(encoding="utf-8").replace(
                '# encoding = "WINDOWS-1256"', 'encoding = "WINDOWS-1256"'), encoding="utf-8")
            self.check(table(golden_rows(ARABIC), ";").encode("cp1256"), mapping)

    def test_arabic_digits_give_the_published_figures(self):
        rows = [[row[0], row[1].translate(DIGITS), *row[2:4], row[4].translate(DIGITS), *row[5:]] for row in golden_rows(ARABIC)]
        self.check(table(rows, ";").encode("utf-8"))


class Kills(unittest.TestCase):
    ROWS = int(os.environ.get("SIJILL_CSV_KILL_ROWS", "20000"))
    SEED = int(os.environ.get("SIJILL_SEED", "20170331"))

    def write_table(self, path):
        golden, rows = golden_rows(ENGLISH), []
        for number in range(self.ROWS):
            rows.append([str(number + 1), *golden[number % len(golden)][1:]])
        pathlib.Path(path).write_bytes(table(rows).encode())

    def figures(self, data):
        run("catch-up", "--data", data)
        shown = [json.loads(run("kpi", "show", "appointments-booked", "--by", each, "--period", "2017-Q1", "--data", data,
                                "--format", "json").stdout) for each in ("purpose", "location")]
        for each in shown:
            del each["asOf"]  # when each was folded
        return shown, json.loads(run("anomalies", "--data", data, "--format", "json").stdout)

    def test_kills_in_the_middle_change_no_figure(self):
        chance, middle = random.Random(self.SEED), []
        with sijill.scratch(on_disk=True) as directory:
            path = directory + "/a.csv"
            self.write_table(path)
            begun = time.monotonic()
            self.assertEqual(imported(directory + "/whole", path)["published"], self.ROWS)
            seconds = time.monotonic() - begun
            whole, _ = self.figures(directory + "/whole")
            for number in range(5):
                data, killed = f"{directory}/{number}", 0
                for _ in range(2):
                    process = subprocess.Popen([sijill.SIJILL, "import", "csv", path, "--mapping", MAPPING, "--data", data],
                                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    time.sleep(chance.uniform(0.1, 0.8) * seconds)
                    process.kill()
                    killed += 1 if process.wait() == -signal.SIGKILL else 0
                last = imported(data, path)
                self.assertEqual(last["published"] + last["duplicates"], self.ROWS)
                # The log had some events and not all, so a kill landed in the middle.
                middle += [last["duplicates"]] if killed > 0 and min(last["published"], last["duplicates"]) > 0 else []
                shown, anomalies = self.figures(data)
                self.assertEqual(shown, whole)
                self.assertEqual([each for each in anomalies if each["reason"] != "duplicate"], [])
        print(f"seed {self.SEED}: behind kills in the middle, the log had {middle} of {self.ROWS} events")
        self.assertGreaterEqual(len(middle), 1, "no SIGKILL landed in the middle of an import")


class Rejects(unittest.TestCase):
    GOOD = ["7", "01/02/2017 10:00", "Mazaya programme", "Diplomatic Area", "02/02/2017 10:00", "", "", ""]
    CELLS = [(1, "29/02/2017 10:00", "column 2 'Booked at': there is no such day"),
             (1, "01/02/2017 24:00", "column 2 'Booked at': 24:00 is 00:00 of the next day: write it so"),
             (1, "2017-02-01", "column 2 'Booked at': no date of the form DD/MM/YYYY hh:mm"),
             (1, "", "column 2 'Booked at': empty, and the event needs it"),
             (2, "Weather", "column 3 'Purpose': not in the code table 'purposes'"),
             (2, "", "column 3 'Purpose': empty, and the event needs it"),
             (2, "=1+1", "column 3 'Purpose': a formula, which a spreadsheet would run: write its value"),
             (3, "@SUM(A1)", "column 4 'Place': a formula, which a spreadsheet would run: write its value"),
             (4, "42736.5", "column 5 'Slot': no date of the form DD/MM/YYYY hh:mm"),
             (0, "", "column 1 'Appointment': empty, and the row's key needs it"),
             (0, "رقم", "column 1 'Appointment': no identifier"), (0, "7 8", "column 1 'Appointment': no identifier")]

    def test_each_hostile_cell_is_told_with_row_and_column_and_can_be_mended(self):
        rows = []
        for number, (column, cell, _) in enumerate(self.CELLS):
            row = [str(100 + number), *self.GOOD[1:]]
            row[column] = cell
            rows.append(row)
        rows.insert(3, ["50", *self.GOOD[1:]])
        text = table(rows) + "60,one,two\r\n61,\"x\"y,b\r\n62," + ",".join(self.GOOD[1:]) + "\r\n62," + ",".join(
            [*self.GOOD[1:3], "Danaat Al Madina", *self.GOOD[4:]]) + "\r\n"
        with sijill.scratch() as directory:
            path, data = pathlib.Path(directory, "a.csv"), directory + "/d"
            path.write_bytes(text.encode())
            done = run("import", "csv", path, "--mapping", MAPPING, "--data", data, expect=1)
            dry = run("import", "csv", path, "--mapping", MAPPING, "--dry-run", expect=1)
            lines = [2, 3, 4, *range(6, 15)]
            for line, (_, _, message) in zip(lines, self.CELLS):
                self.assertIn(f"a.csv:{line}: {message}", done.stderr)
                self.assertIn(f"a.csv:{line}: {message}", dry.stderr)
            self.assertRegex(dry.stdout, r"\nwould publish +events +[1-9]")
            self.assertNotIn("published", dry.stdout)
            for expected in (":15: 3 cells, and the header has 8", ":16: column 2: text behind a closing quote",
                             ":18: rows 17 and 18 have the same key and different content"):
                self.assertIn(expected, done.stderr)
            rejects = pathlib.Path(directory, "a.rejects.csv")
            self.assertEqual(rejects.stat().st_mode & 0o777, 0o600)
            kept = list(csv.reader(io.StringIO(rejects.read_text(encoding="utf-8"))))
            self.assertEqual(kept[0], [*HEADER, "sijill_reason"])
            self.assertEqual(len(kept), 1 + len(self.CELLS) + 3)
            # Unmended, the same rows are rejected again, the one that repeats a key of the log among them.
            self.assertEqual(imported(data, rejects, expect=1)["rejected"], len(self.CELLS) + 3)
            mended = [kept[0]] + [[str(200 + i), *self.GOOD[1:], row[-1]] for i, row in enumerate(kept[1:])]
            with open(rejects, "w", encoding="utf-8", newline="") as out:
                csv.writer(out).writerows(mended)
            self.assertEqual(imported(data, rejects)["published"], len(self.CELLS) + 3)

    def test_what_has_no_place_beside_it_needs_one_for_its_rejects(self):
        bad = [str(100), "29/02/2017 10:00", *self.GOOD[2:]]
        with sijill.scratch() as directory:
            path, kept = pathlib.Path(directory, "a.csv"), directory + "/kept.csv"
            path.write_text(table([bad] * 1100), encoding="utf-8")
            asked = ("import", "csv", "/dev/stdin", "--mapping", MAPPING, "--data", directory + "/d")
            with open(path, encoding="utf-8") as stdin:
                self.assertIn("--rejects", run(*asked, stdin=stdin, expect=2).stderr)
            with open(path, encoding="utf-8") as stdin:
                self.assertIn("\nand 100 more, which are not shown", run(*asked, "--rejects", kept, stdin=stdin, expect=1).stderr)
            self.assertTrue(os.path.exists(kept))

    def test_strict_stops_at_the_first(self):
        with sijill.scratch() as directory:
            path = pathlib.Path(directory, "a.csv")
            path.write_text(table([self.GOOD, ["8", "soon", *self.GOOD[2:]], ["9", *self.GOOD[1:]]]), encoding="utf-8")
            done = run("import", "csv", path, "--mapping", MAPPING, "--data", directory + "/d", "--strict", "--format", "json",
                       expect=1)
            counts = {row["what"]: row["count"] for row in json.loads(done.stdout)}
            self.assertEqual((counts["read"], counts["published"]), (2, 1))
            self.assertEqual(sorted(os.listdir(directory)), ["a.csv", "d"])

    def test_personal_numbers_enter_no_file(self):
        with sijill.scratch() as directory:
            sample = os.path.join(sijill.ROOT, "tests/data/csv/call-details.csv")
            done = run("import", "csv", sample, "--mapping", CALLS, "--data", directory + "/d")
            self.assertIn("4 cells are personal", done.stderr)
            hint = f"`sijill catch-up --data {directory}/d`"
            self.assertIn(hint, done.stderr)
            again = run("import", "csv", sample, "--mapping", CALLS, "--data", directory + "/d")
            self.assertNotIn(hint, again.stderr, "nothing is new")
            kept = b"".join(path.read_bytes() for path in pathlib.Path(directory, "d").rglob("*") if path.is_file())
            self.assertNotIn(b"1730000", kept)


class Mapping(unittest.TestCase):
    HEAD = 'source = "/csv/x"\nkey = ["No"]\n'
    EVENT = '[[event]]\ntype = "appointment.cancelled"\ntime = { column = "At" }\n[event.fields]\n'
    WRONG = [('sorce = "/csv/x"', "1:1: there is no key 'sorce'; did you mean 'source'?"),
             (HEAD + '[[event]]\ntype = "appointment.bookd"', "4:1: there is no event 'appointment.bookd' (docs/events.md); "
              "did you mean 'appointment.booked'?"),
             (HEAD + EVENT + 'by = "citizn"', "7:6: by: 'citizn' is none of citizen, office"),
             (HEAD + EVENT + 'bye = "x"', "7:1: appointment.cancelled has no field 'bye'; did you mean 'by'?"),
             (HEAD + EVENT + 'by = "office"', "needs the field notice of appointment.cancelled"),
             (HEAD + EVENT + 'notice = { column = "N" }', "a duration needs its unit"),
             (HEAD + EVENT + 'by = { column = "N", codes = "whom" }', "there is no [codes.whom]"),
             (HEAD + EVENT + 'cancelled_at = { colum = "N" }', "7:18: there is no key 'colum'; did you mean 'column'?"),
             (HEAD + EVENT + 'cancelled_at = { column = "N", format = "soon" }', "a date format is rfc3339, excel or a pattern"),
             (HEAD + EVENT + 'cancelled_at = { column = "N", time_zone = "Mars" }', "there is no time zone 'Mars'"),
             (HEAD + EVENT.replace("cancelled", "checked_in") + 'recorded_by = { column = "N" }', 'needs token = "digest"'),
             (HEAD + "[[event]", "3:")]

    def test_each_mistake_is_told_with_its_place(self):
        with sijill.scratch() as directory:
            mapping = pathlib.Path(directory, "m.toml")
            for text, message in self.WRONG:
                mapping.write_text(text, encoding="utf-8")
                done = run("import", "csv", "none.csv", "--mapping", mapping, "--dry-run", expect=78)
                self.assertIn(message, done.stderr, text)

    def test_a_column_that_is_missing_is_told_before_any_row(self):
        with sijill.scratch() as directory:
            path = pathlib.Path(directory, "a.csv")
            path.write_text("Appointment,Booked at\n1,2\n", encoding="utf-8")
            done = run("import", "csv", path, "--mapping", MAPPING, "--data", directory + "/d", expect=2)
            self.assertIn("the table has no column 'Purpose'", done.stderr)
            self.assertIn("Its columns: 'Appointment', 'Booked at'", done.stderr)


class Memory(unittest.TestCase):
    def test_a_million_rows_are_imported_in_bounded_memory(self):
        with sijill.scratch(on_disk=True) as directory:
            path = directory + "/a.csv"
            rest = ",".join(Rejects.GOOD[1:])
            with open(path, "w", encoding="utf-8") as out:
                out.write(",".join(HEADER) + "\n")
                for number in range(ROWS):
                    out.write(f"{number},{rest}\n")
            begun = time.monotonic()
            counts = imported(directory + "/d", path)
            seconds = time.monotonic() - begun
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            print(f"{ROWS} rows in {seconds:.0f} s, peak {peak} MiB, table {os.path.getsize(path) >> 20} MiB")
            self.assertEqual((counts["published"], counts["rejected"]), (ROWS, 0))
            self.assertLess(peak, 400)


if __name__ == "__main__":
    unittest.main(verbosity=2)
