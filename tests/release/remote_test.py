"""Goal: --api prints what --data prints, byte for byte, and says what is wrong as well. Method: the release binary twice, on
a directory and on the server over it, for every read command and format; answers of a server that is none."""
import http.server
import json
import os
import shutil
import subprocess
import threading
import unittest

import sijill
from server import Server, opened
from sijill import run

FORMATS = ("text", "json", "csv", "ndjson")
QUARTER = ("--period", "2017-Q1")
COMMANDS = [
    ("kpi", "list"),
    ("kpi", "list", "--lang", "ar"),
    ("kpi", "show", "answer-rate", *QUARTER),
    ("kpi", "show", "answer-rate", *QUARTER, "--lang", "ar", "--by", "queue"),
    ("kpi", "show", "answer-rate", "--period", "2017-M01,2017-M02", "--by", "queue,language"),
    ("kpi", "show", "inbound-offered", *QUARTER, "--compare", "previous"),
    ("kpi", "show", "answer-rate", *QUARTER, "--compare", "year-ago", "--by", "queue", "--lang", "ar"),
    ("kpi", "show", "service-level", *QUARTER, "--variant", "within-10s", "--base", "answered"),
    ("kpi", "show", "inbound-offered", *QUARTER, "--filter", "queue=housing"),
    ("kpi", "cases", "complaints", *QUARTER),
    ("kpi", "cases", "answer-rate", "--period", "2017-01-31", "--of", "denominator"),
    ("case", "list", "--limit", "3"),
    ("case", "list", "--status", "closed", "--kind", "request", "--period", "2017-M02", "--limit", "1"),
    ("case", "list", "--period", "2017-M02", "--limit", "100000"),
    ("case", "list", "--department", "nobody"),
    ("case", "list", "--limit", "3", "--lang", "ar"),
    ("report", *QUARTER),
    ("report", "--period", "2017-M03", "--lang", "ar"),
    ("report", *QUARTER, "--department", "projects"),
    ("report", *QUARTER, "--html", "--lang", "ar"),
    ("followup", "list", "projects", "--status", "all", "--at", "2017-03-01T00:00:00Z"),
    ("period", "show", "2017-Q1"),
    ("anomalies",),
    ("anomalies", "--reason", "duplicate"),
    ("anomalies", "--limit", "3"),
]
WRONG = [
    (("kpi", "show", "no-such-kpi", *QUARTER), 4, "no-such-kpi"),
    (("kpi", "show", "answer-rate", "--period", "2017-Q9"), 2, "2017-Q9"),
    (("kpi", "show", "answer-rate", *QUARTER, "--filter", "kind=red"), 2, "no dimension 'kind'; it has: queue, language"),
    (("kpi", "show", "answer-rate", *QUARTER, "--filter", "category=red"), 2, "category"),
    (("report", "--period", "spring"), 2, "spring"),
    (("case", "get", "nobody"), 4, "nobody"),
    (("case", "history", "nobody"), 4, "nobody"),
]


def finished(*args, **env):
    return subprocess.run([sijill.SIJILL, *args], capture_output=True, check=False, timeout=120,
                          env={k: v for k, v in os.environ.items() if k != "SIJILL_TOKEN"} | env)


