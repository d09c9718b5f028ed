"""Goal: what a transaction commits to its outbox is in the views once, and what it rolls back is not. Method: a real PostgreSQL and
a real Debezium on the test's broker; 10,000 rows in random transactions while the connector and the bridge are killed; the views
against what was committed. SIJILL_SEED repeats a run, SIJILL_ROWS says how many rows."""
import json
import os
import random
import signal
import subprocess
import threading
import time
import unittest
import uuid

import connect
import sijill
from sijill import BOOTSTRAP, run

sijill.need_broker()
from confluent_kafka import Consumer, TopicPartition  # noqa: E402  after the check, so that its absence is no error without a broker

SEED = int(os.environ.get("SIJILL_SEED", random.randrange(2**32)))
ROWS = int(os.environ.get("SIJILL_ROWS", "10000"))
PARTITIONS, LOG_PARTITIONS = 3, 4
SOURCE = "/db/housing"


def row(subject, kind, at, data):
    payload = json.dumps(data, ensure_ascii=False).replace("'", "''")
    return str(uuid.uuid4()), f"'case', '{subject}', '{kind}', '{payload}', '{at}'"


def opened(subject):
    return row(subject, "case.opened", "2017-02-01T11:00:00.123456+03:00",
               {"case_id": subject, "opened_at": "2017-02-01T08:00:00.123Z", "kind": "request",
                "purposes": ["new_application"], "priority": "normal", "opened_via": "call", "note": "طلب 'جديد'"})


def resolved(subject):
    return row(subject, "case.resolved", "2017-02-02T08:00:00Z",
               {"resolved_at": "2017-02-02T08:00:00.000Z", "resolution": "solved", "first_contact": False})


class Housing:
    """Who writes to the database: what it committed, and what it took back."""

    def __init__(self, postgres, chance):
        self.postgres, self.chance = postgres, chance
        self.committed, self.cases, self.ghosts, self.done = {}, 0, 0, 0

    def transaction(self):
        keeps = self.chance.random() < 0.8
        rows = []
        for _ in range(self.chance.randrange(1, 12)):
            if keeps:
                self.cases += 1
                subject = f"case-{self.cases}"
            else:
                self.ghosts += 1
                subject = f"ghost-{self.ghosts}"
            rows += [opened(subject)] + ([resolved(subject)] if self.chance.random() < 0.5 else [])
        inserts = "".join(f"INSERT INTO outbox (id, aggregatetype, aggregateid, type, payload, at) VALUES ('{identity}', {values});\n"
                          for identity, values in rows)
        if keeps:
            self.committed |= {identity: values for identity, values in rows}
        return f"BEGIN;\n{inserts}{'COMMIT' if keeps else 'ROLLBACK'};\n"

    def write(self, stop_at):
        while len(self.committed) < stop_at:
            self.postgres.sql("".join(self.transaction() for _ in range(20)))


def row_of(record):
    return dict(record.headers())["id"].decode()


def event_of(record):
    return json.loads(record.value())["id"]


def ids_in(topic, partitions, id_of):
    """The ids in a topic, repetitions and all."""
    consumer = Consumer({"bootstrap.servers": BOOTSTRAP, "group.id": "test", "enable.auto.commit": False})
    ids = []
    for partition in range(partitions):
        _, end = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=30)
        consumer.assign([TopicPartition(topic, partition, 0)])
        while end and len(records := consumer.consume(500, timeout=5)) and not records[-1].error():
            ids += map(id_of, records)
            if records[-1].offset() >= end - 1:
                break
    consumer.close()
    return ids


class Outbox(unittest.TestCase):
    def setUp(self):
        self.chance = random.Random(SEED)
        print(f"seed {SEED}")
        self.scratch = sijill.scratch()
        self.addCleanup(self.scratch.cleanup)
        os.chmod(self.scratch.name, 0o755)
        self.data = self.scratch.name + "/data"
        self.topic, self.log = sijill.fresh_topic(), sijill.fresh_topic()
        sijill.make_topic(self.topic, PARTITIONS, {})
        run("topic", "create", "--kafka", BOOTSTRAP, "--topic", self.log, "--partitions", LOG_PARTITIONS)
        self.postgres = connect.Postgres(self.scratch.name + "/postgres")
        self.addCleanup(self.postgres.close)
        self.connect = connect.Connect(self.scratch.name + "/connect", self.postgres, self.topic)

    def bridge(self, *args):
        return [sijill.SIJILL, "bridge", "outbox", "--from-topic", self.topic, "--source", SOURCE, "--kafka", BOOTSTRAP, "--topic",
                self.log, "--data", self.data, *args]

    def drive(self, housing):
        """Writes all rows while both are killed at random."""
        writer = threading.Thread(target=housing.write, args=(ROWS,))
        self.connect.start()
        kills = {"connector": 0, "bridge": 0}
        wrote = time.monotonic()
        writer.start()
        while writer.is_alive() or kills["connector"] < 2:
            bridge = subprocess.Popen(self.bridge(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            time.sleep(self.chance.uniform(0.5, 3))
            self.assertIsNone(bridge.poll(), "the bridge ended by itself")
            bridge.send_signal(signal.SIGKILL)
            bridge.communicate()
            kills["bridge"] += 1
            if time.monotonic() - wrote > 12 and self.chance.random() < 0.5:
                self.connect.kill()
                self.connect.start()
                kills["connector"] += 1
                wrote = time.monotonic()
        writer.join()
        return kills

    def wait_for(self, committed):
        deadline = time.monotonic() + 240
        while set(ids := ids_in(self.topic, PARTITIONS, row_of)) != set(committed):
            self.assertIsNone(self.connect.process.poll(), self.connect.tail())
            self.assertLess(time.monotonic(), deadline, f"{len(set(ids))} of {len(committed)} rows came\n{self.connect.tail()}")
            time.sleep(1)
        return ids

    def test_every_committed_row_is_once_in_effect_and_no_other(self):
        housing = Housing(self.postgres, self.chance)
        kills = self.drive(housing)
        published = self.wait_for(housing.committed)
        self.connect.kill()
        rest = subprocess.run(self.bridge("--once", "--format", "json"), capture_output=True, text=True, check=False)
        self.assertEqual(rest.returncode, 0, rest.stderr)
        self.assertEqual(set(ids_in(self.log, LOG_PARTITIONS, event_of)), set(housing.committed))
        run("catch-up", "--kafka", BOOTSTRAP, "--topic", self.log, "--data", self.data)
        anomalies = json.loads(run("anomalies", "--data", self.data, "--format", "json").stdout)
        self.assertLessEqual({row["reason"] for row in anomalies}, {"duplicate"}, anomalies[:3])  # appended just before a kill
        seen = self.figure("cases-opened", "numerator"), self.figure("resolution-rate", "numerator")
        solved = sum("case.resolved" in values for values in housing.committed.values())
        self.assertEqual(seen, (housing.cases, solved))
        run("case", "get", "ghost-1", "--data", self.data, expect=4)
        print(f"{len(housing.committed)} rows committed, {housing.ghosts} cases rolled back, {len(published) - len(housing.committed)} rows "
              f"published twice by the connector, kills: {kills}")

    def figure(self, kpi, side):
        return json.loads(run("kpi", "show", kpi, "--period", "2017-M02", "--data", self.data, "--format", "json").stdout)[side]


if __name__ == "__main__":
    unittest.main(verbosity=2)
