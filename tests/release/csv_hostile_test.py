"""Goal: whatever a person or a spreadsheet writes into a cell or a file, the answer is the one exact message, and nothing is lost.
Method: one table of about two hundred rows, each right but for one cell, through the binary; whole files that are broken, each
with what is said of it. The messages were written by hand from the documents, not from the program."""
import csv
import difflib
import json
import pathlib
import unittest

import sijill
from sijill import run

MAPPING = """source = "/csv/hostile"
key = ["No"]
subject = { column = "No", prefix = "t-" }
date_format = "DD/MM/YYYY hh:mm"
time_zone = "Europe/London"
[codes.queues]
"600" = "housing"
"سكن" = "housing"
[[event]]
type = "call.offered"
time = { column = "At" }
[event.fields]
direction = "inbound"
queue = { column = "Queue", codes = "queues" }
enqueued_at = { column = "At" }
language = { column = "Code" }
dnis = { column = "Text" }
citizen = { column = "Citizen", token = "as_is" }
[[event]]
type = "call.answered"
time = { column = "At" }
[event.fields]
agent = { column = "Agent", token = "as_is" }
queue_wait = { column = "To", minus = "At", unit = "dates" }
answered_at = { column = "At" }
[[event]]
type = "call.ended"
time = { column = "At" }
[event.fields]
ended_at = { column = "At" }
talk = { column = "Seconds", unit = "s" }
hold = { column = "Clock", unit = "hh:mm:ss" }
ended_by = { column = "Ended by" }
[[event]]
type = "call.wrapped_up"
time = { column = "At" }
when = { column = "Wrapped", is = "yes" }
[event.fields]
acw = { column = "Minutes", unit = "min" }
purposes = { column = "Purposes", separator = "|" }
outcome = "handled"
[[event]]
type = "call.recording_available"
time = { column = "Serial", format = "excel", time_zone = "America/New_York" }
[event.fields]
recording_id = "r"
duration = 1
sha256 = { column = "Digest" }
[[event]]
type = "survey.answered"
time = { column = "Iso", format = "rfc3339" }
[event.fields]
revision = { column = "Revision" }
score = { column = "Score" }
answered_at = { column = "Iso", format = "rfc3339" }
[[event]]
type = "complaint.assessed"
time = { column = "At" }
[event.fields]
severity = "low"
admissible = { column = "Flag" }
due_at = { column = "At" }
"""
EVENTS = 7  # of a good row
GOOD = {"No": "1", "At": "01/02/2017 10:00", "To": "01/02/2017 10:05", "Iso": "2017-02-01T10:00:00Z", "Serial": "42767.5",
        "Queue": "600", "Code": "ar", "Text": "17000000", "Citizen": "c-1", "Agent": "a-1", "Seconds": "60", "Clock": "00:01:00",
        "Minutes": "1", "Score": "5", "Revision": "1", "Ended by": "agent", "Purposes": "housing|late", "Digest": "0f" * 32,
        "Flag": "true", "Wrapped": "yes"}
HEADER = list(GOOD)

EMPTY = "empty, and the event needs it"
FORMULA = "a formula, which a spreadsheet would run: write its value"
FORM = "no date of the form DD/MM/YYYY hh:mm"
DAY, TIME = "there is no such day", "there is no such time of day"
MIDNIGHT = "24:00 is 00:00 of the next day: write it so"
JUMPED = "the clocks of Europe/London jumped over this time"
TWICE = "this time was twice in Europe/London: write it as RFC 3339 with its zone"
RFC = "no date of RFC 3339, 1900 to 2199, such as 2017-01-31T08:00:00Z or 2017-01-31T11:00:00+03:00"
OUTSIDE = "the date lies outside the years 1900 to 2199 (UTC)"
EXCEL, EXCEL_RANGE = "no date of Excel: a number of days such as 42736.5", "no date of Excel from 1900-03-01 to 9999-12-31"
NUMBER, BITS = "no whole number", "a number over 53 bits"
SEPARATOR = "a separator or a decimal: 1,000 may be one or a thousand; write a whole number without separators"
NEGATIVE, YEAR = "a negative duration", "a duration over 366 days"
CLOCK = "no duration of the form hh:mm:ss"
TWO_PARTS = 'two parts, which may be hours or minutes: write all of hh:mm:ss, or give the mapping unit = "mm:ss"'
TABLE = "not in the code table 'queues'"
CODE = "no code (1 to 64 of a-z 0-9 _ . -): give it one with `codes`"
TEXT = "no text of at most 1,024 bytes without line breaks"
NAME = "no identifier (1 to 128 printable ASCII characters without spaces)"
SHA = "no SHA-256 in 64 digits 0-9 a-f"
ENDED = "none of agent, citizen, system"
BOOLEAN = "neither true nor false: map it with `codes`"
LIST = "no list of 1 to 16 codes"
POINTS = "no number from -1000000 to 1000000"
COUNT = "no number from 0 to 9007199254740991"
PERSON = "a person's number, and a token must be none: it stays out"

