"""Goal: what a CloudEvents SDK publishes is in the log as it was sent. Method: the SDKs of Python and JavaScript send in
structured, binary and batch mode; kcat reads the log, the API tells the history."""
import datetime
import json
import subprocess
import unittest

import judges
import sijill
from server import kafka_server, opened

sijill.need_broker()
judges.need_registries()


def python(mode, url, events):
    return subprocess.run([judges.PYTHON, judges.HERE / "cloudevents_publish.py", mode, url], input=events,
                          capture_output=True, text=True, timeout=120, check=False)


def javascript(mode, url, events):
    return judges.node("cloudevents_publish.mjs", mode, url, stdin=events)


def sent_by(channel):
    """Three events: a case with every attribute that Sijill reads, one with what it only keeps, Arabic text in both."""
    events = [opened(f"case-{channel}-{i}", f"{channel}-{i}") for i in range(3)]
    events[0] |= {"actor": "agent:7", "sequence": "0001", "naturalkey": "ticket/7", "correlationid": "c-1", "causationid": "c-0",
                  "personkey": "p-1", "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}
    events[1]["tracestate"] = "مكتب=المنامة"
    events[1]["office"] = "المحرّق 100 %"
    events[1]["data"]["note"] = "طلب جديد: \"عاجل\" \\ ✓"
    return events


def in_time(event):
    """SDKs write an instant in their own ways."""
    return event | {"time": datetime.datetime.fromisoformat(event["time"].replace("Z", "+00:00"))}


class Sdk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        cls.topic = sijill.fresh_topic()
        cls.server = kafka_server(cls.scratch.name + "/d", cls.topic, 3)

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.scratch.cleanup()

    def test_what_an_sdk_publishes_is_in_the_log_as_it_was_sent(self):
        url = f"http://127.0.0.1:{self.server.port}/v1/events"
        for sdk in (python, javascript):
            for mode, statuses in (("structured", "201 201 201"), ("binary", "201 201 201"), ("batch", "207")):
                events = sent_by(f"{sdk.__name__}-{mode}")
                parts = [{"attributes": {name: value for name, value in event.items() if name != "data"},
                          "data": event["data"]} for event in events]
                done = sdk(mode, url, json.dumps(parts))
                with self.subTest(sdk=sdk.__name__, mode=mode):
                    self.assertEqual((done.returncode, done.stdout.split()), (0, statuses.split()), done.stderr)
                    log = {event["id"]: (event, f"{partition}:{end}") for event, partition, end in sijill.in_the_log(self.topic)}
                    for event in events:
                        logged, position = log[event["id"]]
                        self.assertEqual(in_time(logged), in_time(event))
                        path = f"/v1/cases/{event['subject']}/events?minPosition={position}"
                        history = self.server.json(path)["items"]
                        self.assertEqual([(item["id"], item["verdict"]) for item in history], [(event["id"], "applied")])


if __name__ == "__main__":
    unittest.main(verbosity=2)
