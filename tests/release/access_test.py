"""Goal: SIGHUP brings tokens and keys into effect without a pause, and a file with a mistake changes nothing. Method: the release
binary, its files written again under it, an open stream; access tokens signed by the openssl program."""
import base64
import http.client
import json
import os
import pathlib
import signal
import subprocess
import time
import unittest

import sijill
from server import Server
from sijill import run


def bearer(token):
    return {"Authorization": "Bearer " + token}


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Issuer:
    """Signs access tokens with a key of its own."""

    def __init__(self, directory, kid):
        self.key, self.kid = f"{directory}/{kid}.pem", kid
        self.openssl("genrsa", "-out", self.key, "2048")
        modulus = self.openssl("rsa", "-in", self.key, "-noout", "-modulus").decode().strip().split("=")[1]
        self.jwk = {"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, "e": "AQAB", "n": base64url(bytes.fromhex(modulus))}

    @staticmethod
    def openssl(*args, stdin=None):
        return subprocess.run(["openssl", *args], input=stdin, capture_output=True, check=True).stdout

    def token(self, seconds=600):
        now = int(time.time())
        claims = {"iss": "https://issuer.example", "aud": "sijill", "sub": "desk", "client_id": "crm", "jti": str(now),
                  "iat": now, "exp": now + seconds, "scope": "read"}
        header = {"alg": "RS256", "typ": "at+jwt", "kid": self.kid}
        text = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
        return text + "." + base64url(self.openssl("dgst", "-sha256", "-sign", self.key, stdin=text.encode()))


class Access(unittest.TestCase):
    def setUp(self):
        self.scratch = sijill.scratch()
        self.file = pathlib.Path(self.scratch.name, "file")

    def tearDown(self):
        self.server.close()
        self.scratch.cleanup()

    def serve(self, auth):
        config = self.scratch.name + "/sijill.toml"
        pathlib.Path(config).write_text(f"[auth]\n{auth}", encoding="utf-8")
        self.server = Server(self.scratch.name + "/d", "--config", config)

    def hang_up(self, *words):
        self.server.said.clear()
        self.server.process.send_signal(signal.SIGHUP)
        return self.server.hear(words)

    def status(self, token):
        return self.server.ask("GET", "/v1/cases", headers=bearer(token))[0]

    def stream(self, token):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        connection.request("GET", "/v1/stream?topics=cases", headers=bearer(token))
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.readline(), b"retry: 3000\n")
        return connection, answer

    def test_tokens_come_and_go_with_their_file(self):
        make = lambda name: run("token", "create", name, "--file", self.file, "--scope", "read").stdout.strip()
        old = make("old")
        kept = self.file.read_text(encoding="utf-8")
        self.serve(f'mode = "token"\ntokens_file = "{self.file}"\n')
        new = make("new")
        self.assertEqual((self.status(old), self.status(new)), (200, 401))
        self.hang_up("the tokens are read again")
        self.assertEqual((self.status(old), self.status(new)), (200, 200))

        connections = [self.stream(old), self.stream(new)]
        self.file.write_text("# a mistake\n" + kept.replace("read", "reed"), encoding="utf-8")
        line = self.hang_up("stay what they were")
        self.assertIn(f"{self.file}:2: ", line)
        self.assertNotIn(kept.split()[1], line)
        self.assertEqual((self.status(old), self.status(new)), (200, 200))

        self.file.write_text(kept, encoding="utf-8")
        self.hang_up("the tokens are read again")
        self.assertEqual((self.status(old), self.status(new)), (200, 401))
        rest = connections[1][1].read()
        self.assertNotIn(b"event: cases", rest, "the stream of the revoked token ended")
        connections[0][0].close()

    def test_keys_of_an_issuer_come_and_go_with_their_file(self):
        first, second = (Issuer(self.scratch.name, kid) for kid in ("k1", "k2"))
        self.file.write_text(json.dumps({"keys": [first.jwk]}), encoding="utf-8")
        self.serve(f'mode = "jwt"\njwks_file = "{self.file}"\nissuer = "https://issuer.example"\naudience = "sijill"\n')
        self.assertEqual((self.status(first.token()), self.status(second.token())), (200, 401))
        connection, answer = self.stream(first.token())
        self.file.write_text(json.dumps({"keys": [second.jwk]}), encoding="utf-8")
        self.hang_up("the tokens are read again")
        self.assertEqual((self.status(first.token()), self.status(second.token())), (401, 200))
        answer.read()
        connection.close()
        self.file.write_text("{", encoding="utf-8")
        self.assertIn(str(self.file), self.hang_up("stay what they were"))
        self.assertEqual(self.status(second.token()), 200)

    def test_the_stream_of_a_token_ends_when_it_expires(self):
        issuer = Issuer(self.scratch.name, "k1")
        self.file.write_text(json.dumps({"keys": [issuer.jwk]}), encoding="utf-8")
        self.serve(f'mode = "jwt"\njwks_file = "{self.file}"\nissuer = "https://issuer.example"\naudience = "sijill"\n')
        begin = time.monotonic()
        connection, answer = self.stream(issuer.token(seconds=-57))  # clocks may differ by a minute
        answer.read()
        self.assertLess(time.monotonic() - begin, 15)
        connection.close()

    def test_a_forger_is_told_to_wait_and_others_of_its_address_are_not(self):
        issuer, forger = (Issuer(self.scratch.name, kid) for kid in ("k1", "k2"))
        self.file.write_text(json.dumps({"keys": [issuer.jwk]}), encoding="utf-8")
        self.serve(f'mode = "jwt"\njwks_file = "{self.file}"\nissuer = "https://issuer.example"\naudience = "sijill"\n'
                   'address_rate_per_second = 1\naddress_rate_burst = 5\n')
        token, forged = issuer.token(), forger.token()
        self.assertEqual(self.status(token), 200)
        answers = [self.server.ask("GET", "/v1/cases", headers=bearer(forged)) for _ in range(30)]
        self.assertEqual([status for status, _, _ in answers[:5]], [401] * 5)
        self.assertGreater(sum(status == 429 for status, _, _ in answers), 20)
        refused = next(headers for status, headers, _ in answers if status == 429)
        self.assertEqual(refused["Retry-After"], "1")
        self.assertEqual(self.status(token), 200)
        self.assertEqual(self.server.ask("GET", "/readyz")[0], 200)


