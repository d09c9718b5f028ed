"""tests/outside/connect.py - a PostgreSQL of the test's own, and Kafka Connect with Debezium reading its outbox table."""
import fcntl
import glob
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys

import sijill

ROOT = pathlib.Path(sijill.ROOT)
JARS = pathlib.Path(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache"))) / "sijill/connect"
ROUTER = "transforms.outbox.route.topic.replacement"


def skip(reason):
    print("SKIPPED: " + reason)
    sys.exit(77)


def postgres_programs():
    """The directory of the newest PostgreSQL server that Debian installed."""
    found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda path: int(path.split("/")[4]))
    return pathlib.Path(found[-1]).parent if found else skip("there is no PostgreSQL server (package postgresql)")


def jars():
    """The class path of Connect; from Maven Central once."""
    pom = ROOT / "tests/connect/pom.xml"
    JARS.mkdir(parents=True, exist_ok=True)
    with open(JARS / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (JARS / "complete").exists() or (JARS / "complete").read_bytes() != pom.read_bytes():
            fetched = subprocess.run(["mvn", "-q", "-B", "-f", pom, "dependency:copy-dependencies", f"-DoutputDirectory={JARS}"],
                                     capture_output=True, text=True, check=False)
            if fetched.returncode != 0:
                skip("Maven Central gave no Debezium: " + fetched.stdout.strip()[-500:])
            shutil.copy(pom, JARS / "complete")
    return f"{JARS}/*"


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


class Postgres:
    """A server on a free port of loopback, with the outbox table of docker/connect/outbox.sql."""

    def __init__(self, directory):
        self.programs = postgres_programs()
        self.directory = directory
        self.port = free_port()
        # It refuses to run as root.
        self.as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        os.makedirs(directory)
        if self.as_user:
            shutil.chown(directory, "postgres")
        self.control("initdb", "--auth=trust", "--username=debezium", "--no-sync")
        settings = f"-p {self.port} -k {directory} -c listen_addresses=127.0.0.1 -c wal_level=logical"
        self.control("pg_ctl", "-w", "-o", settings, "-l", directory + "/server.log", "start")
        self.sql("CREATE DATABASE housing;", database="postgres")
        self.sql((ROOT / "docker/connect/outbox.sql").read_text(encoding="utf-8"))

    def control(self, program, *args):
        # pg_ctl's server keeps the pipes: files instead, so that nobody waits for their end.
        with open(self.directory + ".log", "a+", encoding="utf-8") as log:
            done = subprocess.run([*self.as_user, self.programs / program, "-D", self.directory + "/data", *args],
                                  stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd="/", check=False)
            log.seek(0)
            assert done.returncode == 0, log.read()

    def sql(self, text, database="housing"):
        done = subprocess.run(["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port), "-U", "debezium",
                               database], input=text, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def close(self):
        self.control("pg_ctl", "-w", "-m", "immediate", "stop")


class Connect:
    """Kafka Connect, standalone, with the connector of docker/connect/outbox.json."""

    def __init__(self, directory, postgres, topic):
        os.makedirs(directory)
        self.log = directory + "/connect.log"
        self.process = None
        connector = json.loads((ROOT / "docker/connect/outbox.json").read_text(encoding="utf-8"))
        connector["config"] |= {"database.hostname": "127.0.0.1", "database.port": str(postgres.port), ROUTER: topic}
        with open(directory + "/connector.json", "w", encoding="utf-8") as file:
            json.dump(connector, file)
        worker = {"bootstrap.servers": sijill.BOOTSTRAP, "offset.storage.file.filename": directory + "/offsets",
                  "offset.flush.interval.ms": "500", "plugin.discovery": "service_load",
                  "listeners": f"http://127.0.0.1:{free_port()}",
                  "key.converter": "org.apache.kafka.connect.storage.StringConverter",
                  "value.converter": "org.apache.kafka.connect.storage.StringConverter"}
        with open(directory + "/worker.properties", "w", encoding="utf-8") as file:
            file.writelines(f"{name}={value}\n" for name, value in worker.items())
        self.command = ["java", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", jars(),
                        "org.apache.kafka.connect.cli.ConnectStandalone", directory + "/worker.properties",
                        directory + "/connector.json"]

    def start(self):
        with open(self.log, "a", encoding="utf-8") as log:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def tail(self):
        with open(self.log, encoding="utf-8") as log:
            return "".join(log.readlines()[-30:])
