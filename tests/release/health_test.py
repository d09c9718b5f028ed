"""Goal: `sijill health` tells a supervisor by its exit code whether the server lives and is ready, and `sijill publish --api`
brings lines to a server and says what was not taken. Method: the release binary against servers that are well, draining, silent, none."""
import http.client
import http.server
import json
import os
import pathlib
import resource
import socket
import ssl
import subprocess
import tempfile
import threading
import time
import unittest

import page
import sijill
from doctor_test import certificate
from server import Server, opened
from sijill import run


def health(*args, expect=0, **env):
    done = subprocess.run([sijill.SIJILL, "health", *args], capture_output=True, text=True, check=False, timeout=30,
                          env={k: v for k, v in os.environ.items() if not k.startswith("SIJILL_")} | env)
    assert done.returncode == expect, (args, done)
    return done.stdout + done.stderr


class TlsServer(Server):
    def connection(self):
        return http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=ssl._create_unverified_context())


class Health(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        cls.server = Server(cls.scratch.name + "/d")
        cls.listen = f"127.0.0.1:{cls.server.port}"

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.scratch.cleanup()

    def test_a_server_that_is_well_is_alive_and_ready(self):
        self.assertEqual(health("--api", "http://" + self.listen), f"http://{self.listen} is alive\n")
        self.assertEqual(health("--ready", "--api", "http://" + self.listen), f"http://{self.listen} is ready\n")

    def test_without_an_address_it_asks_where_the_settings_say(self):
        everywhere = self.listen.replace("127.0.0.1", "0.0.0.0")
        tokens = {"SIJILL_AUTH__MODE": "token", "SIJILL_AUTH__TOKENS_FILE": os.devnull}
        self.assertIn("is ready", health("--ready", SIJILL_HTTP__LISTEN=self.listen))
        self.assertIn(f"http://{self.listen} is ready", health("--ready", SIJILL_HTTP__LISTEN=everywhere, **tokens))
        file = pathlib.Path(self.scratch.name, "sijill.toml")
        file.write_text(f'[http]\nlisten = "{self.listen}"\n', encoding="utf-8")
        self.assertIn("is ready", health("--ready", "--config", str(file)))

    def test_settings_that_do_not_tell_whom_to_ask_are_an_error(self):
        self.assertIn("--api", health(SIJILL_HTTP__LISTEN="127.0.0.1:0", expect=78))
        tls = {"SIJILL_HTTP__TLS_CERT_FILE": "/cert", "SIJILL_HTTP__TLS_KEY_FILE": "/key"}
        self.assertIn("cannot read certificates from '/cert'", health(SIJILL_HTTP__LISTEN=self.listen, expect=78, **tls))

    def test_over_tls_it_trusts_the_certificate_of_the_settings_alone(self):
        made = [certificate(tempfile.mkdtemp(dir=self.scratch.name), 2) for _ in range(2)]
        settings = [{"SIJILL_HTTP__TLS_CERT_FILE": cert, "SIJILL_HTTP__TLS_KEY_FILE": key} for cert, key in made]
        server = TlsServer(self.scratch.name + "/tls", env=settings[0])
        try:
            listen = f"127.0.0.1:{server.port}"
            self.assertEqual(health("--ready", SIJILL_HTTP__LISTEN=listen, **settings[0]), f"https://{listen} is ready\n")
            self.assertIn("not trusted", health("--ready", SIJILL_HTTP__LISTEN=listen, expect=6, **settings[1]))
            self.assertIn("not trusted", health("--ready", "--api", f"https://{listen}", "--ca-file", made[0][0], expect=6))
        finally:
            server.close()

    def test_nobody_there_and_somebody_silent_are_unavailable(self):
        health("--api", f"http://127.0.0.1:{page.free_port()}", expect=6)
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            health("--ready", "--api", f"http://127.0.0.1:{silent.getsockname()[1]}", expect=6)

    def test_a_server_that_is_not_ready_is_told_with_its_reason(self):
        class NotReady(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                body = json.dumps({"detail": "caught up once: no"}).encode()
                self.send_response(200 if self.path == "/livez" else 503)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), NotReady) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            url = f"http://127.0.0.1:{server.server_port}"
            health("--api", url)
            self.assertIn("caught up once: no", health("--ready", "--api", url, expect=6))
            server.shutdown()


class FullDisk(unittest.TestCase):
    """The embedded log's disk takes no more."""
    def test_a_log_that_stopped_is_told_by_everything_that_is_looked_at(self):
        scratch = sijill.scratch()
        self.addCleanup(scratch.cleanup)
        server = Server(scratch.name + "/d")
        self.addCleanup(server.close)
        batch = json.dumps([opened(f"case-{number}", f"event-{number}") for number in range(500)])
        media = {"Content-Type": "application/cloudevents-batch+json"}
        taken = json.loads(server.ask("POST", "/v1/events", batch, media)[2])["items"][1]
        # No file may outgrow the log's: so it is the log that fails, and not a view.
        longest = max(file.stat().st_size for file in pathlib.Path(scratch.name).rglob("*.log"))
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (longest, longest))
        kinds = [json.loads(server.publish(opened("case-x", f"x-{number}"))[2]) for number in range(3)]
        self.assertEqual([kind["status"] for kind in kinds], [503] * 3)
        self.assertEqual([kind["type"].rsplit("/", 1)[1] for kind in kinds],
                         ["outcome-unknown", "log-unavailable", "log-unavailable"])
        items = json.loads(server.ask("POST", "/v1/events", batch, media)[2])["items"]
        self.assertEqual({item["problem"]["title"] for item in items}, {"The log does not take events now"})
        status, _, body = server.ask("GET", "/readyz?verbose")
        self.assertEqual(status, 503)
        self.assertIn(b"taking events: no", body)
        self.assertIn(b"\nsijill_log_up 0\n", server.ask("GET", "/metrics")[2])
        self.assertIn("taking events: no", health("--ready", "--api", f"http://127.0.0.1:{server.port}", expect=6))
        self.assertIn("restart", server.hear(["not acknowledged", "File too large"]))
        self.assertEqual(len([line for line in server.said if "not acknowledged" in line]), 1)
        self.assertEqual(server.json("/v1/cases/case-1?minPosition=" + taken["position"])["case"], "case-1")


