"""tests/release/kpi_worlds.py - small random centres, as the lines of their log.

Every subject has a life: calls, chats, messages, appointments, cases with complaints and referrals, surveys, evaluations and
KPI referrals, around the first quarter of 2017 or any other, and around its midnights. Then the log is spoilt as real ones are: events come
late, twice or in the wrong order, are corrected and voided, and corrections are voided too.
"""
import datetime
import json
import random

BEGIN = datetime.datetime(2016, 12, 20)
DAYS = 115
MIDNIGHT = datetime.timedelta(hours=21)  # of the centre, in UTC


class Events:
    """Makes events; no two have the same millisecond, so that order by time is never a matter of chance."""

    def __init__(self, seed, begin):
        self.begin = begin
        self.chance = random.Random(seed)
        self.count = 0
        self.times = set()

    def at(self, after=None, days=20):
        """An instant, or one some time after another: minutes, hours or days."""
        if after is None:
            when = self.begin + datetime.timedelta(days=self.chance.randrange(DAYS))
            spread = self.chance.choice([2_000, 86_400_000])
            when += MIDNIGHT + datetime.timedelta(milliseconds=self.chance.randrange(-spread, spread))
        else:
            most = self.chance.choice([900, 14_400, 86_400, days * 86_400])
            when = after + datetime.timedelta(milliseconds=self.chance.randrange(most * 1000))
        while when in self.times:
            when += datetime.timedelta(milliseconds=1)
        self.times.add(when)
        return when

    def pick(self, *values):
        return self.chance.choice(values)

    def often(self, percent):
        return self.chance.randrange(100) < percent

    def codes(self, *values):
        return [self.chance.choice(values) for _ in range(self.chance.randrange(1, 4))]

    def event(self, name, subject, when, /, **data):
        self.count += 1
        return {"specversion": "1.0", "id": f"e{self.count}", "source": self.pick("/a", "/b"), "type": f"gov.cc.{name}.v1",
                "subject": subject, "time": text(when), "datacontenttype": "application/json",
                "data": {field: text(value) if isinstance(value, datetime.datetime) else value
                         for field, value in data.items() if value is not None}}


def text(at):
    return at.isoformat(timespec="milliseconds") + "Z"


def call(e, s):
    at = e.at()
    yield e.event("call.offered", s, at, contact_id=s, direction="inbound", queue=e.pick("general", "housing"), enqueued_at=at,
                  language=e.pick(None, "ar", "en"))
    edges = e.pick(5_000, 20_000, 60_000, 600_000)
    wait = e.chance.randrange(edges - 1, edges + 2)
    for _ in range(e.pick(0, 0, 1, 2)):
        yield e.event("call.agent_not_answered", s, e.at(at, 1), agent="amal", ring=9_000)
    if e.often(20):
        yield e.event("call.abandoned", s, e.at(at, 1), queue_wait=wait, abandoned_at=at, by="citizen")
    if e.often(10):
        yield e.event("call.flowed_out", s, e.at(at, 1), to="callback", queue_wait=wait)
    if e.often(75):
        yield e.event("call.answered", s, e.at(at, 1), agent=e.pick("amal", "badr"), queue_wait=wait, answered_at=at)
        yield e.event("call.ended", s, e.at(at, 1), ended_at=at, talk=e.chance.randrange(600_000), hold=e.pick(0, 7_001),
                      ended_by="agent")
    if e.often(60):
        yield e.event("call.wrapped_up", s, e.at(at, 1), acw=e.chance.randrange(90_000), outcome=e.pick("handled", "referred",
                      "callback_due", "no_action"), purposes=e.codes("new_housing_service", "late_delivery", "other"),
                      natures=e.codes("application_status", "mazaya_programme"))
    for number in range(e.pick(0, 1, 1, 2)):
        yield e.event("call.recording_available", s, e.at(at, 1), recording_id=f"{s}-{number}", duration=5, sha256="a" * 64)
    if e.often(15):
        yield e.event("call.transferred", s, e.at(at, 1), from_queue="general", to_queue="housing", kind="blind")


def outbound(e, s):
    at = e.at()
    yield e.event("call.outbound_attempted", s, at, contact_id=s, agent=e.pick("amal", "badr"), attempted_at=at,
                  reason=e.pick("callback", "survey"))
    if e.often(60):
        yield e.event("call.outbound_connected", s, e.at(at, 1), connected_at=at)
    if e.often(40):
        yield e.event("call.recording_available", s, e.at(at, 1), recording_id=s, duration=5, sha256="a" * 64)


def chat(e, s):
    at = e.at()
    yield e.event("chat.started", s, at, contact_id=s, channel=e.pick("web", "social"), started_at=at,
                  citizen=e.pick(None, "p1", "p2", "p3"), country=e.pick(None, "BH", "SA"), language=e.pick(None, "ar"))
    for number in range(e.chance.randrange(3)):
        posted = e.at(at, 1)
        yield e.event("chat.message_posted", s, posted, author=e.pick("agent", "citizen", "bot"), posted_at=posted, seq=number)
    if e.often(20):
        yield e.event("chat.accepted", s, e.at(at, 1), agent="amal", queue_wait=e.chance.randrange(90_000))
    if e.often(30):
        yield e.event("chat.first_response_given", s, e.at(at, 1), response=e.chance.randrange(900_000))
    if e.often(20):
        yield e.event("chat.abandoned", s, e.at(at, 1), at=at)


