"""Goal: the images and the compose file of docker/ do what they promise to an operator. Method: a real engine builds and runs them;
the golden quarter over HTTP, SIGKILL of the broker under load, down and up, a backup restored elsewhere. SIJILL_WRITE_DOCS=1 writes
what was measured into docker/README.md."""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import threading
import time
import unittest
import uuid

import engine
import page
import sijill
from engine import docker
from server import STRUCTURED, opened
from stack import COMPOSE, VOLUMES, Stack

engine.need_engine()
WRITERS, EVENTS = 4, 400
README = pathlib.Path(sijill.ROOT, "docker/README.md")
MARKS = re.compile(r"(?<=<!-- measured -->\n).*?(?=<!-- end -->)", re.DOTALL)
# What a compose file may not have, if docker-compose 1.29 is to read it too.
TOO_NEW = (r"^name:", r"^include:", r"^configs:", r"\bstart_interval:")


def setUpModule():
    engine.build_all()


class Image(unittest.TestCase):
    def run_image(self, *args, options=(), expect=0):
        done = docker("run", "--rm", "--read-only", "--cap-drop", "ALL", *options, engine.IMAGE, *args, check=False)
        self.assertEqual(done.returncode, expect, done.stdout[-2000:] + done.stderr[-2000:])
        return done.stdout + done.stderr

    def test_it_says_what_it_is(self):
        config = engine.inspect(engine.IMAGE, ".Config")
        self.assertEqual((config["User"], config["StopSignal"]), ("10001:0", "SIGTERM"))
        self.assertEqual(config["Healthcheck"]["Test"], ["CMD", "sijill", "health", "--ready"])
        self.assertEqual(list(config["Volumes"]), ["/var/lib/sijill"])
        self.assertEqual(config["Labels"]["org.opencontainers.image.licenses"], "Apache-2.0")
        self.assertRegex(config["Labels"]["org.opencontainers.image.revision"], "^[0-9a-f]{40}$")
        self.assertFalse([line for line in config["Env"] if re.search("TOKEN|SECRET|PASSWORD", line)])

    def test_it_lists_its_packages(self):
        listed = self.run_image("-c", "cat /usr/share/sijill/packages", options=("--entrypoint", "sh"))
        self.assertRegex(listed, r"(?m)^pkg:deb/debian/librdkafka1@2\.8\.")
        self.assertRegex(listed, r"(?m)^pkg:deb/debian/librocksdb9\.10@9\.10\.")
        self.assertNotRegex(listed, r"/(g\+\+|cmake|git|curl)@")

    def test_any_user_may_run_it_and_only_its_volume_can_be_written(self):
        for user in ("10001:0", "23456:23456"):
            with self.subTest(user=user):
                options = ("--user", user)
                report = self.run_image("demo", "--data", "/var/lib/sijill/demo", "--format", "json", options=options)
                self.assertIn('"answer-rate"', report)
                script = "for each in /etc /usr/bin /tmp /; do ! touch $each/x || exit 1; done; touch /var/lib/sijill/x"
                self.run_image("-c", script, options=(*options, "--entrypoint", "sh"))

    def test_without_tokens_it_refuses_to_serve_whoever_comes(self):
        self.assertIn("auth.mode", self.run_image(expect=78))

    def test_the_kafka_image_says_which_setting_it_lacks(self):
        done = docker("run", "--rm", engine.KAFKA, check=False)
        self.assertEqual(done.returncode, 78)
        self.assertIn("KAFKA_PROCESS_ROLES is not set", done.stderr)


