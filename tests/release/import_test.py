"""Goal: a queue log becomes the PBX's own figures, however often, in whatever pieces and through whatever crash it is read.
Method: the log of a real PBX against its own counters and awk; random logs against what their generator decided; SIGKILL of a
following import while the log is written, renamed and truncated."""
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import time
import unittest

import queue_model
import sijill
from sijill import run

SAMPLE = os.path.join(sijill.ROOT, "tests/data/asterisk/queue_log")
KILLS = int(os.environ.get("SIJILL_KILLS", "50"))
SEED = int(os.environ.get("SIJILL_SEED", "20170331"))
LOGS = int(os.environ.get("SIJILL_LOGS", "12"))
PBX = ("--source", "/pbx/manama-1")
QUEUE_MAP = ("--queue-map", "Mazaya Programme=mazaya")
FIGURES = {"offered": ("inbound-offered",), "answered": ("answer-rate",), "abandoned": ("abandon-rate",),
           "flowed_out": ("flowed-out",), "rings": ("agent-non-responses",), "transfers": ("transfers-per-call",),
           "wait": ("average-speed-of-answer",), "within": ("service-level", "--variant", "within-10s", "--base", "answered")}

WRAP_UP = """
source = "/crm"
key = ["Contact"]
subject = { column = "Contact" }
actor = "system:crm"
date_format = "rfc3339"

[[event]]
type = "call.wrapped_up"
time = { column = "At" }
[event.fields]
acw = 0
purposes = { column = "Purposes", separator = "|" }
outcome = "handled"
"""


def imported(data, *files, at=()):
    """The closing table as {what: count}. `at` names the log when it is not the embedded one of `data`."""
    rows = json.loads(run("import", "asterisk", *files, *PBX, *QUEUE_MAP, "--data", data, *at, "--format", "json").stdout)
    return {row["what"]: row["count"] for row in rows}


def figures(data, period, at=()):
    """Per queue, from the views."""
    run("catch-up", "--data", data, *at)
    found = {}
    for measure, asked in FIGURES.items():
        answer = json.loads(run("kpi", "show", *asked, "--by", "queue", "--period", period, "--data", data,
                                "--format", "json").stdout)
        for row in answer["rows"]:
            found.setdefault(row["queue"], dict.fromkeys(FIGURES, 0))[measure] = row["numerator"]
    return found


def anomalies(data):
    return json.loads(run("anomalies", "--data", data, "--format", "json").stdout)


