"""Goal: every KPI, base and variant is what the events say, whatever happened to their log. Method: random centres with late,
repeated, misordered, corrected and voided events, folded by `sijill` and counted by the model, to the unit; figures open into
subjects that add up to them. Every third centre is of these days, so that what is due is not over yet. SIJILL_SEED repeats a run, SIJILL_WORLDS says how many."""
import datetime
import json
import os
import random
import unittest
import urllib.parse

import kpi_model
import kpi_sides
import kpi_worlds
import sijill
from server import Server

WORLDS = int(os.environ.get("SIJILL_WORLDS", "50"))
OPENED = 10  # figures of each world whose subjects are listed
PERIODS = {"2017-Q1": ((2017, 1, 1), (2017, 4, 1)), "2017-M02": ((2017, 2, 1), (2017, 3, 1)),
           "2017-W05": ((2017, 1, 30), (2017, 2, 6)), "2017": ((2017, 1, 1), (2018, 1, 1)),
           "2017-02-05/P7D": ((2017, 2, 5), (2017, 2, 12))}
# What a day's end, or a day, is counted at.
BY_DAY = {"case-backlog", "case-backlog-by-status", "referral-backlog", "referrals-overdue", "chat-citizens"}


def periods_around(day):
    """As PERIODS, of those that a day is in."""
    first = (day.month - 1) // 3 * 3 + 1
    week = day - datetime.timedelta(days=day.weekday())
    seven = day - datetime.timedelta(days=3)
    spans = {f"{day.year}-Q{first // 3 + 1}": (datetime.date(day.year, first, 1), next_month(datetime.date(day.year, first + 2, 1))),
             f"{day.year}-M{day.month:02}": (day.replace(day=1), next_month(day)),
             "{0}-W{1:02}".format(*day.isocalendar()): (week, week + datetime.timedelta(days=7)),
             f"{day.year}": (datetime.date(day.year, 1, 1), datetime.date(day.year + 1, 1, 1)),
             f"{seven}/P7D": (seven, seven + datetime.timedelta(days=7))}
    return {period: tuple((each.year, each.month, each.day) for each in days) for period, days in spans.items()}


def next_month(day):
    return (day.replace(day=1) + datetime.timedelta(days=31)).replace(day=1)


def is_of_months(begin, end):
    return (begin.day, end.day, end - begin > datetime.timedelta(hours=1)) == (1, 1, True)


def span(period, periods):
    if period in periods:
        return tuple(datetime.datetime(*day) for day in periods[period])
    begin = datetime.datetime.fromisoformat(period)
    return begin, begin + (datetime.timedelta(hours=1) if "T" in period else datetime.timedelta(days=1))


def utc_now():
    return datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)


