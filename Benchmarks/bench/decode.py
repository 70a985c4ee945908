"""How fast the protocol's messages become typed events, on one core."""

import json
import os
import subprocess

from .frames import write_frames
from .tools import OUT, PEERS, Figures, Found, Row, need, tool


def measure(quick):
    node = need("node", "its JSON.parse is the peer")
    decodebench = tool("decodebench")
    frames = OUT / "frames.jsonl"
    size = write_frames(frames, 40_000)
    repeats = "3" if quick else "20"
    commands = {
        "offstage": [decodebench, frames, repeats],
        "node": [node, PEERS / "decode.mjs", frames, repeats],
    }
    raw = {name: [] for name in commands}
    for _ in range(3 if quick else 9):
        for name, command in commands.items():
            output = subprocess.run(command, capture_output=True, text=True, check=True,
                                    preexec_fn=on_one_core).stdout
            raw[name].append(json.loads(output))
    # Node counts UTF-16 and Swift UTF-8; but for that both have to have read the same.
    sums = [run["sum"] / run["events"] for runs in raw.values() for run in runs]
    if max(sums) > 1.01 * min(sums):
        raise RuntimeError(f"the two did not read the same: {raw}")

    def rate(name):
        return Figures([run["events"] / run["cpuSeconds"] for run in raw[name]], "/s")

    row = Row(f"decoding, {size} bytes each, per CPU second", rate("offstage"), rate("node"),
              "Node's JSON.parse", "≥ 2")
    return Found([row], raw)


def on_one_core():
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
