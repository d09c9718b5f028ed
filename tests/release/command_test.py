"""Goal: every command takes data directory, log and zone from flag, environment or file, no command that only asks makes a log, and
bad input is refused with what is wrong. Method: the release binary, as a user types it, over an embedded log."""
import fcntl
import json
import os
import pathlib
import shutil
import signal
import subprocess
import termios
import unittest
import uuid

import sijill
from server import Server
from sijill import SIJILL, run

EVENT = {"specversion": "1.0", "id": "e-1", "source": "/test", "type": "gov.cc.call.offered.v1", "subject": "call-1",
         "time": "2017-01-15T22:30:00.000Z", "datacontenttype": "application/json",
         "data": {"contact_id": "call-1", "direction": "inbound", "channel": "voice", "queue": "general", "language": "ar",
                  "enqueued_at": "2017-01-15T22:30:00.000Z"}}


def run_with(environment, *args, expect=0, cwd=None):
    """As sijill.run, with these environment variables besides."""
    done = subprocess.run([SIJILL, *map(str, args)], capture_output=True, text=True, check=False, cwd=cwd,
                          env={**os.environ, **environment})
    assert done.returncode == expect, (f"sijill {' '.join(map(str, args))}: exit {done.returncode}, expected {expect}\n"
                                       f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done


class Commands(unittest.TestCase):
    def setUp(self):
        self.scratch = sijill.scratch()
        self.data = self.scratch.name + "/d"
        self.file = pathlib.Path(self.scratch.name, "sijill.toml")
        self.events = pathlib.Path(self.scratch.name, "events.ndjson")
        self.events.write_text(json.dumps(EVENT) + "\n", encoding="utf-8")

    def tearDown(self):
        self.scratch.cleanup()

    def calls(self, period, *args, environment=None):
        """How many calls of a period were offered."""
        done = run_with(environment or {}, "kpi", "show", "inbound-offered", "--period", period, "--format", "json", *args)
        return json.loads(done.stdout)["numerator"]

    def test_path_and_zone_come_from_the_file(self):
        # 22:30 in UTC is the next day in Bahrain, and the same in Paris.
        self.file.write_text(f'[storage]\npath = "{self.data}"\n[reporting]\ntime_zone = "Europe/Paris"\n', encoding="utf-8")
        site = ("--config", self.file)
        run("publish", self.events, *site)
        run("catch-up", *site)
        self.assertEqual(self.calls("2017-01-15", *site), 1)
        self.assertEqual(self.calls("2017-01-15", environment={"SIJILL_CONFIG": str(self.file)}), 1)
        run("audit", "replay", *site)
        run("report", "--period", "2017-M01", *site)
        for command in (("report", "--period", "2017-M01"), ("audit", "replay")):
            refused = run(*command, "--data", self.data, expect=78).stderr
            self.assertIn("Asia/Bahrain", refused)
            self.assertIn("--time-zone", refused)

    def test_path_and_zone_come_from_the_environment_and_flags_go_over_it(self):
        variables = {"SIJILL_STORAGE__PATH": self.data, "SIJILL_REPORTING__TIME_ZONE": "Europe/Paris"}
        run_with(variables, "publish", self.events)
        run_with(variables, "catch-up")
        self.assertEqual(self.calls("2017-01-15", environment=variables), 1)
        elsewhere = {**variables, "SIJILL_STORAGE__PATH": self.scratch.name + "/none"}
        over = {**elsewhere, "SIJILL_DATA": self.data}
        self.assertEqual(self.calls("2017-01-15", environment=over), 1)
        self.assertIn(f'path = "{self.data}"  # SIJILL_DATA', run_with(over, "config", "print").stdout)
        self.assertEqual(self.calls("2017-01-15", "--data", self.data, environment=elsewhere), 1)
        run_with(elsewhere, "kpi", "show", "inbound-offered", "--period", "2017-01-15", expect=4)

    def test_what_is_made_up_goes_only_where_the_command_line_says(self):
        self.file.write_text(f'[storage]\npath = "{self.data}"\n', encoding="utf-8")
        variables = {"SIJILL_CONFIG": str(self.file), "SIJILL_STORAGE__PATH": self.data, "SIJILL_DATA": self.data,
                     "SIJILL_KAFKA__BOOTSTRAP_SERVERS": "localhost:1"}
        run_with(variables, "generate", "--scenario", "load", "--events", "10", "--publish", cwd=self.scratch.name)
        self.assertFalse(os.path.exists(self.data))
        self.assertTrue(os.path.exists(self.scratch.name + "/sijill-data/log"))

    def test_a_mistake_in_the_file_ends_a_command_with_its_place(self):
        self.file.write_text("[storage]\npaht = 1\n", encoding="utf-8")
        self.assertIn("sijill.toml:2:1", run("catch-up", "--config", self.file, expect=78).stderr)

    def test_who_only_asks_makes_no_log(self):
        nowhere = self.scratch.name + "/typo"
        for command in (("catch-up",), ("audit", "replay"), ("period", "seal", "2016-Q1"), ("report", "--period", "2016-Q1", "--as-of", "0:1"),
                        ("period", "changes", "2016-Q1", "--revision", "1")):
            with self.subTest(command):
                said = run(*command, "--data", nowhere, expect=4).stderr
                self.assertIn(nowhere, said)
                self.assertFalse(os.path.exists(nowhere))

    def test_numbers_out_of_range_are_usage_errors(self):
        for command in (("generate", "--scenario", "load", "--events", "-5"), ("generate", "--seed", "99999999999999999999"),
                        ("generate", "--agents", "0"), ("demo", "--once", "--seed", "-1"), ("case", "list", "--limit", "0")):
            with self.subTest(command):
                said = run(*command, expect=2).stderr
                self.assertIn(command[-2], said)
                self.assertLess(len(said), 300)

    def test_what_nothing_can_have_happened_in_is_no_period(self):
        run("publish", self.events, "--data", self.data)
        run("catch-up", "--data", self.data)
        for period in ("0001", "0001-S1", "9998-Q4", "2200"):
            for command in (["report", "--period"], ["kpi", "show", "inbound-offered", "--period"]):
                self.assertIn("1900 to 2199", run(*command, period, "--data", self.data, expect=2).stderr)
        for period in ("1900", "1900-S1", "2199-Q4", "2199"):
            run("report", "--period", period, "--data", self.data)

    def test_an_empty_value_asks_for_nothing_else_in_silence(self):
        for option in ("--as-of", "--api"):
            said = run("kpi", "show", "inbound-offered", "--period", "2017", option, "", "--data", self.data, expect=2).stderr
            self.assertIn(f"{option}: must not be empty", said)

    def test_a_mistyped_command_is_named(self):
        self.assertIn("'catchup'; did you mean 'catch-up'?", run("catchup", expect=2).stderr)
        self.assertIn("there is no command 'shwo'", run("kpi", "shwo", expect=2).stderr)
        self.assertIn("subcommand", run("kpi", expect=2).stderr)
        self.assertIn("text, json, csv or ndjson, not 'xlsx'", run("kpi", "list", "--format", "xlsx", expect=2).stderr)

    def test_no_command_takes_an_option_that_it_has_no_use_for(self):
        for command in (["publish", "x"], ["catch-up"], ["serve"], ["kpi", "docs", "--period", "2017"], ["topic", "create"]):
            self.assertIn("--format", run(*command, "--format", "json", expect=2).stderr, "nothing of it is a table")
        self.assertIn("--kafka", run("demo", "--kafka", "localhost", expect=2).stderr, "its log is the embedded one")
        for command in (["kpi", "list"], *(["period", name, "2017"] for name in ("seal", "restate", "changes", "refer")),
                        *(["followup", name, "x", "--department", "a"] for name in ("accept", "answer", "return", "decline", "close"))):
            self.assertIn("--as-of", run(*command, "--as-of", "0:1", "--data", self.data, expect=2).stderr, "it acts on what there is now")

    def test_an_hour_is_refused_by_what_is_of_whole_days(self):
        run("publish", self.events, "--data", self.data)
        run("catch-up", "--data", self.data)
        for command in (["report", "--period"], ["period", "show"], ["period", "changes"], ["kpi", "docs", "--period"]):
            self.assertIn("is one hour", run(*command, "2017-01-31T09", "--data", self.data, expect=2).stderr)
            self.assertNotIn("T09", run(*command[:-1] if command[-1] == "--period" else command, "--help").stdout)

    def test_publish_says_what_is_wrong_and_how_to_go_on(self):
        self.assertIn("it is a directory", run("publish", self.scratch.name, "--data", self.data, expect=4).stderr)
        self.assertIn("No such file", run("publish", self.scratch.name + "/none", "--data", self.data, expect=4).stderr)
        self.assertIn(f"`sijill catch-up --data {self.data}`", run("publish", self.events, "--data", self.data).stderr)
        zone = ("--time-zone", "Europe/Berlin")
        self.assertIn(f"`sijill catch-up --data {self.data} {' '.join(zone)}`", run("publish", self.events, "--data", self.data, *zone).stderr)
        made = run("demo", "--data", self.scratch.name + "/berlin", *zone).stderr
        advised = next(line for line in made.splitlines() if "sijill kpi list" in line).split()
        run(*advised[1:])
        self.events.write_text("{]\n", encoding="utf-8")
        first = run("publish", self.events, "--data", self.data, expect=1).stderr.splitlines()[0]
        self.assertFalse(first.rstrip().endswith(";"), first)

    def test_a_key_of_others_moves_no_cursor_and_begins_no_line(self):
        event = EVENT | {"data": EVENT["data"] | {"\x1b[2J\n\u202eforged": 1.5}}
        self.events.write_text(json.dumps(event) + "\n", encoding="utf-8")
        said = run("publish", self.events, "--data", self.data, expect=1).stderr
        self.assertIn(r"/data/\u001b[2J\u000a\u202eforged not-an-integer", said)

    def test_an_input_that_cannot_be_read_is_no_empty_one(self):
        closed = subprocess.run([SIJILL, "publish", "-", "--data", self.data], capture_output=True, text=True, check=False,
                                preexec_fn=lambda: os.close(0))
        self.assertEqual(closed.returncode, 1, closed.stderr)
        self.assertIn("reading stdin broke off", closed.stderr)
        folder = os.open(self.scratch.name, os.O_RDONLY)
        try:
            for where in (("--data", self.data), ("--api", "http://127.0.0.1:1")):
                self.assertIn("reading stdin broke off", run("publish", "-", *where, stdin=folder, expect=1).stderr)
        finally:
            os.close(folder)

    def test_a_signal_ends_a_wait_for_stdin_and_is_told_as_one(self):
        with subprocess.Popen([SIJILL, "publish", "-", "--data", self.data], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as waiting:
            waiting.stdin.write(json.dumps(EVENT) + "\n")
            waiting.stdin.flush()

            def waits():
                unread = fcntl.ioctl(waiting.stdin, termios.FIONREAD, b"\0" * 4)
                return not any(unread) and ") S " in pathlib.Path(f"/proc/{waiting.pid}/stat").read_text(encoding="utf-8")

            sijill.wait_until(waits, "it does not wait for more")
            waiting.terminate()
            self.assertEqual(waiting.wait(), 6)
            said = waiting.stderr.read()
            self.assertIn("read 1, published 1", said)
            self.assertEqual(said.count("stopped before the end"), 1)

    def test_while_the_log_does_not_answer_a_hangup_ends_no_server_and_each_line_is_json(self):
        start = lambda *command, **told: subprocess.Popen([SIJILL, *command, "--kafka", "127.0.0.1:1", "--data", self.data],
                                                          stderr=subprocess.PIPE, text=True, env=os.environ | told)
        server = start("serve", "--listen", "127.0.0.1:0", SIJILL_LOG__FORMAT="json")
        fold = start("catch-up", SIJILL_LOG__LEVEL="off")
        first = server.stderr.readline()
        server.send_signal(signal.SIGHUP)
        lines = [json.loads(line) for line in [first, *server.stderr]]
        server.stderr.close()
        self.assertEqual(server.wait(), 6)
        self.assertRegex(lines[0]["message"], "^kafka: ")
        self.assertEqual(lines[-1]["level"], "critical")
        self.assertRegex(fold.communicate()[1], r"\Asijill: [^\n]*\n\Z")

    def test_a_log_that_a_server_holds_is_told_with_a_remedy_that_the_command_has(self):
        run("publish", self.events, "--data", self.data)
        server = Server(self.data)
        figure = ("kpi", "show", "inbound-offered", "--period", "2017-Q1")
        try:
            copy = "a copy of " + self.data
            for command, remedy in ((("publish", self.events), "--api URL"), (("period", "seal", "2017-Q1"), "--api URL"),
                                    ((*figure, "--as-of", "2026-11-29T00:00:00Z"), copy), (("audit", "replay"), copy),
                                    (("import", "asterisk", self.events, "--source", "/pbx/1"), "stop that process first")):
                with self.subTest(command):
                    said = run(*command, "--data", self.data, expect=5).stderr
                    self.assertIn("another process is using it", said)
                    self.assertIn(remedy, said)
                    self.assertEqual("--api" in said, remedy == "--api URL", said)
        finally:
            server.close()

    def test_what_a_killed_fold_left_goes_with_the_next_one(self):
        run("publish", self.events, "--data", self.data)
        run("catch-up", "--data", self.data)
        left = [pathlib.Path(self.data, f"{what}-{uuid.uuid4()}") for what in ("replay", "as-of")]
        kept = [pathlib.Path(self.data, name) for name in ("replay-mine", "as-of-", f"views-{uuid.uuid4()}")]
        for directory in left + kept:
            (directory / "shards/0000").mkdir(parents=True)
        run("audit", "replay", "--data", self.data)
        self.assertEqual([directory.exists() for directory in left + kept], [False] * 2 + [True] * 3)

    def test_a_topic_needs_a_broker(self):
        self.assertIn("kafka.bootstrap_servers", run("topic", "check", expect=2).stderr)

    def test_a_reason_that_does_not_exist_is_no_empty_list(self):
        run("publish", self.events, "--data", self.data)
        run("catch-up", "--data", self.data)
        run("anomalies", "--reason", "duplicate", "--data", self.data)
        said = run("anomalies", "--reason", "bogus", "--data", self.data, expect=2).stderr
        self.assertIn("duplicate", said)
        self.assertIn("malformed-json", said)

    def test_a_second_demo_says_whose_events_it_reports(self):
        run("publish", self.events, "--data", self.data)
        self.assertIn("holds 1 events already", run("demo", "--data", self.data).stderr)

    def test_a_demo_that_was_killed_leaves_no_sample_to_report_of(self):
        def loaded():
            return sum(file.stat().st_size for file in pathlib.Path(self.data, "log").rglob("*") if file.is_file())

        with subprocess.Popen([SIJILL, "demo", "--data", self.data], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
            sijill.wait_until(lambda: os.path.exists(self.data + "/demo-unfinished") and loaded() > 1_000_000, "nothing was loaded")
            first.kill()
            self.assertEqual(first.wait(), -signal.SIGKILL)
        second = run("demo", "--data", self.data, expect=1)
        self.assertIn(f"the sample in {self.data} is incomplete", second.stderr)
        self.assertIn("remove the directory", second.stderr)
        self.assertEqual(second.stdout, "")
        shutil.rmtree(self.data)
        run("demo", "--data", self.data)
        self.assertIn("events already: nothing is generated", run("demo", "--data", self.data).stderr)

    def test_what_stands_behind_a_figure_is_summed_in_amounts(self):
        run("publish", self.events, "--data", self.data)
        run("catch-up", "--data", self.data)
        cases = ("kpi", "cases", "inbound-offered", "--period", "2017-Q1", "--data", self.data)
        self.assertEqual(run(*cases).stderr, "subjects: 1, amounts together: 1\n")
        self.assertEqual(run(*cases, "--lang", "ar").stderr, "عدد المواضيع: 1، مجموع مقاديرها: 1\n")

    def test_an_output_that_could_not_be_written_is_an_error(self):
        run("demo", "--once", "--data", self.data)
        quarter = ("--period", "2017-Q1", "--data", self.data)
        for command in (("report", *quarter), ("report", "--html", *quarter), ("kpi", "show", "answer-rate", *quarter, "--format", "csv"),
                        ("period", "show", "2017-Q1", "--data", self.data), ("kpi", "list"), ("config", "print"), ("config", "docs"),
                        ("events", "catalogue"), ("template", "csv-mapping", "appointments"), ("--help",),
                        ("generate", "--scenario", "load", "--events", "10")):
            with self.subTest(command), open("/dev/full", "w", encoding="utf-8") as full:
                done = subprocess.run([SIJILL, *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
                self.assertEqual(done.returncode, 1)
                self.assertIn("output", done.stderr)
        self.assertIn("takes no more", run("generate", "--scenario", "load", "--events", "10", "--out", "/dev/full", expect=1).stderr)

    def test_who_reads_no_further_has_seen_enough(self):
        read_end, write_end = os.pipe()
        os.close(read_end)
        with open(write_end, "w", encoding="utf-8") as nobody:
            done = subprocess.run([SIJILL, "events", "catalogue"], stdout=nobody, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
