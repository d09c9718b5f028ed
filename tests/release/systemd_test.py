"""Goal: systemd is told the truth: ready when it is, alive while every thread turns, stopping at the end; and its unit file
fits the program. Method: a datagram socket in systemd's place; single threads of the server are held up as a debugger does it."""
import configparser
import ctypes
import os
import pathlib
import signal
import socket
import subprocess
import time
import unittest

import sijill
from server import Server, opened
from sijill import run

PTRACE_ATTACH, PTRACE_DETACH = 16, 17
WAIT_ALL = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


class Manager:
    """The service manager's end of NOTIFY_SOCKET."""

    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def hear(self, timeout):
        """The lines of the next datagram; none within the time."""
        self.socket.settimeout(timeout)
        try:
            return self.socket.recv(4096).decode().split("\n")
        except TimeoutError:
            return []

    def hear_until(self, line, timeout=60):
        """All lines up to the one that begins with `line`."""
        heard, deadline = [], time.monotonic() + timeout
        while not any(each.startswith(line) for each in heard):
            assert time.monotonic() < deadline, f"no {line} among {heard}"
            heard += self.hear(1)
        return heard

    def forget(self):
        while self.hear(0.01):
            pass


class HeldUp:
    """One thread of a process stands still, as under a debugger; the others go on."""

    def __init__(self, process, name):
        tasks = pathlib.Path(f"/proc/{process.pid}/task")
        self.thread = next(int(task.name) for task in tasks.iterdir() if (task / "comm").read_text().strip() == name)

    def __enter__(self):
        assert LIBC.ptrace(PTRACE_ATTACH, self.thread, None, None) == 0, os.strerror(ctypes.get_errno())
        os.waitpid(self.thread, WAIT_ALL)
        return self

    def __exit__(self, *_):
        LIBC.ptrace(PTRACE_DETACH, self.thread, None, None)


class Notifications(unittest.TestCase):
    def setUp(self):
        self.scratch = sijill.scratch()
        self.data = self.scratch.name + "/d"

    def tearDown(self):
        self.scratch.cleanup()

    def test_ready_then_alive_then_stopping(self):
        for address in (self.scratch.name + "/notify", f"\0sijill-{os.getpid()}"):
            with self.subTest(address), Manager(address) as manager:
                told = address.replace("\0", "@")
                server = Server(self.data, env={"NOTIFY_SOCKET": told, "WATCHDOG_USEC": "1000000"})
                started = manager.hear_until("READY=1")
                self.assertTrue(any(line.startswith("STATUS=caught up once: yes; folding: yes") for line in started), started)
                self.assertNotIn("WATCHDOG=1", started)
                begin = time.monotonic()
                signs = [manager.hear_until("WATCHDOG=1", 5) for _ in range(6)]
                self.assertGreater(time.monotonic() - begin, 6 * 0.4, signs)
                self.assertLess(time.monotonic() - begin, 6 * 1.0, "each within the watchdog's time")
                server.close()
                ended = manager.hear_until("STOPPING=1")
                self.assertFalse([line for line in ended if line.startswith("READY")])

    def test_a_thread_that_hangs_ends_the_signs_of_life(self):
        with Manager(self.scratch.name + "/notify") as manager:
            server = Server(self.data, env={"NOTIFY_SOCKET": self.scratch.name + "/notify", "WATCHDOG_USEC": "400000"})
            manager.hear_until("WATCHDOG=1")
            for thread in ("sijill-fold", "sijill-http"):
                with self.subTest(thread):
                    with HeldUp(server.process, thread):
                        manager.hear(0.5)  # one that was on its way
                        manager.forget()
                        self.assertNotIn("WATCHDOG=1", manager.hear(3))
                    manager.hear_until("WATCHDOG=1")
            server.close()

    def test_while_it_catches_up_it_asks_for_time_and_is_not_ready(self):
        with Manager(self.scratch.name + "/notify") as manager:
            run("generate", "--publish", "--scenario", "load", "--events", 400_000, "--data", self.data)
            # A short watchdog makes it look often: it may be caught up before the second look of once a second.
            env = {"NOTIFY_SOCKET": self.scratch.name + "/notify", "WATCHDOG_USEC": "80000"}
            server = Server(self.data, env=env)
            heard = manager.hear_until("READY=1")
            self.assertIn("EXTEND_TIMEOUT_USEC=60000000", heard[:heard.index("READY=1")])
            server.close()
            manager.forget()
            follower = subprocess.Popen([sijill.SIJILL, "catch-up", "--follow", "--data", self.data], env=os.environ | env,
                                        stderr=subprocess.DEVNULL)
            manager.hear_until("READY=1")
            follower.send_signal(signal.SIGTERM)
            manager.hear_until("STOPPING=1")
            self.assertEqual(follower.wait(30), 0)

    def test_a_manager_that_has_gone_disturbs_nobody(self):
        server = Server(self.data, env={"NOTIFY_SOCKET": self.scratch.name + "/nobody", "WATCHDOG_USEC": "100000"})
        self.assertEqual(server.publish(opened("case-1", "a"), Prefer="wait=20")[0], 201)
        server.close()


class Unit(unittest.TestCase):
    def setUp(self):
        self.text = run("template", "systemd-unit").stdout

    def test_it_is_the_file_of_the_source(self):
        self.assertEqual(self.text, pathlib.Path(sijill.ROOT, "cli/sijill.service").read_text(encoding="utf-8"))

    def test_its_times_leave_room_for_the_drain(self):
        unit = configparser.ConfigParser(strict=False, interpolation=None)
        unit.optionxform = str
        unit.read_string(self.text)
        service = unit["Service"]
        self.assertEqual((service["Type"], service["ExecReload"]), ("notify", "/bin/kill -HUP $MAINPID"))
        defaults = dict(line.split("  #")[0].split(" = ") for line in run("config", "print").stdout.splitlines()
                        if line.startswith(("drain_delay", "grace")))
        drain = sum(int(value.strip('"PTS')) for value in defaults.values())
        self.assertGreater(int(service["TimeoutStopSec"].removesuffix("s")), drain + 30)


if __name__ == "__main__":
    unittest.main(verbosity=2)
