"""A hundred readers of the stream while the fake browser logs a thousand events a second, beside the
same recording with no reader."""

import json
import signal

from .recording import Recording, Watch
from .tools import Figures, Found, Process, Row, cpu_seconds, megabytes, offstage, peer, say, tool

RATE = 1000
BYTES = 400
READERS = 100


def measure(quick):
    offstage()
    reader = peer("stream_reader")
    fake = tool("fakebrowser")
    seconds = 10 if quick else 60
    rounds = []
    for number in range(1 if quick else 3):
        alone = one_round(fake, seconds)
        read = one_round(fake, seconds, reader)
        rounds.append({"alone": alone, "read": read})
        seen = read["readers"]
        say(f"  {number + 1}: p50 {seen['p50']:.1f}, p95 {seen['p95']:.1f}, p99 {seen['p99']:.1f} ms; "
            f"recorder {alone['p95']:.1f} ms alone, {read['p95']:.1f} ms read; "
            f"{read['cpu']:.1f} s of the processor, readers {seen['cpu']:.1f} s")

    def readers(name):
        return Figures([run["read"]["readers"][name] for run in rounds], " ms", 1)

    def recorder(who, name, unit="", digits=1):
        return Figures([run[who][name] for run in rounds], unit, digits)

    return Found(
        [
            Row(f"{READERS} readers, {RATE:,} events/s, {seconds} s: missing",
                Figures([run["read"]["missing"] for run in rounds]), aim="0"),
            Row("  browser to reader, median", readers("p50")),
            Row("  95 of 100", readers("p95"), aim="< 25 ms"),
            Row("  99 of 100", readers("p99")),
            Row("  browser to recorder, 95 of 100", recorder("read", "p95", " ms"),
                recorder("alone", "p95", " ms"), "no reader", "not slowed"),
            Row("  most memory", recorder("read", "peak", " MB", 0),
                recorder("alone", "peak", " MB", 0), "no reader", "bounded"),
            Row("  processor time, of two cores",
                Figures([50 * run["read"]["cpu"] / seconds for run in rounds], " %", 0),
                Figures([50 * run["alone"]["cpu"] / seconds for run in rounds], " %", 0), "no reader"),
        ],
        {"seconds": seconds, "rate": RATE, "readers": READERS, "rounds": rounds})


def one_round(fake, seconds, reader=None):
    events = RATE * seconds
    browser = Process([fake, "--port", "0", "--events", events, "--bytes", BYTES, "--mode", "live",
                       "--rate", RATE, "--clock", "wall", "--start", "line"], hears=True)
    readers = None
    try:
        _, match = browser.wait_for(r'^\{"port".*', 20)
        recording = Recording(json.loads(match[0])["url"], follows=False)
        try:
            recording.caught_up()
            if reader:
                port, token = recording.api()
                readers = Process([reader, port, token, READERS, events, seconds + 20])
                readers.wait_for('"open"', 20)
            before = cpu_seconds(recording.pid)
            browser.tell("go")
            watch = Watch(recording, interval=0.1)
            watch.wait_for(events, seconds + 60)
            watch.stop()
            found = {"memory": watch.memory[:: max(1, len(watch.memory) // 20)]}
            if readers:
                _, match = readers.wait_for(r'^\{"events".*', 60)
                found["readers"] = json.loads(match[0])
                found["missing"] = READERS * events - found["readers"]["events"] + \
                    found["readers"]["wrong"] + found["readers"]["skipped"]
            found["cpu"] = cpu_seconds(recording.pid) - before
            found["peak"] = megabytes(recording.pid, "VmHWM")
            found["p95"] = recording.query(
                "SELECT (received - timestamp) / 1000.0 FROM event ORDER BY received - timestamp "
                f"LIMIT 1 OFFSET {events * 95 // 100}")[0]
            return found
        finally:
            recording.end()
    finally:
        for process in (readers, browser):
            if process:
                process.end(signal.SIGKILL)
