"""What all parts share: processes, what they need, and figures."""

import dataclasses
import os
import pathlib
import re
import shutil
import signal
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent
OUT = ROOT / ".build" / "bench"
PEERS = HERE / "peers"


class Missing(Exception):
    """Something that a part needs is not there; the text says what, and what to do."""


def say(text):
    print(text, file=sys.stderr, flush=True)


# What is needed


def need(program, why):
    path = shutil.which(program)
    if not path:
        raise Missing(f"there is no {program} on the PATH ({why}).")
    return path


def offstage():
    path = pathlib.Path(os.environ.get("OFFSTAGE_BINARY", ROOT / ".build" / "release" / "offstage"))
    if not os.access(path, os.X_OK):
        raise Missing(f"there is no {path}; run `make build` first.")
    return str(path)


def tool(name):
    """One of the executables of the package in this folder."""
    need("swift", "to build what the measurement needs")
    scratch = OUT / "swift"
    log = OUT / "swift.log"
    say(f"building {name} (minutes the first time; the log is {log}) …")
    command = ["swift", "build", "-c", "release", "--product", name, "--package-path", HERE,
               "--scratch-path", scratch]
    with open(log, "wb") as output:
        if subprocess.run(command, stdout=output, stderr=subprocess.STDOUT).returncode:
            raise Missing(f"{name} could not be built; see {log}.")
    return str(scratch / "release" / name)


def peer(name):
    """One of the C programs in `peers`."""
    need("make", "to build the peers")
    need("cc", "to build the peers: apt-get install gcc libsqlite3-dev")
    folder = OUT / "peers"
    built = subprocess.run(["make", "-s", "-C", PEERS, f"OUT={folder}", f"{folder}/{name}"],
                           capture_output=True, text=True)
    if built.returncode:
        raise Missing(f"{name} could not be built (apt-get install gcc libsqlite3-dev?):\n{built.stderr}")
    return str(folder / name)


def websockets():
    """The folder that Python's WebSocket library is in; it is put there if need be."""
    folder = OUT / "python"
    stamp = folder / "requirements.txt"
    wanted = (PEERS / "requirements.txt").read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        say("installing Python's websockets into .build …")
        shutil.rmtree(folder, ignore_errors=True)
        command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check",
                   "--root-user-action", "ignore", "--target", folder, "-r", PEERS / "requirements.txt"]
        if subprocess.run(command).returncode:
            raise Missing("pip could not install websockets (apt-get install python3-pip?).")
        stamp.write_text(wanted)
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return str(folder)


def push_peer():
    """A Python that has pywebpush, as it is pinned in `peers/push-requirements.txt`."""
    folder = OUT / "push-peer"
    stamp = folder / "requirements.txt"
    requirements = PEERS / "push-requirements.txt"
    wanted = requirements.read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        say("installing pywebpush into .build …")
        commands = [[sys.executable, "-m", "venv", "--clear", folder],
                    [folder / "bin" / "pip", "install", "-q", "--disable-pip-version-check",
                     "-r", requirements]]
        if any(subprocess.run(command).returncode for command in commands):
            raise Missing("pip could not install pywebpush (apt-get install python3-venv?).")
        stamp.write_text(wanted)
    return str(folder / "bin" / "python")


# Processes


class Process:
    """A child in a group of its own, whose lines are stamped with the wall clock as they come."""

    def __init__(self, arguments, reads="stdout", environment=None, stdout=subprocess.DEVNULL,
                 stderr=None, hears=False):
        streams = {"stdout": stdout, "stderr": stderr, reads: subprocess.PIPE}
        self.child = subprocess.Popen(
            [str(argument) for argument in arguments],
            stdin=subprocess.PIPE if hears else subprocess.DEVNULL, env=environment,
            start_new_session=True, text=True, **streams)
        self.pid = self.child.pid
        self.lines = []
        self.changed = threading.Condition()
        self.is_over = False
        threading.Thread(target=self.read, args=(getattr(self.child, reads),), daemon=True).start()

    def read(self, stream):
        for line in stream:
            with self.changed:
                self.lines.append((time.time(), line.rstrip("\n")))
                self.changed.notify_all()
        with self.changed:
            self.is_over = True
            self.changed.notify_all()

    def wait_for(self, pattern, timeout):
        """When the first line that matches came, and the match."""
        def find():
            for at, line in self.lines:
                if match := re.search(pattern, line):
                    return at, match
            return None

        deadline = time.monotonic() + timeout
        with self.changed:
            while not (found := find()):
                left = deadline - time.monotonic()
                if left <= 0 or self.is_over:
                    text = "\n".join(line for _, line in self.lines[-20:])
                    raise RuntimeError(f"{self.child.args[0]} never said {pattern!r}:\n{text}")
                self.changed.wait(left)
        return found

    def tell(self, line):
        self.child.stdin.write(line + "\n")
        self.child.stdin.flush()

    def end(self, by=signal.SIGINT):
        """Ends it in good order, or else by force."""
        if self.child.poll() is None:
            self.child.send_signal(by)
            try:
                self.child.wait(20)
            except subprocess.TimeoutExpired:
                pass
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass
        self.child.wait()


def megabytes(pid, field):
    """VmRSS or VmHWM of a process."""
    with open(f"/proc/{pid}/status") as status:
        for line in status:
            if line.startswith(field):
                return int(line.split()[1]) / 1024
    return 0.0


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


# Figures


@dataclasses.dataclass
class Figures:
    """Several values of one measure."""

    values: list
    unit: str = ""
    digits: int = 0

    @property
    def median(self):
        return statistics.median(self.values)

    def __str__(self):
        def show(value):
            return f"{value:,.{self.digits}f}"

        text = f"{show(self.median)}{self.unit}"
        if len(self.values) > 1:
            text += f" ({show(min(self.values))}–{show(max(self.values))})"
        return text


@dataclasses.dataclass
class Row:
    name: str
    ours: Figures
    theirs: Figures | None = None
    peer: str = ""
    aim: str = ""

    def ratio(self):
        """Of the medians, and the range of those of the single rounds."""
        if not self.theirs:
            return None
        rounds = [ours / theirs for ours, theirs in zip(self.ours.values, self.theirs.values)]
        return self.ours.median / self.theirs.median, min(rounds), max(rounds)

    def cells(self):
        ratio = self.ratio()
        digits = 2 if ratio and ratio[0] >= 0.1 else 3
        show = [f"{value:.{digits}f}" for value in ratio or []]
        text = f"{show[0]} ({show[1]}–{show[2]})" if show else ""
        theirs = f"{self.peer}: {self.theirs}" if self.theirs else ""
        return [self.name, str(self.ours), theirs, text, self.aim]

    def asdict(self):
        return {
            "name": self.name, "offstage": self.ours.values, "peer": self.peer,
            "peerValues": self.theirs.values if self.theirs else None, "ratio": self.ratio(),
            "aim": self.aim,
        }


@dataclasses.dataclass
class Found:
    rows: list
    raw: dict
