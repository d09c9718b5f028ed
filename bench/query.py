#!/usr/bin/env python3
"""Queries of one server against its own /livez: a case by its id, and a KPI of 30 days by 40 queues.

Started by ./dev bench query. wrk asks one `sijill serve` over the embedded log; each round asks every question for some
seconds, in rotated order, and ratios are taken inside a round. CPU is that of the server's process alone.
"""
import argparse
import datetime
import os
import re
import statistics
import subprocess
import sys

import latencies
import standings
from measure import ROOT, SIJILL, bootstrap_interval, cpu_seconds, machine, rotated_rounds, scratch_directory, write_result

POINT = (0.80, 0.95)  # of /livez: gate and goal
RANGE_MS = (5.0, 2.5)
WARM_UP_SECONDS = 10  # each of 100,000 cases has been asked for
# The requests are written beforehand, and /livez is asked by the same script, so that a request costs wrk the same.
SCRIPT = """
math.randomseed({seed})
local targets = {{{targets}}}
local requests = {{}}
init = function(args)
    for i, target in ipairs(targets) do requests[i] = wrk.format("GET", target) end
end
request = function() return requests[math.random(#requests)] end
"""


def milliseconds(text):
    number, unit = re.fullmatch(r"([0-9.]+)(us|ms|s|m)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def ask(server, question, seconds):
    """One run of wrk: requests/s, quantiles in milliseconds, CPU of the server per request."""
    before = cpu_seconds(server.pid)
    command = ["wrk", "--latency", "-t1", f"-c{question['connections']}", f"-d{seconds}s", *question.get("options", []),
               f"http://127.0.0.1:{server.port}{question['target']}"]
    out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    used = cpu_seconds(server.pid) - before
    bad = re.search(r"Non-2xx or 3xx responses: ([0-9]+)|Socket errors", out)
    if bad:
        sys.exit(f"{question['target']}: wrk saw errors:\n{out}")
    requests = int(re.search(r"([0-9]+) requests in", out).group(1))
    quantile = {name: milliseconds(re.search(rf"^\s+{name}%\s+(\S+)$", out, re.M).group(1)) for name in ("50", "99")}
    return {"rate": float(re.search(r"Requests/sec:\s+([0-9.]+)", out).group(1)), "p50_ms": quantile["50"],
            "p99_ms": quantile["99"], "cpu_us": used / requests * 1e6}


class Server:
    """`sijill serve` over the embedded log of a directory."""

    def __init__(self, data):
        self.process = subprocess.Popen([SIJILL, "serve", "--data", data, "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE,
                                        text=True)
        self.pid = self.process.pid
        for line in self.process.stderr:
            if "listening on" in line:
                self.port = int(line.strip().rsplit(":", 1)[1])
                break
        else:
            sys.exit(f"sijill serve ended with {self.process.wait()}")

    def get(self, target):
        return subprocess.run(["curl", "--silent", "--show-error", "--fail", f"http://127.0.0.1:{self.port}{target}"],
                              check=True, capture_output=True, text=True).stdout

    def close(self):
        self.process.terminate()
        self.process.communicate()


def load(data, args):
    common = ["--data", data]
    print(f"loading {args.events:,} events, {args.cases:,} cases", file=sys.stderr)
    subprocess.run([SIJILL, "generate", "--scenario", "load", "--events", str(args.events), "--subjects", str(args.cases),
                    "--publish", *common], check=True)
    subprocess.run([SIJILL, "catch-up", *common], check=True, stdout=subprocess.DEVNULL)


def asking(targets, path, seed):
    """The options of wrk to ask at random for one of the targets."""
    with open(path, "w", encoding="ascii") as file:
        file.write(SCRIPT.format(seed=seed, targets=",".join(f"'{target}'" for target in targets)))
    return {"target": "/", "options": ["-s", path]}


def questions(server, cases, scratch, args):
    """The questions, each with its connections. Ids and days are those that the load has."""
    listed = [row.split(",") for row in cases[1:]]
    first = datetime.date.fromisoformat(listed[0][3][:10]) + datetime.timedelta(days=30)
    days = ",".join(str(first + datetime.timedelta(days=day)) for day in range(30))
    target = f"/v1/kpis/answer-rate?period={days}&by=queue"
    rows = server.get(target + "&format=csv").count("\n") - 1
    print(f"the KPI range has {rows:,} figures", file=sys.stderr)
    case = asking([f"/v1/cases/{row[0]}" for row in listed], os.path.join(scratch, "cases.lua"), args.seed)
    livez = asking(["/livez"], os.path.join(scratch, "livez.lua"), args.seed)
    return {
        "/livez": livez | {"connections": 16},
        "case": case | {"connections": 16},
        "case, 1 connection": case | {"connections": 1},
        "KPI range, 1 connection": {"target": target, "connections": 1},
        "KPI range": {"target": target, "connections": 16},
    }


def summarize(name, runs, base):
    ratios = [run["rate"] / against["rate"] for run, against in zip(runs, base)]
    low, high = bootstrap_interval(ratios, 1)
    return {"question": name, "requests_per_second": round(statistics.median(run["rate"] for run in runs)),
            "ratio_to_livez": round(statistics.median(ratios), 3), "ratio_low": round(low, 3), "ratio_high": round(high, 3),
            "p50_ms": round(statistics.median(run["p50_ms"] for run in runs), 3),
            "p99_ms": round(statistics.median(run["p99_ms"] for run in runs), 3),
            "cpu_us": round(statistics.median(run["cpu_us"] for run in runs), 1)}


def run_rounds(server, asked, args):
    for question in asked.values():
        ask(server, question, WARM_UP_SECONDS)  # fills the caches
    return rotated_rounds(list(asked), args.rounds, lambda name: ask(server, asked[name], args.seconds),
                          lambda run: f"{run['rate']:,.0f}/s")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--seconds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", help="a data directory: loaded once, and used again when it is there")
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench/query.json"))
    args = parser.parse_args()
    with scratch_directory() as scratch:
        data = args.data or os.path.join(scratch, "data")
        if not os.path.isdir(data):
            load(data, args)
        cases = subprocess.run([SIJILL, "case", "list", "--data", data, "--limit", str(args.cases), "--format", "csv"], check=True,
                               capture_output=True, text=True).stdout.splitlines()
        server = Server(data)
        try:
            asked = questions(server, cases, scratch, args)
            runs, steal = run_rounds(server, asked, args)
        finally:
            server.close()
    rows = [summarize(name, each, runs["/livez"]) for name, each in runs.items()]
    ratios = [case["rate"] / livez["rate"] for case, livez in zip(runs["case"], runs["/livez"])]
    spans = [run["p99_ms"] for run in runs["KPI range, 1 connection"]]
    gates = [standings.gate("a case by its id, requests/s of /livez's", ratios, POINT),
             standings.gate("a KPI of 30 days by 40 queues, 1 connection: p99 ms", spans, RANGE_MS, at_least=False)]
    result = {"machine": machine(), "events": args.events, "cases": args.cases, "rounds": args.rounds,
              "steal_per_round": steal, "results": rows, "gates": gates}
    print(*latencies.query_lines(result), sep="\n")
    write_result(args.out, result)
    return 0 if all(each["held"] for each in gates) else 1


if __name__ == "__main__":
    sys.exit(main())
