"""Goal: the records of an outbox topic become events, whatever wrote them, and each is told that could not. Method: records as
Debezium's router, Connect's converters and CloudEvents clients write them, through a real broker; then the views; SIGKILL."""
import json
import os
import pathlib
import random
import re
import signal
import subprocess
import unittest

import page
import sijill
from server import opened
from sijill import BOOTSTRAP, run

sijill.need_broker()
from confluent_kafka import Producer  # noqa: E402  after the check, so that its absence is no error without a broker

SEED = int(os.environ.get("SIJILL_SEED", "20170331"))
KILLS = int(os.environ.get("SIJILL_KILLS", "20"))
PIECE = 1000  # records that wait when a bridge is started to be killed: a few batches
DATA = {"opened_at": "2017-02-01T08:00:00.000Z", "kind": "request", "purposes": ["new_application"], "priority": "normal",
        "opened_via": "call"}


def payload(subject):
    return json.dumps({"case_id": subject} | DATA)


class Outbox(unittest.TestCase):
    def setUp(self):
        self.scratch = sijill.scratch()
        self.addCleanup(self.scratch.cleanup)
        self.data = self.scratch.name + "/data"
        self.outbox, self.topic = sijill.fresh_topic(), sijill.fresh_topic()
        sijill.make_topic(self.outbox, 2, {})
        run("topic", "create", "--kafka", BOOTSTRAP, "--topic", self.topic, "--partitions", 4)
        self.producer = Producer({"bootstrap.servers": BOOTSTRAP, "linger.ms": 5})

    def write(self, key, value, headers=None, **more):
        self.producer.produce(self.outbox, key=key, value=value, headers=headers or {}, **more)

    def command(self, *args, kafka=BOOTSTRAP):
        return ["bridge", "outbox", "--from-topic", self.outbox, "--source", "/db/housing", "--kafka", kafka, "--topic", self.topic,
                "--data", self.data, *args]

    def carry(self, *args, expect=0, **where):
        self.producer.flush()
        done = run(*self.command("--once", "--format", "json", *args, **where), expect=expect)
        return {row["what"]: row["count"] for row in json.loads(done.stdout)}, done.stderr

    def carried(self):
        """How many records the saved place has behind it."""
        saved = [path.read_text(encoding="utf-8") for path in pathlib.Path(self.data, "import").glob("outbox-*[0-9a-f]")]
        return sum(int(next_offset) for text in saved for next_offset in re.findall(r"^place\|\d+\|(\d+)", text, re.MULTILINE))

    def cases(self):
        run("catch-up", "--kafka", BOOTSTRAP, "--topic", self.topic, "--data", self.data)
        return {row["case"] for row in json.loads(run("case", "list", "--limit", 100_000, "--data", self.data, "--format", "json").stdout)}

    def test_every_form_of_a_record_is_the_event_it_means(self):
        routed = lambda identity: {"id": identity, "eventType": "case.opened"}
        self.write("plain", payload("plain"), routed("1"))
        self.write('"quoted"', json.dumps(payload("quoted")), {"id": '"2"', "eventType": '"gov.cc.case.opened.v1"'})
        self.write("schema", json.dumps({"schema": {"type": "string"}, "payload": payload("schema")}), routed("3"))
        self.write(None, json.dumps(opened("structured", "4")))
        binary = {f"ce_{name}": value for name, value in opened("binary", "5").items() if name not in ("data", "datacontenttype")}
        self.write("binary", json.dumps(opened("binary", "5")["data"]), binary)
        self.write("deleted", None, routed("6"))
        totals, _ = self.carry()
        self.assertEqual(totals, {"read": 6, "published": 5, "duplicates": 0, "ignored tombstone": 1, "rejected": 0})
        self.assertEqual(self.cases(), {"plain", "quoted", "schema", "structured", "binary"})
        self.assertEqual(self.carry()[0], {"read": 0, "published": 0, "duplicates": 0, "rejected": 0})

    def test_what_cannot_be_an_event_is_told_with_its_place_and_the_rest_goes_on(self):
        broken = [("not json", {"id": "1", "eventType": "case.opened"}, "no JSON object"),
                  ("[1]", {"id": "2", "eventType": "case.opened"}, "no JSON object"),
                  (payload("a"), {"eventType": "case.opened"}, "no header id"),
                  (payload("a"), {"id": "4"}, "no header eventType"),
                  (payload("a"), {"id": "5", "eventType": "case.invented"}, "type"),
                  (json.dumps({"case_id": "a"}), {"id": "6", "eventType": "case.opened"}, "opened_at"),
                  (payload("other"), {"id": "7", "eventType": "case.opened"}, "subject")]
        for value, headers, _ in broken:
            self.write("a", value, headers, partition=1)
        self.write("good", payload("good"), {"id": "8", "eventType": "case.opened"}, partition=1)
        totals, said = self.carry(expect=1)
        self.assertEqual((totals["read"], totals["published"], totals["rejected"]), (8, 1, 7))
        for offset, (_, _, reason) in enumerate(broken):
            self.assertRegex(said, rf"{self.outbox}\[1\]@{offset}: .*{reason}")
        self.assertEqual(self.cases(), {"good"})

    def test_strict_stops_before_the_record_and_goes_on_from_there(self):
        self.write("a", payload("a"), {"id": "1", "eventType": "case.opened"}, partition=0)
        self.write("b", "broken", {"id": "2", "eventType": "case.opened"}, partition=0)
        self.write("c", payload("c"), {"id": "3", "eventType": "case.opened"}, partition=0)
        self.producer.flush()
        run(*self.command("--once", "--strict"), expect=1)
        self.assertEqual(self.cases(), {"a"})
        self.carry(expect=1)
        self.assertEqual(self.cases(), {"a", "c"})

    def test_headers_are_named_by_the_command(self):
        self.write("a", payload("a"), {"row": "1", "kind": "case.opened", "by": "agent:7", "when": "2017-02-03T04:05:06Z",
                                        "eventTime": "not a time"})
        self.carry("--header", "row=id", "--header", "kind=type", "--header", "by=actor", "--header", "when=time")
        self.assertEqual(self.cases(), {"a"})
        history = json.loads(run("case", "history", "a", "--data", self.data, "--kafka", BOOTSTRAP, "--topic", self.topic,
                                 "--format", "json").stdout)
        self.assertIn("agent:7", json.dumps(history))

    def test_repeated_by_the_connector_or_killed_at_any_moment_each_is_once_in_effect(self):
        chance = random.Random(SEED)
        total, between = 0, 0
        for _ in range(KILLS):
            for number in range(total, total + PIECE):
                self.write(f"c-{number}", payload(f"c-{number}"), {"id": f"row-{number}", "eventType": "case.opened"})
                if number % 10 == 0:  # a connector that starts again repeats what it had not noted
                    self.write(f"c-{number}", payload(f"c-{number}"), {"id": f"row-{number}", "eventType": "case.opened"})
            self.producer.flush()
            total += PIECE
            until = self.carried() + chance.randrange(1, PIECE)
            bridge = subprocess.Popen([sijill.SIJILL, *self.command()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            sijill.wait_until(lambda: self.carried() >= until, "the bridge does not come so far", pause=0.001)
            bridge.send_signal(signal.SIGKILL)
            bridge.wait()
            between += self.carried() < total + total // 10
        print(f"seed {SEED}: {between} of {KILLS} kills in the middle of what waited")
        self.assertGreater(between, 0)
        self.carry()
        self.assertEqual(self.cases(), {f"c-{number}" for number in range(total)})
        reasons = {row["reason"] for row in json.loads(run("anomalies", "--data", self.data, "--format", "json").stdout)}
        self.assertLessEqual(reasons, {"duplicate"})

    def test_a_topic_that_was_made_again_is_noticed_and_carried_when_the_place_is_removed(self):
        routed = lambda row: {"id": row, "eventType": "case.opened"}
        for row in range(3):
            self.write(f"before-{row}", payload(f"before-{row}"), routed(f"b{row}"), partition=0)
        self.carry()
        sijill.remove_topic(self.outbox)
        sijill.make_topic(self.outbox, 2, {})
        self.producer = Producer({"bootstrap.servers": BOOTSTRAP})  # the old one knows the old topic
        for row in range(2):
            self.write(f"after-{row}", payload(f"after-{row}"), routed(f"a{row}"), partition=0)
        self.producer.flush()
        shorter = run(*self.command("--once"), expect=3)
        self.assertRegex(shorter.stderr, rf"{self.outbox}\[0\]: .* up to offset 3 and ends at 2: the topic was deleted and made again")
        for row in range(2, 9):  # now it has outgrown the place
            self.write(f"after-{row}", payload(f"after-{row}"), routed(f"a{row}"), partition=0)
        self.producer.flush()
        longer = run(*self.command("--once"), expect=3)
        self.assertRegex(longer.stderr, rf"{self.outbox}\[0\]: the record at offset 2 is not the one that was carried")
        os.remove(re.search(r"(/\S+): ", longer.stderr)[1])
        self.carry()
        self.assertEqual(self.cases(), {f"before-{row}" for row in range(3)} | {f"after-{row}" for row in range(9)})

    def test_the_place_is_of_the_cluster_however_its_brokers_are_named(self):
        self.write("a", payload("a"), {"id": "1", "eventType": "case.opened"})
        self.carry()
        self.write("b", payload("b"), {"id": "2", "eventType": "case.opened"})
        self.assertEqual(self.carry(kafka=f"{BOOTSTRAP},{BOOTSTRAP}")[0]["read"], 1)

    def test_the_place_counts_for_the_log_that_has_what_was_carried(self):
        routed = lambda row: {"id": row, "eventType": "case.opened"}
        for row in "abc":
            self.write(row, payload(row), routed(row))
        self.carry()
        self.topic, trial = sijill.fresh_topic(), self.topic
        run("topic", "create", "--kafka", BOOTSTRAP, "--topic", self.topic, "--partitions", 4)
        other = run(*self.command("--once"), expect=3).stderr
        self.assertRegex(other, rf"went into the log {trial} \((.*)\), and this is {self.topic} \(\1\); remove it to carry")
        self.topic = trial
        sijill.remove_topic(self.topic)
        run("topic", "create", "--kafka", BOOTSTRAP, "--topic", self.topic, "--partitions", 4)  # as one restored from an old backup
        older = run(*self.command("--once"), expect=3).stderr
        self.assertRegex(older, rf"{self.topic}\[\d\]: it was appended to up to offset \d and ends at 0: the log is an older copy")
        os.remove(re.search(r"(/\S+): ", older)[1])
        self.carry()
        self.assertEqual(self.cases(), set("abc"))

    def test_two_bridges_of_one_topic_exclude_each_other(self):
        first = subprocess.Popen([sijill.SIJILL, *self.command()], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in first.stderr:
            if "carrying" in line:
                break
        second = run(*self.command("--once"), expect=5)
        self.assertIn("end it, or wait", second.stderr)
        first.send_signal(signal.SIGTERM)
        self.assertEqual(first.wait(30), 0)
        first.stdout.close()
        first.stderr.close()

    def test_the_page_does_what_it_says(self):
        out = page.typed("docs/channels.md", "sh kafka", {
            "tests/data": sijill.ROOT + "/tests/data", "-b localhost:9092": "-b " + BOOTSTRAP, "housing.outbox": self.outbox,
            "--kafka localhost:9092": f"--kafka {BOOTSTRAP} --topic {self.topic}"})
        self.assertRegex(out, r"published +events +1\b")
        self.assertIn("case-7001", out)


if __name__ == "__main__":
    unittest.main(verbosity=2)
