"""A browser that `offstage open` records, for tests in Python. Nothing but the standard library."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request


class Offstage:
    """Starts `offstage open` on a page; its browser and all that it recorded go at the end.

    `debugging_port` lets another tool attach to the browser. `OFFSTAGE_BINARY` names another binary.
    """

    def __init__(self, url, *options, debugging_port=None):
        binary = os.environ.get("OFFSTAGE_BINARY", "offstage")
        if not shutil.which(binary):
            raise FileNotFoundError(f"There is no {binary}: put offstage on the PATH "
                                    "(make install), or name it in OFFSTAGE_BINARY.")
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="offstage-"))
        command = [binary, "open", url, "--headless", "--ephemeral", "--no-ui", "--ui-port", "0",
                   "--data", self.folder, *options]
        if debugging_port:
            command += ["--remote-debugging-port", str(debugging_port)]
        self.log = open(self.folder / "log", "w+")
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self.log)

    def __enter__(self):
        try:
            place = self.folder / "running" / f"{self.process.pid}.json"
            self._until(place.exists, "a recorder")
            running = json.loads(place.read_text())
            self.api = f"http://127.0.0.1:{running['port']}/api/v1"
            self.token = running["token"]
            self._until(self._is_recording, "recording")
            return self
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def ask(self, path, body=None, timeout=60, **parameters):
        """GET, or POST of `body`, as JSON."""
        query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
        request = urllib.request.Request(
            self.api + path + query, data=json.dumps(body).encode() if body is not None else None,
            headers={"Authorization": f"Bearer {self.token}"})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            problem = json.load(error)
            raise AssertionError(f"{problem['detail']} {problem.get('hint', '')}") from None

    def wait(self, filter, seconds=10):
        """The newest event that the filter takes, as soon as there is one."""
        found = self.ask("/events", filter=filter, wait=f"{seconds}s", limit=1)["events"]
        if not found:
            newest = [f"{e['service']}: {e['eventName']}" for e in self.ask("/events", limit=5)["events"]]
            raise AssertionError(f"No event of {filter} in {seconds} s. The newest are {newest}.")
        return found[0]

    def trigger(self, kind, **members):
        """Makes the browser do something, and says what came of it."""
        answer = self.ask("/triggers", {"action": {"kind": kind, **members}, "wait": "10s"})
        if answer["verdict"] != "done":
            raise AssertionError(f"{kind}: {answer['reason']} {answer['hint'] or ''}")
        return answer

    def wait_for_worker(self, seconds=10):
        """Until the page has a service worker that runs."""
        body = {"action": {"kind": "worker", "change": "start"}, "wait": "1s"}
        self._until(lambda: self.ask("/triggers", body)["verdict"] == "done", "worker", seconds)

    def findings(self, filter=""):
        """What Offstage thinks went wrong."""
        found = self.ask("/findings", **({"filter": filter} if filter else {}))["findings"]
        return [f for f in found if f["severity"] != "info"]

    def _is_recording(self):
        services = self.ask("/services")["services"]
        return len(services) == 6 and all(service["isRecording"] for service in services)

    def _until(self, holds, what, seconds=30):
        deadline = time.monotonic() + seconds
        while not holds():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.log.seek(0)
                raise RuntimeError(f"There was no {what}: {self.log.read()}")
            time.sleep(0.05)
