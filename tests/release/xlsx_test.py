"""Goal: a workbook holds what the JSON answer holds, as numbers and texts, and says what was asked. Method: the release
binary; openpyxl, which shares no code with the server, reads every cell."""
import csv
import io
import json
import re
import time
import unittest
import urllib.parse
import zipfile

import openpyxl
import sijill
from server import Server, opened
from sijill import run

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ARABIC = re.compile("[\u0600-\u06ff]")
PATHS = ["/v1/cases?period=2017-M02&limit=200", "/v1/kpis", "/v1/kpis/answer-rate?period=2017-M01,2017-M02&by=queue",
         "/v1/kpis/inbound-offered?period=2017-Q1&compare=previous", "/v1/kpis/answer-rate?period=2017-Q1&compare=previous&by=queue",
         "/v1/kpis/complaints/cases?period=2017-Q1",
         "/v1/departments/engineering/follow-ups", "/v1/reports/2017-Q1", "/v1/anomalies"]


def asked(path, **more):
    return path + ("&" if "?" in path else "?") + urllib.parse.urlencode(more)


def in_one_minute(ask):
    """What `ask` returns from within one minute of the clock: an answer that depends on now changes with the next."""
    while True:
        minute = int(time.time() // 60)
        answer = ask()
        if int(time.time() // 60) == minute:
            return answer


class Workbooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        data = cls.scratch.name + "/demo"
        run("demo", "--data", data, "--format", "json")
        cls.server = Server(data)
        case = cls.server.json("/v1/cases?limit=1")["items"][0]["case"]
        cls.paths = PATHS + [f"/v1/cases/{case}", f"/v1/cases/{case}/events"]

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.scratch.cleanup()

    def book(self, path, **more):
        status, headers, body = self.server.ask("GET", asked(path, format="xlsx", **more))
        self.assertEqual((status, headers["Content-Type"]), (200, XLSX), body[:300])
        return openpyxl.load_workbook(io.BytesIO(body)), headers, body

    def lines(self, path):
        status, _, body = self.server.ask("GET", asked(path, format="ndjson"))
        self.assertEqual(status, 200)
        return [json.loads(line) for line in body.splitlines()]

    def check_rows(self, sheet, lines):
        """Every cell is the value that NDJSON has: numbers are numbers, texts are texts, none is a formula."""
        rows = list(sheet.iter_rows(min_row=2))
        self.assertEqual(len(rows), len(lines))
        for row, line in zip(rows, lines):
            self.assertEqual([cell.value for cell in row], [None if value == "" else value for value in line.values()])
            for cell, value in zip(row, line.values()):
                self.assertEqual(type(cell.value), type(value) if value != "" else type(None))
                self.assertNotEqual(cell.data_type, "f")

    def test_every_table_is_the_one_of_json_and_csv(self):
        for path in self.paths:
            with self.subTest(path):
                sheet = self.book(path)[0].worksheets[0]
                lines = self.lines(path)
                table = list(csv.reader(io.StringIO(self.server.ask("GET", asked(path, format="csv"))[2].decode())))
                self.assertEqual([cell.value for cell in sheet[1]], table[0])
                self.assertEqual(sheet.max_row, len(table))
                self.check_rows(sheet, lines)
                for line in lines:
                    for name in {"numerator", "amount", "offset", "episode"} & line.keys():
                        self.assertIsInstance(line[name], int)
                if "follow-ups" not in path and path != "/v1/anomalies":
                    self.assertGreater(len(lines), 0)

    def test_headings_are_bold_stay_in_sight_and_filter(self):
        for path in self.paths:
            with self.subTest(path):
                sheet = self.book(path)[0].worksheets[0]
                self.assertTrue(all(cell.font.bold for cell in sheet[1]))
                self.assertFalse(any(cell.font.bold for row in sheet.iter_rows(min_row=2) for cell in row))
                self.assertEqual((sheet.freeze_panes, sheet.auto_filter.ref), ("A2", sheet.dimensions))
                for column in range(1, sheet.max_column + 1):
                    longest = max(len(str(cell.value or "")) for cell in sheet.iter_cols(column, column).__next__())
                    width = sheet.column_dimensions[openpyxl.utils.get_column_letter(column)].width
                    self.assertGreaterEqual(width, min(60, longest))

    def test_in_arabic_sheets_run_from_right_to_left_with_arabic_headings(self):
        for path in self.paths:
            with self.subTest(path):
                arabic, english = self.book(path, lang="ar")[0], self.book(path)[0]
                for sheet in arabic.worksheets:
                    self.assertTrue(sheet.sheet_view.rightToLeft)
                    self.assertRegex(sheet.title, ARABIC)
                    headings = [cell.value for cell in sheet[1]]
                    self.assertTrue(all(ARABIC.search(text) for text in headings), headings)
                    self.assertEqual(len(set(headings)), len(headings))
                self.assertEqual(arabic.worksheets[1].title, "عن الجدول")
                self.assertTrue(all(ARABIC.search(row[0].value) for row in arabic.worksheets[1].iter_rows()))
                self.assertFalse(any(sheet.sheet_view.rightToLeft for sheet in english.worksheets))
        names = [cell.value for cell in self.book("/v1/kpis", lang="ar")[0].worksheets[0]["F"]][1:]
        self.assertTrue(all(ARABIC.search(name) for name in names))

    def test_the_second_sheet_says_what_was_asked_and_of_which_prefix_this_is_the_answer(self):
        path = "/v1/cases?period=2017-M02&status=CLOSED&kind=request&limit=7"
        book, headers, _ = self.book(path)
        answer = self.server.json(path)
        sheet = book["About"]
        about = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=2)}
        self.assertEqual(about, {
            "route": "GET /v1/cases", "period": "2017-M02 (2017-02-01 – 2017-02-28)", "status": "CLOSED", "kind": "request",
            "limit": "7", "time zone": "Asia/Bahrain", "rows": "7", "more rows: cursor": answer["next"],
            "position": headers["Position"], "as of": answer["asOf"], "lag, events": "0", "lag, seconds": "0"})
        self.assertEqual(headers["Position"], answer["position"])
        rest = self.book(path.replace("limit=7", "limit=1000"), cursor=answer["next"])[0]["About"]
        self.assertNotIn("more rows: cursor", [row[0].value for row in rest.iter_rows()])

    def test_the_same_answer_is_the_same_bytes_and_tells_when_it_was_true(self):
        for path in self.paths:
            with self.subTest(path):
                first, again, status = in_one_minute(lambda: self.twice_and_by_tag(path))
                book, _, body = first
                self.assertEqual(again[2], body)
                as_of = self.server.json("/v1/positions")["asOf"]
                self.assertEqual(book.properties.created.isoformat(), as_of.split(".")[0])
                self.assertEqual(status, 304)
                with zipfile.ZipFile(io.BytesIO(body)) as parts:
                    self.assertIsNone(parts.testzip())

    def twice_and_by_tag(self, path):
        """The workbook, the workbook once more, and the status of a third question that names the first one's ETag."""
        first, again = self.book(path, lang="ar"), self.book(path, lang="ar")
        status = self.server.ask("GET", asked(path, format="xlsx", lang="ar"),
                                 headers={"If-None-Match": first[1]["ETag"]})[0]
        return first, again, status

    def test_accept_asks_for_a_workbook_and_gets_a_file_with_a_name(self):
        for path, name in (("/v1/reports/2017-Q1", "sijill-reports-2017-Q1.xlsx"), ("/v1/cases", "sijill-cases.xlsx"),
                           ("/v1/departments/a%22%3Bb/follow-ups", "sijill-departments-a__b-follow-ups.xlsx")):
            status, headers, body = self.server.ask("GET", path, headers={"Accept": XLSX + ", application/json;q=0.5"})
            self.assertEqual((status, headers["Content-Type"]), (200, XLSX))
            self.assertEqual(headers["Content-Disposition"], f'attachment; filename="{name}"')
            self.assertEqual(body[:2], b"PK")


