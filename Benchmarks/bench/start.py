"""How long the shortest command takes."""

import subprocess
import sys
import time

from .tools import Figures, Found, Row, need, offstage


def measure(quick):
    commands = {
        "offstage": [offstage(), "--version"],
        "python3": [sys.executable, "-c", "pass"],
        "true": [need("true", "the least that a process costs")],
    }
    times = {name: [] for name in commands}
    for round in range((5 if quick else 30) + 1):
        for name, command in commands.items():
            started = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            if round > 0:  # The first reads the files from the disk.
                times[name].append((time.perf_counter() - started) * 1000)
    ours = Figures(times["offstage"], " ms", 1)
    return Found(
        [
            Row("offstage --version", ours, Figures(times["python3"], " ms", 1),
                "python3 -c pass", "< 50 ms"),
            Row("", ours, Figures(times["true"], " ms", 1), "true"),
        ],
        {"milliseconds": times})
