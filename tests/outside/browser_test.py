"""Goal: a browser follows the changes, also across a restart. Method: Chromium's own EventSource. The server sends no CORS
headers for the stream, so the page is one of its own."""
import json
import unittest

import sijill
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.ui import WebDriverWait
from server import Server, opened

FOLLOW = """
window.seen = [];
const source = new EventSource("/v1/stream?topics=cases,kpis");
source.onopen = () => seen.push({name: "open"});
for (const name of ["cases", "kpis", "reset"]) {
    source.addEventListener(name, event => seen.push({name, id: event.lastEventId, data: JSON.parse(event.data)}));
}
"""


def chromium():
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


class Browser(unittest.TestCase):
    def setUp(self):
        self.scratch = sijill.scratch()
        self.addCleanup(self.scratch.cleanup)
        self.data = self.scratch.name + "/d"
        self.server = Server(self.data)
        self.addCleanup(lambda: self.server.close())
        self.browser = chromium()
        self.addCleanup(self.browser.quit)
        self.browser.get(f"http://127.0.0.1:{self.server.port}/version")
        self.browser.execute_script(FOLLOW)
        self.unread = []
        self.until("open")

    def until(self, name):
        """The events from where the last call ended to the next of that name, which is the last of them."""
        def found(browser):
            self.unread += browser.execute_script("return seen.splice(0)")
            return name in [event["name"] for event in self.unread]
        WebDriverWait(self.browser, 30, poll_frequency=0.1).until(found, f"no {name} within 30 s")
        end = [event["name"] for event in self.unread].index(name) + 1
        events, self.unread = self.unread[:end], self.unread[end:]
        return events

    def restart(self, while_down=lambda: None):
        port = self.server.port
        self.server.close()
        while_down()
        self.server = Server(self.data, port=port)

    def test_it_is_told_changes_and_goes_on_after_a_restart(self):
        for case in ("case-1", "case-2"):
            self.server.publish(opened(case, case), Prefer="wait=20")
            told = self.until("cases")[-1]
            self.assertEqual((told["data"], told["id"]), ({"cases": [case]}, self.server.json("/v1/positions")["position"]))
            self.restart()
            came_back = [event["name"] for event in self.until("open")]
            self.assertNotIn("reset", came_back)

    def test_it_is_told_to_ask_anew_when_it_missed_a_change(self):
        def publish_without_the_server():
            with open(self.scratch.name + "/event", "w", encoding="utf-8") as file:
                json.dump(opened("case-1", "a"), file)
            sijill.run("publish", file.name, "--data", self.data)

        self.restart(publish_without_the_server)
        self.assertEqual(self.until("reset")[-1]["id"], self.server.json("/v1/positions")["position"])
        self.assertEqual(self.server.json("/v1/cases/case-1")["version"], 1)


if __name__ == "__main__":
    unittest.main(verbosity=2)
