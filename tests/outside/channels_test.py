"""Goal: what docs/channels.md tells the author of a channel is true. Method: its blocks, run by curl, kcat, Java, Python and Node
against a server on a real broker; each case is then in the views, once however often the block ran."""
import os
import pathlib
import re
import subprocess
import unittest

import sijill
from server import kafka_server

sijill.need_broker()
PAGE = pathlib.Path(sijill.ROOT, "docs/channels.md").read_text(encoding="utf-8")
JARS = pathlib.Path(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))) / "sijill/kafka-4.1.0"


class Channels(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        cls.topic = sijill.fresh_topic()
        cls.server = kafka_server(cls.scratch.name + "/d", cls.topic, 6)

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.scratch.cleanup()

    def blocks(self, kind):
        """The page's blocks of a kind, with this test's addresses."""
        found = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
        self.assertTrue(found, kind)
        text = "\n".join(found)
        for old, new in (("127.0.0.1:8080", f"127.0.0.1:{self.server.port}"), ("localhost:9092", sijill.BOOTSTRAP),
                         ("sijill.events", self.topic)):
            text = text.replace(old, new)
        return text

    def run_twice(self, name, text, *command):
        pathlib.Path(self.scratch.name, name).write_text(text, encoding="utf-8")
        for _ in range(2):
            done = subprocess.run([*command, name], cwd=self.scratch.name, capture_output=True, text=True, timeout=120, check=False)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def check_once(self, *subjects):
        """Each is there, with one event in effect; the second was a repetition, and nothing was parked."""
        ends = {partition: end for _, partition, end in sijill.in_the_log(self.topic)}  # the last of each
        position = ",".join(f"{partition}:{end}" for partition, end in ends.items())
        for subject in subjects:
            self.assertEqual(self.server.json(f"/v1/cases/{subject}?minPosition={position}")["version"], 1, subject)
        listed = self.server.json(f"/v1/anomalies?minPosition={position}")["items"]
        self.assertEqual([each for each in listed if each["reason"] != "duplicate"], [])

    def test_curl_and_kcat(self):
        self.run_twice("publish.sh", "set -euo pipefail\n" + self.blocks("sh publish"), "bash")
        self.check_once("case-curl", "case-kcat")

    def test_java(self):
        self.assertTrue(list(JARS.glob("kafka-clients-*.jar")), f"{JARS} has no client: tests/kafka/broker fetches it")
        self.run_twice("Publish.java", self.blocks("java"), "java", "-cp", f"{JARS}/*")
        self.check_once("case-java")

    def test_python(self):
        self.run_twice("publish.py", self.blocks("python"), "/usr/bin/python3")
        self.check_once("case-python")

    def test_javascript(self):
        self.run_twice("publish.mjs", self.blocks("js"), "node")
        self.check_once("case-js-1", "case-js-2")

    def test_an_event_that_is_not_valid_is_told_and_not_sent_for_ever(self):
        text = self.blocks("python").replace('"actor": "agent:7"', '"actor": ""')
        pathlib.Path(self.scratch.name, "wrong.py").write_text(text, encoding="utf-8")
        done = subprocess.run(["/usr/bin/python3", "wrong.py"], cwd=self.scratch.name, capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("actor", done.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
