"""Goal: tools of the trade read the documents that the server gives of itself. Method: Redocly's linter, the AsyncAPI
parser, and a planted mistake that each must find."""
import json
import unittest

import judges
import sijill
from server import Server

judges.need_registries()


class Documents(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        server = Server(cls.scratch.name + "/d")
        cls.documents = {name: server.json(f"/v1/{name}.json") for name in ("openapi", "asyncapi")}
        server.close()

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def findings(self, documents):
        files = []
        for name, document in documents.items():
            files.append(f"{self.scratch.name}/{name}.json")
            with open(files[-1], "w", encoding="utf-8") as file:
                json.dump(document, file)
        done = judges.node("documents.mjs", *files, judges.HERE / "redocly.yaml")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()

    def test_no_linter_finds_a_mistake(self):
        findings = self.findings(self.documents)
        self.assertEqual(findings, [], "\n" + "\n".join(findings))

    def test_a_planted_mistake_is_found_in_each(self):
        broken = json.loads(json.dumps(self.documents))
        broken["openapi"]["paths"]["/livez"]["get"]["operationId"] = "listKpis"
        del broken["asyncapi"]["operations"]["publishEvent"]["action"]
        findings = "\n".join(self.findings(broken))
        self.assertIn("operation-operationId-unique", findings)
        self.assertIn("asyncapi: asyncapi-document-resolved", findings)


if __name__ == "__main__":
    unittest.main(verbosity=2)
