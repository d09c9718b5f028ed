"""Goal: the published quarter comes out the same whatever happens on the way. Method: the release binary on the embedded log: any
partition count, any interleaving, loaded twice, line by line, rebuilt in any batches, each beside the demo's report."""
import json
import random
import shutil
import unittest

import sijill
from sijill import run


class GoldenPaths(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        cls.data = cls.scratch.name + "/demo"
        run("demo", "--data", cls.data)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def test_loaded_twice_and_on_any_partition_count_the_figures_are_the_same(self):
        expected = sijill.report("--data", self.data)
        for partitions in (1, 6, 24):
            with self.subTest(partitions=partitions), sijill.scratch() as directory:
                args = ["--data", directory + "/d", "--partitions", partitions]
                run("generate", "--publish", *args)
                run("catch-up", "--workers", 2, *args)
                self.assertEqual(sijill.report("--data", directory + "/d"), expected)
                run("generate", "--publish", *args)
                run("catch-up", *args)
                self.assertEqual(sijill.report("--data", directory + "/d"), expected, "loaded twice")
                duplicates = json.loads(
                    run("anomalies", "--reason", "duplicate", "--format", "json", "--data", directory + "/d").stdout)
                self.assertGreater(len(duplicates), 20_000)

    def test_rebuilt_from_zero_in_any_batches_the_figures_and_rows_are_the_same(self):
        expected = sijill.report("--data", self.data)
        with sijill.scratch() as directory:
            copy = directory + "/copy"
            shutil.copytree(self.data, copy)
            for batch in (1, 7, 500, 100_000):
                with self.subTest(batch=batch):
                    shutil.rmtree(copy + "/shards")
                    run("catch-up", "--data", copy, "--batch", batch, "--window", max(batch, 50))
                    self.assertEqual(sijill.report("--data", copy), expected)
                    run("audit", "replay", "--data", copy)

    def test_subjects_interleaved_at_random_give_the_same_figures(self):
        expected = sijill.report("--data", self.data)
        by_subject = {}
        for line in run("generate").stdout.splitlines(keepends=True):
            by_subject.setdefault(json.loads(line)["subject"], []).append(line)
        for seed in range(1, 21):
            # A random merge: each subject keeps its own order, and nothing else is kept.
            turns = [subject for subject, lines in by_subject.items() for _ in lines]
            random.Random(seed).shuffle(turns)
            left = {subject: iter(lines) for subject, lines in by_subject.items()}
            with self.subTest(seed=seed), sijill.scratch() as directory:
                path = directory + "/events.ndjson"
                with open(path, "w", encoding="utf-8") as file:
                    file.writelines(next(left[subject]) for subject in turns)
                run("publish", path, "--data", directory + "/d", "--partitions", 6)
                run("catch-up", "--data", directory + "/d")
                self.assertEqual(sijill.report("--data", directory + "/d"), expected)

    def test_published_line_by_line_the_figures_are_the_same(self):
        with sijill.scratch() as directory:
            run("generate", "--out", directory + "/events.ndjson")
            run("publish", directory + "/events.ndjson", "--data", directory + "/d")
            run("catch-up", "--data", directory + "/d")
            self.assertEqual(sijill.report("--data", directory + "/d"), sijill.report("--data", self.data))


if __name__ == "__main__":
    unittest.main(verbosity=2)