class Publish(unittest.TestCase):
    def setUp(self):
        self.scratch = sijill.scratch()
        self.addCleanup(self.scratch.cleanup)
        self.server = Server(self.scratch.name + "/d")
        self.addCleanup(self.server.close)
        self.to = ("--api", f"http://127.0.0.1:{self.server.port}")

    def publish(self, lines, *args, expect=0):
        file = pathlib.Path(self.scratch.name, "events")
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return run("publish", file, *self.to, *args, expect=expect).stderr

    def test_the_golden_quarter_comes_through_http(self):
        quarter = run("generate").stdout.splitlines()
        said = self.publish(quarter)
        self.assertIn(f"read {len(quarter)}, published {len(quarter)}, rejected 0, unknown 0\n", said)
        deadline = time.monotonic() + 60
        while sum(each["next"] for each in self.server.json("/v1/positions")["partitions"]) < len(quarter):
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.05)
        sijill.check_golden(self, sijill.report(*self.to), "over HTTP")

    def test_what_is_not_taken_is_told_with_its_line_and_the_rest_is_published(self):
        good = [json.dumps(opened(f"case-{number}", "a")) for number in range(3)]
        wrong = json.dumps(opened("case-9", "a") | {"data": {}})
        lines = [good[0], "", "{nonsense", wrong, good[1], '{"a": 1}, {"b": 2}', good[2]]
        said = self.publish(lines, expect=1)
        self.assertIn("read 6, published 3, rejected 3, unknown 0\n", said)
        for expected in ("events:3: the line is no JSON", "events:4: ", "/data/case_id", "events:6: the line is no JSON"):
            self.assertIn(expected, said)
        for line in good:  # the answer to a repetition says that the first was folded
            status, _, body = self.server.publish(json.loads(line), Prefer="wait=20")
            self.assertEqual((status, json.loads(body)["verdict"]), (200, "duplicate"), body)
        self.assertEqual(len(self.server.json("/v1/cases?limit=10")["items"]), 3)

    def test_strict_ends_with_the_first_line_that_is_not_taken(self):
        said = self.publish(["{nonsense", json.dumps(opened("case-1", "a"))], "--strict", expect=1)
        self.assertIn("read 1, published 0, rejected 1", said)

    def test_strict_publishes_what_is_before_that_line_and_nothing_behind_it(self):
        good = [json.dumps(opened(f"case-{number}", "a")) for number in range(5)]
        nope = json.dumps(opened("case-9", "a") | {"type": "gov.cc.nope.v1"})
        for wrong in ("{nonsense", nope):
            here, there = self.scratch.name + "/here" + wrong[:3], Server(self.scratch.name + "/there" + wrong[:3])
            self.addCleanup(there.close)
            self.to = ("--api", f"http://127.0.0.1:{there.port}")
            said = self.publish(good[:3] + [wrong] + good[3:], "--strict", expect=1)
            self.assertIn("read 4, published 3, rejected 1, unknown 0\n", said)
            self.assertIn("events:4: ", said)
            self.to = ("--data", here)
            self.assertIn("read 4, published 3, rejected 1", self.publish(good[:3] + [wrong] + good[3:], "--strict", expect=1))

    def test_a_line_that_is_too_long_keeps_no_other_out(self):
        good = [json.dumps(opened(f"case-{number}", "a")) for number in range(5)]
        said = self.publish(good[:3] + ["[" + "1," * 4_500_000 + "1]"] + good[3:], expect=1)
        self.assertIn("read 6, published 5, rejected 1, unknown 0\n", said)
        self.assertIn("events:4: an event has at most 65,536 bytes\n", said)

    def test_a_token_that_is_not_known_is_refused_at_once(self):
        tokens, mine = (pathlib.Path(self.scratch.name, name) for name in ("tokens", "mine"))
        mine.write_text(run("token", "create", "desk", "--scope", "read", "--file", tokens).stdout, encoding="utf-8")
        config = pathlib.Path(self.scratch.name, "sijill.toml")
        config.write_text(f'[auth]\nmode = "token"\ntokens_file = "{tokens}"\n', encoding="utf-8")
        server = Server(self.scratch.name + "/guarded", "--config", config)
        self.addCleanup(server.close)
        self.to = ("--api", f"http://127.0.0.1:{server.port}", "--token-file", mine)
        said = self.publish([json.dumps(opened("case-1", "a"))], expect=1)
        self.assertIn("publish", said)
        self.assertIn("read 1, published 0, rejected 1, unknown 0\n", said)


if __name__ == "__main__":
    unittest.main(verbosity=2)
