"""The least that a test of a background sync can be: a browser, bare CDP over the pipe, no recorder."""

import fcntl
import functools
import http.server
import json
import os
import pathlib
import select
import shutil
import signal
import tempfile
import threading
import time

from .chromium import find
from .tools import HERE

FOLDER = HERE / "scenarios" / "outbox"


class Site:
    """The scenario's folder, on the loopback."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *arguments):
            pass

    def __init__(self):
        handler = functools.partial(self.Handler, directory=str(FOLDER))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.url = f"http://localhost:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()


def flags(profile):
    """Those of Sources/CDP/Launch/BrowserFlags.swift."""
    flags = [f"--user-data-dir={profile}", "--remote-debugging-pipe", "--no-first-run",
             "--no-default-browser-check", "--hide-crash-restore-bubble", "--headless=new",
             "--window-size=1280,1000"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    memory = os.statvfs("/dev/shm")
    if memory.f_blocks * memory.f_frsize < 128 << 20:
        flags.append("--disable-dev-shm-usage")
    return flags + ["about:blank"]


class Browser:
    def __init__(self, profile):
        heard, self.commands = os.pipe()
        self.replies, told = os.pipe()
        self.bytes = b""
        self.last = 0
        self.events = []
        # Neither is to be in the other's place.
        ends = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (heard, told)]
        nothing = [(os.POSIX_SPAWN_OPEN, number, "/dev/null", os.O_RDWR, 0) for number in range(3)]
        dups = [(os.POSIX_SPAWN_DUP2, end, number) for end, number in zip(ends, (3, 4))]
        path = find()
        self.pid = os.posix_spawn(path, [path, *flags(profile)], os.environ,
                                  file_actions=nothing + dups, setpgroup=0)
        for end in (heard, told, *ends):
            os.close(end)

    def read(self):
        """One message."""
        while (end := self.bytes.find(b"\0")) < 0:
            if not select.select([self.replies], [], [], 60)[0]:
                raise RuntimeError("the browser says nothing")
            if not (more := os.read(self.replies, 1 << 16)):
                raise RuntimeError("the browser has ended")
            self.bytes += more
        message, self.bytes = json.loads(self.bytes[:end]), self.bytes[end + 1:]
        return message

    def call(self, method, session=None, **parameters):
        self.last += 1
        command = {"id": self.last, "method": method, "params": parameters}
        if session:
            command["sessionId"] = session
        os.write(self.commands, json.dumps(command).encode() + b"\0")
        while (message := self.read()).get("id") != self.last:
            self.events.append(message)
        if "error" in message:
            raise RuntimeError(f"{method}: {message['error']['message']}")
        return message["result"]

    def wait_for(self, fits):
        while not any(fits(event) for event in self.events):
            self.events.append(self.read())

    def end(self):
        """As Offstage ends the browser of a fresh profile, which has nothing to save."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.commands)
        os.close(self.replies)


def play(parent):
    """What `scenarios/sync.yaml` says; gives the milliseconds of each part and of all."""
    times = [("", time.perf_counter())]

    def mark(name):
        times.append((name, time.perf_counter()))

    site = Site()
    profile = pathlib.Path(tempfile.mkdtemp(dir=parent))
    try:
        browser = Browser(profile)
        try:
            # The one that it began with.
            page = next(target for target in browser.call("Target.getTargets")["targetInfos"]
                        if target["type"] == "page")
            mark("start")
            session = browser.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
            browser.call("BackgroundService.startObserving", session, service="backgroundSync")
            browser.call("BackgroundService.setRecording", session, service="backgroundSync",
                         shouldRecord=True)
            mark("record")
            browser.call("Page.enable", session)
            browser.call("Page.navigate", session, url=site.url)
            browser.wait_for(lambda event: event["method"] == "Page.loadEventFired")
            mark("open")
            reply = browser.call("Runtime.evaluate", session, expression="send()", awaitPromise=True,
                                 userGesture=True)
            if "exceptionDetails" in reply:
                raise RuntimeError(f"the page threw: {reply['exceptionDetails']}")
            mark("evaluate")
            browser.wait_for(completes)
            mark("expect")
        finally:
            browser.end()
        mark("end")
        remove(profile)
        mark("remove")
    finally:
        shutil.rmtree(profile, ignore_errors=True)
        site.end()
    found = {name: (at - before) * 1000 for (_, before), (name, at) in zip(times, times[1:])}
    found["all"] = (times[-1][1] - times[0][1]) * 1000
    return found


def completes(event):
    if event["method"] != "BackgroundService.backgroundServiceEventReceived":
        return False
    logged = event["params"]["backgroundServiceEvent"]
    return logged["eventName"] == "Sync completed" and logged["instanceId"] == "outbox"


def remove(folder):
    """A browser's last helpers may still be writing."""
    for attempt in range(20):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.01)
    raise RuntimeError(f"{folder} could not be removed")
