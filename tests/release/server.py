"""tests/release/server.py - `sijill serve` of the release binary, asked by Python's own HTTP client, and events for it."""
import atexit
import http.client
import json
import os
import signal
import subprocess
import threading
import time
import urllib.parse

import sijill

STRUCTURED = {"Content-Type": "application/cloudevents+json"}


class Server:
    """`sijill serve` until close(): on a free port, or on `port`."""

    def __init__(self, data, *args, port=0, env=None):
        self.args = [sijill.SIJILL, "serve", "--data", data, "--listen", f"127.0.0.1:{port}", *args]
        self.process = subprocess.Popen(self.args, stderr=subprocess.PIPE, text=True, env=os.environ | (env or {}))
        atexit.register(self.process.kill)  # a test that fails leaves nothing behind that holds its output open
        self.port = None
        self.said = []
        for line in self.process.stderr:
            if "listening on" in line:
                self.port = int(line.strip().rsplit(":", 1)[1])
                break
        assert self.port, f"serve ended with {self.process.wait()}"
        self.log = threading.Thread(target=lambda: self.said.extend(self.process.stderr), daemon=True)
        self.log.start()
        deadline = time.monotonic() + 60
        while self.ask("GET", "/readyz")[0] != 200:
            assert time.monotonic() < deadline, "not ready within a minute"
            time.sleep(0.05)

    def connection(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def ask(self, method, target, body=None, headers=None):
        connection = self.connection()
        try:
            connection.request(method, target, body, headers or {})
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()

    def json(self, target, headers=None):
        status, _, body = self.ask("GET", target, headers=headers)
        assert status == 200, (target, status, body)
        return json.loads(body)

    def pages(self, target):
        """The pages of a list, one behind the other."""
        joint = "&" if "?" in target else "?"
        page = self.json(target)
        while True:
            yield page
            if page["next"] is None:
                return
            page = self.json(f"{target}{joint}cursor={urllib.parse.quote(page['next'], safe='')}")

    def publish(self, event, **headers):
        return self.ask("POST", "/v1/events", json.dumps(event), STRUCTURED | headers)

    def hear(self, words, timeout=30):
        """Waits until a line of the log has all of these words; gives it."""
        deadline = time.monotonic() + timeout
        while not (lines := [line for line in list(self.said) if all(word in line for word in words)]):
            assert time.monotonic() < deadline, f"no {words} in {self.said}"
            time.sleep(0.02)
        return lines[-1]

    def close(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        code = self.process.wait(30)
        self.log.join()
        self.process.stderr.close()
        assert how != signal.SIGTERM or code == 0, f"serve ended with {code}"


def kafka_server(data, topic, partitions):
    """A server over a new topic of the test's broker."""
    kafka = ["--kafka", sijill.BOOTSTRAP, "--topic", topic]
    sijill.run("topic", "create", *kafka, "--partitions", partitions)
    return Server(data, *kafka)


def opened(subject, identity):
    return {"specversion": "1.0", "id": identity, "source": "urn:test", "type": "gov.cc.case.opened.v1", "subject": subject,
            "time": "2017-02-01T08:00:00.000Z", "datacontenttype": "application/json", "actor": "agent:7",
            "data": {"case_id": subject, "opened_at": "2017-02-01T08:00:00.000Z", "kind": "request",
                     "purposes": ["new_application"], "priority": "normal", "opened_via": "call"}}


def referred(subject, identity, department):
    return opened(subject, identity) | {
        "type": "gov.cc.referral.requested.v1",
        "data": {"referral_id": identity, "case_id": subject, "from_unit": "contact_centre", "to_department": department,
                 "reason": "needs_department", "requested_at": "2017-02-02T08:00:00.000Z"}}
