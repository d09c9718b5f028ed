#!/usr/bin/env python3
"""The Python contestant of ./dev bench catch-up: confluent_kafka, json.loads and dicts; nothing is persisted.

    python_consumer.py BOOTSTRAP TOPIC BROKER_PID START_NS [LINES_FILE]

Prints a line of JSON: the accounts of the process from START_NS (CLOCK_MONOTONIC) until all is folded, and the digest of
its figures. The rules are those of bench/README.md.
"""
import collections
import datetime
import json
import sys
import time

from confluent_kafka import Consumer, TopicPartition

import figures
from measure import cpu_seconds, written_bytes

OPEN = ("NEW", "OPEN", "PENDING", "REFERRED")
BAHRAIN = datetime.timedelta(hours=3)  # its only offset since 1972


class Fold:
    """States by id, and cells as Counters: one for each figure of a view."""

    def __init__(self):
        self.cases, self.calls = {}, {}
        self.cells = collections.Counter()

    def apply(self, value):
        event = json.loads(value)
        family, name = event["type"].split(".")[2:4]
        table, empty, handle, adds = ((self.calls, new_call, apply_to_call, call_adds) if family == "call" else
                                      (self.cases, new_case, apply_to_case, case_adds))
        state = table.get(event["subject"])
        if state is None:
            state = table[event["subject"]] = empty()
        key = (event["source"], event["id"])
        if key in state["seen"]:
            return
        state["seen"].add(key)
        before = adds(state)
        handle(state, f"{family}.{name}", event)
        after = adds(state)
        if before != after:
            self.cells.subtract(before)
            self.cells.update(after)

    def lines(self):
        lines = [case_line(name, case) for name, case in self.cases.items()]
        lines += [call_line(name, call) for name, call in self.calls.items()]
        rows = {}
        for (view, *dimensions, figure), number in self.cells.items():
            rows.setdefault((view, *dimensions), [0] * figures.VIEWS[view])[figure] = number
        return lines + ["\t".join((*row, *map(str, numbers))) for row, numbers in rows.items() if any(numbers)]


def local_day(time_text):
    instant = datetime.datetime.fromisoformat(time_text[:-1])
    return (instant + BAHRAIN).date().isoformat()


def new_call():
    return {"seen": set(), "offered": None, "agent": None, "abandoned": False, "talk": None, "acw": None}


def apply_to_call(call, name, event):
    data = event["data"]
    if name == "call.offered" and call["offered"] is None:
        call["offered"] = (local_day(event["time"]), data["queue"])
    elif name == "call.answered" and call["agent"] is None:
        call["agent"] = data["agent"]
    elif name == "call.abandoned":
        call["abandoned"] = True
    elif name == "call.ended" and call["talk"] is None:
        call["talk"] = data["talk"] + data["hold"]
    elif name == "call.wrapped_up" and call["acw"] is None:
        call["acw"] = data["acw"]


def is_answered(call):
    return call["offered"] is not None and call["agent"] is not None


def handle_ms(call):
    """Of a call that is wrapped up; of another, nothing yet."""
    return 0 if call["acw"] is None else (call["talk"] or 0) + call["acw"]


def call_adds(call):
    """What a call adds: {(view, dimensions…, which figure): number}."""
    if call["offered"] is None:
        return {}
    day, queue = call["offered"]
    adds = {("calls-by-queue", day, queue, 0): 1}
    if is_answered(call):
        adds["calls-by-queue", day, queue, 1] = 1
        adds["handle-time-by-agent", day, call["agent"], 0] = handle_ms(call)
        adds["handle-time-by-agent", day, call["agent"], 1] = 1 if call["acw"] is not None else 0
    elif call["abandoned"]:
        adds["calls-by-queue", day, queue, 2] = 1
    return adds


def call_line(name, call):
    answered = is_answered(call)
    outcome = "answered" if answered else "abandoned" if call["abandoned"] else "waiting"
    return f"call\t{name}\t{outcome}\t{handle_ms(call) if answered else 0}"


def new_case():
    return {"seen": set(), "status": None, "kind": None, "opened": None, "episode": 1, "resolved": False, "queue": "",
            "referrals": {}}


