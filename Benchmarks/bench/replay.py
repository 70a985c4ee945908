"""A real browser's log until it is durable, beside a client that only reads it."""

import json
import subprocess

from .chromium import Chromium
from .recording import Recording
from .tools import Figures, Found, Row, megabytes, offstage, peer, say


def measure(quick):
    offstage()
    bare_client = peer("bare_client")
    pushes = 1000 if quick else 5000
    browser = Chromium()
    raw = {"bare": [], "offstage": []}
    try:
        say(f"making a log of {2 * pushes:,} real events …")
        browser.fill_log(pushes)
        # The first pair warms the browser up.
        for number in range((3 if quick else 15) + 1):
            bare = json.loads(subprocess.run([bare_client, browser.url], check=True, timeout=60,
                                             capture_output=True, text=True).stdout)
            ours = catch_up(browser.url, 2 * pushes)
            say(f"  {number}: bare {bare['seconds']:.3f} s, Offstage {ours['seconds']:.3f} s")
            if number > 0:
                raw["bare"].append(bare)
                raw["offstage"].append(ours)
    finally:
        browser.end()

    def seconds(name):
        return Figures([run["seconds"] for run in raw[name]], " s", 3)

    return Found(
        [
            Row(f"catching up {2 * pushes:,} events", seconds("offstage"), seconds("bare"),
                "bare client", "≤ 1.1"),
            Row("  most memory", Figures([run["peak"] for run in raw["offstage"]], " MB"),
                aim="< 100 MB"),
        ],
        raw)


def catch_up(url, events):
    recording = Recording(url)
    try:
        seconds, told = recording.caught_up()
        stored = recording.query("SELECT count(*) FROM event")[0]
        if not stored == told == events:
            raise RuntimeError(f"{stored} events are in the store and {told} were told of, not {events}")
        return {"seconds": seconds, "events": stored, "peak": megabytes(recording.pid, "VmHWM")}
    finally:
        recording.end()
