"""Goal: the rules and the dashboard that the binary prints fit the metrics that the server has. Method: Prometheus' own judges; a
real Prometheus that scrapes a running server and answers every query of the dashboard; planted mistakes."""
import http.client
import json
import pathlib
import re
import subprocess
import time
import unittest
import urllib.parse

import page
import sijill
from server import Server, opened
from sijill import run

HERE = pathlib.Path(__file__).resolve().parent
FILES = pathlib.Path(sijill.ROOT, "docker/observability")
OF_PROMETHEUS = {"up": {"instance", "job"}}  # made by the scrape itself
FUNCTIONS = {"sum", "max", "by", "on", "and", "or", "le", "rate", "increase", "histogram_quantile", "predict_linear"}


def promtool(*args, cwd=None):
    done = subprocess.run(["promtool", *map(str, args)], capture_output=True, text=True, cwd=cwd, check=False)
    return done.returncode, done.stdout + done.stderr


def families(metrics):
    """What a scrape gives: each sample's name with its labels."""
    found = {name: set(labels) for name, labels in OF_PROMETHEUS.items()}
    for line in metrics.splitlines():
        if sample := re.match(r"([a-z_]+)(?:{(.*)})? ", line):
            found.setdefault(sample[1], {"instance", "job"}).update(re.findall(r'(\w+)="', sample[2] or ""))
    return found


def unknown_in(expression, known):
    """The names of metrics and labels in an expression that the server has not."""
    bare = re.sub(r'"[^"]*"', '""', expression)
    grouped = {label.strip() for labels in re.findall(r"\b(?:by|on) \(([^)]*)\)", bare) for label in labels.split(",")}
    matched = {label for labels in re.findall(r"{([^}]*)}", bare) for label in re.findall(r"(\w+)\s*[=!]", labels)}
    names = set(re.findall(r"\b[a-z_]{2,}\b", re.sub(r"{[^}]*}|\[[^]]*\]|\b(?:by|on) \([^)]*\)", "", bare))) - FUNCTIONS
    labels = set().union(*(known.get(name, set()) for name in names))
    return (names - known.keys()) | ((grouped | matched) - labels)


def rules():
    """The alerts of alerts.yml: name and expression, from the text: it has no other keys of these names."""
    text = (FILES / "alerts.yml").read_text(encoding="utf-8")
    found = re.findall(r"- alert: (\w+)\n\s+expr: (?:>-\n)?(.*?)\n\s+(?:for|labels):", text, re.DOTALL)
    return {name: " ".join(expression.split()) for name, expression in found}


def queries():
    """The expressions of the dashboard, with Grafana's variables filled in."""
    panels = json.loads((FILES / "dashboard.json").read_text(encoding="utf-8"))["panels"]
    return [target["expr"].replace("$__rate_interval", "1m").replace("$instance", ".*")
            for panel in panels for target in panel["targets"]]


class Printed(unittest.TestCase):
    def test_the_binary_prints_the_files_that_the_images_use(self):
        files = {"prometheus-config": "prometheus.yml", "alerts": "alerts.yml", "grafana-dashboard": "dashboard.json"}
        for name, file in files.items():
            self.assertEqual(run("template", name).stdout, (FILES / file).read_text(encoding="utf-8"), name)

    def test_promtool_has_nothing_to_say(self):
        with sijill.scratch() as directory:
            for name, file in (("prometheus-config", "prometheus.yml"), ("alerts", "alerts.yml")):
                pathlib.Path(directory, file).write_text(run("template", name).stdout, encoding="utf-8")
            code, said = promtool("check", "config", directory + "/prometheus.yml")
            self.assertEqual(code, 0, said)
            self.assertIn(f"{len(rules())} rules found", said)
            broken = pathlib.Path(directory, "alerts.yml")
            broken.write_text(broken.read_text(encoding="utf-8").replace("== 0", "=== 0", 1), encoding="utf-8")
            self.assertNotEqual(promtool("check", "config", directory + "/prometheus.yml")[0], 0, "a planted mistake must be found")

    def test_each_alert_fires_when_it_should_and_only_then(self):
        text = (HERE / "alerts_test.yml").read_text(encoding="utf-8")
        code, said = promtool("test", "rules", "alerts_test.yml", cwd=HERE)
        self.assertEqual(code, 0, said)
        self.assertEqual(set(re.findall(r"alertname: (\w+)", text)), rules().keys(), "each alert has its test")

    def test_each_alert_is_explained_to_the_operator(self):
        text = pathlib.Path(sijill.ROOT, "docs/operations.md").read_text(encoding="utf-8")
        self.assertEqual(set(re.findall(r"^\| `(Sijill\w+)` \|", text, re.MULTILINE)), rules().keys())


