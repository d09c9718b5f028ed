"""A channel in another language: reads structured events, one a line, and publishes them in CloudEvents binary mode.

    binary_channel.py BOOTSTRAP TOPIC < events.ndjson
"""
import json
import sys

from confluent_kafka import Producer


def main():
    bootstrap, topic = sys.argv[1:]
    producer = Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2_random", "linger.ms": 50,
                         "compression.codec": "lz4", "enable.idempotence": True,
                         "queue.buffering.max.messages": 200_000})
    failed = []

    def delivered(error, _message):
        if error:
            failed.append(str(error))

    for line in sys.stdin:
        event = json.loads(line)
        data = json.dumps(event.pop("data")).encode()
        headers = [("content-type", event.pop("datacontenttype").encode())]
        headers += [("ce_" + name, str(value).encode()) for name, value in event.items()]
        producer.produce(topic, key=event["subject"].encode(), value=data, headers=headers, on_delivery=delivered)
        producer.poll(0)
    producer.flush()
    if failed:
        sys.exit(f"{len(failed)} events not delivered: {failed[0]}")


if __name__ == "__main__":
    main()