class Sample(unittest.TestCase):
    """The log of a real Asterisk 22."""

    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        cls.data = cls.scratch.name + "/once"
        cls.totals = imported(cls.data, SAMPLE)
        cls.figures = figures(cls.data, "2026-M11")
        cls.lines = pathlib.Path(SAMPLE).read_text(encoding="utf-8").splitlines(keepends=True)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def test_the_figures_are_the_counters_of_the_pbx(self):
        text = pathlib.Path(os.path.dirname(SAMPLE), "queue-show.txt").read_text(encoding="utf-8")
        counters = re.findall(r"^(\w+) has .* C:(\d+), A:(\d+), SL:([\d.]+)%.* within (\d+)s$", text, re.MULTILINE)
        self.assertEqual(len(counters), 2)
        for queue, completed, abandoned, level, within in counters:
            mine = self.figures[queue]
            self.assertEqual(within, "10")
            self.assertEqual(mine["answered"], int(completed), queue)
            # The PBX counts a caller who left by timeout among the abandoned.
            self.assertEqual(mine["abandoned"] + mine["flowed_out"], int(abandoned), queue)
            self.assertEqual(f"{100 * mine['within'] / mine['answered']:.1f}", level, queue)

    def test_the_figures_are_those_of_awk(self):
        program = ('$5=="ENTERQUEUE"{n[$3,"offered"]++} $5=="CONNECT"{n[$3,"answered"]++; n[$3,"wait"]+=1000*$6; '
                   'if($6<=10)n[$3,"within"]++} $5=="ABANDON"{n[$3,"abandoned"]++} $5~/^EXIT/{n[$3,"flowed_out"]++} '
                   '$5=="RINGNOANSWER"{n[$3,"rings"]++} $5~/TRANSFER/{n[$3,"transfers"]++} '
                   'END{for(k in n){split(k,p,SUBSEP); print p[1],p[2],n[k]}}')
        out = subprocess.run(["awk", "-F|", program, SAMPLE], capture_output=True, text=True, check=True).stdout
        expected = {queue: dict.fromkeys(FIGURES, 0) for queue in self.figures}
        for line in out.splitlines():
            queue, measure, count = line.split()
            expected[queue][measure] = int(count)
        self.assertEqual(self.figures, expected)

    def test_every_line_is_accounted_for(self):
        ignored = sum(count for what, count in self.totals.items() if what.startswith("ignored "))
        self.assertEqual(self.totals["read"], len(self.lines))
        self.assertEqual(self.totals["published"] + ignored, len(self.lines))
        self.assertEqual(self.totals["ignored PAUSE"], 16)
        self.assertEqual((self.totals["duplicates"], self.totals["rejected"]), (0, 0))

    def test_importing_again_publishes_nothing(self):
        again = imported(self.data, SAMPLE)
        self.assertEqual((again["published"], again["duplicates"]), (0, self.totals["published"]))
        self.assertEqual(figures(self.data, "2026-M11"), self.figures)

    def test_a_place_is_not_gone_on_from_into_another_log(self):
        with sijill.scratch() as directory:
            imported(directory, SAMPLE)
            shutil.rmtree(directory + "/log")
            refused = run("import", "asterisk", SAMPLE, *PBX, *QUEUE_MAP, "--data", directory, expect=3).stderr
            self.assertRegex(refused, r"went into the log sijill\.events \(.*, and this is sijill\.events \(.*; remove it and import")
            os.remove(re.search(r"(/\S+): ", refused)[1])
            self.assertEqual(imported(directory, SAMPLE)["published"], self.totals["published"])

    def test_two_halves_in_the_wrong_order_give_the_same(self):
        with sijill.scratch() as directory:
            for cut in (1, 350, 512):
                data = f"{directory}/{cut}"
                first, second = f"{directory}/first", f"{directory}/second"
                pathlib.Path(first).write_text("".join(self.lines[:cut]), encoding="utf-8")
                pathlib.Path(second).write_text("".join(self.lines[cut:]), encoding="utf-8")
                published = imported(data, second)["published"]
                last = imported(data, first)
                self.assertNotIn("waiting", last)
                self.assertEqual(published + last["published"], self.totals["published"], cut)
                for part in (second, first, SAMPLE):
                    self.assertEqual(imported(data, part)["published"], 0, (cut, part))
                self.assertEqual(figures(data, "2026-M11"), self.figures, cut)
                self.assertEqual(anomalies(data), [])

    def test_purposes_come_from_the_agents_table_before_or_after_the_calls(self):
        entered, rows = {}, []
        for line in self.lines:
            second, call, queue, _, event = line.split("|")[:5]
            if event == "ENTERQUEUE":
                entered[call, queue] = second
            elif event == "CONNECT":
                rows.append(f"{call}:{queue}:{entered[call, queue]},2026-11-24T10:00:00.000Z,late_delivery|other")
        with sijill.scratch() as directory:
            table, mapping = directory + "/wrap-up.csv", directory + "/wrap-up.toml"
            pathlib.Path(table).write_text("\n".join(["Contact,At,Purposes", *rows]) + "\n", encoding="utf-8")
            pathlib.Path(mapping).write_text(WRAP_UP, encoding="utf-8")
            for order in (("calls", "purposes"), ("purposes", "calls")):
                data = f"{directory}/{order[0]}"
                for step in order:
                    if step == "calls":
                        imported(data, SAMPLE)
                    else:
                        run("import", "csv", table, "--mapping", mapping, "--data", data)
                run("catch-up", "--data", data)
                share = json.loads(run("kpi", "show", "purpose-share", "--filter", "purpose=late_delivery", "--period", "2026-M11",
                                       "--data", data, "--format", "json").stdout)
                self.assertEqual((share["numerator"], share["denominator"]), (len(rows), len(rows)), order)
                self.assertEqual(anomalies(data), [])

    def test_what_cannot_be_taken_is_told_with_its_line(self):
        with sijill.scratch() as directory:
            log = directory + "/queue_log"
            pathlib.Path(log).write_text(
                "1485000000|1.1|housing|NONE|ENTERQUEUE||17300000|1\nnonsense 17300000\n1485000001|1.1|housing|NONE|TELEPORT|x\n"
                "1485000002|1.1|housing|Agent 1|CONNECT|soon\n1485000003|2.1|Mazaya|NONE|ENTERQUEUE|||1\n1485000004|1.1|hou",
                encoding="utf-8")
            done = run("import", "asterisk", log, *PBX, "--data", directory + "/d", expect=1)
            for expected in (":2: the line does not begin with an epoch second", ":3: unknown event TELEPORT",
                             ":4: CONNECT needs its wait as a number in parameter 1", ":5: the queue's name is no code",
                             "--queue-map 'Mazaya=CODE'", "the last line has no line break yet", "1 lines carry a caller's number"):
                self.assertIn(expected, done.stderr)
            kept = b"".join(path.read_bytes() for path in pathlib.Path(directory, "d").rglob("*") if path.is_file())
            self.assertNotIn("17300000", done.stdout + done.stderr)
            self.assertNotIn(b"17300000", kept)

    def test_what_is_no_file_is_told_and_nothing_is_broken(self):
        with sijill.scratch() as directory:
            for follow in ([], ["--follow"]):
                said = run("import", "asterisk", directory, *follow, *PBX, "--data", directory + "/d", expect=1)
                self.assertRegex(said.stderr, f"cannot read {directory}: .*directory")


