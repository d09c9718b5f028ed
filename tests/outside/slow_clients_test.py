"""Goal: clients that send or read slowly cost a good client next to nothing, and the server little memory. Method: slowhttptest
with few and with many connections, a good client at a fixed rate from another address, VmRSS of the server."""
import http.client
import re
import select
import socket
import subprocess
import time
import unittest

import sijill
from server import Server

SECONDS = 10  # of each attack
RATE = 50  # requests a second of the good client
TRIES = 3  # the machine may be busy with something else
# The good client's p99 under attack: at most so many times its own p99 before. Below the floor the clock's and the scheduler's
# noise is more than what is measured.
FACTOR, FLOOR = 4, 0.005
MEMORY = 64 << 20

# Name, slowhttptest's mode and what it sends: a byte now and then, well within the server's deadlines.
ATTACKS = {
    "slow head": ["-H", "-i", "2", "-x", "16", "-t", "GET"],
    "slow body": ["-B", "-i", "2", "-s", "65536", "-x", "16", "-f", "application/cloudevents+json", "-t", "POST"],
    "slow reading": ["-X", "-w", "1", "-y", "16", "-n", "1", "-z", "8", "-k", "1"],
}


def percentile(latencies, share):
    return sorted(latencies)[int(len(latencies) * share)]


def good_client(port, seconds):
    """Latencies of GET /v1/cases/…, each from the moment that it was due: what waits behind a late answer counts as well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10, source_address=("127.0.0.2", 0))
    latencies, start = [], time.monotonic()
    for i in range(int(seconds * RATE)):
        due = start + i / RATE
        time.sleep(max(0, due - time.monotonic()))
        connection.request("GET", "/v1/cases/case-000001")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        latencies.append(time.monotonic() - due)
    connection.close()
    return latencies


class SlowClients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = sijill.scratch()
        data, config = cls.scratch.name + "/demo", cls.scratch.name + "/sijill.toml"
        sijill.run("demo", "--data", data, "--format", "json")
        # All the slow connections are let in: turned away at the door they would test nothing.
        with open(config, "w", encoding="utf-8") as file:
            file.write("[http]\nmax_connections = 2000\nmax_connections_per_peer = 1500\n")
        cls.server = Server(data, "--config", config)

    @classmethod
    def tearDownClass(cls):
        cls.server.close()
        cls.scratch.cleanup()

    def memory(self):
        with open(f"/proc/{self.server.process.pid}/status", encoding="utf-8") as status:
            return next(int(line.split()[1]) << 10 for line in status if line.startswith("VmRSS"))

    def attack(self, mode, connections):
        """p99 of the good client in the calm and under attack, the server's memory and the slow connections it held then."""
        good_client(self.server.port, 0.5)
        calm = percentile(good_client(self.server.port, 4), 0.99)
        target = "/v1/events" if "-B" in mode else "/v1/openapi.json"
        slow = subprocess.Popen(["slowhttptest", *mode, "-c", str(connections), "-r", str(connections), "-l", str(SECONDS), "-p", "10",
                                 "-u", f"http://127.0.0.1:{self.server.port}{target}"],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        time.sleep(2)
        attacked = percentile(good_client(self.server.port, SECONDS - 4), 0.99)
        memory = self.memory()
        said = re.sub(r"\x1b\[[0-9;]*m", "", slow.communicate(timeout=60)[0])
        self.assertEqual(slow.returncode, 0, said)
        return calm, attacked, memory, int(re.findall(r"connected: +(\d+)", said)[-1])

    def test_a_good_client_hardly_notices_slow_ones(self):
        before = self.memory()
        for name, mode in ATTACKS.items():
            for connections in (8, 1000):
                for _ in range(TRIES):
                    calm, attacked, memory, held = self.attack(mode, connections)
                    print(f"{name}, {held} connections: p99 {calm * 1000:.2f} ms in the calm, "
                          f"{attacked * 1000:.2f} ms attacked, memory +{(memory - before) >> 20} MiB", flush=True)
                    if attacked < max(FACTOR * calm, FLOOR):
                        break
                with self.subTest(name, connections=connections):
                    self.assertEqual(held, connections)
                    self.assertLess(attacked, max(FACTOR * calm, FLOOR))
                    self.assertLess(memory - before, MEMORY)
        self.assertEqual(self.server.ask("GET", "/livez")[0], 200)

    def test_a_body_without_an_end_is_refused_at_the_limit(self):
        before, most = self.memory(), 0
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=10) as client:
            client.sendall(b"POST /v1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/cloudevents-batch+json\r\n"
                           b"Transfer-Encoding: chunked\r\n\r\n")
            sent = 0
            while sent < 64 << 20 and not select.select([client], [], [], 0)[0]:
                client.sendall(b"10000\r\n" + b" " * 65_536 + b"\r\n")
                sent += 65_536
                most = max(most, self.memory() - before)
            answer = client.recv(65_536)
        print(f"refused after {sent >> 20} MiB, memory +{most >> 20} MiB")
        self.assertTrue(answer.startswith(b"HTTP/1.1 413 "), answer[:200])
        self.assertIn(b"/v1/problems/payload-too-large", answer)
        self.assertLess(sent, 32 << 20)
        self.assertLess(most, MEMORY)


if __name__ == "__main__":
    unittest.main(verbosity=2)