# column: message: the cells that get it.
CELLS = {
    "At": {DAY: ["29/02/2017 10:00", "29/02/1900 10:00", "29/02/2100 10:00", "30/02/2016 10:00", "31/04/2017 10:00",
                 "00/01/2017 10:00", "32/01/2017 10:00", "01/13/2017 10:00", "01/00/2017 10:00", "01/01/0000 10:00",
                 "٢٩/٠٢/٢٠١٧ ١٠:٠٠", "٢9/0٢/2017 10:00", "\u200f29/02/2017 10:00\u200f", "۲۹/۰۲/۲۰۱۷ ۱۰:۰۰"],
           MIDNIGHT: ["01/02/2017 24:00", "28/02/2016 24:00", "٠١/٠٢/٢٠١٧ ٢٤:٠٠", "01/02/2017 24:01"],
           TIME: ["01/02/2017 25:00", "01/02/2017 10:60", "01/02/2017 99:99"],
           JUMPED: ["26/03/2017 01:00", "26/03/2017 01:30", "26/03/2017 01:59"],
           TWICE: ["29/10/2017 01:00", "29/10/2017 01:30", "29/10/2017 01:59"],
           FORM: ["2017-02-01", "2017-02-01 10:00", "01-02-2017 10:00", "01.02.2017 10:00", "01/02/2017", "01/02/17 10:00",
                  "01/02/2017 10:00:00", "01/02/2017 10:00 AM", "01/02/2017T10:00", "01/02/2017  10:00", "01/02/2017\u00a010:00",
                  "01/02/\u200f2017 10:00", "1 Feb 2017 10:00", "١ فبراير ٢٠١٧", "42767.5", "42767", "soon", "#REF!", "010/02/2017 10:00",
                  "01/02/20171 10:00", "01/02/2017 10", "//: ", "01／02／2017 10:00", "१/२/२०१७ १०:००"],
           EMPTY: ["", " ", "\u00a0", "\u200f\u00a0\t", "\ufeff"],
           FORMULA: ["=TODAY()", "+A1", "-A1", "@NOW()", " =NOW()", "\u00a0=NOW()", "\u200f=NOW()", "=", "-1/2/2017", "==1"]},
    "To": {NEGATIVE: ["01/02/2017 09:59", "01/02/2016 10:00"], YEAR: ["03/02/2018 10:00", "31/12/2199 23:59"], OUTSIDE: ["31/12/9999 23:59", "01/01/2200 00:00"],
           DAY: ["29/02/2017 10:00"], FORM: ["5", "10:05"], JUMPED: ["26/03/2017 01:30"], EMPTY: [""], FORMULA: ["=B2+5"]},
    "Iso": {RFC: ["2017-02-29T10:00:00Z", "2017-02-01T24:00:00Z", "2017-02-01T10:00:00", "2017-02-01", "2017-02-01T10:00Z",
                  "2017-02-01T10:00:00+25:00", "2017-02-01T10:00:61Z", "20170201T100000Z", "01/02/2017 10:00", "2017-13-01T10:00:00Z",
                  "2017-02-01T10:00:00 Z", "2017-02-01T10:00:00GMT", "42767.5", "2017\u200f-02-01T10:00:00Z"],
            EMPTY: [""], FORMULA: ["=A1", "+2017-02-01T10:00:00Z"]},
    "Serial": {OUTSIDE: ["2958465", "2958465.99"], EXCEL_RANGE: ["0", "1", "59", "60", "60.5", "60.99999", "2958466", "99999999", "٦٠"],
               EXCEL: ["-1", "42767,5", "42,767", "4.2E4", "42767.5.1", "01/02/2017", "nan", "inf", "٤٢٧٦٧٫٥", "42767 5", ".5", "0x1"],
               EMPTY: [""], FORMULA: ["=DATE(2017,2,1)", "-42,767"]},
    "Seconds": {SEPARATOR: ["1,000", "1.000", "1٬000", "1 000", "1\u00a0000", "1\u202f000", "1'000", "12.5", "12,5", "١٢٫٥", "60.", "1-0"],
                NUMBER: ["1e3", "0x1F", "60s", "60 s", "NaN", "#N/A", "½", "１２", "६०", "1_000", "1:00", "60%", "ساعة", "٦٠ث",
                         "\u22121", "6\u200f0", "+60", "-"],
                NEGATIVE: ["-1", "-٦٠"], YEAR: ["31622401", "9007199254740991"],
                BITS: ["9007199254740992", "99999999999999999999999"], EMPTY: [""],
                FORMULA: ["=1+1", "--1", "-1,000", "+", "@1x", "-1e3", "+1:00"]},
    "Clock": {CLOCK: ["60", "1:60", "00:60:00", "1:2:3", "::", "1:", ":30", "00:00:00:00", "0:00:0x", "1h30", "00.01.00", "1:-1", "1:-0"],
              TWO_PARTS: ["01:00", "1:00", "90:00", "٠١:٠٠"], FORMULA: ["-0:30", "=A1"], YEAR: ["8785:00:00"], EMPTY: [""]},
    "Minutes": {SEPARATOR: ["1.5", "0,5"], NEGATIVE: ["-1"], YEAR: ["527041"], NUMBER: ["one"], EMPTY: [""]},
    "Score": {POINTS: ["1000001", "-1000001", "9007199254740991"], BITS: ["-9007199254740992"], SEPARATOR: ["4.5", "4,5"],
              NUMBER: ["five", "5/5", "★★★"], EMPTY: [""], FORMULA: ["-five"]},
    "Revision": {COUNT: ["-1", "-9007199254740991"], SEPARATOR: ["1.0"], NUMBER: ["first"], FORMULA: ["=ROW()"]},
    "Queue": {TABLE: ["601", "600.0", "0600", "Housing", "سـكن", "6\u200f00", "600,601"], EMPTY: [""],
              FORMULA: ["=600", "=HYPERLINK(\"http://x\",\"600\")", "@600x", "+cmd|' /C calc'!A0"]},
    "Code": {CODE: ["AR", "a r", "عربي", "a" * 65, "a/b", "a,b", "a\u200fb"], FORMULA: ["=ar", "-ar", "+ar", "@ar"]},
    "Text": {TEXT: ["x" * 1025, "ن" * 513, "a\tb", "a\x7fb", "a\x01b", "a\x1bb"], FORMULA: ["=1+1", "@x", "-x", "+x", "\t=1+1"]},
    "Citizen": {PERSON: ["880101234", "17300001", "+97317300001", "8801-0123-4"], NAME: ["Fatima Ali", "فاطمة", "x" * 129]},
    "Agent": {NAME: ["Agent 1", "موظف", "x" * 129, "a\u200fb", "a\u00a0b"], EMPTY: [""], FORMULA: ["=A1", "@a-1"]},
    "Ended by": {ENDED: ["Agent", "AGENT", "agent,citizen", "وكيل", "agents"], EMPTY: [""], FORMULA: ["=agent"]},
    "Flag": {BOOLEAN: ["1", "0", "yes", "TRUE", "True", "نعم"], EMPTY: [""], FORMULA: ["=TRUE()"]},
    "Purposes": {CODE: ["Housing", "housing;late", "housing|Late", "housing, late", "سكن"],
                 LIST: ["|", "||", "|".join(f"p{i}" for i in range(17))], EMPTY: [""], FORMULA: ["=A1"]},
    "Digest": {SHA: ["0f" * 31, "0F" * 32, "0f" * 33, "g" * 64], EMPTY: [""]},
    "Wrapped": {FORMULA: ["=IF(A1,1,0)"]},
}
KEYS = {"empty, and the row's key needs it": ["", "\u200f"], NAME: ["7 8", "رقم", "x" * 129, "a\u200fb"], FORMULA: ["=1", "@a"]}
# What looks hostile and can be meant in one way only.
ACCEPTED = [("At", "29/02/2016 10:00", "To", "29/02/2016 10:01"), ("At", "29/02/2000 10:00", "To", "01/03/2000 10:01"),
            ("At", "٠١/٠٢/٢٠١٧ ١٠:٠٠"), ("At", "\u200f01/02/2017 10:00\u200e\u00a0"), ("At", "۰1/٠2/2017 10:00"), ("At", "1/2/2017 9:5"),
            ("At", "26/03/2017 00:59", "To", "26/03/2017 02:00"), ("At", "29/10/2017 00:59", "To", "29/10/2017 02:00"),
            ("At", "2017-10-29T01:30:00Z", "To", "2017-10-29T02:35:00+01:00"), ("Serial", "2017-10-29T01:30:00+01:00"),
            ("Iso", "2017-02-01T13:00:00+03:00"), ("Iso", "2016-02-29T10:00:00Z"), ("Serial", "61"), ("Serial", "٤٢٧٦٧"),
            ("Seconds", "٦٠"), ("Seconds", " 60\u00a0"), ("Seconds", "۶0"), ("Seconds", "31622400"), ("Seconds", "0060"),
            ("Clock", "24:00:00"), ("Clock", "0:01:00"), ("Score", "-5"), ("Score", "-٥"), ("Queue", "سكن"), ("Queue", "٦٠٠"), ("Queue", "\u200fسكن\u00a0"),
            ("Text", "ن" * 512), ("Text", "line\nbreak"), ("Text", "a \"quote\", and more"), ("Text", "1,000"), ("Text", ""),
            ("Code", ""), ("Purposes", "|housing||late|")]