class Random(unittest.TestCase):
    def test_any_log_gives_what_happened(self):
        print(f"seed {SEED}, {LOGS} logs")
        for number in range(LOGS):
            chance = random.Random(SEED + number)
            log = queue_model.Log(chance, chance.choice([5, 60, 250]))
            expected = {queue: of for queue, of in log.figures.items() if of["offered"] > 0}
            with self.subTest(seed=SEED + number), sijill.scratch() as directory:
                whole, first, second = (f"{directory}/{name}" for name in ("whole", "first", "second"))
                at = log.cut()
                for name, lines in ((whole, log.lines), (first, log.lines[:at]), (second, log.lines[at:])):
                    pathlib.Path(name).write_text("".join(lines), encoding="utf-8")
                published = imported(directory + "/a", whole)["published"]
                self.assertEqual(figures(directory + "/a", "2017"), expected)
                self.assertEqual(imported(directory + "/a", whole)["published"], 0)
                parts = [imported(directory + "/b", part)["published"] for part in (second, first)]
                self.assertEqual(sum(parts), published)
                self.assertEqual(figures(directory + "/b", "2017"), expected)
                self.assertEqual(imported(directory + "/b", whole)["published"], 0)


class Pbx:
    """Writes a log as a PBX does, while somebody rotates it."""

    def __init__(self, chance, path, text):
        self.chance, self.path, self.left, self.rotations, self.first_lines = chance, path, text, 0, set()
        self.file = open(path, "ab", buffering=0)
        self.first_lines.add(text.split(b"\n", 1)[0])

    def write(self, size):
        self.file.write(self.left[:size])
        self.left = self.left[size:]

    def end_line(self):
        self.write(self.left.find(b"\n") + 1)

    def rotate(self):
        # A file is known again by how it begins, so two that begin with the same line cannot be told apart.
        begins = self.left.split(b"\n", 2)[1:2]
        if not begins or begins[0] in self.first_lines:
            return
        self.first_lines.add(begins[0])
        self.rotations += 1
        beside = f"{self.path}.{self.rotations:04}"
        if self.chance.random() < 0.5:
            # By rename, in the middle of a line: the PBX ends it in the old file and then opens the new one.
            os.rename(self.path, beside)
            if self.chance.random() < 0.5:
                open(self.path, "ab").close()
            self.end_line()
            self.file.close()
            self.file = open(self.path, "ab", buffering=0)
        else:
            self.end_line()
            shutil.copyfile(self.path, beside)
            os.truncate(self.path, 0)

    def step(self):
        self.write(self.chance.choice([1, 30, 200, 1000]))
        if self.chance.random() < 0.15:
            self.rotate()