def message(e, s):
    at = e.at()
    yield e.event("message.received", s, at, contact_id=s, channel=e.pick("social", "website", "email"), received_at=at,
                  natures=e.pick(None, ["application_status"]), language=e.pick(None, "ar"))
    if e.often(60):
        answered = e.at(at)
        yield e.event("message.answered", s, answered, agent="amal", answered_at=answered, outcome=e.pick("handled", "referred"),
                      natures=e.pick(None, ["mazaya_programme", "mazaya_programme"]))


def appointment(e, s):
    at, start = e.at(), e.at()
    yield e.event("appointment.booked", s, at, appointment_id=s, purpose=e.pick("new_housing_service", "inspection_campaign"),
                  location=e.pick("main", "none"), slot_start=start, slot_end=start, booked_via=e.pick("call", "web"))
    for _ in range(e.pick(0, 0, 1, 2)):
        moved = e.at()
        yield e.event("appointment.rescheduled", s, e.at(at), old_start=start, new_start=moved, new_end=moved, by="citizen",
                      new_location=e.pick(None, "branch"))
    if e.often(20):
        yield e.event("appointment.cancelled", s, e.at(at), by="citizen", cancelled_at=at, notice=1)
    if e.often(50):
        yield e.event("appointment.checked_in", s, e.at(at), at=at, recorded_by="x")
    if e.often(20):
        yield e.event("appointment.no_show_recorded", s, e.at(at), at=at, recorded_by="x")


def referral(e, s, number, at):
    name, asked = f"{s}-r{number}", e.at(at)
    data = {"referral_id": name}
    yield e.event("referral.requested", s, asked, **data, case_id=s, from_unit="centre", reason="check", requested_at=asked,
                  to_department=e.pick("projects", "legal_affairs"), due_at=e.pick(None, e.at(asked), e.at(asked)))
    if e.often(80):
        yield e.event("referral.accepted", s, e.at(asked), **data, at=asked)
    end = e.pick("answered", "answered", "answered", "declined", "returned", "recalled", None)
    if end:
        when = e.at(asked)
        more = {"outcome": "actioned"} if end == "answered" else {"reason": "other"}
        yield e.event(f"referral.{end}", s, when, **data, at=when, **more)


def complaint(e, s, at):
    told = e.at(at, 1)
    if e.often(25):
        yield e.event("suggestion.received", s, told, case_id=s, category="idea", received_via="web")
    else:
        yield e.event("complaint.received", s, told, case_id=s, category=e.pick("delay", "conduct"), received_via="phone",
                      severity=e.pick("low", "high"), due_at=e.pick(None, e.at(told), e.at(told)))
    if e.often(30):
        yield e.event("complaint.acknowledged", s, e.at(told), at=told, via="phone")
    for _ in range(e.pick(0, 0, 1, 2)):
        yield e.event("complaint.assessed", s, e.at(told), severity=e.pick("low", "critical"), admissible=e.often(70),
                      due_at=e.at(told))
    for _ in range(e.pick(0, 1, 1, 2)):
        sent = e.at(told)
        yield e.event("complaint.response_sent", s, sent, at=sent, decision="upheld", via="phone")


def case(e, s):
    at = e.at()
    kind = e.pick("enquiry", "request", "complaint")
    yield e.event("case.opened", s, at, case_id=s, kind=kind, purposes=e.codes("late_delivery", "other"),
                  priority=e.pick("normal", "urgent"), opened_at=at, opened_via=e.pick("phone", "web"))
    complains = e.pick(0, 0, 1, 2) if kind == "complaint" else None  # behind that many episodes
    if complains == 0:
        yield from complaint(e, s, at)
    if e.often(20):
        yield e.event("case.note_added", s, e.at(at), visibility=e.pick("internal", "citizen"))
    if e.often(20):
        yield e.event("case.contact_linked", s, e.at(at), contact_id="c1", role=e.pick("repeat", "outbound"))
    if e.often(15):
        yield e.event("case.reclassified", s, e.at(at), old=["other"], new=e.codes("late_delivery", "eligibility"), reason="review")
    for episode in range(1, e.pick(2, 2, 3, 4)):
        for number in range(e.pick(0, 0, 0, 1, 2)):
            yield from referral(e, s, f"{episode}{number}", at)
        if e.often(20):
            yield e.event(e.pick("case.assigned", "case.unassigned"), s, e.at(at), queue="general")
        at = e.at(at, 40)
        end = e.pick("resolved", "resolved", "resolved", "closed", "merged_into", "cancelled", None)
        if end == "resolved":
            yield e.event("case.resolved", s, at, resolution=e.pick("done", "advised"), resolved_at=at, first_contact=e.often(60))
        elif end == "closed":
            yield e.event("case.closed", s, at, reason=e.pick("no_answer", "withdrawn"))
        elif end == "merged_into":
            yield e.event("case.merged_into", s, at, other_case_id=e.pick("k", "k", s), merge_id="m", by="x")
        elif end == "cancelled":
            yield e.event("case.cancelled", s, at, reason="test")
        if e.often(20):
            yield e.event("case.closed", s, e.at(at), reason="resolved")
        if complains == episode:
            yield from complaint(e, s, at)
        at = e.at(at, 40)
        yield e.event("case.reopened", s, at, reason="again", episode=episode + 1)


