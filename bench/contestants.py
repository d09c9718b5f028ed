"""bench/contestants.py - who takes part in catch-up: the command of each, and its accounts in one form.

A run is a list of passes, one for most, a cold and a warm one for those on the JVM. A pass is a dict: seconds from the start of the
process until all is folded, queryable and, where there is a store, durable; first_record_seconds (None: not told);
cpu_seconds of the process and broker_cpu_seconds; peak_kib; written_bytes; state_bytes on the disk at the end, broker_bytes
of its own topics; records; digest of its figures (None: keeps none).
"""
import dataclasses
import functools
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time

import figures
from measure import ROOT, SIJILL, cpu_seconds, measured, size_of

BARE = os.path.join(ROOT, "build/release/bench/bare_consumer")
JAVA = os.path.join(ROOT, "build/bench/java")
TUNED_JVM = ("-XX:+UseParallelGC", "-Xms2g", "-Xmx6g")
BARE_NAME = "bare librdkafka, 1 handle"
WITHOUT_ASSERTIONS = os.path.join(ROOT, "build/rocksdb")  # of bench/rocksdb_release


@dataclasses.dataclass(frozen=True)
class Ground:
    """Where all of a run meet. lines: a directory for the figures in full, or None: digests only. passes: of the JVM ones."""
    bootstrap: str
    broker_pid: str
    scratch: str
    passes: int
    lines: str | None = None

    def fresh(self, name):
        path = os.path.join(self.scratch, "state-" + re.sub(r"\W+", "-", name))
        shutil.rmtree(path, ignore_errors=True)
        return path

    def lines_file(self, name):
        return [os.path.join(self.lines, re.sub(r"\W+", "-", name))] if self.lines else []


@dataclasses.dataclass(frozen=True)
class Topic:
    name: str
    events: int


@dataclasses.dataclass(frozen=True)
class Contestant:
    name: str
    function: object  # (name, ground, topic) -> passes
    is_slow: bool = False  # reads the smaller topic

    def run(self, ground, topic):
        return self.function(self.name, ground, topic)


def native(ground, command, discard_out=False):
    """Runs a process to its end: its output and a pass."""
    before = cpu_seconds(ground.broker_pid)
    done = measured(command, discard_out)
    return done, {"pass": "cold", "seconds": done["wall"], "first_record_seconds": None, "cpu_seconds": done["cpu"],
                  "broker_cpu_seconds": cpu_seconds(ground.broker_pid) - before, "peak_kib": done["peak_kib"],
                  "written_bytes": done["written_bytes"], "state_bytes": 0, "broker_bytes": 0, "digest": None}


def bare(handles, _name, ground, topic):
    done, row = native(ground, [BARE, ground.bootstrap, topic.name, str(handles)])
    told = json.loads(done["out"])
    seconds = {"seconds": (told["end_ns"] - done["start_ns"]) / 1e9,
               "first_record_seconds": (told["first_ns"] - done["start_ns"]) / 1e9}
    return [row | seconds | {"records": told["records"], "bytes": told["bytes"]}]


def kcat(_name, ground, topic):
    _, row = native(ground, ["kcat", "-C", "-e", "-q", "-o", "beginning", "-b", ground.bootstrap, "-t", topic.name],
                    discard_out=True)
    return [row | {"records": topic.events}]


def sijill(workers, name, ground, topic, libraries=None):
    """Its figures are read by its own commands, after the end of the time."""
    data = ground.fresh(name)
    there = ["env", f"LD_LIBRARY_PATH={libraries}"] if libraries else []
    if libraries and libraries not in subprocess.run([*there, "ldd", SIJILL], capture_output=True, text=True, check=True).stdout:
        sys.exit(f"{SIJILL} takes no library of {libraries}: build it anew with bench/rocksdb_release")
    _, row = native(ground, [*there, SIJILL, "catch-up", "--kafka", ground.bootstrap, "--topic", topic.name, "--data", data,
                             "--workers", str(workers)])
    row["state_bytes"] = size_of(data)
    lines = figures.sijill_lines(data)
    for path in ground.lines_file(name):
        figures.write(lines, path)
    shutil.rmtree(data)
    return [row | {"records": topic.events, "digest": figures.digest(lines)}]


