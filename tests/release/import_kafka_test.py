"""Goal: the importers do on a real Kafka what they do on the embedded log: once in effect, through every crash.
Method: the tests of the embedded log again with a topic; kcat and awk count what stands in it."""
import collections
import json
import os
import pathlib
import subprocess
import unittest

import csv_test
import import_test
import sijill
from sijill import BOOTSTRAP, run

sijill.need_broker()


def fresh():
    """Where a new topic is, as options."""
    at = ("--kafka", BOOTSTRAP, "--topic", sijill.fresh_topic())
    run("topic", "create", *at, "--partitions", 6)
    return at


def in_topic(at):
    """The events of a topic, by another client."""
    out = subprocess.run(["kcat", "-C", "-b", BOOTSTRAP, "-t", at[3], "-e", "-q", "-f", "%s\n"],
                         capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in out.splitlines()]


class Sample(unittest.TestCase):
    def test_the_log_of_a_pbx_is_in_the_topic_once(self):
        at = fresh()
        with sijill.scratch() as directory:
            data, embedded = directory + "/d", directory + "/embedded"
            first, again = (import_test.imported(data, import_test.SAMPLE, at=at) for _ in range(2))
            self.assertEqual((again["published"], again["duplicates"]), (0, first["published"]))
            import_test.imported(embedded, import_test.SAMPLE)
            self.assertEqual(import_test.figures(data, "2026-M11", at), import_test.figures(embedded, "2026-M11"))
            self.assertEqual(import_test.anomalies(data), [])
        events = in_topic(at)
        self.assertEqual(len(events), first["published"])
        self.assertEqual(len({event["id"] for event in events}), first["published"])
        lines = subprocess.run(["awk", "-F|", "{n[$5]++} END{for(k in n)print k, n[k]}", import_test.SAMPLE],
                               capture_output=True, text=True, check=True).stdout
        kinds = collections.Counter({line.split()[0]: int(line.split()[1]) for line in lines.splitlines()})
        types = collections.Counter(event["type"].split(".cc.")[1].removesuffix(".v1") for event in events)
        self.assertGreater(types["call.offered"], 0, types)
        for kind, event in (("ENTERQUEUE", "call.offered"), ("CONNECT", "call.answered"), ("ABANDON", "call.abandoned"),
                            ("RINGNOANSWER", "call.agent_not_answered")):
            self.assertEqual(types[event], kinds[kind], event)


class Follow(import_test.Follow):
    kills = int(os.environ.get("SIJILL_KILLS", "10"))

    def setUp(self):
        self.at = fresh()


class Table(unittest.TestCase):
    def test_a_table_gives_the_published_figures(self):
        at = fresh()
        with sijill.scratch() as directory:
            path, data = directory + "/a.csv", directory + "/d"
            pathlib.Path(path).write_bytes(csv_test.table(csv_test.golden_rows(csv_test.ENGLISH)).encode("utf-8-sig"))
            for published, duplicates in ((2277, 0), (0, 2277)):
                done = csv_test.imported(data, path, extra=at)
                self.assertEqual((done["published"], done["duplicates"]), (published, duplicates))
            csv_test.check_figures(self, data, at)


if __name__ == "__main__":
    unittest.main(verbosity=2)
