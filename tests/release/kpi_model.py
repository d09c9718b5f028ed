"""tests/release/kpi_model.py - every KPI counted again from the events' JSON alone.

No cubes, no differences: each thing (a call, a slot, a case) is a record made from all its events, and a KPI is who
counts and how much. The rules are those of docs/kpis.md, written a second time.
"""
import collections
import datetime
import json

ZONE = datetime.timedelta(hours=3)  # Asia/Bahrain, since 1972
NAMES = "gov.cc."


def instant(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")


def milliseconds(later, earlier):
    return (later - earlier) // datetime.timedelta(milliseconds=1)


class Subject:
    """What the events of one subject say."""

    def __init__(self):
        self.events = collections.defaultdict(list)

    def has(self, name):
        return name in self.events

    def first(self, name):
        return self.events[name][0]["data"] if self.has(name) else {}

    def time(self, name):
        return instant(self.events[name][0]["time"])

    def count(self, name):
        return len(self.events.get(name, []))


def subjects_of(lines):
    subjects = collections.defaultdict(Subject)
    for line in lines:
        event = json.loads(line)
        name = event["type"].removeprefix(NAMES).removesuffix(".v1")
        subjects[event["subject"]].events[name].append(event)
    return subjects


def call_of(it):
    offered, wrapped, ended = it.first("call.offered"), it.first("call.wrapped_up"), it.first("call.ended")
    answered = it.has("call.answered")
    abandoned = it.has("call.abandoned") and not answered
    return {
        "at": it.time("call.offered"), "queue": offered["queue"], "language": offered.get("language", ""),
        "is_answered": answered, "is_abandoned": abandoned,
        "is_out": it.has("call.flowed_out") and not answered and not abandoned,
        "wait": it.first("call.answered" if answered else "call.abandoned").get("queue_wait", 0),
        "talk": ended.get("talk", 0) if answered else 0, "hold": ended.get("hold", 0) if answered else 0,
        "wrapped": bool(wrapped) and answered, "acw": wrapped.get("acw", 0), "outcome": wrapped.get("outcome"),
        "purposes": wrapped.get("purposes", []), "natures": wrapped.get("natures", []),
        "recorded": it.has("call.recording_available"), "transfers": it.count("call.transferred"),
        "refusals": it.count("call.agent_not_answered")}


def outbound_of(it):
    return {"at": it.time("call.outbound_attempted"), "reason": it.first("call.outbound_attempted")["reason"],
            "connected": it.has("call.outbound_connected"), "recorded": it.has("call.recording_available")}


def chat_of(it):
    started = it.first("chat.started")
    return {"at": it.time("chat.started"), "channel": started["channel"], "country": started.get("country", ""),
            "language": started.get("language", ""), "citizen": started.get("citizen"),
            "response": it.first("chat.first_response_given").get("response"), "abandoned": it.has("chat.abandoned")}


def message_of(it):
    received, answered = it.first("message.received"), it.first("message.answered")
    at = it.time("message.received")
    return {"at": at, "channel": received["channel"], "language": received.get("language", ""),
            "response": milliseconds(instant(answered["answered_at"]), at) if answered else None,
            "natures": answered.get("natures") or received.get("natures", [])}


def appointment_of(it):
    booked = it.first("appointment.booked")
    moves = it.events.get("appointment.rescheduled", [])
    last = moves[-1]["data"] if moves else {}
    attended = it.has("appointment.checked_in") or it.has("appointment.completed")
    no_show = it.has("appointment.no_show_recorded") and not attended
    cancelled = it.has("appointment.cancelled") and not attended and not no_show
    booking = {"at": it.time("appointment.booked"), "purpose": booked["purpose"], "location": booked["location"],
               "booked_via": booked["booked_via"], "cancelled": cancelled}
    slot = {"at": instant(last.get("new_start", booked["slot_start"])), "purpose": booked["purpose"],
            "location": last.get("new_location", booked["location"]), "attended": attended, "no_show": no_show,
            "cancelled": cancelled}
    return booking, slot


def case_of(it):
    opened = it.first("case.opened")
    merged = it.has("case.merged")
    return {"at": it.time("case.opened"), "kind": opened["kind"], "priority": opened["priority"],
            "opened_via": opened["opened_via"], "purposes": opened["purposes"],
            "resolved": it.has("case.resolved") and not merged,
            "at_first_contact": it.first("case.resolved").get("first_contact", False),
            "referred": it.has("referral.requested"),
            "reopenings": [instant(event["time"]) for event in it.events.get("case.reopened", [])]}


def referrals_of(it):
    answers = {event["data"]["referral_id"]: instant(event["data"]["at"]) for event in it.events.get("referral.answered", [])}
    for event in it.events.get("referral.requested", []):
        at = instant(event["data"]["requested_at"])
        answered = answers.get(event["data"]["referral_id"])
        yield {"at": at, "department": event["data"]["to_department"],
               "turnaround": milliseconds(answered, at) if answered else None}


def complaint_of(it):
    suggestion = it.has("suggestion.received")
    name = "suggestion.received" if suggestion else "complaint.received"
    said = it.first(name)
    severity = "" if suggestion else (it.first("complaint.assessed") or said)["severity"]
    return {"at": it.time(name), "category": said["category"], "severity": severity, "received_via": said["received_via"],
            "suggestion": suggestion, "answered": it.has("complaint.response_sent")}


def survey_of(it):
    invited = it.first("survey.invited")
    dimensions = {"about": invited["about"], "instrument": invited["instrument"]}
    answer = max((event["data"] for event in it.events.get("survey.answered", [])), key=lambda data: data["revision"], default=None)
    invitation = {"at": it.time("survey.invited"), **dimensions}
    satisfied = {"csat5": 4, "csat2": 1}.get(invited["instrument"], float("inf"))
    return invitation, answer and {"at": instant(answer["answered_at"]), "is_satisfied": answer["score"] >= satisfied, **dimensions}


def evaluation_of(it):
    done = it.first("evaluation.completed")
    items = [item for item in done["items"] if not item.get("not_applicable")]
    most = sum(item["weight"] * item["max"] for item in items)
    points = 0 if done["automatic_fail"] else sum(item["weight"] * item["points"] for item in items)
    return {"at": it.time("evaluation.completed"), "form": done["form"], "points": points, "most": most,
            "fails": done["automatic_fail"]}


class World:
    """The records of a period, by what they are."""

    def __init__(self, lines, begin, end):
        begin, end = begin - ZONE, end - ZONE
        made = collections.defaultdict(list)
        for it in subjects_of(lines).values():
            for kind, name, make in (("calls", "call.offered", call_of), ("outbound", "call.outbound_attempted", outbound_of),
                                     ("chats", "chat.started", chat_of), ("messages", "message.received", message_of),
                                     ("cases", "case.opened", case_of), ("evaluations", "evaluation.completed", evaluation_of)):
                if it.has(name):
                    made[kind].append(make(it))
            if it.has("appointment.booked"):
                booking, slot = appointment_of(it)
                made["bookings"].append(booking)
                made["slots"].append(slot)
            if it.has("complaint.received") or it.has("suggestion.received"):
                made["complaints"].append(complaint_of(it))
            made["referrals"] += referrals_of(it)
            if it.has("survey.invited"):
                invitation, answer = survey_of(it)
                made["invitations"].append(invitation)
                made["answers"] += [answer] if answer else []
        made["reopenings"] = [{"at": at, "kind": case["kind"]} for case in made["cases"] for at in case["reopenings"]]
        self.made = {kind: [record for record in records if begin <= record["at"] < end] for kind, records in made.items()}

    def __getattr__(self, kind):
        return self.made.get(kind, [])


def each(records, holds=lambda record: True, amount=lambda record: 1):
    return [(record, amount(record)) for record in records if holds(record)]


def less(records):
    return [(record, -amount) for record, amount in records]


def spread(records, several, one):
    return [{**record, one: value} for record in records for value in record[several]]


def sums(records, name):
    return each(records, amount=lambda record: record[name])


def contacts(w):
    of = lambda records, channel: [{"channel": channel or record["channel"]} for record in records]
    return of(w.calls, "phone") + of(w.outbound, "phone") + of(w.chats, "chat") + of(w.messages, None)


def call_kpis(w):
    calls, outbound = w.calls, w.outbound
    answered = [call for call in calls if call["is_answered"]]
    abandoned = [call for call in calls if call["is_abandoned"]]
    out = [call for call in calls if call["is_out"]]
    short = [call for call in abandoned if call["wait"] <= 5000]
    wrapped = [call for call in calls if call["wrapped"]]
    handled = [call for call in wrapped if call["outcome"] == "handled"]
    connected = [call for call in outbound if call["connected"]]
    coded = spread(wrapped, "purposes", "purpose")
    kpis = {
        "transactions": (each(calls) + each(outbound) + each(w.chats), None),
        "inbound-offered": (each(calls), None),
        "outbound-attempted": (each(outbound), None),
        "outbound-connected": (each(connected), None),
        "outbound-connect-rate": (each(connected), each(outbound)),
        "answer-rate": (each(answered), each(calls)),
        "abandon-rate": (each(abandoned), each(calls)),
        "abandon-rate-without-short": (each(abandoned) + less(each(short)), each(calls) + less(each(short))),
        "average-speed-of-answer": (sums(answered, "wait"), each(answered)),
        "average-time-to-abandon": (sums(abandoned, "wait"), each(abandoned)),
        "average-handle-time": (sums(answered, "talk") + sums(answered, "hold") + sums(wrapped, "acw"), each(wrapped)),
        "transfers-per-call": (sums(calls, "transfers"), each(answered)),
        "flowed-out": (each(out), None),
        "agent-non-responses": (sums(calls, "refusals"), None),
        "service-success-rate": (each(wrapped, lambda call: call["outcome"] in ("handled", "referred")), each(calls)),
        "first-contact-success-rate": (each(handled), each(calls)),
        "purpose-share": (each(coded), each(answered)),
        "enquiry-nature": (each(spread([{**call, "channel": "phone"} for call in wrapped] + w.messages, "natures", "nature")), None),
        "recording-coverage": (each(answered + connected, lambda call: call["recorded"]), each(answered + connected)),
        "contacts-by-channel": (each(contacts(w)), None),
    }
    bases = {"": each(answered + abandoned), "with-flow-outs": each(answered + abandoned + out),
             "without-short-abandons": each(answered + abandoned) + less(each(short)), "answered": each(answered)}
    for seconds in (None, 5, 10, 12, 15, 20, 30, 45, 60, 90, 120, 180, 240, 300, 600):
        within = each(answered, lambda call, s=seconds or 20: call["wait"] <= s * 1000)
        for base, counted in bases.items():
            kpis["service-level", base, f"within-{seconds}s" if seconds else ""] = (within, counted)
    return kpis


def other_contact_kpis(w):
    responded = [chat for chat in w.chats if chat["response"] is not None]
    answered = [message for message in w.messages if message["response"] is not None]
    people = {chat["citizen"]: chat for chat in w.chats if chat["citizen"]}
    return {
        "chats": (each(w.chats), None),
        "chat-citizens": (each(people.values()) + each(w.chats, lambda chat: not chat["citizen"]), None),
        "chat-first-response": (sums(responded, "response"), each(responded)),
        "chat-abandon-rate": (each(w.chats, lambda chat: chat["abandoned"]), each(w.chats)),
        "message-response-time": (sums(answered, "response"), each(answered)),
        "message-answer-rate": (each(answered), each(w.messages)),
    }


def case_kpis(w):
    complaints = [{**it} for it in w.complaints if not it["suggestion"]]
    resolved = [case for case in w.cases if case["resolved"]]
    at_once = [case for case in resolved if case["at_first_contact"] and not case["referred"] and not case["reopenings"]]
    settled = [referral for referral in w.referrals if referral["turnaround"] is not None]
    return {
        "complaints": (each(complaints), None),
        "complaints-and-suggestions": (each(w.complaints), None),
        "complaints-answered-rate": (each(w.complaints, lambda it: it["answered"]), each(w.complaints)),
        "complaint-rate": (each(complaints), each(w.calls)),
        "referral-rate": (each(w.cases, lambda case: case["referred"]), each(w.calls)),
        "referrals-requested": (each(w.referrals), None),
        "referral-answer-rate": (each(settled), each(w.referrals)),
        "referral-turnaround": (sums(settled, "turnaround"), each(settled)),
        "cases-opened": (each(w.cases), None),
        "resolution-rate": (each(resolved), each(w.cases)),
        "first-contact-resolution": (each(at_once), each(resolved)),
        "reopen-rate": (each(w.cases, lambda case: case["reopenings"]), each(resolved)),
        "case-reopenings": (each(w.reopenings), None),
        "cases-by-purpose": (each(spread(w.cases, "purposes", "purpose")), None),
        "kpis-referred": ([], None),
        "kpi-referral-answer-rate": ([], []),
    }


def service_kpis(w):
    attended = each(w.slots, lambda slot: slot["attended"])
    no_show = each(w.slots, lambda slot: slot["no_show"])
    return {
        "appointments-booked": (each(w.bookings), None),
        ("appointments-booked", "", "counter"): (each(w.bookings, lambda it: it["purpose"] != "inspection_campaign"), None),
        "appointments-net": (each(w.bookings, lambda it: not it["cancelled"]), None),
        "no-show-rate": (no_show, attended + no_show),
        "appointments-unrecorded": (each(w.slots, lambda it: not (it["attended"] or it["no_show"] or it["cancelled"])), None),
        "csat": (each(w.answers, lambda answer: answer["is_satisfied"]), each(w.answers)),
        "survey-response-rate": (each(w.answers), each(w.invitations)),
        "qa-score": (sums(w.evaluations, "points"), sums(w.evaluations, "most")),
        "qa-automatic-fail-rate": (each(w.evaluations, lambda it: it["fails"]), each(w.evaluations)),
    }


def kpis_of(world):
    """{(kpi, base, variant): (numerator, denominator)}, each side as [(record, amount)]; a count has no denominator."""
    every = {**call_kpis(world), **other_contact_kpis(world), **case_kpis(world), **service_kpis(world)}
    return {key if isinstance(key, tuple) else (key, "", ""): sides for key, sides in every.items()}


def total(side):
    return None if side is None else sum(amount for _, amount in side)


def by_value(side, dimension):
    groups = collections.Counter()
    for record, amount in side:
        groups[record[dimension]] += amount
    return groups