def apply_to_case(case, name, event):
    """The state machine; what is illegal in a status changes nothing."""
    data, status = event["data"], case["status"]
    if name == "case.opened" and status is None:
        case.update(status="NEW", kind=data["kind"], opened=event["time"])
    elif name == "case.assigned" and status in OPEN:
        case.update(status="OPEN" if status == "NEW" else status, queue=data["queue"])
    elif name == "case.pended" and status == "OPEN":
        case["status"] = "PENDING"
    elif name == "case.resumed" and status == "PENDING":
        case["status"] = "OPEN"
    elif name == "case.resolved" and status in ("NEW", "OPEN", "PENDING"):
        case.update(status="RESOLVED", resolved=True)
    elif name == "case.closed":
        if status in ("PENDING", "RESOLVED") or status in ("NEW", "OPEN") and data["reason"] != "resolved":
            case["status"] = "CLOSED"
    elif name == "case.reopened" and status in ("RESOLVED", "CLOSED") and data["episode"] == case["episode"] + 1:
        case.update(status="OPEN", episode=data["episode"])
    elif name.startswith("referral."):
        apply_to_referral(case, name, data["referral_id"])


def apply_to_referral(case, name, referral):
    referrals, status = case["referrals"], case["status"]
    if name == "referral.requested" and status in OPEN and referral not in referrals:
        referrals[referral] = "requested"
        case["status"] = "REFERRED"
    elif name == "referral.accepted" and referrals.get(referral) == "requested":
        referrals[referral] = "accepted"
    elif name == "referral.answered" and status in OPEN[1:] and referrals.get(referral) == "accepted":
        referrals[referral] = "answered"
        if status == "REFERRED" and all(each == "answered" for each in referrals.values()):
            case["status"] = "OPEN"


def case_adds(case):
    if case["status"] is None:
        return {}
    day = local_day(case["opened"])
    adds = {("cases-by-kind", day, case["kind"], 0): 1}
    if case["resolved"]:
        adds["cases-by-kind", day, case["kind"], 1] = 1
    if case["status"] in OPEN:
        adds["open-by-status", case["status"], case["kind"], 0] = 1
    return adds


def case_line(name, case):
    return "\t".join(("case", name, case["status"], case["kind"], case["opened"], str(case["episode"]),
                      str(len(case["referrals"])), case["queue"]))


def fold_all(bootstrap, topic):
    """Folds up to the ends that the topic has now: the fold, records, and when the first came."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "bench-python", "enable.auto.commit": False,
                         "queued.min.messages": 1_000_000, "queued.max.messages.kbytes": 524_288})
    partitions = list(consumer.list_topics(topic).topics[topic].partitions)
    ends = {each: consumer.get_watermark_offsets(TopicPartition(topic, each))[1] for each in partitions}
    consumer.assign([TopicPartition(topic, each, 0) for each in partitions])
    fold, left, first = Fold(), sum(ends.values()), None
    while left > 0:
        for message in consumer.consume(5000, timeout=0.1):
            if message.error():
                sys.exit(f"python_consumer: {message.error()}")
            if message.offset() < ends[message.partition()]:
                first = first or time.monotonic_ns()
                fold.apply(message.value())
                left -= 1
    consumer.close()
    return fold, sum(ends.values()), first


def peak_kib():
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def main():
    bootstrap, topic, broker, start = *sys.argv[1:4], int(sys.argv[4])
    broker_before = cpu_seconds(broker)
    fold, records, first = fold_all(bootstrap, topic)
    end, cpu = time.monotonic_ns(), time.process_time()
    done = {"pass": "cold", "seconds": (end - start) / 1e9, "first_record_seconds": ((first or end) - start) / 1e9,
            "cpu_seconds": cpu, "broker_cpu_seconds": cpu_seconds(broker) - broker_before, "peak_kib": peak_kib(),
            "written_bytes": written_bytes("self"), "state_bytes": 0, "broker_bytes": 0, "records": records}
    lines = sorted(fold.lines())
    if len(sys.argv) > 5:
        figures.write(lines, sys.argv[5])
    print(json.dumps(done | {"lines": len(lines), "digest": figures.digest(lines)}))


if __name__ == "__main__":
    main()