class ComposeFile(unittest.TestCase):
    def test_it_has_nothing_that_only_newer_composes_read(self):
        text = COMPOSE.read_text(encoding="utf-8")
        self.assertEqual([word for word in TOO_NEW if re.search(word, text, re.MULTILINE)], [])

    def test_every_variable_is_told_to_the_operator(self):
        used = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text(encoding="utf-8")))
        told = set(re.findall(r"(?m)^#(\w+)=", (COMPOSE.parent / ".env.example").read_text(encoding="utf-8")))
        self.assertEqual(used, told)

    def test_every_service_is_confined(self):
        docker_compose = [*engine.compose_command(), "-f", COMPOSE, "--profile", "demo", "--profile", "observability", "config"]
        text = subprocess.run(docker_compose, capture_output=True, text=True, check=True).stdout
        services = re.split(r"(?m)^  (?=\w+:$)", text[text.index("services:"):text.index("\nvolumes:")])[1:]
        self.assertEqual(len(services), 7)
        for service in services:
            for wanted in ("read_only: true", "cap_drop:", "no-new-privileges:true", "mem_limit:", "pids_limit:"):
                self.assertIn(wanted, service)


def later(event):
    """Behind the golden quarter, whose figures must not change."""
    return json.loads(json.dumps(event).replace("2017-02-", "2017-05-"))