class Both(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        cls.data = cls.scratch.name + "/demo"
        run("demo", "--data", cls.data, "--format", "json")
        again = cls.scratch.name + "/again.ndjson"
        with open(again, "w", encoding="utf-8") as file:  # repeated, they are anomalies
            file.writelines(run("generate").stdout.splitlines(keepends=True)[:200])
        run("publish", again, "--data", cls.data)
        run("period", "seal", "2017-Q1", "--data", cls.data)
        run("generate", "--publish", "--scenario", "load", "--events", 20_000, "--subjects", 2_500, "--data", cls.data)
        run("catch-up", "--data", cls.data)
        # The server keeps its embedded log to itself, and `case history` reads the log.
        cls.server = Server(shutil.copytree(cls.data, cls.scratch.name + "/served"))
        cls.api = f"http://127.0.0.1:{cls.server.port}"
        cls.case = cls.server.json("/v1/cases?limit=1")["items"][0]["case"]

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.scratch.cleanup()

    def test_every_read_command_prints_the_same_in_every_format(self):
        for command in COMMANDS + [("case", "get", self.case), ("case", "history", self.case)]:
            for form in FORMATS:
                with self.subTest(command, format=form):
                    here = finished(*command, "--format", form, "--data", self.data)
                    there = finished(*command, "--format", form, "--api", self.api)
                    self.assertEqual(here.returncode, 0, here.stderr)
                    self.assertEqual((there.returncode, there.stdout, there.stderr), (0, here.stdout, here.stderr))
                    if "nobody" not in command:
                        self.assertGreater(len(here.stdout), 20)

    def test_csv_is_what_the_server_answers(self):
        body = self.server.ask("GET", "/v1/reports/2017-Q1?format=csv")[2]
        self.assertEqual(finished("report", *QUARTER, "--format", "csv", "--data", self.data).stdout, body)

    def test_pages_are_put_together_without_gap_or_repetition(self):
        listed = finished("case", "list", "--limit", "2500", "--format", "csv", "--api", self.api).stdout.splitlines()
        pages, cursor = [], ""
        for limit in (1000, 1000, 500):
            page = self.server.json(f"/v1/cases?limit={limit}{cursor}")
            pages += [item["case"] for item in page["items"]]
            cursor = f"&cursor={page['next']}"
        self.assertEqual([line.split(b",")[0].decode() for line in listed[1:]], pages)
        self.assertEqual(len(set(pages)), 2500)

        anomalies = json.loads(finished("anomalies", "--format", "json", "--api", self.api).stdout)
        places = [(item["partition"], item["offset"]) for page in self.server.pages("/v1/anomalies?limit=60") for item in page["items"]]
        self.assertEqual(places, [(item["partition"], item["offset"]) for item in anomalies])
        self.assertGreater(len(places), 120)

    def test_the_next_page_is_linked_in_every_format(self):
        for form in ("json", "csv", "ndjson", "xlsx"):
            with self.subTest(form):
                headers = self.server.ask("GET", f"/v1/cases?limit=2&period=2017-M02&format={form}")[1]
                target = headers["Link"].removeprefix("<").split(">")[0]
                self.assertTrue(headers["Link"].endswith('>; rel="next"'))
                status, _, _ = self.server.ask("GET", "/v1/cases" + target)
                self.assertEqual(status, 200)
        self.assertNotIn("Link", self.server.ask("GET", "/v1/cases?status=MERGED&limit=1000&period=2016")[1])

    def test_the_same_mistake_has_the_same_exit_code_and_names_the_same(self):
        for command, code, word in WRONG:
            with self.subTest(command):
                for where in (("--data", self.data), ("--api", self.api)):
                    done = finished(*command, *where)
                    self.assertEqual((done.returncode, done.stdout), (code, b""))
                    self.assertIn(word, done.stderr.decode())
                self.assertIn(self.api, done.stderr.decode())

    def test_a_filter_sets_no_other_parameter(self):
        for name in ("colour", "each", "minPosition"):
            for where in (("--data", self.data), ("--api", self.api)):
                done = finished("kpi", "show", "answer-rate", *QUARTER, "--filter", f"{name}=month", *where)
                self.assertEqual((done.returncode, done.stdout), (2, b""))
                self.assertIn(f"no KPI has a dimension '{name}'", done.stderr.decode())

    def test_a_url_that_names_no_server_and_a_server_that_is_not_there(self):
        for url, code, word in (("127.0.0.1:8080", 2, "http://HOST"), ("http://user:pw@a", 2, "http://HOST"),
                                ("http://127.0.0.1:1", 6, "cannot connect"), (self.api.replace("http", "https"), 6, "TLS")):
            with self.subTest(url):
                done = finished("report", *QUARTER, "--api", url)
                self.assertEqual(done.returncode, code)
                self.assertIn(word, done.stderr.decode())

    def test_publishing_to_a_url_with_a_path_says_that_it_is_wrong(self):
        done = finished("publish", self.scratch.name + "/again.ndjson", "--api", self.api + "/v1")
        self.assertEqual(done.returncode, 4)
        self.assertIn("read 200, published 0, rejected 200, unknown 0\n", done.stderr.decode())
        self.assertIn(f"{self.api}/v1 answers 404, so the URL is wrong", done.stderr.decode())
        self.assertNotIn("publish the file again", done.stderr.decode())


class Token(unittest.TestCase):
    def test_a_token_comes_from_a_file_or_the_environment_and_departments_see_their_own(self):
        with sijill.scratch() as directory:
            tokens, config, mine = (directory + name for name in ("/tokens", "/sijill.toml", "/token"))
            make = lambda name, *args: run("token", "create", name, "--file", tokens, *args).stdout.strip()
            reader, roads = make("reader", "--scope", "read"), make("roads", "--scope", "read", "--department", "roads")
            channel = make("channel", "--scope", "publish")
            with open(config, "w", encoding="utf-8") as file:
                file.write(f'[auth]\nmode = "token"\ntokens_file = "{tokens}"\n')
            with open(mine, "w", encoding="utf-8") as file:
                file.write(reader + "\n")
            server = Server(directory + "/d", "--config", config)
            listing = ["case", "list", "--format", "csv", "--api", f"http://127.0.0.1:{server.port}"]
            try:
                self.assertEqual(server.publish(opened("case-1", "a"), Prefer="wait=20",
                                                Authorization="Bearer " + channel)[0], 201)
                none = finished(*listing)
                self.assertEqual(none.returncode, 1)
                self.assertIn("--token-file", none.stderr.decode())
                self.assertEqual(finished(*listing, SIJILL_TOKEN="wrong").returncode, 1)
                self.assertEqual(finished(*listing, SIJILL_TOKEN=channel).returncode, 1)
                for done in (finished(*listing, "--token-file", mine), finished(*listing, SIJILL_TOKEN=reader),
                             finished(*listing, "--token-file", mine, SIJILL_TOKEN="wrong")):
                    self.assertEqual((done.returncode, done.stdout[:5]), (0, b"case,"), done.stderr)
                report = ["report", *QUARTER, *listing[-2:]]
                self.assertEqual(finished(*report, SIJILL_TOKEN=reader).returncode, 0)
                self.assertEqual(finished(*report, SIJILL_TOKEN=roads).returncode, 4)
                missing = finished(*listing, "--token-file", directory + "/none")
                self.assertEqual(missing.returncode, 78)
                self.assertIn(directory + "/none", missing.stderr.decode())
                self.assertNotIn(reader, none.stderr.decode() + missing.stderr.decode())
            finally:
                server.close()


class Stranger(http.server.BaseHTTPRequestHandler):
    body = b""
    status = 200

    def do_GET(self):
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_):
        pass


