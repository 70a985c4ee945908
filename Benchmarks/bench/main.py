"""Runs the parts, prints what they found and keeps it."""

import datetime
import json
import os
import platform
import signal
import sys

from . import decode, idle, ingest, push, replay, scenarios, search, start, stream, ui
from .tools import OUT, Missing, say

PARTS = {
    "decode": decode.measure,
    "replay": replay.measure,
    "ingest": ingest.measure,
    "start": start.measure,
    "idle": idle.measure,
    "stream": stream.measure,
    "search": search.measure,
    "push": push.measure,
    "ui": ui.measure,
    "scenarios": scenarios.measure,
}


def run(parts, quick):
    # So that a run that is ended leaves no browser behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    OUT.mkdir(parents=True, exist_ok=True)
    results = {
        "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "architecture": platform.machine()},
        "quick": quick,
        "parts": {},
    }
    rows = []
    failed = False
    for part in parts:
        say(f"{part} …")
        try:
            found = PARTS[part](quick)
        except Missing as missing:
            failed = True
            say(f"{part} was not measured: {missing}")
            continue
        results["parts"][part] = {"rows": [row.asdict() for row in found.rows], "raw": found.raw}
        rows += found.rows
        (OUT / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    if rows:
        print_table(rows)
        say(f"All figures: {OUT / 'results.json'}")
    return 3 if failed else 0


def print_table(rows):
    """A Markdown table, aligned for a terminal too."""
    cells = [["measured", "Offstage", "peer", "ratio", "aim"]] + [row.cells() for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    for number, line in enumerate(cells):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |")
        if number == 0:
            print("| " + " | ".join("-" * width for width in widths) + " |")
