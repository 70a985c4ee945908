"""A storm from the fake browser until it is durable, beside a Python recorder and bare SQLite."""

import json
import os
import signal
import subprocess
import sys

from .recording import Recording, Watch
from .tools import OUT, PEERS, Figures, Found, Process, Row, megabytes, offstage, peer, say, tool, \
    websockets

BYTES = 400


def measure(quick):
    offstage()
    libraries = websockets()
    raw_sqlite = peer("raw_sqlite")
    fake = tool("fakebrowser")
    events = 50_000 if quick else 200_000
    raw = {"offstage": [], "alone": [], "python": [], "sqlite": []}
    for number in range(1 if quick else 5):
        ours, sqlite = offstage_round(fake, events, raw_sqlite)
        alone, _ = offstage_round(fake, events, shape="alone")
        raw["offstage"].append(ours)
        raw["alone"].append(alone)
        raw["sqlite"].append(sqlite)
        raw["python"].append(python_round(fake, events, libraries))
        say(f"  {number + 1}: Offstage {ours['perSecond']:,.0f}/s in batches of {ours['batch']}, "
            f"alone {alone['perSecond']:,.0f}/s, "
            f"Python {raw['python'][-1]['perSecond']:,.0f}/s, SQLite {sqlite['perSecond']:,.0f}/s")
    many = events if quick else 1_000_000
    long, _ = offstage_round(fake, many)
    raw["long"] = long

    def rate(name):
        return Figures([run["perSecond"] for run in raw[name]], "/s")

    largest = Figures([run["peak"] for run in raw["offstage"]], " MB")
    return Found(
        [
            Row(f"{events:,} events to durable", rate("offstage"), rate("python"),
                "websockets + json + sqlite3", "≥ 2"),
            Row("", rate("offstage"), rate("sqlite"), "SQLite alone", "≥ 0.7"),
            Row("  each an operation by itself", rate("alone"), rate("python"),
                "websockets + json + sqlite3"),
            Row("  most memory", largest, aim="< 100 MB"),
            Row(f"  most memory, {many:,} events", Figures([long["peak"]], " MB"),
                Figures([long["early"]], " MB"), f"its first {events // 1000},000", "does not grow"),
        ],
        raw)


def storm(fake, events, shape="stories"):
    """A fake browser that waits for a recorder; its address."""
    browser = Process([fake, "--port", "0", "--events", events, "--bytes", BYTES, "--mode", "live",
                       "--shape", shape])
    _, match = browser.wait_for(r'^\{"port".*', 20)
    return browser, json.loads(match[0])["url"]


def offstage_round(fake, events, raw_sqlite=None, shape="stories"):
    browser, url = storm(fake, events, shape)
    recording = Recording(url)
    try:
        began, _ = browser.wait_for(r'"storm"', 30)
        watch = Watch(recording)
        durable = watch.wait_for(events, 180)
        watch.stop()
        peak = megabytes(recording.pid, "VmHWM")
        stored = recording.query("SELECT count(*) FROM event")[0]
        if stored != events:
            raise RuntimeError(f"{stored} events are in the store, not {events}")
        ours = {
            "perSecond": events / (durable - began), "seconds": durable - began,
            "batch": watch.batch(), "peak": peak, "early": watch.largest_memory(upto=events // 5),
            "memory": watch.memory[:: max(1, len(watch.memory) // 20)],
            "storm": browser.lines[-1][1],
        }
        recording.attach.end(signal.SIGINT)
        recording.follower.end(signal.SIGINT)
        return ours, raw_sqlite and sqlite_round(raw_sqlite, recording.store, ours["batch"])
    finally:
        recording.end()
        browser.end(signal.SIGKILL)


def sqlite_round(raw_sqlite, store, batch):
    """The same rows, in batches of the same size."""
    database = OUT / "scratch" / "raw.sqlite"
    remove(database)
    output = subprocess.run([raw_sqlite, store, database, str(batch)], check=True,
                            capture_output=True, text=True).stdout
    remove(database)
    return json.loads(output)


def python_round(fake, events, libraries):
    browser, url = storm(fake, events)
    database = OUT / "scratch" / "python.sqlite"
    remove(database)
    try:
        output = subprocess.run(
            [sys.executable, PEERS / "recorder.py", url, "--events", str(events), "--database",
             database], check=True, capture_output=True, text=True, timeout=300,
            env={**os.environ, "PYTHONPATH": libraries}).stdout
        return json.loads(output)
    finally:
        browser.end(signal.SIGKILL)
        remove(database)


def remove(database):
    for suffix in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