def told_passes(command):
    """The passes that a process tells itself, one a line."""
    done = measured(command)
    return [json.loads(line) for line in done["out"].splitlines()]


def java(kind, name, ground, topic):
    state = ground.fresh(name)
    options = () if kind == "dsl-defaults" else TUNED_JVM
    command = ["java", *options, "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", f"{JAVA}/classes:{JAVA}/libs/*"]
    passes = told_passes([*command, "sijill.bench.Main", kind, ground.bootstrap, topic.name, state, ground.broker_pid,
                          str(time.monotonic_ns()), str(ground.passes), *ground.lines_file(name)])
    shutil.rmtree(state, ignore_errors=True)
    return passes


def python(name, ground, topic):
    script = os.path.join(ROOT, "bench/python_consumer.py")
    return told_passes([interpreter(), script, ground.bootstrap, topic.name, ground.broker_pid, str(time.monotonic_ns()),
                        *ground.lines_file(name)])


@functools.cache
def interpreter():
    """Debian installs confluent_kafka for its own Python only."""
    return sys.executable if importlib.util.find_spec("confluent_kafka") else "/usr/bin/python3"


def everyone():
    return [
        Contestant(BARE_NAME, functools.partial(bare, 1)),
        Contestant("bare librdkafka, 2 handles", functools.partial(bare, 2)),
        Contestant("kcat to /dev/null", kcat),
        Contestant("Java consumer, fold by hand, 2 threads", functools.partial(java, "plain")),
        Contestant("Streams Processor API, in memory", functools.partial(java, "processor-in-memory")),
        Contestant("Streams Processor API, RocksDB", functools.partial(java, "processor")),
        Contestant("Streams DSL, tuned", functools.partial(java, "dsl-tuned"), is_slow=True),
        Contestant("Streams DSL, defaults", functools.partial(java, "dsl-defaults"), is_slow=True),
        Contestant("Python, json and dicts", python, is_slow=True),
        Contestant("Sijill, 1 worker", functools.partial(sijill, 1)),
        Contestant("Sijill, 2 workers", functools.partial(sijill, 2)),
        *without_assertions(),
    ]


def without_assertions():
    """Beside the packaged RocksDB, never instead of it: no gate looks at this one."""
    if not os.path.isdir(WITHOUT_ASSERTIONS):
        print("no row of a RocksDB without assertions: bench/rocksdb_release builds one", file=sys.stderr)
        return []
    return [Contestant(f"Sijill, {workers}, RocksDB without assertions",
                       functools.partial(sijill, int(workers[0]), libraries=WITHOUT_ASSERTIONS))
            for workers in ("1 worker", "2 workers")]


def first_line(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip().splitlines()[0] if done.stdout or done.stderr else "?"


def kcat_version():
    told = subprocess.run(["kcat", "-V"], capture_output=True, text=True, check=False)
    return re.search(r"Version (\S+)", told.stdout + told.stderr).group(1)


def versions():
    with open(os.path.join(ROOT, "bench/java/pom.xml"), encoding="utf-8") as pom:
        streams = re.search(r"<kafka.version>(.*)</kafka.version>", pom.read()).group(1)
    jars = os.listdir(os.path.join(JAVA, "libs"))
    rocksdb = next((re.search(r"rocksdbjni-(.*)\.jar", jar).group(1) for jar in jars if jar.startswith("rocksdbjni")), "?")
    return {"Apache Kafka broker, clients and Streams": streams, "RocksDB of Streams": rocksdb,
            "Java": first_line("java", "-version"), "kcat": kcat_version(),
            "confluent_kafka": first_line(interpreter(), "-c", "import confluent_kafka as c; print(c.version()[0])"),
            "Python": first_line(interpreter(), "-c", "import platform; print(platform.python_version())"),
            "librdkafka": first_line("pkg-config", "--modversion", "rdkafka"),
            "RocksDB of Sijill": first_line("pkg-config", "--modversion", "rocksdb") + " (packaged)"}