def cell_text(text):
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in ',"\r\n') else text


def row_text(number, *changes):
    cells = {**GOOD, "No": str(number), **dict(zip(changes[::2], changes[1::2]))}
    return ",".join(cell_text(cells[name]) for name in HEADER)


def place(name):
    return f"column {HEADER.index(name) + 1} '{name}': "


def hostile_rows():
    """(text of the row as bytes, message or '')"""
    rows = []
    for name, messages in CELLS.items():
        for message, cells in messages.items():
            # A wrong time of the first column that uses it is told; each is looked at in the order of the mapping.
            rows += [(row_text(len(rows), name, cell).encode(), place(name) + message) for cell in cells]
    rows += [(row_text(cell).encode(), place("No") + message) for message, cells in KEYS.items() for cell in cells]
    text = HEADER.index("Text") + 1
    for raw, message in [(b"\xff", UTF8), (b"\xc0\xaf", UTF8), (b"\xed\xa0\x80", UTF8), (b"\xe2\x80", UTF8), (b"\xf5\x80\x80\x80", UTF8),
                         (b"\xd3\xdf\xe4", UTF8), (b"a\0b", ZERO), (b"\0", ZERO),
                         (b'a"b', "a quote inside a cell that does not begin with one"),
                         (b'"a"b', "text behind a closing quote; a quote within quotes is written twice"),
                         (b'"a" ', "text behind a closing quote; a quote within quotes is written twice")]:
        rows.append((row_text(len(rows), "Text", "@@").encode().replace(b"@@", raw), f"column {text}: {message}"))
    rows.append((b"1,2,3", f"3 cells, and the header has {len(HEADER)}"))
    rows.append((row_text(len(rows)).encode() + b",", f"{len(HEADER) + 1} cells, and the header has {len(HEADER)}"))
    rows.append((row_text(len(rows), "Text", "a,b").encode().replace(b'"', b""),
                 f"{len(HEADER) + 1} cells, and the header has {len(HEADER)}"))
    # The year 2200 in UTC, not yet in New York.
    rows.append((row_text(len(rows), "Serial", "109574.99").encode(), place("Serial") + OUTSIDE))
    rows += [(row_text(len(rows) + i, *each).encode(), "") for i, each in enumerate(ACCEPTED)]
    return rows


