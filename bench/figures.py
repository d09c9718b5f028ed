"""bench/figures.py - what contestants found, in one form: sorted lines `view TAB dimensions TAB numbers`, lines of zeros left out.

The state of every aggregate is among them (`case` and `call` lines). Sijill's lines are read through its own commands, as a user
would; the rivals write theirs themselves.
"""
import csv
import hashlib
import io
import subprocess

from measure import SIJILL

# How many numbers a line of each KPI view has.
VIEWS = {"calls-by-queue": 3, "handle-time-by-agent": 2, "cases-by-kind": 2, "open-by-status": 1}
YEARS = ("2016", "2017", "2018")  # the load scenario's 400 days, and what comes three days late
MOST_CASES = 100_000_000


def digest(lines):
    sha = hashlib.sha256()
    for line in lines:
        sha.update(line.encode() + b"\n")
    return sha.hexdigest()


def write(lines, path):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)


def differences(expected, found, most=5):
    """The first lines that only one of two results has, for people."""
    missing, extra = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
    return [f"- {line}" for line in missing[:most]] + [f"+ {line}" for line in extra[:most]]


class Reader:
    """Rows of `sijill COMMAND --format csv` over a data directory."""

    def __init__(self, data):
        self.data = data

    def rows(self, *command):
        command = [SIJILL, *command, "--data", self.data, "--format", "csv"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return list(csv.DictReader(io.StringIO(done.stdout)))

    def by_day(self, kpi, dimension):
        """{(day, value): (numerator, denominator)} over all years."""
        found = {}
        for year in YEARS:
            for row in self.rows("kpi", "show", kpi, "--period", year, "--by", dimension, "--each", "day"):
                found[row["period"], row[dimension]] = (int(row["numerator"] or 0), int(row["denominator"] or 0))
        return found

    def subjects(self, kpi):
        """{call: amount} behind the numerator of a KPI."""
        return {row["subject"]: int(row["amount"]) for year in YEARS for row in self.rows("kpi", "cases", kpi, "--period", year)}


def state_lines(reader):
    for row in reader.rows("case", "list", "--limit", str(MOST_CASES)):
        yield "\t".join(("case", row["case"], row["status"], row["kind"], row["opened"], row["episode"], row["referrals"],
                         row["queue"]))
    answered, abandoned = reader.subjects("answer-rate"), reader.subjects("abandon-rate")
    handled = reader.subjects("average-handle-time")
    for call in reader.subjects("inbound-offered"):
        outcome = "answered" if call in answered else "abandoned" if call in abandoned else "waiting"
        yield f"call\t{call}\t{outcome}\t{handled.get(call, 0)}"


def kpi_lines(reader):
    abandoned = reader.by_day("abandon-rate", "queue")
    for (day, queue), (answered, offered) in reader.by_day("answer-rate", "queue").items():
        yield ("calls-by-queue", day, queue), (offered, answered, abandoned[day, queue][0])
    for (day, agent), figures in reader.by_day("agent-handle-time", "agent").items():
        yield ("handle-time-by-agent", day, agent), figures
    for (day, kind), (resolved, opened) in reader.by_day("resolution-rate", "kind").items():
        yield ("cases-by-kind", day, kind), (opened, resolved)
    for kind in ("enquiry", "request"):
        for row in reader.rows("kpi", "show", "case-backlog-by-status", "--period", YEARS[-1], "--by", "status", "--filter",
                               f"kind={kind}"):
            yield ("open-by-status", row["status"], kind), (int(row["numerator"]),)


def sijill_lines(data):
    """All lines of a data directory that `sijill catch-up` made."""
    reader = Reader(data)
    lines = list(state_lines(reader))
    lines += ["\t".join((*row, *map(str, numbers))) for row, numbers in kpi_lines(reader) if any(numbers)]
    return sorted(lines)
