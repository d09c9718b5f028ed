"""tests/release/kpi_promises.py - what was promised until when, and whether it was kept: due instants, days and ages."""
import datetime

from kpi_history import instant
from kpi_sides import ZONE


def day_of(at):
    return (at + ZONE).date()


def age_name(age):
    return next((f"le_{days:02}d" for days in (1, 3, 7, 14, 30, 90) if age.days <= days), "over_90d")


def clock(at, metric, department, answered, dropped):
    """A promise judged at its due instant; what was dropped by then is none."""
    if answered is None and dropped is not None and dropped <= at:
        return []
    return [{"at": at, "metric": metric, "department": department, "met": answered is not None and answered <= at,
             "open": answered is None and dropped is None}]


def hour_of(at):
    return (at + ZONE).replace(minute=0, second=0, microsecond=0)


def complaint_clock(it, due, sent):
    """The promise of an answer: the last admissible assessment says until when, an inadmissible one ends it. Of a case that
    had ended, since the complaint, and was not reopened by then, only an answer by then counts."""
    refused, over = None, []  # over: [end, reopening or None]
    received, ended = False, False
    for event in it.all:
        name = event["name"]
        if name in ("complaint.received", "suggestion.received"):
            received = True
        elif name == "complaint.assessed" and event["data"]["admissible"]:
            due, refused = event["data"]["due_at"], None
        elif name == "complaint.assessed":
            refused = refused or instant(event["time"])
        elif name == "case.reopened":
            ended = False
            if over and over[-1][1] is None:
                over[-1][1] = instant(event["time"])
        elif name in ("case.resolved", "case.closed", "case.merged_into", "case.cancelled"):
            if received and not ended:
                over.append([instant(event["time"]), None])
            ended = True
    if due is None or (refused and refused <= instant(due)):
        return []
    due, sent = instant(due), sent and instant(sent)
    if not (sent and sent <= due) and any(end <= due and not (again and again <= due) for end, again in over):
        return []
    last = over[-1][0] if over and over[-1][1] is None else None
    return clock(due, "complaint_response", "", sent, refused or last)


def overdue_at(end, referral, today):
    """The referral if its due day was over at a midnight and is today, and it was not settled by then; [] or [record]."""
    asked = day_of(referral["at"])
    due = max(asked, day_of(referral["due"]))
    settled = referral["settled"] and max(asked, day_of(referral["settled"]))
    over = due < end and due < today
    if not over or (settled and (settled <= due or (settled < end and settled <= today))):
        return []
    return [{"department": referral["department"], "age": age_name(end - asked)}]