UTF8 = "bytes that are no UTF-8; an old Arabic export is read with the encoding WINDOWS-1256"
ZERO = "a zero byte; is the file UTF-16? Save it as UTF-8"


class Scratch(unittest.TestCase):
    maxDiff = 0

    def setUp(self):
        scratch = sijill.scratch()
        self.addCleanup(scratch.cleanup)
        self.path, self.data = pathlib.Path(scratch.name, "a.csv"), scratch.name + "/d"
        self.mapping = pathlib.Path(scratch.name, "m.toml")
        self.mapping.write_text(MAPPING, encoding="utf-8")

    def run_import(self, content, *extra, expect):
        self.path.write_bytes(content)
        return run("import", "csv", self.path, "--mapping", self.mapping, "--format", "json", *extra, expect=expect)


class Cells(Scratch):
    def test_each_hostile_cell_gets_its_exact_message_and_no_other_row_any(self):
        rows = hostile_rows()
        wrong = [row for row in rows if row[1]]
        self.assertGreaterEqual(len(wrong), 200)
        content, expected, line = ",".join(HEADER).encode() + b"\n", [], 2
        for number, (text, message) in enumerate(rows, 2):
            moved = "" if number == line else f"row {number}: "
            expected += [f"{self.path}:{line}: {moved}{message}"] if message else []
            content += text + b"\n"
            line += 1 + text.count(b"\n")
        dry = self.run_import(content, "--dry-run", expect=1)
        told = [text for text in dry.stderr.splitlines() if text.startswith(str(self.path))]
        differ = [text for text in difflib.unified_diff(expected, told, n=0, lineterm="")]
        self.assertEqual(told, expected, "\n" + "\n".join(differ))
        real = self.run_import(content, "--data", self.data, expect=1)
        self.assertEqual([text for text in real.stderr.splitlines() if text.startswith(str(self.path))], told)
        counts = {row["what"]: row["count"] for row in json.loads(real.stdout)}
        self.assertEqual((counts["read"], counts["rejected"]), (len(rows), len(wrong)))
        self.assertEqual(counts["published"], EVENTS * len(ACCEPTED))
        # Every rejected row is in the file, as it was, with its reason.
        kept = self.path.with_name("a.rejects.csv").read_bytes().split(b"\n", 1)[1]
        for text, message in wrong:
            self.assertIn(text.replace(b'"', b""), kept.replace(b'"', b""), message)
        print(f"{len(wrong)} hostile rows, {len(ACCEPTED)} that only look so")


