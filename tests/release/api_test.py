"""Goal: what openapi.json says is what the server does, the published figures come out over HTTP, and nothing that was
acknowledged is lost. Method: the release binary, Python's own HTTP client, and jsonschema as judge of every answer."""
import concurrent.futures
import http.client
import json
import os
import signal
import threading
import time
import unittest
import urllib.parse

import jsonschema
import page
import sijill
from server import Server, opened, referred
from sijill import GOLDEN, run


class Interface(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        cls.data = cls.scratch.name + "/demo"
        run("demo", "--data", cls.data, "--format", "json")
        cls.server = Server(cls.data)
        cls.document = cls.server.json("/v1/openapi.json")

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.scratch.cleanup()

    def check_body(self, operation, status, headers, body):
        """The answer has a documented status, media type and schema."""
        answer = operation["responses"].get(str(status))
        self.assertIsNotNone(answer, f"status {status} is not documented")
        media = headers.get("Content-Type", "").split(";")[0]
        self.assertIn(media, answer["content"])
        if media.endswith("json") and "ndjson" not in media:
            schema = {"components": self.document["components"]} | answer["content"][media]["schema"]
            jsonschema.Draft202012Validator(schema).validate(json.loads(body))

    def test_every_example_of_the_document_is_answered_as_it_says(self):
        count = 0
        for path, operations in self.document["paths"].items():
            for method, operation in operations.items():
                for example in operation["x-examples"]:
                    headers = {"Content-Type": example["contentType"]} if "contentType" in example else {}
                    status, headers, body = self.server.ask(method.upper(), example["target"], example.get("body"), headers)
                    with self.subTest(example["target"], method=method):
                        self.assertEqual(status, example["status"], body)
                        self.check_body(operation, status, headers, body)
                    count += 1
        self.assertGreater(count, 30)

    def test_unknown_parameters_and_malformed_ids_never_are_a_server_error(self):
        strange = ["%00", "%2e%2e", "a%2fb", "..%2f..", "%ff%fe", "x" * 3000, "' OR 1=1", "case-1%0d%0aX: y", "سجل", "-1"]
        for path, operations in self.document["paths"].items():
            for method, operation in operations.items():
                if method != "get" or path == "/v1/stream":  # a stream's answer has no end
                    continue
                for word in strange:
                    word = urllib.parse.quote(word, safe="%")
                    target = path
                    for parameter in operation.get("parameters", []):
                        target = target.replace("{" + parameter["name"] + "}", word)
                    for asked in (target, f"{target}?colour={word}", f"{target}?period={word}&limit={word}&cursor={word}"):
                        status, headers, body = self.server.ask("GET", asked)
                        with self.subTest(asked):
                            self.assertLess(status, 500, body)
                            if status != 200:
                                self.assertEqual(headers["Content-Type"], "application/problem+json")

    def test_every_published_figure_is_read_over_http(self):
        for golden in GOLDEN["figures"]:
            asked = {"period": golden["period"], **golden["filters"]}
            asked |= {name: golden[name] for name in ("base", "variant", "compare") if name in golden}
            answer = self.server.json(f"/v1/kpis/{golden['kpi']}?{urllib.parse.urlencode(asked)}")
            figure = answer["observations"][0]
            with self.subTest(golden["kpi"], **golden["filters"]):
                self.assertEqual((figure["numerator"], figure["denominator"], figure["prints"]),
                                 (golden["numerator"], golden["denominator"], golden["prints"]))
        report = self.server.json("/v1/reports/2017-Q1")
        sijill.check_golden(self, {sijill.question(f): (f["numerator"], f["denominator"], f["prints"])
                                   for f in report["figures"]}, "report")

    def test_the_cases_behind_a_figure_add_up_to_it_and_breakdowns_to_the_whole(self):
        pages = list(self.server.pages("/v1/kpis/complaints/cases?period=2017-Q1&limit=20"))
        items = [item for page in pages for item in page["items"]]
        self.assertEqual({page["sum"] for page in pages}, {sum(item["amount"] for item in items)})
        self.assertGreater(len(pages), 1)
        self.assertEqual(json.loads(run("kpi", "cases", "complaints", "--period", "2017-Q1", "--data", self.data,
                                        "--format", "json").stdout), items)
        whole = self.server.json("/v1/kpis/inbound-offered?period=2017-Q1")["observations"][0]["numerator"]
        months = self.server.json("/v1/kpis/inbound-offered?period=2017-M01,2017-M02,2017-M03")["observations"]
        self.assertEqual(sum(month["numerator"] for month in months), whole)
        queues = self.server.json("/v1/kpis/inbound-offered?period=2017-Q1&by=queue")["observations"][0]["rows"]
        self.assertEqual(sum(queue["numerator"] for queue in queues), whole)

    def test_pages_of_cases_are_the_list_of_the_command_line(self):
        seen = [item["case"] for page in self.server.pages("/v1/cases?period=2017-M02&limit=100") for item in page["items"]]
        listed = json.loads(run("case", "list", "--period", "2017-M02", "--limit", 100000, "--data", self.data,
                                "--format", "json").stdout)
        self.assertEqual(seen, [row["case"] for row in listed])

    def test_metrics_are_in_the_text_format(self):
        text = self.server.ask("GET", "/metrics")[2].decode()
        families = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
        self.assertEqual(len(families), len(set(families)))
        for line in text.splitlines():
            if not line.startswith("#"):
                float(line.rsplit(" ", 1)[1])
        self.assertIn("sijill_projection_lag_records", families)


class Live(unittest.TestCase):
    def test_a_stream_tells_a_case_soon_after_its_event(self):
        with sijill.scratch() as directory:
            server = Server(directory + "/d")
            connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
            connection.request("GET", "/v1/stream?topics=cases,kpis")
            answer = connection.getresponse()
            self.assertEqual((answer.status, answer.getheader("Content-Type")), (200, "text/event-stream"))
            self.assertEqual(answer.readline(), b"retry: 3000\n")
            server.publish(opened("case-1", "a"))
            start, seen = time.monotonic(), []
            while not any(b"case-1" in line for line in seen):
                seen.append(answer.readline())
            self.assertLess(time.monotonic() - start, 10)
            self.assertIn(b"event: cases\n", seen)
            connection.close()
            server.close()


class Publishing(unittest.TestCase):
    def setUp(self):
        self.scratch = sijill.scratch()
        self.data = self.scratch.name + "/d"

    def tearDown(self):
        self.scratch.cleanup()

    def test_what_was_acknowledged_before_a_kill_is_there_once(self):
        acknowledged, stop = [], threading.Event()
        server = Server(self.data)

        def channel(number):
            for i in range(100_000):
                if stop.is_set():
                    return
                subject = f"case-{number}-{i}"
                try:
                    status, _, _ = server.publish(opened(subject, subject))
                except OSError:
                    return
                except http.client.HTTPException:
                    return
                if status == 201:
                    acknowledged.append(subject)

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for number in range(4):
                pool.submit(channel, number)
            while len(acknowledged) < 2_000:
                time.sleep(0.02)
            server.close(signal.SIGKILL)
            stop.set()
        server = Server(self.data)
        try:
            for subject in acknowledged:
                self.assertEqual(server.json(f"/v1/cases/{subject}")["version"], 1)
            again = server.publish(opened(acknowledged[0], acknowledged[0]), Prefer="wait=20")
            self.assertEqual((again[0], json.loads(again[2])["duplicate"]), (200, True))
        finally:
            server.close()
        run("audit", "replay", "--data", self.data)

    def test_a_referral_without_a_due_date_gets_it_from_the_policy(self):
        config = self.scratch.name + "/sijill.toml"
        with open(config, "w", encoding="utf-8") as file:
            file.write('[calendar]\nhours = ["08:00-16:00"]\nweekend = ["fri", "sat"]\n[due]\nreferral = "PT16H"\n')
        server = Server(self.data, "--config", config)
        try:
            self.assertEqual(server.publish(opened("case-1", "a"), Prefer="wait=20")[0], 201)
            self.assertEqual(server.publish(referred("case-1", "b", "engineering"), Prefer="wait=20")[0], 201)
            # Wednesday 11:00 in Bahrain, when it happened: five hours that day, eight on Thursday, three on Sunday.
            self.assertEqual(server.json("/v1/cases/case-1")["referrals"][0]["dueAt"], "2017-02-05T08:00:00.000Z")
            worklist = server.json("/v1/departments/engineering/follow-ups")["items"]
            self.assertEqual([item["subject"] for item in worklist], ["case-1"])
        finally:
            server.close()
        # Whichever door an event comes through.
        events, data = self.scratch.name + "/events.ndjson", self.scratch.name + "/published"
        with open(events, "w", encoding="utf-8") as file:
            for event in (opened("case-1", "a"), referred("case-1", "b", "engineering")):
                file.write(json.dumps(event) + "\n")
        run("publish", events, "--data", data, "--config", config)
        run("catch-up", "--data", data)
        case = json.loads(run("case", "get", "case-1", "--data", data, "--format", "json").stdout)
        self.assertEqual(case["referrals"][0]["dueAt"], "2017-02-05T08:00:00.000Z")

    def test_a_token_opens_what_its_scopes_and_departments_allow(self):
        tokens, config = self.scratch.name + "/tokens", self.scratch.name + "/sijill.toml"
        make = lambda name, *args: run("token", "create", name, "--file", tokens, *args).stdout.strip()
        channel = make("channel", "--scope", "publish")
        reader = make("reader", "--scope", "read", "--scope", "follow-up")
        department = make("roads", "--scope", "read", "--scope", "follow-up", "--department", "roads")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f'[auth]\nmode = "token"\ntokens_file = "{tokens}"\n')
        server = Server(self.data, "--config", config)
        bearer = lambda token: {"Authorization": "Bearer " + token}
        try:
            status, headers, _ = server.ask("GET", "/v1/cases")
            self.assertEqual((status, headers["WWW-Authenticate"]), (401, "Bearer"))
            self.assertEqual(server.ask("GET", "/v1/cases", headers=bearer(channel))[0], 403)
            self.assertEqual(server.publish(opened("case-1", "a"), **bearer(reader))[0], 403)
            for subject, to in (("case-1", "roads"), ("case-2", "housing")):
                server.publish(opened(subject, subject), **bearer(channel))
                event = referred(subject, "r-" + subject, to)
                self.assertEqual(server.publish(event, Prefer="wait=20", **bearer(channel))[0], 201)
            seen = lambda token: [item["case"] for item in server.json("/v1/cases", bearer(token))["items"]]
            self.assertEqual(seen(reader), ["case-1", "case-2"])
            self.assertEqual(seen(department), ["case-1"])
            for target, status in (("/v1/cases/case-1", 200), ("/v1/cases/case-2", 404), ("/v1/cases/case-1/events", 200),
                                   ("/v1/cases/case-2/events", 404), ("/v1/departments/roads/follow-ups", 200),
                                   ("/v1/departments/housing/follow-ups", 404), ("/v1/anomalies", 404),
                                   ("/v1/kpis/complaints/cases?period=2017-Q1", 404), ("/v1/openapi.json", 200)):
                with self.subTest(target):
                    self.assertEqual(server.ask("GET", target, headers=bearer(department))[0], status)
        finally:
            server.close()

    def test_without_tokens_only_loopback_is_served(self):
        done = run("serve", "--data", self.data, "--listen", "0.0.0.0:0", expect=78)
        self.assertIn("http.listen", done.stderr)
        self.assertFalse(os.path.exists(self.data))


class Page(unittest.TestCase):
    """The blocks of docs/http.md, as a reader would type them."""

    def test_the_blocks_do_what_the_page_says(self):
        out = page.typed("docs/http.md", "sh", {"127.0.0.1:8080": f"127.0.0.1:{page.free_port()}"})
        for expected in ('"verdict":"applied"', '"case":"case-900001"', '"prints":"96.00 %"',
                         "answer-rate,2017-M02,housing", '"sum":55', "21,216 / 22,100", "the configuration is fine",
                         '"waiting":1', '"verdict":"applied"'):
            self.assertIn(expected, out)

    def test_the_block_on_kafka_reads_back_what_it_published(self):
        if not sijill.BOOTSTRAP:
            self.skipTest("KAFKA_BOOTSTRAP is not set")
        out = page.typed("docs/http.md", "sh kafka", {"127.0.0.1:8080": f"127.0.0.1:{page.free_port()}",
                                                      "localhost:9092": sijill.BOOTSTRAP, "sijill.events": sijill.fresh_topic()})
        self.assertIn('"verdict":"applied"', out)
        self.assertRegex(out, r"(?m)^\d 0 case-900002 \{")


if __name__ == "__main__":
    unittest.main(verbosity=2)