class Follow(unittest.TestCase):
    kills = KILLS
    at = ()

    def start(self, path, data):
        return subprocess.Popen([sijill.SIJILL, "import", "asterisk", path, "--follow", *PBX, *QUEUE_MAP, "--data", data, *self.at],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def await_start(self, process):
        for line in process.stderr:
            if line.startswith("following "):
                return
        self.fail(f"the import ended with {process.wait()} before it followed")

    def finish(self, path, data):
        """Takes what is there, and ends as a service is ended."""
        process = self.start(path, data)
        self.await_start(process)
        process.send_signal(signal.SIGTERM)
        rest = process.stderr.read()
        self.assertEqual(process.wait(), 0, rest)
        process.stderr.close()
        self.assertNotIn("may be missing", rest)

    def test_kills_and_rotations_change_no_figure(self):
        print(f"seed {SEED}")
        chance = random.Random(SEED)
        log = queue_model.Log(chance, 900)
        with sijill.scratch(on_disk=True) as directory:
            path, data = directory + "/queue_log", directory + "/d"
            pbx = Pbx(chance, path, "".join(log.lines).encode())
            share = len(pbx.left) // (self.kills + 1)
            killed = 0
            pbx.end_line()
            self.finish(path, data)  # a log that was never read has no place to go on from
            while killed < self.kills:
                process = self.start(path, data)
                if chance.random() < 0.8:
                    self.await_start(process)
                until = max(len(pbx.left) - share, 0)
                end = time.monotonic() + chance.uniform(0, 0.4)
                while len(pbx.left) > until or time.monotonic() < end:
                    if len(pbx.left) > until:
                        pbx.step()
                self.assertIsNone(process.poll())
                process.kill()
                process.wait()
                process.stderr.close()
                killed += 1
            while pbx.left:
                pbx.step()
            self.finish(path, data)
            self.finish(path, data)
            pbx.file.close()
            print(f"{killed} kills, {pbx.rotations} rotations")
            self.maxDiff = None
            expected = {queue: of for queue, of in log.figures.items() if of["offered"] > 0}
            self.assertEqual(figures(data, "2017", self.at), expected)
            self.assertEqual(anomalies(data), [])
            whole = directory + "/whole"
            pathlib.Path(whole).write_text("".join(log.lines), encoding="utf-8")
            self.assertEqual(imported(data, whole, at=self.at)["published"], 0)


class Page(unittest.TestCase):
    """The blocks of docs/channels.md, as a reader would type them."""

    def test_the_blocks_do_what_the_page_says(self):
        text = pathlib.Path(sijill.ROOT, "docs/channels.md").read_text(encoding="utf-8")
        blocks = re.findall(r"^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        self.assertGreaterEqual(len(blocks), 4)
        with sijill.scratch(on_disk=True) as directory:
            for name, target in (("sijill", os.path.abspath(sijill.SIJILL)), ("tests", os.path.join(sijill.ROOT, "tests")),
                                 ("producers", os.path.join(sijill.ROOT, "producers"))):
                os.symlink(target, f"{directory}/{name}")
            script = "set -euo pipefail\ntrap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n" + "\n".join(blocks)
            done = subprocess.run(["bash", "-c", script], cwd=directory, capture_output=True, text=True, timeout=300,
                                  env=os.environ | {"PATH": directory + ":" + os.environ["PATH"]}, check=False)
        self.assertEqual(done.returncode, 0, done.stderr[-2000:])
        for expected in ("published             events    664", "duplicates            events    664", "89.19 %   99 / 111",
                         "housing_calls", "following queue_log", "75.00 %   3 / 4", "column 2 'Booked at': there is no such day",
                         "the rejected rows are in appointments.rejects.csv"):
            self.assertIn(expected, re.sub(r" +(?=\d+ / )", "   ", done.stdout + done.stderr))


if __name__ == "__main__":
    unittest.main(verbosity=2)
