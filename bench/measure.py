"""bench/measure.py - what the benchmarks share: a broker, a server, the machine, quantiles, result files."""
import contextlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SIJILL = os.path.join(ROOT, "build/release/sijill")


@contextlib.contextmanager
def scratch_directory():
    path = tempfile.mkdtemp(prefix="sijill-bench-")
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def load(bootstrap, topic, events, cases, partitions=6, more=()):
    """A topic of its own with the load scenario: lz4, in the publisher's batches. more: options of `sijill generate`."""
    common = ["--kafka", bootstrap, "--topic", topic]
    subprocess.run([SIJILL, "topic", "create", *common, "--partitions", str(partitions)], check=True, stdout=subprocess.DEVNULL)
    print(f"loading {events:,} events, {cases:,} cases into {topic}: {partitions} partitions, lz4", file=sys.stderr)
    subprocess.run([SIJILL, "generate", "--scenario", "load", "--events", str(events), "--subjects", str(cases), "--publish",
                    *common, *more], check=True)


@contextlib.contextmanager
def broker():
    """A broker of its own: a scratch directory and the address."""
    start_or_stop = os.path.join(ROOT, "tests/kafka/broker")
    with scratch_directory() as path:
        home = path + "/broker"
        try:
            started = subprocess.run([start_or_stop, "start", home], check=True, capture_output=True, text=True)
            yield path, started.stdout.strip()
        finally:
            subprocess.run([start_or_stop, "stop", home], check=False)


def cpu_seconds(pid):
    """User and system time of a process, its threads included."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def written_bytes(pid):
    """What a process has sent to storage, or will."""
    with open(f"/proc/{pid}/io", encoding="ascii") as io:
        return next(int(line.split()[1]) for line in io if line.startswith("write_bytes:"))


def size_of(path):
    """Bytes of the files under a directory."""
    return sum(os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(path) for name in names)


def measured(command, discard_out=False):
    """Runs a command; start (ns, CLOCK_MONOTONIC), wall and CPU seconds, peak memory (KiB) and written bytes of it alone."""
    start = time.monotonic_ns()
    with tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL if discard_out else subprocess.PIPE, stderr=err, text=True)
        out = "" if discard_out else process.stdout.read()
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        wall = (time.monotonic_ns() - start) / 1e9
        written = written_bytes(process.pid)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            err.seek(0)
            sys.exit(f"{' '.join(command)} failed ({process.returncode}):\n{out}{err.read()}")
    return {"start_ns": start, "wall": wall, "cpu": usage.ru_utime + usage.ru_stime, "peak_kib": usage.ru_maxrss,
            "written_bytes": written, "out": out}


def steal_share():
    """Steal and total jiffies so far: what the hypervisor took from this machine."""
    fields = [int(value) for value in open("/proc/stat", encoding="ascii").readline().split()[1:]]
    return fields[7], sum(fields)


def steal_between(before, after):
    """The share of the machine's time that was taken between two steal_share()."""
    return round((after[0] - before[0]) / max(1, after[1] - before[1]), 3)


def rotated_rounds(names, rounds, run, said):
    """run(name) for each name in every round, each round beginning with another one: the runs by name, and the steal by round."""
    runs, steal = {name: [] for name in names}, []
    for number in range(rounds):
        before = steal_share()
        for name in names[number % len(names):] + names[:number % len(names)]:
            runs[name].append(run(name))
            print(f"  round {number + 1}: {name}: {said(runs[name][-1])}", file=sys.stderr)
        steal.append(steal_between(before, steal_share()))
    return runs, steal


def bootstrap_interval(values, seed):
    """95 % interval of the median by resampling."""
    draw = random.Random(seed)
    medians = sorted(statistics.median(draw.choices(values, k=len(values))) for _ in range(2000))
    return medians[49], medians[1949]


def machine():
    model = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                  if line.startswith("model name")), "unknown")
    memory = int(open("/proc/meminfo", encoding="ascii").readline().split()[1]) // 1024
    version = subprocess.run(["pkg-config", "--modversion", "rdkafka", "rocksdb"], capture_output=True, text=True, check=False)
    return {"cpu": model, "cores": os.cpu_count(), "memory_mib": memory,
            "librdkafka_rocksdb": version.stdout.split(),
            "commit": subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"],
                                     capture_output=True, text=True, check=False).stdout.strip()}


def write_result(path, result):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=2)
    print(f"written to {os.path.relpath(path, ROOT)}")
