"""What `offstage test` costs beside the browser, and what playing several at once saves."""

import ctypes
import json
import os
import resource
import shutil
import subprocess
import tempfile
import threading
import time

from . import bare
from .chromium import find
from .recording import environment
from .tools import HERE, OUT, ROOT, Figures, Found, Row, offstage, say

SMALL = HERE / "scenarios" / "sync.yaml"
SUITE = ROOT / "Examples" / "scenarios"
SCRATCH = OUT / "scratch"
COPIES = 10


def measure(quick):
    offstage()
    find()
    SCRATCH.mkdir(parents=True, exist_ok=True)
    adopt_orphans(True)
    try:
        raw = {"cost": cost(quick), "copies": at_once([SMALL] * COPIES, 1 if quick else 3),
               "suite": at_once([SUITE], 1 if quick else 3)}
        # So many runs in a row take a quarter of an hour.
        times = int(os.environ.get("BENCH_TIMES", 2 if quick else 20))
        raw["times"] = [suite(number, times) for number in range(times)]
    finally:
        adopt_orphans(False)
    return Found(cost_rows(raw["cost"]) + at_once_rows(raw) + times_rows(raw["times"]), raw)


# One scenario


def cost(quick):
    rounds = []
    # The first round reads the browser from the disk.
    for number in range((3 if quick else 12) + 1):
        peer = bare.play(SCRATCH)
        one = test([SMALL])
        several = test([SMALL] * COPIES)
        say(f"  {number}: bare {peer['all']:.0f} ms, one {one['wall'] * 1000:.0f} ms, "
            f"of {COPIES} {several['wall'] * 1000 / COPIES:.0f} ms")
        if number > 0:
            rounds.append({"bare": peer, "one": one, "several": several})
    return rounds


def cost_rows(rounds):
    bare_all = [run["bare"]["all"] for run in rounds]
    one = [run["one"]["wall"] * 1000 for run in rounds]
    several = [run["several"]["wall"] * 1000 / COPIES for run in rounds]

    def more(values):
        return Figures([ours - theirs for ours, theirs in zip(values, bare_all)], " ms")

    def figures(values):
        return Figures(values, " ms")

    return [
        Row("a scenario, a process each", figures(one), figures(bare_all), "bare CDP"),
        Row("  what Offstage adds", more(one), aim="< 100 ms"),
        Row(f"a scenario, {COPIES} in one process", figures(several), figures(bare_all), "bare CDP"),
        Row("  what Offstage adds", more(several), aim="< 100 ms"),
    ]


# Several at once


def at_once(files, rounds):
    found = []
    for number in range(rounds):
        found.append({jobs: test(files, jobs, looks=True) for jobs in (1, 4)})
        one, four = found[-1][1], found[-1][4]
        say(f"  {number}: {one['wall']:.1f} s one by one, {four['wall']:.1f} s by four, "
            f"{one['waiting']:.0f} % waiting")
    return found


class Idleness(threading.Thread):
    """Looks how often nothing on this machine wants a processor but the look itself."""

    def __init__(self):
        super().__init__(daemon=True)
        self.looks = self.idle = 0
        self.is_over = False
        self.start()

    def run(self):
        while not self.is_over:
            time.sleep(0.005)
            with open("/proc/stat") as stat:
                running = next(line for line in stat if line.startswith("procs_running"))
            self.looks += 1
            self.idle += int(running.split()[1]) <= 1

    def stop(self):
        """Per cent of the looks."""
        self.is_over = True
        self.join()
        return 100 * self.idle / max(1, self.looks)


def at_once_rows(raw):
    rows = []
    for name, key, aim in [("Examples/scenarios", "suite", "≤ 0.60"),
                           (f"{COPIES} copies of the scenario", "copies", "")]:
        def seconds(jobs):
            return Figures([run[jobs]["wall"] for run in raw[key]], " s", 1)

        rows += [
            Row(f"{name}, --jobs 4", seconds(4), seconds(1), "--jobs 1", aim),
            Row("  waiting, of the time of --jobs 1",
                Figures([run[1]["waiting"] for run in raw[key]], " %"),
                aim="≥ 50 %" if aim else ""),
            Row("  processor seconds, --jobs 4", Figures([run[4]["cpu"] for run in raw[key]], " s", 1),
                Figures([run[1]["cpu"] for run in raw[key]], " s", 1), "--jobs 1"),
        ]
    return rows


# Again and again


def suite(number, times):
    run = test([SUITE], 4, OUT / "failed" / str(number + 1), may_fail=True)
    say(f"  {number + 1} of {times}: {run['wall']:.1f} s, {run['failed'] or 'all passed'}")
    return run


def times_rows(runs):
    return [
        Row(f"Examples/scenarios, {len(runs)} times, --jobs 4: scenarios that failed",
            Figures([sum(len(run["failed"]) for run in runs)]), aim="0"),
        Row("  seconds", Figures([run["wall"] for run in runs], " s", 1)),
    ]


# `offstage test`


def test(files, jobs=1, artifacts=None, looks=False, may_fail=False):
    """Seconds from the start of the process to its end, and what all that it started has used."""
    folder = tempfile.mkdtemp(dir=SCRATCH)
    command = [offstage(), "test", *files, "--json", "--jobs", jobs, "--data", folder]
    if artifacts:
        shutil.rmtree(artifacts, ignore_errors=True)
        command += ["--artifacts", artifacts]
    try:
        used = processor()
        idleness = Idleness() if looks else None
        began = time.perf_counter()
        child = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                               env=environment())
        wall = time.perf_counter() - began
        waiting = idleness.stop() if idleness else None
        reap()
        used = processor() - used
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not child.stdout.startswith("{"):
        raise RuntimeError(f"{command} said nothing: {child.stderr}")
    report = json.loads(child.stdout)
    failed = [f"{scenario['name']}: {(scenario['attempts'] or [{}])[-1].get('failure')}"
              for scenario in report["scenarios"] if scenario["outcome"] != "passed"]
    if failed and not may_fail:
        raise RuntimeError("; ".join(failed))
    return {"wall": wall, "cpu": used, "waiting": waiting, "failed": failed, "scenarios": [
        {"name": scenario["name"], "ms": scenario["durationMs"],
         "steps": [(step["name"], step["durationMs"]) for step in scenario["attempts"][-1]["steps"]]}
        for scenario in report["scenarios"] if scenario["attempts"]]}


def adopt_orphans(does):
    """What a killed browser leaves becomes ours when it ends, so that its time is counted."""
    PR_SET_CHILD_SUBREAPER = 36
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, int(does), 0, 0, 0)


def reap():
    """Waits for those, a few seconds at most."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.01)
        except ChildProcessError:
            return


def processor():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime
