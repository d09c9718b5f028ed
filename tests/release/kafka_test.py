"""Goal: strangers' events through a real broker give the published figures, and hostile records stop nothing.
Method: kcat in structured mode, Python's client in binary mode, raw garbage; then catch-up and the questions."""
import json
import os
import subprocess
import sys
import unittest

import sijill
from sijill import BOOTSTRAP, run

sijill.need_broker()
from confluent_kafka import Producer  # noqa: E402  after the check, so that its absence is no error without a broker

HERE = os.path.dirname(os.path.abspath(__file__))


def kafka(topic):
    return ["--kafka", BOOTSTRAP, "--topic", topic]


class Stranger(unittest.TestCase):
    def setUp(self):
        self.scratch = sijill.scratch()
        self.addCleanup(self.scratch.cleanup)
        self.data = self.scratch.name + "/d"
        self.topic = sijill.fresh_topic()
        run("topic", "create", *kafka(self.topic), "--partitions", 6)

    def fold_and_check(self, where):
        run("catch-up", *kafka(self.topic), "--data", self.data, "--workers", 2)
        sijill.check_golden(self, sijill.report("--data", self.data), where)

    def test_kcat_in_structured_mode(self):
        generate = subprocess.Popen([sijill.SIJILL, "generate", "--key-delimiter", "\t"], stdout=subprocess.PIPE)
        subprocess.run(["kcat", "-P", "-b", BOOTSTRAP, "-t", self.topic, "-K", "\t", "-z", "lz4",
                        "-X", "topic.partitioner=murmur2_random"], stdin=generate.stdout, check=True)
        self.assertEqual(generate.wait(), 0)
        self.fold_and_check("kcat")
        shown = json.loads(run("kpi", "show", "answer-rate", "--period", "2017-Q1", "--data", self.data,
                               "--format", "json").stdout)
        self.assertEqual(shown["prints"], "96.00 %")
        self.assertEqual(run("anomalies", "--data", self.data, "--format", "json").stdout.strip(), "[]")
        run("audit", "replay", *kafka(self.topic), "--data", self.data)

    def test_another_language_in_binary_mode(self):
        generate = subprocess.Popen([sijill.SIJILL, "generate"], stdout=subprocess.PIPE)
        subprocess.run([sys.executable, HERE + "/binary_channel.py", BOOTSTRAP, self.topic], stdin=generate.stdout, check=True)
        self.assertEqual(generate.wait(), 0)
        self.fold_and_check("binary mode")

    def test_published_and_read_back_by_kcat(self):
        run("generate", "--publish", *kafka(self.topic))
        lines = subprocess.run(["kcat", "-C", "-b", BOOTSTRAP, "-t", self.topic, "-e", "-q", "-f", "%k\t%h\t%s\n"],
                               capture_output=True, text=True, check=True).stdout.splitlines()
        generated = run("generate").stdout.splitlines()
        self.assertEqual(len(lines), len(generated))
        read = sorted(line.split("\t", 2)[2] for line in lines)
        self.assertEqual(read, sorted(generated))
        self.assertTrue(all(line.split("\t")[0] == json.loads(line.split("\t", 2)[2])["subject"] for line in lines[:500]))
        self.assertTrue(lines[0].split("\t")[1].startswith("content-type=application/cloudevents+json"))
        self.fold_and_check("published by sijill")

    def test_hostile_records_are_listed_and_change_nothing(self):
        run("generate", "--publish", *kafka(self.topic))
        good = run("generate", "--out", "-").stdout.splitlines()[1000]
        event = json.loads(good)
        subject = event["subject"].encode()
        wrong = dict(event, id="hostile-1", type="gov.cc.call.teleported.v1")
        newer = dict(event, id="hostile-2", type=event["type"].replace(".v1", ".v9"))
        hostile = {
            "malformed-json": [good[:100].encode(), b"hello", b"\xff\xfe{\x00", good.encode() + b"{}",
                               ("{\"id\":\"x\"," + good[1:]).encode(), ("{\"x\":" + "[" * 100 + "]" * 100 + "," + good[1:]).encode(),
                               ("{\"x\":1e400," + good[1:]).encode()],
            "empty": [None, b""],
            "unknown-type": [json.dumps(wrong).encode()],
            "unknown-version": [json.dumps(newer).encode()],
            "not-a-cloudevent": [b"{}", b"[1,2]", ("{\"x\":1.5," + good[1:]).encode()],
            "invalid-event": [json.dumps(dict(event, id="hostile-4", data={})).encode()],
            "too-large": [json.dumps(dict(event, id="hostile-5", pad="x" * 70_000)).encode()],
        }
        producer = Producer({"bootstrap.servers": BOOTSTRAP, "partitioner": "murmur2_random"})
        for values in hostile.values():
            for value in values:
                producer.produce(self.topic, key=subject, value=value)
        producer.produce(self.topic, key=b"somebody-else", value=json.dumps(dict(event, id="hostile-6")).encode())
        producer.produce(self.topic, key=None, value=json.dumps(dict(event, id="hostile-7")).encode(), partition=0)
        producer.produce(self.topic, key=subject, value=b"{}", headers=[(f"h{i}", b"x") for i in range(10_000)])
        producer.flush()
        self.fold_and_check("among hostile records")
        listed = json.loads(run("anomalies", "--data", self.data, "--format", "json").stdout)
        reasons = {}
        for row in listed:
            reasons[row["reason"]] = reasons.get(row["reason"], 0) + 1
            self.assertTrue(int(row["offset"]) >= 0 and len(row["sha256"]) == 64)
        expected = {reason: len(values) for reason, values in hostile.items()}
        expected["wrong-key"] = 2
        expected["too-many-headers"] = 1
        self.assertEqual(reasons, expected)
        run("audit", "replay", *kafka(self.topic), "--data", self.data)

    def test_a_recreated_topic_is_refused(self):
        run("generate", "--publish", *kafka(self.topic))
        run("catch-up", *kafka(self.topic), "--data", self.data)
        other = sijill.fresh_topic()
        run("topic", "create", *kafka(other), "--partitions", 6)
        run("generate", "--publish", "--seed", 2, *kafka(other))
        refused = run("catch-up", *kafka(other), "--data", self.data, expect=3)
        self.assertRegex(refused.stderr, "position|offset")
        sijill.check_golden(self, sijill.report("--data", self.data), "views untouched")

    def test_a_deviating_topic_is_refused_and_named(self):
        topic = sijill.fresh_topic()
        run("topic", "check", *kafka(topic), expect=4)
        sijill.make_topic(topic, 2, {"cleanup.policy": "compact", "retention.ms": "1000"})
        checked = json.loads(run("topic", "check", *kafka(topic), "--format", "json", expect=78).stdout)
        self.assertLessEqual({"cleanup.policy", "retention.ms"}, {row["setting"] for row in checked})
        run("catch-up", *kafka(topic), "--data", self.data, expect=78)
        run("catch-up", *kafka(topic), "--data", self.data, "--dev")


if __name__ == "__main__":
    unittest.main(verbosity=2)
