"""Goal: systemd takes the unit file that the binary prints. Method: its own verifier, and a planted mistake."""
import os
import pathlib
import subprocess
import unittest

import sijill
from sijill import run


def analyze(*args):
    done = subprocess.run(["systemd-analyze", *args], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class Unit(unittest.TestCase):
    def setUp(self):
        self.scratch = sijill.scratch()
        self.unit = pathlib.Path(self.scratch.name, "sijill.service")
        text = run("template", "systemd-unit").stdout
        self.assertIn("ExecStart=/usr/bin/sijill serve\n", text)
        self.text = text.replace("/usr/bin/sijill", os.path.abspath(sijill.SIJILL))

    def tearDown(self):
        self.scratch.cleanup()

    def verify(self, text):
        self.unit.write_text(text, encoding="utf-8")
        code, said = analyze("verify", self.unit)
        return code, [line for line in said.splitlines() if "sijill" in line]

    def test_its_verifier_has_nothing_to_say(self):
        self.assertEqual(self.verify(self.text), (0, []))
        self.assertNotEqual(self.verify(self.text + "[Service]\nNoNewPriviliges=yes\n")[1], [], "a planted mistake must be found")

    def test_the_service_is_confined(self):
        self.unit.write_text(self.text, encoding="utf-8")
        code, said = analyze("security", "--offline=yes", "--threshold=20", self.unit)
        self.assertEqual(code, 0, said)
        self.unit.write_text("[Service]\nExecStart=/bin/true\n", encoding="utf-8")
        self.assertNotEqual(analyze("security", "--offline=yes", "--threshold=20", self.unit)[0], 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