class Batches(http.server.BaseHTTPRequestHandler):
    """Answers batches as it is told to, an answer each: a status for all, or one for each event."""
    answers, batches = [], []

    def do_POST(self):
        batch = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.batches.append([event["id"] for event in batch])
        told = self.answers.pop(0)
        problem = lambda status: {"type": "/problems/x", "status": status, "detail": f"says {status}"}
        body = json.dumps(problem(told) if isinstance(told, int) else
                          {"items": [{"status": status, "problem": problem(status)} for status in told]}).encode()
        self.send_response(told if isinstance(told, int) else 207)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Repeated(unittest.TestCase):
    """What is published to a server is sent again only as far as its outcome is not known."""

    def publish(self, count, *answers):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Batches)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        Batches.answers, Batches.batches = list(answers), []
        try:
            with sijill.scratch() as directory:
                with open(directory + "/events", "w", encoding="utf-8") as file:
                    file.writelines(json.dumps(opened(f"case-{n}", str(n))) + "\n" for n in range(count))
                done = finished("publish", directory + "/events", "--api", f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            server.server_close()
        self.assertEqual(Batches.answers, [])
        return done.returncode, done.stderr.decode(), Batches.batches

    def test_only_events_whose_outcome_is_not_known_are_sent_again(self):
        code, said, batches = self.publish(5, [201, 503, 422, 500, 429], [500, 201, 201], [201])
        self.assertEqual(batches, [["0", "1", "2", "3", "4"], ["1", "3", "4"], ["1"]])
        self.assertIn("read 5, published 4, rejected 1, unknown 0\n", said)
        self.assertRegex(said, "events:3: says 422")
        self.assertEqual(code, 1)

    def test_a_failure_of_the_server_leaves_the_outcome_unknown(self):
        code, said, batches = self.publish(2, 500, [201, 201])
        self.assertEqual((code, batches), (0, [["0", "1"]] * 2))
        self.assertIn("published 2", said)
        code, said, _ = self.publish(2, 500, 401)
        self.assertIn("published 0, rejected 0, unknown 2: publish the file again", said)
        self.assertEqual(code, 1)
        code, said, _ = self.publish(2, 401)
        self.assertIn("published 0, rejected 2, unknown 0\n", said)


class Strangers(unittest.TestCase):
    def test_a_server_that_is_no_sijill_is_told_from_one(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        api = f"http://127.0.0.1:{server.server_port}"
        try:
            for Stranger.status, Stranger.body in ((404, b"<html>"), (200, b"<html>"), (200, b"{}"), (200, b'{"figures": 1}'),
                                                   (302, b""), (500, b'{"detail": 7}')):
                with self.subTest(Stranger.status, body=Stranger.body):
                    done = finished("report", *QUARTER, "--api", api)
                    self.assertIn(done.returncode, (1, 6))
                    self.assertEqual(done.stdout, b"")
                    self.assertIn(api, done.stderr.decode())
                    if Stranger.status == 200:
                        self.assertEqual(finished("report", *QUARTER, "--api", api, "--format", "csv").returncode, 6)
        finally:
            server.shutdown()
            server.server_close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
