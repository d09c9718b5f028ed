"""Goal: every KPI of the catalogue is what the events say. Method: counted again in Python from the golden quarter's
events, whole and by each dimension, base and variant; the subjects behind figures add up; docs/kpis.md is the table's."""
import datetime
import json
import os
import pathlib
import random
import unittest
import urllib.parse

import kpi_model
import kpi_sides
import sijill
from server import Server
from sijill import ROOT, run

PAGE = os.path.join(ROOT, "docs/kpis.md")
QUARTER = "2017-Q1"
RANDOM_FILTERS = 200


class Kpis(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        cls.data = cls.scratch.name + "/demo"
        run("demo", "--data", cls.data)
        lines = run("generate", "--scenario", "q1-2017").stdout.splitlines()
        world = kpi_model.World(lines, datetime.datetime(2017, 1, 1), datetime.datetime(2017, 4, 1))
        cls.model = kpi_model.kpis_of(world)
        cls.server = Server(cls.data, "--config", kpi_model.SITE)
        cls.catalogue = {kpi["id"]: kpi for kpi in cls.server.json("/v1/kpis")["items"]}

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.scratch.cleanup()

    def observation(self, kpi, **asked):
        query = urllib.parse.urlencode({"period": QUARTER} | {name: value for name, value in asked.items() if value})
        return self.server.json(f"/v1/kpis/{kpi}?{query}")["observations"][0]

    def breakdown(self, kpi, dimension):
        rows = self.observation(kpi, by=dimension)["rows"]
        return {row[dimension]: (row["numerator"], row["denominator"]) for row in rows}

    def test_the_model_counts_every_kpi_and_variant(self):
        expected = {(kpi, "", "") for kpi in self.catalogue}
        expected |= {(kpi, "", variant) for kpi, row in self.catalogue.items() for variant in row["variants"]}
        expected |= {(kpi, base, "") for kpi, row in self.catalogue.items() for base in row["bases"][1:]}
        self.assertEqual(expected - set(self.model), set())

    def test_each_kpi_has_a_case_counted_by_hand(self):
        cases = "".join(path.read_text(encoding="utf-8") for path in pathlib.Path(ROOT, "tests/unit/projections").glob("*_test.cc"))
        self.assertEqual([kpi for kpi in self.catalogue if f'"{kpi}"' not in cases], [])

    def test_each_figure_is_what_the_model_counts(self):
        for (kpi, base, variant), sides in self.model.items():
            found = self.observation(kpi, base=base, variant=variant)
            with self.subTest(kpi, base=base, variant=variant):
                self.assertEqual((found["numerator"], found["denominator"]),
                                 kpi_sides.figure(sides))

    def test_each_breakdown_is_what_the_model_counts(self):
        for kpi, row in self.catalogue.items():
            for dimension in row["dimensions"]:
                found = self.breakdown(kpi, dimension)
                sides = self.model[kpi, "", ""]
                split = kpi_sides.is_split(sides[1], dimension)
                with self.subTest(kpi, by=dimension):
                    self.assertEqual(kpi_sides.something(found, split), kpi_sides.breakdown(sides, dimension))

    def test_the_subjects_behind_every_figure_add_up_to_it(self):
        add_up = {kpi: row for kpi, row in self.catalogue.items() if not row["meanOfMonths"]}
        asked = [(kpi, {}) for kpi in add_up]
        seed = random.randrange(2**32)
        print(f"seed {seed}")
        chance = random.Random(seed)
        kpis = [kpi for kpi, row in add_up.items() if row["dimensions"]]
        for _ in range(RANDOM_FILTERS):
            kpi = chance.choice(kpis)
            row = self.catalogue[kpi]
            dimension = chance.choice(row["dimensions"])
            values = [value for value in self.breakdown(kpi, dimension) if value]
            if values:
                bases = ["", *(base for base in row["bases"] if base != kpi_model.MEAN_MONTH)]
                asked.append((kpi, {dimension: chance.choice(values), "base": chance.choice(bases),
                                    "variant": chance.choice(["", *row["variants"]])}))
        for kpi, question in asked:
            figure = self.observation(kpi, **question)
            for part in ("numerator", "denominator"):
                if figure[part] is None:
                    continue
                query = urllib.parse.urlencode({"period": QUARTER, "part": part} |
                                               {name: value for name, value in question.items() if value})
                pages = list(self.server.pages(f"/v1/kpis/{kpi}/cases?{query}&limit={chance.choice((333, 1000))}"))
                with self.subTest(kpi, part=part, **question):
                    self.assertEqual(sum(item["amount"] for page in pages for item in page["items"]), figure[part])
                    self.assertEqual({page["sum"] for page in pages}, {figure[part]})

    def test_nothing_is_listed_behind_a_mean_of_months(self):
        for question in ("purpose-share-mean-of-months/cases?", f"complaint-rate/cases?base={kpi_model.MEAN_MONTH}&"):
            status, _, refused = self.server.ask("GET", f"/v1/kpis/{question}period={QUARTER}")
            self.assertEqual((status, "a mean of months" in str(refused)), (400, True))

    def test_the_page_is_that_of_the_table(self):  # SIJILL_WRITE_DOCS=1 writes it
        made = run("kpi", "docs", "--period", QUARTER, "--data", self.data, "--config", kpi_model.SITE).stdout
        if os.environ.get("SIJILL_WRITE_DOCS"):
            with open(PAGE, "w", encoding="utf-8") as page:
                page.write(made)
        with open(PAGE, encoding="utf-8") as page:
            self.assertEqual(page.read(), made)


if __name__ == "__main__":
    unittest.main(verbosity=2)