class Files(Scratch):
    HEAD = ",".join(HEADER)

    def check(self, content, message, expect):
        done = self.run_import(content, "--dry-run", expect=expect)
        self.assertIn(message, done.stderr, content[:80])

    def test_each_broken_file_is_told_before_any_row(self):
        row = row_text(1)
        for content, message in [
                (b"", "the table is empty: its first row names the columns"),
                (b"\n\n\n", "the table is empty"), (b"\xef\xbb\xbf", "the table is empty"), (b" \t\r\n \n", "the table is empty"),
                (f"{self.HEAD}\n{row}\n".encode("utf-16"), "a.csv:1: the header: column 1: a zero byte; is the file UTF-16?"),
                (f"{self.HEAD}\n{row}\n".encode("utf-16-be"), "a.csv:1: the header: column 1: a zero byte; is the file UTF-16?"),
                (f"{self.HEAD},\"Ref\n{row}\n".encode(), f"a.csv:1: the header: column {len(HEADER) + 1}: the quote of line 1 is not"),
                (f"{self.HEAD}\n{row}\n".replace("Queue", "Qüeue").encode("cp1252"), "a.csv:1: the header: column 6: bytes that are no"),
                (f"{self.HEAD}\n{row}\n".replace("Queue", "Que").encode(), "the table has no column 'Queue'"),
                (f"{self.HEAD}\n{row}\n".replace(",At,", ",at,").encode(), "the table has no column 'At'"),
                (f"{self.HEAD},Queue\n{row},1\n".encode(), "the column 'Queue' stands twice"),
                (f"{self.HEAD},\u200fQueue \n{row},1\n".encode(), "the column 'Queue' stands twice"),
                (f"{row}\n{row}\n".encode(), "the table has no column 'No'"),
                (b"No At To\n1 2 3\n", "the header holds none of , ; tab |"),
                (b"No,At;To\n1 2 3\n", "two delimiters occur equally often in the header: say which with `delimiter`"),
                (b"PK\x03\x04\x14\x00\x06\x00" + bytes(range(256)) * 40, "the header"),
                (f"{self.HEAD.replace(',', ' ')}\n".encode(), "the header holds none of , ; tab |")]:
            self.check(content, message, 2)

    def test_a_wrong_delimiter_or_encoding_of_the_mapping_is_told(self):
        for line, message, expect in [('delimiter = ";"', "the table has no column 'At'", 2),
                                      ('encoding = "UTF-16"', "the encoding 'UTF-16' is not read", 78),
                                      ('encoding = "WINDOWS-125"', "m.toml:1:1: iconv knows no encoding 'WINDOWS-125'", 78)]:
            self.mapping.write_text(line + "\n" + MAPPING, encoding="utf-8")
            self.check(f"{self.HEAD}\n{row_text(1)}\n".encode(), message, expect)

    def test_a_file_may_end_and_begin_as_it_likes(self):
        text = f"{self.HEAD}\n{row_text(1)}\n\n{row_text(2)}"
        for content in (text.encode(), text.encode("utf-8-sig"), text.replace("\n", "\r\n").encode(), text.replace("\n", "\r").encode(),
                        text.replace(",", ";").encode(), text.replace(",", "\t").encode(), text.replace(",", "|").replace(
                            "housing|late", '"housing|late"').encode()):
            done = self.run_import(content, "--dry-run", expect=0)
            counts = {row["what"]: row["count"] for row in json.loads(done.stdout)}
            self.assertEqual((counts["read"], counts["would publish"]), (2, 2 * EVENTS), content[:60])

    def test_an_unclosed_quote_costs_its_own_row_only(self):
        rows = [row_text(i) for i in range(20)]
        rows[7] = row_text(7, "Text", "@@").replace("@@", '"never closed')
        content = "\n".join([self.HEAD, *rows]).encode()
        done = self.run_import(content, "--data", self.data, expect=1)
        self.assertIn(f"a.csv:9: column {HEADER.index('Text') + 1}: the quote of line 9 is not closed", done.stderr)
        counts = {row["what"]: row["count"] for row in json.loads(done.stdout)}
        self.assertEqual((counts["read"], counts["rejected"], counts["published"]), (20, 1, 19 * EVENTS))

    def test_old_arabic_bytes_are_told_in_a_utf8_table_and_read_with_their_encoding(self):
        content = f"{self.HEAD}\n{row_text(1, 'Queue', 'سكن')}\n".encode("cp1256")
        self.check(content, f"a.csv:2: column 6: {UTF8}", 1)
        self.mapping.write_text('encoding = "WINDOWS-1256"\n' + MAPPING, encoding="utf-8")
        self.run_import(content, "--dry-run", expect=0)

    def test_a_row_rejected_for_its_key_is_rejected_again_while_it_has_the_key(self):
        rows = [row_text(1), row_text(1, "Text", "other"), row_text(2)]
        content = "\n".join([self.HEAD, *rows]).encode()
        self.run_import(content, "--data", self.data, expect=1)
        rejects = self.path.with_name("a.rejects.csv")
        text = rejects.read_text(encoding="utf-8")
        for _ in range(2):
            done = self.run_import(text.encode(), "--data", self.data, expect=1)
            self.assertIn("a.csv:2: it had the same key and different content as another row, and the log has an event of that key",
                          done.stderr)
            text = self.path.with_name("a.rejects-2.csv").read_text(encoding="utf-8")
            self.path.with_name("a.rejects-2.csv").unlink()
        mended = list(csv.reader(text.splitlines()))
        mended[1][0] = "3"
        done = self.run_import("\n".join(",".join(map(cell_text, row)) for row in mended).encode(), "--data", self.data, expect=0)
        self.assertEqual({row["what"]: row["count"] for row in json.loads(done.stdout)}["published"], EVENTS)


if __name__ == "__main__":
    unittest.main(verbosity=2)
