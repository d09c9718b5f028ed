"""tests/release/kpi_sides.py - the sides of a figure as lists of (record, amount), and what they give.

A count has no denominator. A denominator is split by a dimension where all its records have it.
"""
import collections
import datetime

ZONE = datetime.timedelta(hours=3)  # Asia/Bahrain, since 1972


def each(records, holds=lambda record: True, amount=lambda record: 1):
    return [(record, amount(record)) for record in records if holds(record)]


def less(records):
    return [(record, -amount) for record, amount in records]


def spread(records, several, one):
    return [{**record, one: value} for record in records for value in dict.fromkeys(record[several])]


def sums(records, name):
    return each(records, amount=lambda record: record[name])


class Mean(tuple):
    """Two sides whose figure is the mean of those of their months."""

    def by_month(self):
        month = lambda record: (record["at"] + ZONE).strftime("%Y-%m")
        months = [collections.defaultdict(list) for _ in self]
        for side, by in zip(self, months):
            for record, amount in side:
                by[month(record)].append((record, amount))
        return [(months[0][name], months[1][name]) for name in sorted({*months[0], *months[1]})]


def mean(ratios):
    known = [(above, below) for above, below in ratios if below]
    return sum((2 * above * 10**6 + below) // (2 * below) for above, below in known), len(known) * 10**6


def figure(sides):
    """Numerator and denominator."""
    if isinstance(sides, Mean):
        return mean([(total(above), total(below)) for above, below in sides.by_month()])
    return total(sides[0]), total(sides[1])


def total(side):
    return None if side is None else sum(amount for _, amount in side)


def breakdown(sides, dimension):
    """{value: (numerator, denominator)}; the denominator is split where its records have the dimension too."""
    numerator, denominator = sides
    split = is_split(denominator, dimension)
    if isinstance(sides, Mean):
        ratios = collections.defaultdict(list)
        for above, below in sides.by_month():
            counted, whole = by_value(above, dimension), by_value(below, dimension) if split else {}
            for value in {value for side in (sides if split else sides[:1]) for value in by_value(side, dimension)}:
                ratios[value].append((counted[value], whole[value] if split else total(below)))
        return something({value: mean(of) for value, of in ratios.items()}, split)
    counted, whole = by_value(numerator, dimension), by_value(denominator, dimension) if split else {}
    return something({value: (counted[value], whole[value] if split else total(denominator)) for value in {*counted, *whole}}, split)


def is_split(denominator, dimension):
    return bool(denominator) and all(dimension in record for record, _ in denominator)


def something(table, split):
    """Without the values of which nothing is counted."""
    return {value: sides for value, sides in table.items() if sides[0] or (split and sides[1])}


def by_value(side, dimension):
    groups = collections.Counter()
    for record, amount in side:
        groups[record[dimension]] += amount
    return groups