class FirstTokens(unittest.TestCase):
    """Those that docker/compose.yaml makes at its first start."""
    def setUp(self):
        scratch = sijill.scratch()
        self.addCleanup(scratch.cleanup)
        self.access = pathlib.Path(scratch.name)
        (self.access / "sijill").symlink_to(os.path.abspath(sijill.SIJILL))
        service = pathlib.Path(sijill.ROOT, "docker/compose.yaml").read_text(encoding="utf-8").split("\n  access:\n")[1]
        script = service.split("      - |\n")[1].split("    volumes:")[0]
        self.script = script.replace("/access", scratch.name).replace("$$", "$")

    def start(self):
        path = f"{self.access}:{os.environ['PATH']}"
        subprocess.run(["sh", "-c", self.script], check=True, capture_output=True, env=os.environ | {"PATH": path})
        return [(self.access / f"{name}.token").read_text(encoding="utf-8") for name in ("desk", "demo")]

    def test_each_is_made_once(self):
        first = self.start()
        self.assertEqual(self.start(), first)
        self.assertEqual({len(token) for token in first}, {47})

    def test_a_start_that_was_cut_off_locks_nobody_out(self):
        run("token", "create", "desk", "--scope", "read", "--file", self.access / "tokens")  # and its token went nowhere
        (self.access / "desk.token").touch()
        self.start()
        lines = (self.access / "tokens").read_text(encoding="utf-8").splitlines()
        self.assertEqual([line.split()[0] for line in lines], ["desk", "demo"])
        self.assertIn("publish", lines[0])

    def test_a_token_that_could_not_be_shown_is_not_kept(self):
        tokens = self.access / "tokens"
        run("token", "create", "first", "--scope", "read", "--file", tokens)
        before = tokens.read_bytes()
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([sijill.SIJILL, "token", "create", "desk", "--scope", "read", "--file", tokens], stdout=full,
                                  stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("could not be shown: No space left on device; nothing was kept of it", done.stderr)
        self.assertEqual(tokens.read_bytes(), before)
        run("token", "create", "desk", "--scope", "read", "--file", tokens)


if __name__ == "__main__":
    unittest.main(verbosity=2)
