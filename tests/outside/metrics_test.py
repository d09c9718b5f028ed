"""Goal: Prometheus reads /metrics. Method: its own promtool, after requests of every kind, and a planted mistake."""
import subprocess
import unittest

import sijill
from server import Server, opened


def promtool(text):
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class Metrics(unittest.TestCase):
    def test_promtool_has_nothing_to_say(self):
        with sijill.scratch() as directory:
            server = Server(directory + "/d")
            server.publish(opened("case-1", "a"), Prefer="wait=20")
            for target in ("/v1/cases", "/v1/cases/case-1", "/v1/cases/none", "/nowhere", "/v1/kpis?x=1"):
                server.ask("GET", target)
            text = server.ask("GET", "/metrics")[2].decode()
            server.close()
        self.assertEqual(promtool(text), (0, ""))
        code, said = promtool(text + "# TYPE sijill_folding counter\nsijill_wrong 1\n")
        self.assertNotEqual((code, said), (0, ""), "a planted mistake must be found")


if __name__ == "__main__":
    unittest.main(verbosity=2)
