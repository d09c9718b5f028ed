"""tests/release/kpi_model.py - every KPI counted again from the events' JSON alone.

No cubes, no differences: each thing (a call, a slot, a case) is a record made from all its events, and a KPI is who
counts and how much. The rules are those of docs/kpis.md, written a second time.
"""
import collections
import datetime
import os
import tomllib

import sijill
from kpi_history import SETTLED, instant, subjects_of
from kpi_promises import age_name, clock, complaint_clock, day_of, hour_of, overdue_at
from kpi_sides import ZONE, Mean, each, less, spread, sums

MEAN_MONTH = "offered-in-a-mean-month"  # a base of which nothing is listed
SITE = os.path.join(sijill.ROOT, "tests/data/site/calendar.toml")  # the configuration with which figures are asked
with open(SITE, "rb") as site:
    CALENDAR = tomllib.load(site)["calendar"]


def milliseconds(later, earlier):
    """Never below zero: the clocks of two sources may differ."""
    return max(0, (later - earlier) // datetime.timedelta(milliseconds=1))


def hours_of(day):
    """[(begin, end)] of a day's working time, as times of the day."""
    if day.strftime("%a").lower() in CALENDAR["weekend"] or day in CALENDAR["holidays"]:
        return []
    seasons = [season["hours"] for season in CALENDAR["ramadan"] if season["from"] <= day <= season["to"]]
    return [tuple(datetime.time.fromisoformat(end) for end in span.split("-")) for span in (seasons or [CALENDAR["hours"]])[0]]


def business(later, earlier):
    """Milliseconds of working time, day by day."""
    earlier, later = earlier + ZONE, later + ZONE
    worked, day = datetime.timedelta(0), earlier.date()
    while day <= later.date():
        for span in hours_of(day):
            begin, end = (datetime.datetime.combine(day, time) for time in span)
            worked += max(datetime.timedelta(0), min(end, later) - max(begin, earlier))
        day += datetime.timedelta(days=1)
    return milliseconds(worked + earlier, earlier)


def call_of(it):
    offered, wrapped, ended = it.first("call.offered"), it.first("call.wrapped_up"), it.first("call.ended")
    answered = it.has("call.answered")  # else nobody had it who could have passed it on
    abandoned = it.has("call.abandoned") and not answered
    return {
        "at": it.time("call.offered"), "queue": offered["queue"], "language": offered.get("language", ""),
        "is_answered": answered, "is_abandoned": abandoned,
        "is_out": it.has("call.flowed_out") and not answered and not abandoned,
        "wait": it.first("call.answered" if answered else "call.abandoned").get("queue_wait", 0),
        "talk": ended.get("talk", 0) if answered else 0, "hold": ended.get("hold", 0) if answered else 0,
        "wrapped": bool(wrapped) and answered, "acw": wrapped.get("acw", 0), "outcome": wrapped.get("outcome"),
        "purposes": wrapped.get("purposes", []), "natures": wrapped.get("natures", []),
        "agent": it.first("call.answered").get("agent", ""),
        "recorded": it.has("call.recording_available"), "transfers": it.count("call.transferred") if answered else 0,
        "refusals": it.count("call.agent_not_answered")}


def outbound_of(it):
    return {"at": it.time("call.outbound_attempted"), "reason": it.first("call.outbound_attempted")["reason"],
            "agent": it.first("call.outbound_attempted")["agent"],
            "connected": it.has("call.outbound_connected"), "recorded": it.has("call.recording_available")}


def chat_response_of(it):
    """As the source says, or from its earliest message of an agent."""
    said = it.first("chat.first_response_given").get("response")
    posted = [instant(event["data"]["posted_at"]) for event in it.events.get("chat.message_posted", [])
              if event["data"]["author"] == "agent"]
    return milliseconds(min(posted), it.time("chat.started")) if said is None and posted else said


def chat_of(it):
    started = it.first("chat.started")
    return {"at": it.time("chat.started"), "channel": started["channel"], "country": started.get("country", ""),
            "language": started.get("language", ""), "citizen": started.get("citizen"),
            "response": chat_response_of(it),
            "abandoned": it.has("chat.abandoned") and not it.has("chat.accepted") and chat_response_of(it) is None}


def message_of(it):
    received, answered = it.first("message.received"), it.first("message.answered")
    at = it.time("message.received")
    return {"at": at, "channel": received["channel"], "language": received.get("language", ""),
            "response": milliseconds(instant(answered["answered_at"]), at) if answered else None,
            "natures": answered.get("natures") or received.get("natures", [])}


def appointment_of(it):
    booked = it.first("appointment.booked")
    moves = it.events.get("appointment.rescheduled", [])
    latest = lambda events: max(events, key=lambda event: event["time"])["data"] if events else {}
    last, relocated = latest(moves), latest([event for event in moves if "new_location" in event["data"]])
    attended = it.has("appointment.checked_in") or it.has("appointment.completed")
    no_show = it.has("appointment.no_show_recorded") and not attended
    cancelled = it.has("appointment.cancelled") and not attended and not no_show
    booking = {"at": it.time("appointment.booked"), "purpose": booked["purpose"], "location": booked["location"],
               "booked_via": booked["booked_via"], "cancelled": cancelled}
    slot = {"at": instant(last.get("new_start", booked["slot_start"])), "purpose": booked["purpose"],
            "location": relocated.get("new_location", booked["location"]), "attended": attended, "no_show": no_show,
            "cancelled": cancelled}
    return booking, slot


def case_of(it):
    opened = it.first("case.opened")
    at = it.time("case.opened")
    merged = it.has("case.merged_into")
    coded = it.events["case.reclassified"][-1]["data"]["new"] if it.has("case.reclassified") else opened["purposes"]
    episodes = episodes_of(it)
    resolutions = it.events.get("case.resolved", [])
    held = [milliseconds(after[0], over) for (_, over, resolved), after in zip(episodes, episodes[1:]) if resolved]
    first = next((number for number, (_, _, resolved) in enumerate(episodes) if resolved), None)
    undone = first is not None and first + 1 < len(episodes) and milliseconds(episodes[first + 1][0], episodes[first][1])
    response = first_response_of(it)
    return {"at": at, "kind": opened["kind"], "priority": opened["priority"],
            "opened_via": opened["opened_via"], "purposes": coded,
            "resolved": bool(resolutions) and not merged, "merged": merged,
            "undone": None if undone is False else undone,  # how long after the first resolution it was reopened
            "resolution": resolutions[0]["data"]["resolution"] if resolutions else None,
            "at_first_contact": bool(resolutions) and resolutions[0]["data"]["first_contact"],
            "first_time": milliseconds(instant(resolutions[0]["time"]), at) if resolutions else None,
            "full_time": milliseconds(instant(resolutions[-1]["time"]), at) if resolutions else None,
            "response": milliseconds(response, at) if response else None, "held": held,
            "first_business": business(instant(resolutions[0]["time"]), at) if resolutions else None,
            "full_business": business(instant(resolutions[-1]["time"]), at) if resolutions else None,
            "response_business": business(response, at) if response else None,
            "referred": it.has("referral.requested"), "episodes": episodes, "moves": moves_of(it),
            "reopenings": [instant(event["time"]) for event in it.events.get("case.reopened", [])]}


def episodes_of(it):
    """[(begin, end or None, whether it was resolved)], from the case's events in log order."""
    episodes, ended = [], False
    for event in it.all:
        name, at = event["name"], instant(event["time"])
        if name in ("case.opened", "case.reopened"):
            episodes.append((at, None, False))
            ended = False
        elif name in ("case.resolved", "case.closed", "case.merged_into", "case.cancelled") and not ended:
            episodes[-1] = (episodes[-1][0], at, name == "case.resolved")
            ended = True
    return episodes


def moves_of(it):
    """[(day, status)] of the open statuses it came to, in log order; a clock that is behind moves nothing to before."""
    moves, status, latest = [], None, datetime.date.min
    for event in it.all:
        if event["status"] != status and event["status"] in ("NEW", "OPEN", "PENDING", "REFERRED"):
            latest = max(latest, day_of(instant(event["time"])))
            moves.append((latest, event["status"]))
        status = event["status"]
    return moves


def first_response_of(it):
    for event in it.all:
        name, data = event["name"], event["data"]
        if (name in ("case.resolved", "complaint.acknowledged", "complaint.response_sent")
                or (name == "case.note_added" and data["visibility"] == "citizen")
                or (name == "case.contact_linked" and data["role"] == "outbound")):
            return instant(event["time"])
    return None


def waiting_at(end, case, referrals):
    """The case as it stands at a midnight, for each of its episodes that is open then."""
    last = end - datetime.timedelta(days=1)
    begins = datetime.date.min
    for begin, over, _ in case["episodes"]:
        begins = max(begins, day_of(begin))  # a case is open once, whatever the clocks of its systems say
        if begins <= last and (over is None or day_of(over) > last):
            waits = [it["department"] for it in referrals
                     if day_of(it["at"]) <= last and (it["settled"] is None or day_of(it["settled"]) > last)]
            stands = [status for day, status in case["moves"] if day <= last] or ["NEW"]
            yield {"kind": case["kind"], "department": waits[0] if waits else "", "status": stands[-1],
                   "age": age_name(end - begins)}
        begins = max(begins, day_of(over)) if over else begins


def open_at(end, referral):
    """The referral as it stands at a midnight, if it is open then; [] or [record]."""
    last = end - datetime.timedelta(days=1)
    if day_of(referral["at"]) > last or (referral["settled"] is not None and day_of(referral["settled"]) <= last):
        return []
    return [{"department": referral["department"], "age": age_name(end - day_of(referral["at"]))}]


def referrals_of(it):
    ends = {event["data"]["referral_id"]: (event["name"], instant(event["time"])) for event in it.all
            if event["name"].removeprefix("referral.") in SETTLED}
    for event in it.events.get("referral.requested", []):
        at = instant(event["time"])
        how, settled = ends.get(event["data"]["referral_id"], (None, None))
        yield {"at": at, "department": event["data"]["to_department"], "settled": settled,
               "due": instant(event["data"]["due_at"]) if "due_at" in event["data"] else None, "how": how,
               "turnaround": milliseconds(settled, at) if how == "referral.answered" else None,
               "business": business(settled, at) if how == "referral.answered" else None}


def complaint_of(it):
    suggestion = it.has("suggestion.received")
    name = "suggestion.received" if suggestion else "complaint.received"
    said = it.first(name)
    assessed = it.events["complaint.assessed"][-1]["data"] if it.has("complaint.assessed") else {}
    severity = "" if suggestion else (assessed or said)["severity"]
    sent = it.events.get("complaint.response_sent", [])
    clocks = complaint_clock(it, said.get("due_at"), sent[0]["time"] if sent else None)
    return {"at": it.time(name), "category": said["category"], "severity": severity, "received_via": said["received_via"],
            "suggestion": suggestion, "answered": bool(sent),
            "clocks": clocks}


def survey_of(it):
    invited = it.first("survey.invited")
    dimensions = {"about": invited["about"], "instrument": invited["instrument"], "via": invited["via"]}
    answers = sorted(it.events.get("survey.answered", []), key=lambda event: event["time"])
    answer = max((event["data"] for event in answers), key=lambda data: data["revision"], default=None)
    lowest, highest = {"csat5": (1, 5), "nps11": (0, 10)}.get(invited["instrument"], (0, 1))
    answer = answer if answer and lowest <= answer["score"] <= highest else None
    invitation = {"at": it.time("survey.invited"), **dimensions}
    satisfied = {"csat5": 4, "csat2": 1}.get(invited["instrument"], float("inf"))
    return invitation, answer and {"at": instant(answer["answered_at"]), "is_satisfied": answer["score"] >= satisfied,
                                  "score": answer["score"], **dimensions}


def evaluation_of(it):
    done = it.first("evaluation.completed")
    items = [item for item in done["items"] if not item.get("not_applicable")]
    most = sum(item["weight"] * item["max"] for item in items)
    points = 0 if done["automatic_fail"] else sum(item["weight"] * item["points"] for item in items)
    return {"at": it.time("evaluation.completed"), "form": done["form"], "agent": done["agent"], "points": points, "most": most,
            "fails": done["automatic_fail"]}


def kpi_referral_of(it):
    said = it.first("kpi.referred")
    return {"at": it.time("kpi.referred"), "kpi": said["kpi"], "department": said["to_department"],
            "answered": it.has("kpi.referral_answered")}


class World:
    """The records of a period, by what they are; `now`: when the log's last record was appended."""

    def __init__(self, lines, begin, end, now=datetime.datetime(2200, 1, 1)):
        days = [begin + datetime.timedelta(days=number) for number in range((end - begin).days or 1)]
        self.months = len({day.strftime("%Y-%m") for day in days})
        begin, end = begin - ZONE, end - ZONE
        made = collections.defaultdict(list)
        self.backlog, self.waiting, self.overdue = [], [], []
        for it in subjects_of(lines):
            for kind, name, make in (("calls", "call.offered", call_of), ("outbound", "call.outbound_attempted", outbound_of),
                                     ("chats", "chat.started", chat_of), ("messages", "message.received", message_of),
                                     ("cases", "case.opened", case_of), ("evaluations", "evaluation.completed", evaluation_of),
                                     ("kpi_referrals", "kpi.referred", kpi_referral_of)):
                if it.has(name) and not it.has("evaluation.withdrawn"):
                    made[kind].append(make(it))
            if it.has("appointment.booked"):
                booking, slot = appointment_of(it)
                made["bookings"].append(booking)
                made["slots"].append(slot)
            if it.has("complaint.received") or it.has("suggestion.received"):
                made["complaints"].append(complaint_of(it))
                made["clocks"] += made["complaints"][-1]["clocks"]
            referrals = list(referrals_of(it))
            made["referrals"] += referrals
            for case in made["cases"][-1:] if it.has("case.opened") else []:
                self.backlog += waiting_at((end + ZONE).date(), case, referrals)
            for referral in referrals:
                self.waiting += open_at((end + ZONE).date(), referral)
                if referral["due"]:
                    self.overdue += overdue_at((end + ZONE).date(), referral, day_of(now))
                    answered = referral["settled"] if referral["how"] == "referral.answered" else None
                    made["clocks"] += clock(referral["due"], "referral_answer", referral["department"], answered, referral["settled"])
            if it.has("survey.invited"):
                invitation, answer = survey_of(it)
                made["invitations"].append(invitation)
                made["answers"] += [answer] if answer else []
        made["clocks"] = [it for it in made["clocks"] if not it["open"] or hour_of(it["at"]) < hour_of(now)]
        made["reopenings"] = [{"at": at, "kind": case["kind"]} for case in made["cases"] for at in case["reopenings"]]
        self.made = {kind: [record for record in records if begin <= record["at"] < end] for kind, records in made.items()}

    def __getattr__(self, kind):
        return self.made.get(kind, [])


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
        "average-handle-time": (sums(wrapped, "talk") + sums(wrapped, "hold") + sums(wrapped, "acw"), each(wrapped)),
        "transfers-per-call": (sums(calls, "transfers"), each(answered)),
        "flowed-out": (each(out), None),
        "agent-non-responses": (sums(calls, "refusals"), None),
        "service-success-rate": (each(wrapped, lambda call: call["outcome"] in ("handled", "referred")), each(calls)),
        "first-contact-success-rate": (each(handled), each(calls)),
        "purpose-share": (each(coded), each(answered)),
        ("purpose-share", "offered", ""): (each(coded), each(calls)),
        ("purpose-share", "wrapped-up", ""): (each(coded), each(wrapped)),
        "purpose-share-mean-of-months": Mean((each(coded), each(answered))),
        ("purpose-share-mean-of-months", "offered", ""): Mean((each(coded), each(calls))),
        ("purpose-share-mean-of-months", "wrapped-up", ""): Mean((each(coded), each(wrapped))),
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
    answered = [case for case in w.cases if case["response"] is not None]
    at_once = [case for case in resolved if case["at_first_contact"] and not case["referred"] and not case["reopenings"]]
    settled = [referral for referral in w.referrals if referral["turnaround"] is not None]
    taken = [call for call in w.calls if call["is_answered"]]
    referred = each(w.cases, lambda case: case["referred"])
    hour, day = 60 * 60 * 1000, 24 * 60 * 60 * 1000
    hours = {"within-15m": hour // 4, "within-1h": hour, "within-4h": 4 * hour}
    kept = each(w.cases) + less(each(w.cases, lambda case: case["merged"]))
    kpis = {}
    for name, most in {"": 3 * day, **hours, **{f"within-{n}d": n * day for n in (1, 2, 3, 7, 14, 30)}}.items():
        quick = each(resolved, lambda case, most=most: case["first_time"] <= most)
        kpis["resolved-in-time", "", name] = (quick, each(resolved))
        kpis["resolved-in-time", "opened-not-merged", name] = (quick, kept)
    del kpis["resolved-in-time", "", "within-15m"], kpis["resolved-in-time", "opened-not-merged", "within-15m"]
    for name, most in {"": day, **hours, **{f"within-{n}d": n * day for n in (1, 3, 7)}}.items():
        quick = each(answered, lambda case, most=most: case["response"] <= most)
        kpis["case-responded-in-time", "", name] = (quick, each(w.cases))
        kpis["case-responded-in-time", "responded", name] = (quick, each(answered))
    for days in (1, 3, 7, 14, 30):
        soon = each(resolved, lambda case, most=days * day: any(held <= most for held in case["held"]))
        undone = [case for case in resolved if case["at_first_contact"] and not case["referred"] and case["reopenings"]]
        kpis["reopen-rate", "", f"within-{days}d"] = (soon, each(resolved))
        kpis["first-contact-resolution", "", f"within-{days}d"] = (
            each(at_once) + each(undone, lambda case, most=days * day: case["undone"] is None or case["undone"] > most),
            each(resolved))
    return kpis | {
        "resolution-time": (sums(resolved, "first_time"), each(resolved)),
        ("resolution-time", "", "full"): (sums(resolved, "full_time"), each(resolved)),
        "case-first-response-time": (sums(answered, "response"), each(answered)),
        "resolution-time-business": (sums(resolved, "first_business"), each(resolved)),
        ("resolution-time-business", "", "full"): (sums(resolved, "full_business"), each(resolved)),
        "case-first-response-time-business": (sums(answered, "response_business"), each(answered)),
        "sla-attainment": (each(w.clocks, lambda it: it["met"]), each(w.clocks)),
        "sla-breaches": (each(w.clocks, lambda it: not it["met"]), None),
        "referral-backlog": (each(w.waiting), None),
        "referrals-overdue": (each(w.overdue), None),
        "complaints": (each(complaints), None),
        "complaints-and-suggestions": (each(w.complaints), None),
        "complaints-answered-rate": (each(w.complaints, lambda it: it["answered"]), each(w.complaints)),
        "complaint-rate": (each(complaints), each(w.calls)),
        ("complaint-rate", "answered", ""): (each(complaints), each(taken)),
        ("complaint-rate", "answered_without_new_housing_service", ""): (
            each(complaints),
            each(taken) + less(each(taken, lambda call: call["wrapped"] and "new_housing_service" in call["purposes"]))),
        ("complaint-rate", "transactions", ""): (each(complaints), each(w.calls) + each(w.outbound) + each(w.chats)),
        ("complaint-rate", MEAN_MONTH, ""): (each(complaints, amount=lambda it: w.months), each(w.calls)),
        "referral-rate": (referred, each(w.calls)),
        ("referral-rate", "answered", ""): (referred, each(taken)),
        ("referral-rate", "cases-opened", ""): (referred, each(w.cases)),
        "referrals-requested": (each(w.referrals), None),
        "referral-answer-rate": (each(settled), each(w.referrals)),
        "referral-turnaround": (sums(settled, "turnaround"), each(settled)),
        "referral-turnaround-business": (sums(settled, "business"), each(settled)),
        "cases-opened": (each(w.cases), None),
        "case-backlog": (each(w.backlog), None),
        "case-backlog-by-status": (each(w.backlog), None),
        "resolution-rate": (each(resolved), kept),
        "first-contact-resolution": (each(at_once), each(resolved)),
        "first-contact-resolution-by-purpose": (each(spread(at_once, "purposes", "purpose")),
                                                each(spread(resolved, "purposes", "purpose"))),
        "reopen-rate-by-resolution": (each(resolved, lambda case: case["held"]), each(resolved)),
        "reopen-rate": (each(resolved, lambda case: case["held"]), each(resolved)),
        "case-reopenings": (each(w.reopenings), None),
        "cases-by-purpose": (each(spread(w.cases, "purposes", "purpose")), None),
        "kpis-referred": (each(w.kpi_referrals), None),
        "kpi-referral-answer-rate": (each(w.kpi_referrals, lambda it: it["answered"]), each(w.kpi_referrals)),
    }


def service_kpis(w):
    attended = each(w.slots, lambda slot: slot["attended"])
    no_show = each(w.slots, lambda slot: slot["no_show"])
    rated = [answer for answer in w.answers if answer["instrument"] in ("csat5", "csat2")]
    asked = [answer for answer in w.answers if answer["instrument"] == "nps11"]
    answered = [call for call in w.calls if call["is_answered"]]
    wrapped = [call for call in w.calls if call["wrapped"]]
    connected = [call for call in w.outbound if call["connected"]]
    return {
        "appointments-booked": (each(w.bookings), None),
        ("appointments-booked", "", "counter"): (each(w.bookings, lambda it: it["purpose"] != "inspection_campaign"), None),
        "appointments-net": (each(w.bookings, lambda it: not it["cancelled"]), None),
        "no-show-rate": (no_show, attended + no_show),
        "appointments-unrecorded": (each(w.slots, lambda it: not (it["attended"] or it["no_show"] or it["cancelled"])), None),
        "csat": (each(rated, lambda answer: answer["is_satisfied"]), each(rated)),
        "net-promoter-score": (each(asked, lambda it: it["score"] >= 9) + less(each(asked, lambda it: it["score"] <= 6)), each(asked)),
        "evaluated-share": (each(w.evaluations), each(answered + connected)),
        "agent-handle-time": (sums(wrapped, "talk") + sums(wrapped, "hold") + sums(wrapped, "acw"), each(wrapped)),
        "agent-recording-coverage": (each(answered + connected, lambda call: call["recorded"]), each(answered + connected)),
        "survey-response-rate": (each(w.answers), each(w.invitations)),
        "qa-score": (sums(w.evaluations, "points"), sums(w.evaluations, "most")),
        "qa-automatic-fail-rate": (each(w.evaluations, lambda it: it["fails"]), each(w.evaluations)),
    }


def kpis_of(world):
    """{(kpi, base, variant): (numerator, denominator)}, each side as [(record, amount)]; a count has no denominator."""
    every = {**call_kpis(world), **other_contact_kpis(world), **case_kpis(world), **service_kpis(world)}
    return {key if isinstance(key, tuple) else (key, "", ""): sides for key, sides in every.items()}