class Texts(unittest.TestCase):
    def test_whatever_stands_in_a_text_stays_a_text(self):
        strange = ["=1+1", "+1", "-1", "@SUM(A1)", "007", "1e5", "_x0041_", "<&>\"'", "TRUE", "http://a/b", "2017-01-31"]
        with sijill.scratch() as directory:
            server = Server(directory + "/d")
            try:
                for number, text in enumerate(strange):
                    self.assertEqual(server.publish(opened(text, f"a-{number}"), Prefer="wait=20")[0], 201)
                path = "/v1/cases?limit=100"
                self.assertEqual({item["case"] for item in server.json(path)["items"]}, set(strange))
                body = server.ask("GET", path + "&format=xlsx")[2]
            finally:
                server.close()
        cells = openpyxl.load_workbook(io.BytesIO(body)).worksheets[0]["A"][1:]
        self.assertEqual({cell.data_type for cell in cells} - {"s", "inlineStr"}, set())
        # What could be taken for an escape is escaped (ECMA-376, ST_Xstring), which openpyxl leaves as it is.
        self.assertEqual({cell.value for cell in cells} ^ set(strange), {"_x0041_", "_x005F_x0041_"})
        with zipfile.ZipFile(io.BytesIO(body)) as parts:
            self.assertNotIn(b"<f>", parts.read("xl/worksheets/sheet1.xml"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