def survey(e, s):
    at = e.at()
    yield e.event("survey.invited", s, at, survey_id=s, about=e.pick("call", "chat", "case"), about_id="c1",
                  instrument=e.pick("csat5", "csat2", "nps11", "fcr_yn"), via=e.pick("sms", "web"))
    for revision in range(1, e.pick(1, 2, 3)):
        answered = e.at(at)
        yield e.event("survey.answered", s, answered, revision=revision, score=e.chance.randrange(11), answered_at=answered)


def evaluation(e, s):
    items = [{"question": f"q{n}", "weight": e.chance.randrange(5), "points": e.chance.randrange(10), "max": 10,
              "not_applicable": e.often(20)} for n in range(3)]
    at = e.at()
    yield e.event("evaluation.completed", s, at, evaluation_id=s, contact_id="c1", agent=e.pick("amal", "badr"), evaluator="x",
                  form=e.pick("standard", "short"), form_version=1, items=items, automatic_fail=e.often(10))
    if e.often(15):
        yield e.event("evaluation.withdrawn", s, e.at(at), at=at, reason="error")


def kpi_referral(e, s):
    at = e.at()
    yield e.event("kpi.referred", s, at, kpi_referral_id=s, kpi=e.pick("answer-rate", "csat"), definition_version=1,
                  period="2017-M01", dimensions={}, numerator=1, denominator=2, target=3, to_department="projects",
                  referred_at=at, position="0:1")
    if e.often(70):
        yield e.event("kpi.referral_acknowledged", s, e.at(at), at=at)
    if e.often(60):
        yield e.event("kpi.referral_answered", s, e.at(at), at=at, cause="staffing", action="hiring")
    if e.often(30):
        yield e.event("kpi.referral_closed", s, e.at(at), at=at, outcome=e.pick("resolved", "withdrawn"))


LIVES = (call, call, call, outbound, chat, chat, message, appointment, case, case, case, case, survey, evaluation, kpi_referral)
PATCHES = {  # what a correction may say of an event
    "call.offered": {"queue": "housing"}, "call.answered": {"queue_wait": 19_999, "agent": "badr"},
    "call.wrapped_up": {"outcome": "handled", "purposes": ["other"]}, "chat.started": {"country": "AE"},
    "appointment.booked": {"location": "branch"}, "case.opened": {"kind": "request", "purposes": ["eligibility"]},
    "case.resolved": {"first_contact": True}, "referral.requested": {"to_department": "tenders", "due_at": "2017-02-14T20:59:59.999Z"},
    "complaint.assessed": {"due_at": "2017-02-28T21:00:00.000Z"}, "survey.answered": {"score": 9},
    "evaluation.completed": {"automatic_fail": True, "form": "short"}, "survey.invited": {"instrument": "nps11"},
}


def correction(e, target):
    """Corrects or voids an event; a correction is only ever voided."""
    name = target["type"].removeprefix("gov.cc.").removesuffix(".v1")
    data = {"target_source": target["source"], "target_id": target["id"], "reason": "checked"}
    if name in PATCHES and e.often(70):
        return e.event("event.corrected", target["subject"], e.at(), **data, patch=PATCHES[name], time=e.pick(None, None, e.at()))
    return e.event("event.voided", target["subject"], e.at(), **data)


def lines_of(seed, subjects=60, begin=BEGIN):
    """The log of one centre, in its order; its lives begin in the 115 days from a day on."""
    e = Events(seed, begin)
    log = []
    for number in range(subjects):
        life = e.pick(*LIVES)
        place = e.chance.random()  # of this life among the others: late ones come last, events keep their order
        for event in life(e, f"{life.__name__.replace('_', '-')}-{number}"):
            late = e.pick(0, 0, 0, 0, 1)
            log.append((place + late + len(log) * 1e-6, event))
    log = [event for _, event in sorted(log, key=lambda entry: entry[0])]
    for _ in range(len(log) // 12):  # wrong order, also inside a life
        a = e.chance.randrange(len(log) - 1)
        log[a], log[a + 1] = log[a + 1], log[a]
    for _ in range(len(log) // 12):
        target = e.chance.randrange(len(log))
        behind = e.chance.randrange(target, len(log)) if e.often(95) else e.chance.randrange(target + 1)
        log.insert(behind + 1, correction(e, log[target]))
    for _ in range(len(log) // 15):  # twice
        again = e.chance.randrange(len(log))
        log.insert(e.chance.randrange(again, len(log)) + 1, log[again])
    return [json.dumps(event) for event in log]
