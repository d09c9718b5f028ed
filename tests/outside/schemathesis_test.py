"""Goal: whatever a client sends, the answer is one that openapi.json allows. Method: Schemathesis makes requests from the
document, right and wrong ones, and judges the answers; the golden quarter is behind them, and a token before."""
import subprocess
import unittest

import judges
import sijill
from server import Server

judges.need_registries()


class Document(unittest.TestCase):
    def test_every_answer_is_one_that_the_document_allows(self):
        with sijill.scratch() as directory:
            sijill.run("demo", "--data", directory + "/demo", "--format", "json")
            scopes = [argument for scope in ("publish", "read", "follow-up") for argument in ("--scope", scope)]
            token = sijill.run("token", "create", "judge", "--file", directory + "/tokens", *scopes).stdout.strip()
            with open(directory + "/sijill.toml", "w", encoding="utf-8") as file:
                file.write(f'[auth]\nmode = "token"\ntokens_file = "{directory}/tokens"\n'
                           "rate_per_second = 1000000\nrate_burst = 1000000\n")
            server = Server(directory + "/demo", "--config", directory + "/sijill.toml")
            try:
                done = subprocess.run(
                    [judges.INSTALLED / "venv/bin/schemathesis", "--config-file", judges.HERE / "schemathesis.toml", "run",
                     f"http://127.0.0.1:{server.port}/v1/openapi.json", "--no-color",
                     "--header", f"Authorization: Bearer {token}"],
                    cwd=directory, capture_output=True, text=True, timeout=600, check=False)
            finally:
                server.close()
        print(done.stdout[-30_000:])
        self.assertEqual(done.returncode, 0, done.stderr[-2_000:])


if __name__ == "__main__":
    unittest.main(verbosity=2)
