"""bench/latencies.py - what ./dev bench visible, query, kpi and profile found, as lines of Markdown."""
import standings

KINDS = ("bare", "acknowledged", "visible", "queries")


def visible_lines(result):
    yield (f"{result['rounds']} rounds of {result['seconds']} s; stolen by the hypervisor, by round: "
           f"{standings.steal_text(result['steal_per_round'])}")
    yield from ("", "| events/s | what | p50 ms | p99 ms | p99.9 ms | max ms | p99 of bare (95 %) |", "| --- " * 7 + "|")
    for row in result["results"]:
        for kind in (kind for kind in KINDS if kind in row):
            at = row[kind]
            ratio = "{:.2f} ({:.2f}-{:.2f})".format(*row["p99_ratio"]) if kind == "visible" else ""
            yield (f"| {row['scenario']} | {kind} | {at['p50']} | {at['p99']} | {at['p999']} | {at['max']} | {ratio} |")
    yield ""
    yield from standings.gate_table(result["gates"])


def query_lines(result):
    yield (f"{result['events']:,} events, {result['cases']:,} cases, {result['rounds']} rounds; "
           f"stolen by the hypervisor, by round: {standings.steal_text(result['steal_per_round'])}")
    yield from ("", "| question | requests/s | of /livez (95 %) | p50 ms | p99 ms | CPU µs |", "| --- " * 6 + "|")
    for row in result["results"]:
        yield (f"| {row['question']} | {row['requests_per_second']:,} | {row['ratio_to_livez']:.2f} ({row['ratio_low']:.2f}-"
               f"{row['ratio_high']:.2f}) | {row['p50_ms']} | {row['p99_ms']} | {row['cpu_us']} |")
    yield ""
    yield from standings.gate_table(result["gates"])


def kpi_lines(result):
    yield f"365 days of {result['years'][0]['contacts']:,} contacts, each day by a dimension; 100 times each, without HTTP"
    yield from ("", "| KPI | by | figures | p50 ms | p99 ms | CPU ms |", "| --- " * 6 + "|")
    for row in result["years"]:
        yield f"| {row['kpi']} | {row['by']} | {row['figures']:,} | {row['p50_ms']} | {row['p99_ms']} | {row['cpu_ms']} |"
    yield from ("", "CPU nanoseconds of the fold of one event:", "",
                "| fold | events | decode | apply, with decode | rows | commit | in all | state MiB |", "| --- " * 8 + "|")
    for name, fold in result["folds"].items():
        total = fold["apply_ns"] + fold["take_ns"] + fold["commit_ns"]
        yield (f"| {name} | {fold['events']:,} | {fold['decode_ns']:,} | {fold['apply_ns']:,} | {fold['take_ns']:,} | "
               f"{fold['commit_ns']:,} | {total:,} | {fold['state_mib']:,} |")
    yield ""
    yield from standings.gate_table(result["gates"])


def profile_lines(result):
    yield (f"{result['events']:,} events, {result['cases']:,} cases, one worker; {result['cpu_ns_per_event']:,} ns of CPU an event when "
           f"nobody looks on; {result['samples']:,} samples")
    yield from ("", "| part | share | CPU ns/event |", "| --- " * 3 + "|")
    for row in result["parts"]:
        yield f"| {row['part']} | {row['share']:.1%} | {row['cpu_ns']:,} |"


def sizes_lines(result):
    yield f"{result['events']:,} events of {result['cases']:,} cases are the base"
    yield from ("", "| place | base MiB | events x2 MiB | cases x2 MiB | bytes, one more case | bytes, one more event |",
                "| --- " * 6 + "|")
    for place, more in result["more"].items():
        told = " | ".join(f"{sizes[place] / (1 << 20):,.1f}" for sizes in result["sizes"].values())
        yield f"| {place} | {told} | {more['case']:,} | {more['event']:,} |"
    yield ""
    yield from standings.gate_table(result["gates"])
