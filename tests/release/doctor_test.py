"""Goal: `sijill doctor` names what would go wrong, says what to do, and ends with 0 only where nothing would. Method: the release
binary over good and broken set-ups; certificates by the openssl program, a real broker where there is one."""
import json
import os
import pathlib
import socket
import subprocess
import unittest

import sijill
from server import Server, opened
from sijill import run


def certificate(directory, days):
    """Paths of a certificate that is valid for so many days from now, and of its key."""
    key, request, made = (f"{directory}/{name}" for name in ("key.pem", "request.pem", "certificate.pem"))
    for command in (f"genrsa -out {key} 2048", f"req -new -key {key} -subj /CN=sijill -out {request}",
                    f"x509 -req -in {request} -signkey {key} -days {days} -out {made}"):
        subprocess.run(["openssl", *command.split()], capture_output=True, check=True)
    os.chmod(key, 0o600)
    return made, key


class Doctor(unittest.TestCase):
    def setUp(self):
        self.scratch = sijill.scratch(on_disk=True)
        self.data = self.scratch.name + "/d"
        self.file = pathlib.Path(self.scratch.name, "sijill.toml")
        self.file.write_text("", encoding="utf-8")

    def tearDown(self):
        self.scratch.cleanup()

    def examine(self, *args, listen="127.0.0.1:0", text="", expect=0):
        """The findings by check: lists of (verdict, finding, advice)."""
        if text:
            self.file.write_text(text, encoding="utf-8")
        done = run("doctor", "--config", self.file, "--data", self.data, "--listen", listen, "--format", "json", *args,
                   expect=expect)
        found = {}
        for row in json.loads(done.stdout):
            self.assertIn(row["verdict"], ("ok", "warning", "problem"))
            self.assertEqual(row["advice"] == "", row["verdict"] == "ok", row)
            found.setdefault(row["check"], []).append((row["verdict"], row["finding"], row["advice"]))
        return found

    def verdicts(self, found, check):
        return [verdict for verdict, _, _ in found[check]]

    def test_a_good_set_up_has_no_problem_and_nothing_is_made(self):
        tokens = self.scratch.name + "/tokens"
        run("token", "create", "desk", "--scope", "read", "--file", tokens)
        made, key = certificate(self.scratch.name, 90)
        text = (f'[auth]\nmode = "token"\ntokens_file = "{tokens}"\n'
                f'[http]\ntls_cert_file = "{made}"\ntls_key_file = "{key}"\n')
        found = self.examine(text=text)
        for check in ("configuration", "disk", "file system", "open files", "clock", "time zone", "address", "certificate", "key",
                      "tokens", "log", "store", "shards"):
            self.assertNotIn("problem", self.verdicts(found, check), found)
        self.assertEqual(self.verdicts(found, "certificate"), ["ok"])
        self.assertEqual(self.verdicts(found, "tokens"), ["ok", "ok"])
        self.assertFalse(os.path.exists(self.data), "a look makes no directory")
        lines = run("doctor", "--config", self.file, "--data", self.data, "--listen", "127.0.0.1:0").stdout.splitlines()
        self.assertTrue(lines[0].startswith("ok       configuration"), lines)
        self.assertEqual(len([line for line in lines if line.startswith(("ok ", "warning ", "problem "))]),
                         sum(map(len, found.values())))

    def test_a_running_server_is_no_problem_and_is_not_disturbed(self):
        server = Server(self.data)
        server.publish(opened("case-1", "a"), Prefer="wait=20")
        try:
            found = self.examine(listen=f"127.0.0.1:{server.port}")
            self.assertEqual(self.verdicts(found, "address"), ["warning"])
            self.assertIn(f"process {server.process.pid}", found["log"][0][1])
            self.assertIn(f"process {server.process.pid} folds", found["shards"][0][1])
            self.assertEqual(server.publish(opened("case-2", "b"), Prefer="wait=20")[0], 201)
        finally:
            server.close()
        files = lambda: sorted((str(file), file.stat().st_size, file.stat().st_mtime_ns) for file in pathlib.Path(self.data).rglob("*"))
        before = files()
        found = self.examine()
        self.assertEqual(files(), before, "a look changes nothing")
        self.assertIn("2 events", found["log"][0][1])
        self.assertIn("2 records", found["shards"][0][1])

    def test_mistakes_of_the_settings_are_named_with_their_lines(self):
        found = self.examine(text='[http]\nmax_boddy = "1MiB"\n[kafka]\ntopic = 5\n', expect=1)
        self.assertEqual(self.verdicts(found, "configuration"), ["problem", "problem"])
        self.assertIn(f"{self.file}:2", found["configuration"][0][1])
        self.assertIn("max_body", found["configuration"][0][1])
        self.assertIn("disk", found, "the machine is looked at all the same")

    def test_an_expired_certificate_and_a_foreign_key_are_problems(self):
        made, key = certificate(self.scratch.name, 0)  # OpenSSL 3.5 makes none that ends before it begins
        text = f'[http]\ntls_cert_file = "{made}"\ntls_key_file = "{key}"\n'
        found = self.examine(text=text, expect=1)
        self.assertIn("expired", found["certificate"][0][1])
        certificate(self.scratch.name, 10)
        self.assertEqual(self.verdicts(self.examine(text=text), "certificate"), ["warning"])
        os.chmod(key, 0o644)
        self.assertEqual(self.verdicts(self.examine(expect=1), "key"), ["problem"])
        subprocess.run(["openssl", "genrsa", "-out", key, "2048"], capture_output=True, check=True)
        os.chmod(key, 0o600)
        self.assertEqual(self.verdicts(self.examine(expect=1), "certificate"), ["problem", "warning"])

    def test_a_file_of_tokens_that_others_write_or_nobody_reads_is_a_problem(self):
        tokens = self.scratch.name + "/tokens"
        token = run("token", "create", "desk", "--scope", "read", "--file", tokens).stdout.strip()
        text = f'[auth]\nmode = "token"\ntokens_file = "{tokens}"\n'
        os.chmod(tokens, 0o666)
        found = self.examine(text=text, expect=1)
        self.assertEqual(self.verdicts(found, "tokens"), ["problem", "ok"])
        self.assertIn("chmod 600", found["tokens"][0][2])
        os.chmod(tokens, 0o600)
        digest = pathlib.Path(tokens).read_text(encoding="utf-8").split()[1]
        pathlib.Path(tokens).write_text(f"desk {digest} reed\n", encoding="utf-8")
        found = self.examine(expect=1)
        self.assertIn(f"{tokens}:1: ", found["tokens"][1][1])
        self.assertNotIn(digest, json.dumps(found))
        self.assertNotIn(token, json.dumps(found))
        os.remove(tokens)
        self.assertIn("problem", self.verdicts(self.examine(expect=1), "tokens"))

    def test_an_address_that_is_not_ours_is_a_problem(self):
        found = self.examine(listen="[::1]:0")
        self.assertEqual(self.verdicts(found, "address"), ["ok"])
        with open(self.scratch.name + "/tokens", "w", encoding="utf-8"):
            pass
        text = f'[auth]\nmode = "token"\ntokens_file = "{self.scratch.name}/tokens"\n'
        found = self.examine(listen="192.0.2.1:8080", text=text, expect=1)
        self.assertEqual(self.verdicts(found, "address"), ["problem"])

    def test_shards_of_other_rules_are_a_problem(self):
        run("generate", "--publish", "--scenario", "load", "--events", 100, "--data", self.data)
        run("catch-up", "--data", self.data)
        self.assertEqual(self.verdicts(self.examine(), "shards"), ["ok"])
        self.assertEqual(self.verdicts(self.examine("--time-zone", "Asia/Tokyo", expect=1), "shards"), ["problem"])

    def test_what_may_not_be_read_is_not_taken_for_nothing(self):
        os.mkdir(self.data)
        for name in ("log", "shards"):  # a link to itself is refused to root as well
            os.symlink(name, f"{self.data}/{name}")
            found = self.examine(expect=1)
            self.assertEqual(self.verdicts(found, name), ["problem"])
            self.assertIn(f"cannot read {self.data}/{name}", found[name][0][1])
        self.assertIn(f"cannot read {self.data}/shards", run("case", "list", "--data", self.data, expect=1).stderr)

    def test_shards_that_are_ahead_of_the_log_are_a_problem(self):
        events = pathlib.Path(self.scratch.name, "events")
        older = [opened("case-1", "a")]
        events.write_text("\n".join(json.dumps(event) for event in older + [opened(f"case-{number}", "b") for number in range(2, 5)]))
        run("publish", events, "--data", self.data, "--partitions", 1)
        run("catch-up", "--data", self.data)
        self.assertEqual(self.verdicts(self.examine(), "shards"), ["ok"])
        os.rename(self.data + "/log", self.data + "/newer")
        events.write_text("\n".join(map(json.dumps, older)))
        run("publish", events, "--data", self.data, "--partitions", 1)
        found = self.examine(expect=1)
        self.assertEqual(self.verdicts(found, "log"), ["ok"])
        self.assertEqual(self.verdicts(found, "shards"), ["problem"])
        self.assertIn("partition 0: the log ends at 1, the views are at 4", found["shards"][0][1])
        events.write_text("\n".join(json.dumps(opened(f"case-{number}", "b")) for number in range(6, 9)))
        run("publish", events, "--data", self.data)
        self.assertIn(" a  ", run("case", "history", "case-1", "--data", self.data).stdout)
        said = run("case", "history", "case-2", "--data", self.data, expect=3)  # another's event stands where it was
        self.assertEqual(said.stdout, "")
        self.assertIn("the views are of another log, or it has lost events since", said.stderr)

    def test_a_broker_that_is_down_is_a_problem(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            found = self.examine("--kafka", f"127.0.0.1:{free.getsockname()[1]}", "-X", "sasl.mechanism=SCRAM-SHA-256",
                                 "-X", "security.protocol=SASL_PLAINTEXT", "-X", "sasl.username=u", "-X",
                                 "sasl.password=a-secret-of-ours", expect=1)
        self.assertEqual(self.verdicts(found, "Kafka"), ["problem"])
        self.assertNotIn("a-secret-of-ours", json.dumps(found))
        old = tuple(map(int, found["Kafka client"][0][1].split()[1].split("."))) < (2, 6, 1)
        self.assertEqual(self.verdicts(found, "Kafka client"), ["problem" if old else "ok"])

    @unittest.skipUnless(sijill.BOOTSTRAP, "KAFKA_BOOTSTRAP is not set")
    def test_a_topic_is_judged_as_its_broker_describes_it(self):
        topic = sijill.fresh_topic()
        kafka = ["--kafka", sijill.BOOTSTRAP, "--topic", topic]
        self.assertEqual(self.verdicts(self.examine(*kafka, expect=1), "topic"), ["problem"])
        run("topic", "create", *kafka, "--partitions", 3)
        found = self.examine(*kafka)
        self.assertEqual((self.verdicts(found, "Kafka"), self.verdicts(found, "topic")), (["ok"], ["ok"]))
        self.assertIn("3 partitions", found["topic"][0][1])
        self.assertEqual(self.verdicts(self.examine(*kafka, "--partitions", 6, expect=1), "topic"), ["problem"])
        other = sijill.fresh_topic()
        sijill.make_topic(other, 2, {"cleanup.policy": "compact"})
        found = self.examine("--kafka", sijill.BOOTSTRAP, "--topic", other, expect=1)
        self.assertTrue(any(finding.startswith("cleanup.policy is compact") for _, finding, _ in found["topic"]), found)


if __name__ == "__main__":
    unittest.main(verbosity=2)
