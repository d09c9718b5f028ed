"""A channel that uses the CloudEvents SDK of Python: publishes events, prints the status of each answer.

    cloudevents_publish.py structured|binary|batch URL < events.json    # [{"attributes": {…}, "data": {…}}, …]
"""
import datetime
import json
import sys
import urllib.request

from cloudevents.core.bindings import http
from cloudevents.core.v1.event import CloudEvent


def event_of(each):
    time = datetime.datetime.fromisoformat(each["attributes"]["time"].replace("Z", "+00:00"))
    return CloudEvent(attributes=each["attributes"] | {"time": time}, data=each["data"])


def messages(mode, events):
    """(headers, body) of each request. The SDK writes no batch: it is an array of structured events."""
    if mode == "batch":
        bodies = [http.to_structured_event(event).body for event in events]
        return [({"content-type": "application/cloudevents-batch+json"}, b"[" + b",".join(bodies) + b"]")]
    write = {"structured": http.to_structured_event, "binary": http.to_binary_event}[mode]
    return [(message.headers, message.body) for message in map(write, events)]


def main():
    mode, url = sys.argv[1:]
    for headers, body in messages(mode, map(event_of, json.load(sys.stdin))):
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as answer:
            print(answer.status)


if __name__ == "__main__":
    main()
