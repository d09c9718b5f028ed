"""Goal: whoever published an event reads it at the position of the answer, through a real broker. Method: many keep-alive
connections publish and read at once; no answer may be stale. Rates and latencies are printed, and no gate."""
import concurrent.futures
import http.client
import json
import time
import unittest

import sijill
from server import STRUCTURED, kafka_server, opened

sijill.need_broker()

CHANNELS = 16  # an append through the broker takes tens of milliseconds, so they wait side by side


class OwnWrites(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        cls.server = kafka_server(cls.scratch.name + "/d", sijill.fresh_topic(), 6)

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.scratch.cleanup()

    def channel(self, subjects, headers):
        """Publishes and reads each subject; (seconds to publish, seconds to read, what was wrong) of each."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)

        def ask(method, target, *rest):
            start = time.monotonic()
            connection.request(method, target, *rest)
            answer = connection.getresponse()
            body = json.loads(answer.read())
            return answer.status, body, time.monotonic() - start

        told = []
        for subject in subjects:
            status, published, writing = ask("POST", "/v1/events", json.dumps(opened(subject, subject)), STRUCTURED | headers)
            wrong = None if status == 201 and published.get("verdict", "applied") == "applied" else published
            reading = 0.0
            if not wrong:
                status, case, reading = ask("GET", f"/v1/cases/{subject}?minPosition={published['position']}")
                wrong = None if (status, case.get("case"), case.get("version")) == (200, subject, 1) else case
            told.append((writing, reading, wrong))
        connection.close()
        return told

    def publish_and_read(self, count, name, headers):
        start = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(CHANNELS) as pool:
            running = [pool.submit(self.channel, [f"case-{name}-{i}" for i in range(channel, count, CHANNELS)], headers)
                       for channel in range(CHANNELS)]
            told = [each for channel in running for each in channel.result()]
        seconds = time.monotonic() - start
        for what, at in (("publish", 0), ("read", 1)):
            times = sorted(each[at] * 1_000 for each in told)
            print(f"{name}: {what} p50 {times[len(times) // 2]:.1f} ms, p99 {times[len(times) * 99 // 100]:.1f} ms, "
                  f"longest {times[-1]:.1f} ms")
        print(f"{name}: {count} written and read in {seconds:.1f} s, {count / seconds:.0f} a second, {CHANNELS} connections")
        self.assertEqual(len(told), count)
        self.assertEqual([wrong for _, _, wrong in told if wrong], [])

    def test_ten_thousand_writes_that_wait_for_the_fold_are_read_at_once(self):
        self.publish_and_read(10_000, "waiting", {"Prefer": "wait=30"})

    def test_two_thousand_writes_are_read_when_the_fold_has_come_so_far(self):
        self.publish_and_read(2_000, "plain", {})


if __name__ == "__main__":
    unittest.main(verbosity=2)