class Prometheus:
    """A real one, with the configuration that the binary prints, but for the server's address and the time between scrapes."""

    def __init__(self, directory, server):
        self.port = page.free_port()
        config = (FILES / "prometheus.yml").read_text(encoding="utf-8")
        for old, new in (("sijill:8080", f"127.0.0.1:{server.port}"), ("_interval: 15s", "_interval: 1s")):
            assert old in config, old
            config = config.replace(old, new)
        pathlib.Path(directory, "prometheus.yml").write_text(config, encoding="utf-8")
        pathlib.Path(directory, "alerts.yml").write_text(run("template", "alerts").stdout, encoding="utf-8")
        with open(directory + "/prometheus.log", "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={directory}/prometheus.yml", f"--storage.tsdb.path={directory}/tsdb",
                 f"--web.listen-address=127.0.0.1:{self.port}"], stdout=log, stderr=log)

    def ask(self, path, **parameters):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", f"/api/v1/{path}?{urllib.parse.urlencode(parameters)}")
            return json.loads(connection.getresponse().read())
        except (ConnectionError, json.JSONDecodeError) as error:
            return {"status": "error", "error": str(error), "data": {}}
        finally:
            connection.close()

    def answer(self, expression):
        asked = self.ask("query", query=expression)
        return asked["data"]["result"] if asked["status"] == "success" else asked["error"]

    def wait_for(self, expression):
        deadline = time.monotonic() + 60
        while not isinstance(found := self.answer(expression), list) or not found:
            assert time.monotonic() < deadline, (expression, found)
            time.sleep(0.2)

    def close(self):
        self.process.terminate()
        self.process.wait(30)


class Scraped(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        cls.server = Server(cls.scratch.name + "/d")
        cls.prometheus = Prometheus(cls.scratch.name, cls.server)
        for number in range(3):
            cls.server.publish(opened(f"case-{number}", "a"), Prefer="wait=20")
        cls.prometheus.wait_for('count_over_time(up{job="sijill"}[1m]) > 3')
        cls.metrics = cls.server.ask("GET", "/metrics")[2].decode()

    @classmethod
    def tearDownClass(cls):
        cls.prometheus.close()
        cls.server.close()
        cls.scratch.cleanup()

    def test_every_query_of_the_dashboard_has_an_answer(self):
        self.assertGreater(len(queries()), 15)
        for query in queries():
            found = self.prometheus.answer(query)
            self.assertIsInstance(found, list, (query, found))
            self.assertTrue(found, f"no series: {query}")
        self.assertFalse(self.prometheus.answer("sijill_lag"), "a planted mistake must be found")

    def test_every_name_and_label_of_a_query_is_one_of_the_server(self):
        known = families(self.metrics)
        for expression in [*queries(), *rules().values()]:
            self.assertEqual(unknown_in(expression, known), set(), expression)
        wrong = 'sum by (queue) (sijill_lag{shard="1"})'
        self.assertEqual(unknown_in(wrong, known), {"sijill_lag", "queue", "shard"}, "planted mistakes must be found")

    def test_prometheus_judges_every_rule_and_none_fires_on_a_sound_server(self):
        self.prometheus.wait_for("ALERTS or vector(1)")
        deadline = time.monotonic() + 60
        while True:
            groups = self.prometheus.ask("rules", type="alert")["data"].get("groups", [])
            judged = {rule["name"]: (rule["health"], rule["state"]) for group in groups for rule in group["rules"]}
            if judged and all(health != "unknown" for health, _ in judged.values()):
                break
            self.assertLess(time.monotonic(), deadline, judged)
            time.sleep(0.2)
        disk = {"SijillDiskFills", "SijillDiskFull"}  # what they say is of the machine that tests
        self.assertEqual({name: judged[name] for name in judged if name not in disk},
                         {name: ("ok", "inactive") for name in rules() if name not in disk})
        self.assertEqual({judged[name][0] for name in disk}, {"ok"})

    def test_what_is_parked_and_what_has_no_effect_is_counted_by_its_reason(self):
        duplicates = 'sijill_anomalies_total{reason="duplicate"} '
        before = float(re.search(rf"^{re.escape(duplicates)}(\S+)", self.metrics, re.MULTILINE)[1])
        self.server.publish(opened("case-0", "a"), Prefer="wait=20")
        self.assertIn(f"\n{duplicates}{before + 1:g}\n", self.server.ask("GET", "/metrics")[2].decode())
        self.assertIn('\nsijill_parked_records_total{reason="malformed-json"} 0\n', self.metrics)


if __name__ == "__main__":
    unittest.main(verbosity=2)
