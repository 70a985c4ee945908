"""`offstage attach` as a person would run it, with one live client following, and a look at its
store from outside."""

import json
import os
import pathlib
import shutil
import signal
import sqlite3
import tempfile
import threading
import time

from .tools import OUT, Process, megabytes, offstage


def environment():
    """A person's settings must not change what is measured."""
    return {name: value for name, value in os.environ.items() if name != "OFFSTAGE_DATA"}


class Recording:
    """A fresh data folder with a follower, then `offstage attach` on it."""

    def __init__(self, url, follows=True):
        scratch = OUT / "scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=scratch))
        self.store = self.folder / "offstage.sqlite"
        binary = offstage()
        self.follower = None
        if follows:
            self.follower = Process(
                [binary, "events", "--follow", "--jsonl", "--data", self.folder], reads="stderr",
                environment=environment())
            self.wait_for_store()
        self.attach = Process(
            [binary, "attach", "--ws", url, "--data", self.folder, "--ui-port", "0"],
            reads="stderr", environment=environment())
        self.pid = self.attach.pid

    def wait_for_store(self):
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                self.query("SELECT count(*) FROM service_state")
                return
            except sqlite3.Error:
                time.sleep(0.02)
        raise RuntimeError("no store was made")

    def query(self, sql):
        database = sqlite3.connect(f"file:{self.store}?mode=ro", uri=True, timeout=5)
        try:
            return database.execute(sql).fetchone()
        finally:
            database.close()

    def api(self):
        """The port and the token of its API."""
        running = json.loads((self.folder / "running" / f"{self.pid}.json").read_text())
        return running["port"], running["token"]

    def caught_up(self, timeout=60):
        """Seconds from the first startObserving until the last event of the log was durable, and
        how many there were."""
        at, match = self.attach.wait_for(r"Recording “.*?”; (\d+|its log)", timeout)
        began = self.query("SELECT min(began) FROM observation")[0] / 1e6
        return at - began, int(match[1]) if match[1].isdigit() else 0

    def end(self):
        try:
            self.attach.end(signal.SIGINT)
            if self.follower:
                self.follower.end(signal.SIGINT)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


class Watch:
    """Follows the number of durable events and the memory of a recorder until told to stop."""

    def __init__(self, recording, interval=0.01):
        self.recording = recording
        self.interval = interval
        self.counts = []  # (wall clock, events)
        self.memory = []  # (events, MB)
        self.is_over = False
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        # The recorder makes its store when it starts.
        self.recording.wait_for_store()
        database = sqlite3.connect(
            f"file:{self.recording.store}?mode=ro", uri=True, timeout=5, check_same_thread=False)
        last = -1
        while not self.is_over:
            count = database.execute("SELECT coalesce(sum(events), 0) FROM service_state").fetchone()[0]
            if count != last:
                self.counts.append((time.time(), count))
                last = count
                self.memory.append((count, megabytes(self.recording.pid, "VmRSS")))
            time.sleep(self.interval)
        database.close()

    def wait_for(self, count, timeout):
        """When so many events were durable."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            if self.counts and self.counts[-1][1] >= count:
                return next(at for at, seen in self.counts if seen >= count)
            if self.recording.attach.is_over or not self.thread.is_alive():
                break
            time.sleep(self.interval)
        raise RuntimeError(f"{self.counts[-1:]} of {count} events were recorded; "
                           f"{self.recording.attach.lines[-5:]}")

    def stop(self):
        self.is_over = True
        self.thread.join()

    def batch(self):
        """Events in a commit, as far as a look every few milliseconds can tell."""
        steps = [after - before for (_, before), (_, after) in zip(self.counts, self.counts[1:])]
        return round(sum(steps) / len(steps)) if steps else 0

    def largest_memory(self, upto=None):
        return max(size for count, size in self.memory if upto is None or count <= upto)


