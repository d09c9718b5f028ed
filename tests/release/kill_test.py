"""Goal: SIGKILL at any moment of a fold costs nothing. Method: 200 kills of a running catch-up at random moments, each time
opened again and continued; after every complete fold the figures are the published ones, and the audit matches."""
import os
import random
import shutil
import subprocess
import time
import unittest

import sijill
from sijill import run

KILLS = int(os.environ.get("SIJILL_KILLS", "200"))
SEED = int(os.environ.get("SIJILL_SEED", "20170331"))


class Kill(unittest.TestCase):
    def test_two_hundred_kills_change_no_figure(self):
        print(f"seed {SEED}")
        chance = random.Random(SEED)
        with sijill.scratch() as directory:
            data = directory + "/d"
            run("generate", "--publish", "--data", data, "--partitions", 2)
            killed = folds = 0
            while killed < KILLS:
                # Small windows: many commits, and kills in tail mode, in windows and in flushes.
                window = chance.choice([500, 5_000, 50_000])
                worker = subprocess.Popen([sijill.SIJILL, "catch-up", "--data", data, "--window", str(window), "--batch", "500",
                                           "--state-cache", str(chance.choice([1, 256]))],
                                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(chance.uniform(0.005, 0.25))
                if worker.poll() is None:
                    worker.kill()
                    worker.wait()
                    killed += 1
                    continue
                self.assertEqual(worker.returncode, 0)
                sijill.check_golden(self, sijill.report("--data", data), f"after {killed} kills")
                folds += 1
                if folds % 5 == 0:
                    run("audit", "replay", "--data", data)
                shutil.rmtree(data + "/shards")
            run("catch-up", "--data", data)
            sijill.check_golden(self, sijill.report("--data", data), f"after {killed} kills")
            run("audit", "replay", "--data", data)
            print(f"{killed} kills, {folds} complete folds in between")


if __name__ == "__main__":
    unittest.main(verbosity=2)
