"""Stores that a fake browser's storm was recorded into, served as a person would."""

import json
import pathlib
import shutil
import signal
import sqlite3
import tempfile
import time
import urllib.parse
import urllib.request

from .ingest import BYTES
from .recording import environment
from .tools import OUT, Process, offstage


class Store:
    """`options` are those of the fake browser."""

    def __init__(self, fake, events, *options):
        scratch = OUT / "scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=scratch))
        self.events = events
        self.serving = None
        try:
            self.fill(fake, options)
        except BaseException:
            self.end()
            raise

    def fill(self, fake, options):
        browser = Process([fake, "--port", 0, "--events", self.events, "--bytes", BYTES, "--mode",
                           "live", *options])
        try:
            _, match = browser.wait_for(r'^\{"port".*', 20)
            attach = Process(
                [offstage(), "attach", "--ws", json.loads(match[0])["url"], "--data", self.folder,
                 "--no-ui"], reads="stderr", environment=environment())
            try:
                self.wait_for_events(attach)
            finally:
                attach.end(signal.SIGINT)
        finally:
            browser.end(signal.SIGKILL)

    def wait_for_events(self, attach):
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline and not attach.is_over:
            if self.stored() >= self.events:
                return
            time.sleep(0.1)
        raise RuntimeError(f"{self.stored()} of {self.events} events were recorded; "
                           f"{attach.lines[-5:]}")

    def stored(self):
        try:
            return self.query("SELECT coalesce(sum(events), 0) FROM service_state")[0]
        except sqlite3.Error:
            return 0  # Not made yet.

    def query(self, sql):
        database = sqlite3.connect(f"file:{self.folder}/offstage.sqlite?mode=ro", uri=True)
        try:
            return database.execute(sql).fetchone()
        finally:
            database.close()

    def serve(self):
        """Its address, without a slash at the end."""
        self.serving = Process([offstage(), "serve", "--data", self.folder, "--ui-port", "0"],
                               reads="stderr", environment=environment())
        self.serving.wait_for(r"UI: http", 20)
        link = self.link()
        self.address = "http://" + urllib.parse.urlsplit(link).netloc
        return self.address

    def link(self):
        """One that nobody has used yet."""
        return fresh_link(self.folder)

    def end(self):
        try:
            if self.serving:
                self.serving.end(signal.SIGINT)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


def fresh_link(folder):
    asking = Process([offstage(), "ui", "--data", folder], environment=environment())
    try:
        return asking.wait_for(r"http\S+", 20)[1][0]
    finally:
        asking.end(signal.SIGKILL)


def token(link):
    """What a page gets for its link."""
    address, _, code = link.partition("#code=")
    body = json.dumps({"code": code}).encode()
    request = urllib.request.Request(urllib.parse.urljoin(address, "/api/v1/entry"), body)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)["token"]
