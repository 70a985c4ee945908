"""What recording costs while nothing happens."""

import time

from .chromium import Chromium
from .recording import Recording
from .tools import Figures, Found, Row, cpu_seconds, megabytes, offstage


def measure(quick):
    offstage()
    duration = 10 if quick else 60
    browser = Chromium()
    try:
        recording = Recording(browser.url)
        try:
            recording.caught_up()
            time.sleep(3)
            before = cpu_seconds(recording.pid), cpu_seconds(recording.follower.pid)
            time.sleep(duration)
            used = cpu_seconds(recording.pid) - before[0]
            followed = cpu_seconds(recording.follower.pid) - before[1]
            memory = megabytes(recording.pid, "VmRSS")
        finally:
            recording.end()
    finally:
        browser.end()
    return Found(
        [
            Row(f"idle for {duration} s: of one core", Figures([100 * used / duration], " %", 2),
                aim="< 1 %"),
            Row("  memory", Figures([memory], " MB"), aim="< 60 MB"),
        ],
        {"seconds": duration, "cpu": used, "followerCpu": followed, "memory": memory})
