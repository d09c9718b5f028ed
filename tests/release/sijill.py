"""tests/release/sijill.py - starts the release binary as a user would, and holds its figures against the golden quarter."""
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SIJILL = os.environ.get("SIJILL_BINARY", os.path.join(ROOT, "build/release/sijill"))
GOLDEN = json.load(open(os.path.join(ROOT, "tests/data/golden/q1-2017.json"), encoding="utf-8"))
BOOTSTRAP = os.environ.get("KAFKA_BOOTSTRAP")


def need_broker():
    """Ends the program as skipped (CTest's SKIP_RETURN_CODE) when there is no broker to test with."""
    if not BOOTSTRAP:
        print("SKIPPED: KAFKA_BOOTSTRAP is not set, so there is no broker to test with")
        sys.exit(77)


def run(*args, stdin=None, expect=0):
    """The finished process; fails with both outputs when it exits otherwise than expected."""
    done = subprocess.run([SIJILL, *map(str, args)], capture_output=True, text=True, stdin=stdin, check=False)
    assert done.returncode == expect, (f"sijill {' '.join(map(str, args))}: exit {done.returncode}, expected {expect}\n"
                                       f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return done


def scratch(on_disk=False):
    """A directory for one test; on a disk where that matters: the system's own may be in memory."""
    return tempfile.TemporaryDirectory(prefix="sijill-release-", dir=os.path.dirname(os.path.abspath(SIJILL)) if on_disk else None)


def fresh_topic():
    return "test." + uuid.uuid4().hex[:12]


def wait_until(true, what_is_wrong, pause=0.05):
    """Asks until it is so; half a minute at most."""
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline, what_is_wrong
        time.sleep(pause)


def make_topic(name, partitions, config):
    """Makes a topic as another tool would. The broker says that it is made a little before it tells others of it."""
    from confluent_kafka.admin import AdminClient, NewTopic
    admin = AdminClient({"bootstrap.servers": BOOTSTRAP})
    made = admin.create_topics([NewTopic(name, num_partitions=partitions, replication_factor=1, config=config)])
    made[name].result(timeout=30)
    wait_until(lambda: name in admin.list_topics(timeout=10).topics, f"the broker does not list {name}")


def remove_topic(name):
    """Removes a topic, and waits until the broker lists it no more."""
    from confluent_kafka.admin import AdminClient
    admin = AdminClient({"bootstrap.servers": BOOTSTRAP})
    admin.delete_topics([name])[name].result(timeout=30)
    wait_until(lambda: name not in admin.list_topics(timeout=10).topics, f"the broker still lists {name}")


def in_the_log(topic):
    """Of each record, as kcat reads it: the event, its partition and the position behind it."""
    read = subprocess.run(["kcat", "-C", "-b", BOOTSTRAP, "-t", topic, "-o", "beginning", "-e", "-q", "-J"],
                          capture_output=True, text=True, check=True).stdout
    return [(json.loads(record["payload"]), record["partition"], record["offset"] + 1) for record in map(json.loads, read.splitlines())]


def report(*args):
    """The report of the golden quarter as {question: (numerator, denominator, prints)}."""
    figures = json.loads(run("report", "--period", "2017-Q1", "--format", "json", *args).stdout)["figures"]
    return {question(figure): (figure["numerator"], figure["denominator"], figure["prints"]) for figure in figures}


def question(figure):
    return (figure["kpi"], figure["period"], tuple(sorted(figure["filters"].items())), figure.get("base", ""),
            figure.get("variant", ""), figure.get("compare", ""))


def check_golden(test, figures, where):
    """Every published figure is in the report, digit by digit. A golden figure without a base means the KPI's first."""
    for golden in GOLDEN["figures"]:
        kpi, period, filters, base, variant, compare = question(golden)
        found = [value for key, value in figures.items()
                 if key[:3] == (kpi, period, filters) and key[4:] == (variant, compare) and base in ("", key[3])]
        test.assertTrue(found, f"{where}: the report has no {question(golden)}")
        expected = (golden["numerator"], golden["denominator"], golden["prints"])
        test.assertIn(expected, found, f"{where}: {question(golden)}")
