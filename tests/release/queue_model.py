"""tests/release/queue_model.py - makes random queue logs as a PBX would, and knows what happened in them.

The figures come from what the generator decided, not from reading the lines back: nothing here reads a queue log.
"""
import collections

MEASURES = ("offered", "answered", "abandoned", "flowed_out", "rings", "transfers", "wait", "within")
QUEUES = {"housing": "housing", "Mazaya Programme": "mazaya", "late-delivery": "late-delivery"}
AGENTS = [f"Agent {number}" for number in range(1001, 1009)]
NOISE = ["NONE|NONE|NONE|CONFIGRELOAD|", "NONE|{queue}|{agent}|PAUSE|lunch", "NONE|{queue}|{agent}|UNPAUSE|",
         "NONE|{queue}|{agent}|ADDMEMBER|", "NONE|{queue}|{agent}|PENALTY|2"]


class Clock:
    """A wall clock that is set forward and back at some instants."""

    def __init__(self, chance, begin, length):
        self.begin = begin
        self.steps = sorted((chance.randrange(length), chance.choice([-3600, -61, -3, -1, 1, 2, 45, 3600]))
                            for _ in range(chance.randrange(5)))

    def at(self, instant):
        return self.begin + int(instant) + sum(step for when, step in self.steps if when <= instant)


class Log:
    """Lines in the order of true time, and figures per queue code."""

    def __init__(self, chance, calls, begin=1485000000):
        self.chance, self.timed, self.serial = chance, [], 0
        self.length = calls * 4
        self.clock = Clock(chance, begin, self.length)
        self.figures = {code: dict.fromkeys(MEASURES, 0) for code in QUEUES.values()}
        for number in range(calls):
            self.call(f"{begin + number}.{number}", chance.uniform(0, self.length))
            if chance.random() < 0.2:
                self.write(chance.uniform(0, self.length), chance.choice(NOISE).format(
                    queue=chance.choice(list(QUEUES)), agent=chance.choice(AGENTS)))
        self.timed.sort(key=lambda line: line[:2])
        self.lines = [text for _, _, text in self.timed]

    def write(self, instant, text):
        self.serial += 1
        self.timed.append((instant, self.serial, f"{self.clock.at(instant)}|{text}\n"))

    def call(self, call, instant):
        """Some stays in queues, one after the other, with the same call id."""
        for _ in range(self.chance.choice([1, 1, 1, 2, 3, 4])):
            queue = self.chance.choice(list(QUEUES))
            instant, goes_on = self.stay(call, queue, instant)
            if not goes_on:
                return
            instant += self.chance.choice([0, 0.001, 0.4, 3, 40])

    def stay(self, call, queue, entered):
        chance, count = self.chance, self.figures[QUEUES[queue]]
        begin = self.clock.at(entered)
        caller = chance.choice(["", "17300000", "+97317300000"])
        self.write(entered, f"{call}|{queue}|NONE|ENTERQUEUE||{caller}|{chance.randint(1, 4)}")
        count["offered"] += 1
        now = entered + chance.choice([0, 0.2, 2, 8.5, 15, 70])
        for _ in range(chance.choice([0, 0, 0, 1, 2, 5])):
            # The phone of an agent that refuses at once: equal lines within a second.
            ring = chance.choice([0, 0, 1000, 8000])
            self.write(now, f"{call}|{queue}|{chance.choice(AGENTS[:2])}|RINGNOANSWER|{ring}")
            count["rings"] += 1
            now += chance.choice([0, 0.01, 1.5])
        wait = self.clock.at(now) - begin
        end = chance.choices(["connect", "abandon", "timeout", "key", "empty", "nothing"], [70, 10, 8, 4, 6, 2])[0]
        if end == "connect":
            return self.conversation(call, queue, now, wait)
        if end == "abandon":
            self.write(now, f"{call}|{queue}|NONE|ABANDON|1|1|{wait}")
            count["abandoned"] += 1
        elif end != "nothing":
            words = {"timeout": "EXITWITHTIMEOUT|", "key": "EXITWITHKEY|1|", "empty": "EXITEMPTY|"}
            self.write(now, f"{call}|{queue}|NONE|{words[end]}1|1|{wait}")
            count["flowed_out"] += 1
        return now, end in ("timeout", "key", "empty")

    def conversation(self, call, queue, answered, wait):
        chance, count = self.chance, self.figures[QUEUES[queue]]
        agent = chance.choice(AGENTS)
        self.write(answered, f"{call}|{queue}|{agent}|CONNECT|{wait}|{call}9|1")
        count["answered"] += 1
        count["wait"] += max(wait, 0) * 1000
        count["within"] += wait <= 10
        ended = answered + chance.choice([0, 3, 30, 240])
        times = f"{wait}|{self.clock.at(ended) - self.clock.at(answered)}|1"
        how = chance.choices(["COMPLETEAGENT|", "COMPLETECALLER|", "BLINDTRANSFER|601|internal|", "ATTENDEDTRANSFER|BRIDGE|b1|",
                              "ATTENDEDTRANSFER|LINK|SIP/1|SIP/2|", "ATTENDEDTRANSFER|APP|Queue|"], [40, 40, 8, 4, 4, 4])[0]
        self.write(ended, f"{call}|{queue}|{agent}|{how}{times}")
        transferred = "TRANSFER" in how
        count["transfers"] += transferred
        return ended, transferred

    def cut(self):
        """A place to cut the log in two. Not where a second of a call holds two entries of one queue, one on each side."""
        while True:
            at = self.chance.randrange(1, len(self.lines))
            second = self.lines[at].split("|")[0]
            near = collections.Counter(tuple(line.split("|")[:3]) for line in self.lines
                                       if "|ENTERQUEUE|" in line and line.startswith(second))
            if max(near.values(), default=1) == 1:
                return at
