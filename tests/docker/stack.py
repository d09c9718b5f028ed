"""tests/docker/stack.py - docker/compose.yaml brought up under a project of its own, and asked over HTTP."""
import http.client
import json
import os
import subprocess
import time
import uuid

import engine
import page

COMPOSE = engine.ROOT / "docker/compose.yaml"
VOLUMES = ("kafka-data", "sijill-data", "access")
BATCH = {"Content-Type": "application/cloudevents-batch+json"}


class Stack:
    """One project of the compose file; each has volumes and ports of its own."""

    def __init__(self):
        self.project = "sijill-test-" + uuid.uuid4().hex[:8]
        self.ports = {name: page.free_port() for name in ("SIJILL_PORT", "KAFKA_PORT", "PROMETHEUS_PORT")}
        self.settings = os.environ | {name: str(port) for name, port in self.ports.items()} | {
            "SIJILL_IMAGE": engine.IMAGE, "KAFKA_IMAGE": engine.KAFKA, "PROMETHEUS_IMAGE": engine.PROMETHEUS,
            "SIJILL_PARTITIONS": "3"}  # each batch is flushed once for each partition
        self.token = None

    def compose(self, *args, check=True, timeout=600):
        command = [*engine.compose_command(), "-p", self.project, "-f", COMPOSE, *args]
        done = subprocess.run(command, capture_output=True, text=True, env=self.settings, timeout=timeout, check=False)
        assert not check or done.returncode == 0, f"{args}: exit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        return done

    def container(self, service):
        return self.compose("ps", "-q", service).stdout.strip()

    def volume(self, name):
        return f"{self.project}_{name}"

    def up(self, *services):
        """Starts it and waits until it is ready; gives how long that took, in seconds."""
        started = time.monotonic()
        self.compose("up", "-d", *services)
        if services in ((), ("sijill",)):
            self.wait_until_ready(started + 180)
        return time.monotonic() - started

    def wait_until_ready(self, deadline):
        while (said := self.status("/readyz")) != 200:
            assert time.monotonic() < deadline, f"not ready: {said}\n{self.compose('logs', '--tail', '40', check=False).stdout}"
            time.sleep(0.05)

    def status(self, path):
        try:
            return self.ask("GET", path)[0]
        except (OSError, http.client.HTTPException) as error:
            return error

    def ask(self, method, path, body=None, headers=None):
        """Status and body; again while the server says that this name asks too often."""
        while (answer := self.ask_once(method, path, body, headers))[0] == 429:
            time.sleep(0.1)
        return answer

    def ask_once(self, method, path, body, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.ports["SIJILL_PORT"], timeout=90)
        try:
            token = {"Authorization": "Bearer " + self.token} if self.token else {}
            connection.request(method, path, body, (headers or {}) | token)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def json(self, path):
        status, body = self.ask("GET", path)
        assert status == 200, (path, status, body)
        return json.loads(body)

    def read_token(self):
        """The token of `desk`, as an operator reads it."""
        self.token = self.compose("exec", "-T", "sijill", "cat", "/access/desk.token").stdout.strip()

    def metric(self, name):
        lines = self.ask("GET", "/metrics")[1].decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.split("{")[0].split(" ")[0] == name)

    def figures(self):
        """The report of the golden quarter, over HTTP."""
        return self.json("/v1/reports/2017-Q1")["figures"]

    def digests(self):
        """Partition, position and digest of the rows, from folding the log again; sijill must not run."""
        said = self.compose("run", "--rm", "-T", "sijill", "audit", "replay", "--format", "json").stdout
        reports = json.loads(said[said.index("["):])
        assert reports and all(report["match"] for report in reports), reports
        return [(report["partition"], report["position"], report["digest"]) for report in reports]

    def remove(self):
        self.compose("--profile", "observability", "--profile", "demo", "down", "-v", "--remove-orphans", check=False)