class Writers:
    """Channels that publish one case after the other over HTTP, each again until it is acknowledged, with its position."""

    def __init__(self, stack):
        self.stack, self.acknowledged, self.refusals = stack, {}, 0
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.write, args=(number,)) for number in range(WRITERS)]
        for thread in self.threads:
            thread.start()

    def write(self, number):
        for count in range(EVENTS // WRITERS):
            event = later(opened(f"killed-{number}-{count}", str(uuid.uuid4())))
            deadline = time.monotonic() + 120
            while not (position := self.position_of(event)):
                with self.lock:
                    self.refusals += 1
                assert time.monotonic() < deadline, "never acknowledged"
                time.sleep(0.2)
            with self.lock:
                self.acknowledged[event["subject"]] = position

    def position_of(self, event):
        try:
            status, body = self.stack.ask("POST", "/v1/events", json.dumps(event), STRUCTURED)
        except OSError:
            return None
        return json.loads(body)["position"] if status == 201 else None

    def wait_for(self, count, deadline):
        while len(self.acknowledged) < count:
            assert time.monotonic() < deadline, f"{len(self.acknowledged)} of {count}"
            time.sleep(0.02)

    def join(self):
        for thread in self.threads:
            thread.join()


class Running(unittest.TestCase):
    """One stack with the golden quarter. Each test leaves it running, and changes nothing of that quarter."""

    @classmethod
    def setUpClass(cls):
        cls.stack = Stack()
        cls.addClassCleanup(cls.stack.remove)
        cls.seconds_to_first_up = cls.stack.up()
        cls.stack.read_token()
        said = cls.stack.compose("--profile", "demo", "run", "--rm", "-T", "demo")
        loaded = int(re.search(r"published (\d+), rejected 0, unknown 0", said.stdout + said.stderr)[1])
        deadline = time.monotonic() + 120
        while sum(each["next"] for each in cls.stack.json("/v1/positions")["partitions"]) < loaded:
            assert time.monotonic() < deadline, "the views do not catch up"
            time.sleep(0.1)

    def check_golden(self, stack, where):
        figures = stack.figures()
        told = {sijill.question(each): (each["numerator"], each["denominator"], each["prints"]) for each in figures}
        sijill.check_golden(self, told, where)

    def test_every_golden_figure_is_read_over_http(self):
        self.check_golden(self.stack, "after loading over HTTP")

    def test_what_was_acknowledged_survives_a_broker_that_is_killed_under_load(self):
        writers = Writers(self.stack)
        broker = self.stack.container("kafka")
        for count in (EVENTS // 4, EVENTS // 2):
            writers.wait_for(count, time.monotonic() + 120)
            docker("kill", "--signal", "KILL", broker)
            deadline = time.monotonic() + 60
            while self.stack.metric("sijill_log_up") == 1:
                self.assertLess(time.monotonic(), deadline, "nobody noticed")
                time.sleep(0.1)
            self.check_golden(self.stack, "while the broker is away")
            docker("start", broker)
        writers.join()
        self.assertEqual(len(writers.acknowledged), EVENTS)
        for subject, position in writers.acknowledged.items():
            case = self.stack.json(f"/v1/cases/{subject}?minPosition={position}")
            self.assertEqual((case["case"], case["version"]), (subject, 1))
        reasons = {each["reason"] for each in self.stack.json("/v1/anomalies")["items"]}
        self.assertLessEqual(reasons, {"duplicate"}, "what was sent again has no second effect")
        print(f"{writers.refusals} refusals while the broker was killed twice")

    def test_down_and_up_again_keeps_the_views_and_folds_nothing_twice(self):
        before = self.stack.figures(), self.stack.json("/v1/positions")["position"]
        self.stack.compose("down")
        measured = self.measure_start()
        self.assertEqual((self.stack.figures(), self.stack.json("/v1/positions")["position"]), before)
        self.assertEqual(self.stack.metric("sijill_records_folded_total"), 0, "the views were folded again")
        self.check_golden(self.stack, "after down and up")
        self.write_down(measured)

    def measure_start(self):
        """From the start of the container, in seconds: until it answers, and until the views are caught up."""
        self.stack.compose("up", "-d", "kafka")
        self.stack.up()
        self.stack.compose("stop", "sijill")
        container = self.stack.compose("ps", "-a", "-q", "sijill", check=False).stdout.strip() or self.stack.container("sijill")
        begun = time.monotonic()
        docker("start", container)
        while self.stack.status("/livez") != 200:
            self.assertLess(time.monotonic() - begun, 60)
            time.sleep(0.01)
        answers = time.monotonic() - begun
        self.stack.wait_until_ready(begun + 60)
        return {"answers": answers, "ready": time.monotonic() - begun}

    def write_down(self, measured):
        size = {name: engine.inspect(name, ".Size") / 1e6 for name in (engine.IMAGE, engine.KAFKA)}
        text = ("| image of Sijill | image of Kafka | container starts, answers | starts, is ready |\n| --- | --- | --- | --- |\n"
                f"| {size[engine.IMAGE]:.0f} MB | {size[engine.KAFKA]:.0f} MB "
                f"| {measured['answers']:.1f} s | {measured['ready']:.1f} s |\n")
        print(f"first up, until ready: {self.seconds_to_first_up:.1f} s\n{text}")
        readme = README.read_text(encoding="utf-8")
        self.assertRegex(readme, MARKS)
        if os.environ.get("SIJILL_WRITE_DOCS") == "1":
            README.write_text(MARKS.sub(text, readme), encoding="utf-8")
        told = re.search(r"\| (\d+) MB ", MARKS.search(README.read_text(encoding="utf-8"))[0])
        self.assertTrue(told and abs(float(told[1]) - size[engine.IMAGE]) < 0.1 * float(told[1]),
                        "docker/README.md tells another size: SIJILL_WRITE_DOCS=1 ./dev docker-test")

    def test_a_backup_restored_elsewhere_has_the_same_digests(self):
        elsewhere = Stack()
        self.addCleanup(elsewhere.remove)
        with tempfile.TemporaryDirectory(prefix="sijill-backup-") as directory:
            os.chmod(directory, 0o777)
            self.stack.compose("stop")
            for volume in VOLUMES:
                self.pack(self.stack.volume(volume), directory, f"tar -C /volume -cf /backup/{volume}.tar .")
                docker("volume", "create", elsewhere.volume(volume))
                self.pack(elsewhere.volume(volume), directory, f"tar -C /volume -xpf /backup/{volume}.tar")
        digests = []
        for stack in (self.stack, elsewhere):
            stack.compose("up", "-d", "kafka")
            digests.append(stack.digests())
            stack.up()
        self.assertEqual(digests[0], digests[1])
        elsewhere.read_token()
        self.assertEqual(elsewhere.token, self.stack.token)
        self.check_golden(elsewhere, "restored elsewhere")
        self.assertEqual(elsewhere.metric("sijill_records_folded_total"), 0)

    def pack(self, volume, directory, command):
        docker("run", "--rm", "--user", "0", "-v", f"{volume}:/volume", "-v", f"{directory}:/backup", "--entrypoint", "sh",
               engine.IMAGE, "-c", command)

    def test_views_on_a_full_disk_go_on_where_they_were_once_there_is_room(self):
        holder = docker("run", "-d", "--rm", "--network", self.stack.project + "_default", "--tmpfs", "/small:size=12m,mode=1777",
                        "--entrypoint", "sleep", engine.IMAGE, "900").stdout.strip()
        self.addCleanup(docker, "kill", holder)
        kafka = ("--kafka", "kafka:19092")
        full = docker("exec", holder, "sijill", "catch-up", *kafka, "--data", "/small/d", check=False)
        self.assertNotEqual(full.returncode, 0, "the quarter must not have had room")
        docker("exec", holder, "cp", "-r", "/small/d", "/var/lib/sijill/d")
        docker("exec", holder, "sijill", "catch-up", *kafka, "--data", "/var/lib/sijill/d")
        said = docker("exec", holder, "sijill", "audit", "replay", *kafka, "--data", "/var/lib/sijill/d").stdout
        self.assertEqual(said.count(" match "), len(self.stack.json("/v1/positions")["partitions"]), said)

    def test_prometheus_scrapes_the_server_and_judges_the_alerts(self):
        self.stack.compose("--profile", "observability", "up", "-d", "prometheus")
        self.addCleanup(self.stack.compose, "--profile", "observability", "rm", "-sf", "prometheus")
        deadline = time.monotonic() + 90
        while not (found := self.prometheus("query?query=sijill_build_info").get("result")):
            self.assertLess(time.monotonic(), deadline, found)
            time.sleep(0.5)
        rules = {rule["name"] for group in self.prometheus("rules")["groups"] for rule in group["rules"]}
        self.assertIn("SijillLogDown", rules)

    def prometheus(self, path):
        port = self.stack.ports["PROMETHEUS_PORT"]
        done = subprocess.run(["curl", "-s", f"http://127.0.0.1:{port}/api/v1/{path}"], capture_output=True, text=True, check=False)
        return json.loads(done.stdout)["data"] if done.stdout.startswith("{") else {}


class Page(unittest.TestCase):
    """The blocks of docs/operations.md, as an operator would type them; the images are those that were built."""

    def test_the_blocks_do_what_the_page_says(self):
        stack = Stack()
        self.addCleanup(stack.remove)
        scratch = sijill.scratch()
        self.addCleanup(scratch.cleanup)
        # `docker build` is not done again, and `docker compose` is the one that is here, with a project of the test.
        shim = pathlib.Path(scratch.name, "docker")
        compose = shlex.join([*engine.compose_command(), "-p", stack.project])
        shim.write_text("#!/bin/bash\nreal=" + shlex.quote(shutil.which("docker")) + f"""
case $1 in
    build) ;;
    compose) PATH=${{PATH/{scratch.name}:/}} exec {compose} "${{@:2}}" ;;
    *) exec "$real" "$@" ;;
esac
""", encoding="utf-8")
        shim.chmod(0o755)
        printed = page.typed("docs/operations.md", "sh docker", {
            "docker/compose.yaml": str(COMPOSE), "127.0.0.1:8080": f"127.0.0.1:{stack.ports['SIJILL_PORT']}",
            "docker_$volume": stack.project + "_$volume", "--entrypoint tar sijill": "--entrypoint tar " + engine.IMAGE,
        }, timeout=900, env=stack.settings | {"PATH": scratch.name + ":" + os.environ["PATH"]})
        self.assertIn("96.00 %", printed)
        self.assertRegex(printed, r"\bmatch\b")
        self.assertNotIn("MISMATCH", printed)


if __name__ == "__main__":
    unittest.main(verbosity=2)
