"""tests/release/kpi_history.py - which events of a log count: the rules of repeats, corrections and the life of a case,
written a second time from the documentation.

A repeat (same source and id) has no effect. `event.corrected` merges its patch into the data of an earlier event of its
subject, `event.voided` takes one away, and voiding a correction undoes it; a correction that comes before its event is as if
never told, so that it counts when it is told again behind it. A case follows its log order through its states;
what they forbid has no effect. Everything else gathers facts: of two statements the earlier by `time` counts.
"""
import collections
import datetime
import json

NAMES = "gov.cc."
SETTLED = ("answered", "declined", "returned", "recalled")
OPEN = ("NEW", "OPEN", "PENDING")
MOVES = {  # event: {status: next status}
    "case.assigned": {"NEW": "OPEN", "OPEN": "OPEN", "PENDING": "PENDING", "REFERRED": "REFERRED"},
    "case.pended": {"OPEN": "PENDING"},
    "case.resumed": {"PENDING": "OPEN"},
    "case.resolved": dict.fromkeys(OPEN, "RESOLVED"),
    "case.closed": dict.fromkeys((*OPEN, "RESOLVED"), "CLOSED"),
    "case.reopened": {"RESOLVED": "OPEN", "CLOSED": "OPEN"},
    "case.merged_into": dict.fromkeys(OPEN, "MERGED"),
    "case.cancelled": dict.fromkeys(OPEN, "CANCELLED"),
    "referral.requested": dict.fromkeys((*OPEN, "REFERRED"), "REFERRED"),
}


def instant(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")


def events_of(lines):
    """{subject: its effective events, in log order}"""
    told = collections.defaultdict(dict)
    for place, line in enumerate(lines):
        event = json.loads(line)
        event["place"] = place
        event["name"] = event["type"].removeprefix(NAMES).removesuffix(".v1")
        events, data = told[event["subject"]], event["data"]
        if not event["name"].startswith("event.") or (data["target_source"], data["target_id"]) in events:
            events.setdefault((event["source"], event["id"]), event)
    return {subject: corrected(events) for subject, events in told.items()}


def corrected(events):
    voided, patches = set(), collections.defaultdict(list)
    for key, event in reversed(events.items()):
        if not event["name"].startswith("event.") or key in voided:
            continue
        target = (event["data"]["target_source"], event["data"]["target_id"])
        if event["name"] == "event.voided":
            voided.add(target)
        else:
            patches[target].insert(0, event["data"])
    kept = []
    for key, event in events.items():
        if key not in voided and not event["name"].startswith("event."):
            for said in patches[key]:
                event = {**event, "data": event["data"] | said["patch"], "time": said.get("time", event["time"])}
            kept.append(event)
    return kept


class Case:
    """Where one case stands, as far as it decides which of its events count."""

    def __init__(self):
        self.status, self.episode, self.referrals, self.complaint = None, 1, {}, None

    def hears(self, event):
        """Applies an event; False when the case's states forbid it."""
        name, data = event["name"], event["data"]
        if name == "case.opened":
            heard, self.status = self.status is None, self.status or "NEW"
            return heard
        if self.status is None:
            return False
        if name.startswith("referral.") and name != "referral.requested":
            return self.hears_of_referral(name.removeprefix("referral."), data["referral_id"])
        if name.startswith("complaint.") or name == "suggestion.received":
            return self.hears_of_complaint(name)
        return self.moves(name, data, event["subject"]) if name in MOVES else True

    def moves(self, name, data, subject):
        to = MOVES[name].get(self.status)
        unanswered = self.complaint == "received"
        forbidden = (to is None or (name == "case.resolved" and unanswered)
                     or (name == "case.closed" and data["reason"] == "resolved" and self.status != "RESOLVED")
                     or (name == "case.reopened" and data["episode"] != self.episode + 1)
                     or (name == "referral.requested" and data["referral_id"] in self.referrals)
                     or (name == "case.merged_into" and data["other_case_id"] == subject))
        if forbidden:
            return False
        self.status = to
        self.episode = data.get("episode", self.episode) if name == "case.reopened" else self.episode
        if name == "referral.requested":
            self.referrals[data["referral_id"]] = "requested"
        return True

    def hears_of_referral(self, what, referral):
        status = self.referrals.get(referral)
        allowed = {"accepted": ("requested",), "declined": ("requested",), "answered": ("accepted",), "returned": ("accepted",),
                   "recalled": ("requested", "accepted"), "followed_up": ("requested", "accepted")}
        if status not in allowed[what]:
            return False
        if what in SETTLED:
            if self.status not in ("OPEN", "PENDING", "REFERRED"):
                return False
            self.referrals[referral] = what
            waits = any(each in ("requested", "accepted") for each in self.referrals.values())
            self.status = "OPEN" if self.status == "REFERRED" and not waits else self.status
        elif what == "accepted":
            self.referrals[referral] = "accepted"
        return True

    def hears_of_complaint(self, name):
        if name in ("complaint.received", "suggestion.received"):
            if self.complaint:
                return False
            self.complaint = "received" if name == "complaint.received" else "suggestion"
        elif not self.complaint:
            return False
        elif name == "complaint.response_sent":
            self.complaint = "answered"
        return True


class KpiReferral:
    """Where a figure that was referred to a department stands."""

    def __init__(self):
        self.status = None

    def hears(self, event):
        what = event["name"].removeprefix("kpi.")
        withdrawn = event["data"].get("outcome") == "withdrawn"
        before = {"referred": (None,), "referral_acknowledged": ("referred",), "referral_answered": ("referral_acknowledged",),
                  "referral_closed": ("referred", "referral_acknowledged", "referral_answered") if withdrawn
                                     else ("referral_answered",)}
        if self.status not in before[what]:
            return False
        self.status = what
        return True


def heard(events):
    """The events of one subject that its states allow."""
    families = {event["name"].split(".")[0] for event in events}
    if families & {"case", "complaint", "suggestion", "referral"}:
        case = Case()
        return [{**event, "status": case.status} for event in events if case.hears(event)]
    if "kpi" in families:
        referral = KpiReferral()
        return [event for event in events if referral.hears(event)]
    return events


class Subject:
    """What the events of one subject say."""

    def __init__(self, events):
        self.all = heard(events)
        self.events = collections.defaultdict(list)
        for event in self.all:
            self.events[event["name"]].append(event)

    def has(self, name):
        return name in self.events

    def earliest(self, name):
        return min(self.events[name], key=lambda event: event["time"])

    def first(self, name):
        return self.earliest(name)["data"] if self.has(name) else {}

    def time(self, name):
        return instant(self.earliest(name)["time"])

    def count(self, name):
        return len(self.events.get(name, []))


def subjects_of(lines):
    return [Subject(events) for events in events_of(lines).values()]