class World:
    """One centre's log, folded and served."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.scratch = sijill.scratch()
        today = (utc_now() + kpi_sides.ZONE).date()
        of_today = seed % 3 == 0
        self.periods = periods_around(today) if of_today else PERIODS
        self.first = today - datetime.timedelta(days=45) if of_today else datetime.date(2017, 1, 1)
        begin = datetime.datetime.combine(today - datetime.timedelta(days=60), datetime.time()) if of_today else kpi_worlds.BEGIN
        self.lines = kpi_worlds.lines_of(seed, begin=begin)
        partitions = self.chance.randrange(1, 4)
        self.now, data = self.publish(partitions, 1)
        while kpi_model.hour_of(utc_now()) != kpi_model.hour_of(self.now):  # an hour ended meanwhile: which one the log has is not known
            self.now, data = self.publish(partitions, 2)
        sijill.run("catch-up", "--data", data)
        self.server = Server(data, "--config", kpi_model.SITE)

    def publish(self, partitions, attempt):
        """When, and the directory of the log."""
        data = f"{self.scratch.name}/data-{attempt}"
        log = self.scratch.name + "/log.ndjson"
        with open(log, "w", encoding="utf-8") as file:
            file.write("\n".join(self.lines) + "\n")
        now = utc_now()
        sijill.run("publish", "--strict", "--partitions", partitions, "--data", data, log)
        return now, data

    def span(self, period):
        return span(period, self.periods)

    def model(self, period):
        return kpi_model.kpis_of(kpi_model.World(self.lines, *self.span(period), self.now))

    def close(self):
        self.server.close()
        self.scratch.cleanup()

    def ask(self, kpi, **asked):
        return self.server.json(f"/v1/kpis/{kpi}?{self.query(asked)}")

    def amounts(self, kpi, **asked):
        pages = self.server.pages(f"/v1/kpis/{kpi}/cases?{self.query(asked)}&limit={self.chance.choice((7, 50, 1000))}")
        return [item["amount"] for page in pages for item in page["items"]]

    @staticmethod
    def query(asked):
        return urllib.parse.urlencode({name: value for name, value in asked.items() if value})


class Worlds(unittest.TestCase):
    def check_figures(self, world, periods, models):
        for kpi, base, variant in models[0]:
            asked = [each for each in zip(periods, models) if base != kpi_model.MEAN_MONTH or is_of_months(*world.span(each[0]))]
            if not asked:
                continue
            found = world.ask(kpi, period=",".join(period for period, _ in asked), base=base, variant=variant)["observations"]
            for (period, model), observation in zip(asked, found):
                sides = model[kpi, base, variant]
                self.assertEqual((observation["numerator"], observation["denominator"]), kpi_sides.figure(sides),
                                 (kpi, base, variant, period))

    def check_hours(self, world, day):
        hours = [f"{day}T{hour:02}" for hour in world.chance.sample(range(24), 3)]
        models = [world.model(hour) for hour in hours]
        for model in models:
            for kpi in BY_DAY:
                del model[kpi, "", ""]
        self.check_figures(world, hours, models)
        for kpi in BY_DAY:
            status, _, refused = world.server.ask("GET", f"/v1/kpis/{kpi}?period={hours[0]}")
            self.assertEqual((status, "has no hours" in str(refused)), (400, True), kpi)
        for period in (hours[0], day):
            status, _, refused = world.server.ask("GET", f"/v1/kpis/complaint-rate?base={kpi_model.MEAN_MONTH}&period={period}")
            self.assertEqual((status, "whole months" in str(refused)), (400, True), period)

    def check_breakdowns(self, world, period, model, catalogue):
        for kpi, row in catalogue.items():
            for dimension in row["dimensions"]:
                rows = world.ask(kpi, period=period, by=dimension)["observations"][0]["rows"]
                found = {row[dimension]: (row["numerator"], row["denominator"]) for row in rows}
                sides = model[kpi, "", ""]
                found = kpi_sides.something(found, kpi_sides.is_split(sides[1], dimension))
                self.assertEqual(found, kpi_sides.breakdown(sides, dimension), (kpi, dimension, period))

    def check_lists(self, world, periods, model_of):
        for _ in range(OPENED):
            period = world.chance.choice(periods)
            add_up = [(key, sides) for key, sides in model_of[period].items()
                      if not isinstance(sides, kpi_sides.Mean) and key[1] != kpi_model.MEAN_MONTH]
            (kpi, base, variant), sides = world.chance.choice(add_up)
            for part, side in zip(("numerator", "denominator"), sides):
                if side is not None:
                    amounts = world.amounts(kpi, period=period, base=base, variant=variant, part=part)
                    self.assertEqual(sum(amounts), kpi_sides.total(side), (kpi, base, variant, part, period))

    def test_every_figure_of_random_centres_is_what_the_model_counts(self):
        first = int(os.environ.get("SIJILL_SEED", random.randrange(2**32)))
        print(f"seed {first}")
        for seed in range(first, first + WORLDS):
            world = World(seed)
            days = [str(world.first + datetime.timedelta(days=world.chance.randrange(90))) for _ in range(3)]
            periods = [*world.periods, *days]
            models = [world.model(period) for period in periods]
            catalogue = {kpi["id"]: kpi for kpi in world.server.json("/v1/kpis")["items"]}
            try:
                with self.subTest(seed=seed):
                    self.check_figures(world, periods, models)
                    self.check_hours(world, days[0])
                    self.check_breakdowns(world, periods[0], models[0], catalogue)
                    self.check_lists(world, periods, dict(zip(periods, models)))
            finally:
                world.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
