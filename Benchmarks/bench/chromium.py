"""A real browser, headless, on a profile of its own, and a log to be replayed."""

import asyncio
import http.server
import json
import os
import pathlib
import shutil
import signal
import tempfile
import threading
import time

from .tools import Missing, Process, websockets

NAMES = ["chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "microsoft-edge",
         "brave-browser"]


def find():
    for name in NAMES:
        if path := shutil.which(name):
            return path
    raise Missing("there is no Chromium-family browser on the PATH (apt-get install chromium).")


class Chromium:
    def __init__(self):
        path = find()
        self.profile = pathlib.Path(tempfile.mkdtemp(prefix="offstage-bench-"))
        flags = [f"--user-data-dir={self.profile}", "--remote-debugging-port=0", "--headless=new",
                 "--no-first-run", "--no-default-browser-check", "--disable-dev-shm-usage"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")
        self.process = Process([path, *flags, "about:blank"], reads="stderr")
        try:
            _, match = self.process.wait_for(r"DevTools listening on (ws://\S+)", 60)
            self.url = match[1]
        except BaseException:
            self.end()
            raise

    def end(self):
        self.process.end(signal.SIGTERM)
        for _ in range(5):
            shutil.rmtree(self.profile, ignore_errors=True)
            if not self.profile.exists():
                break
            time.sleep(0.2)  # A process of the browser may still be writing.

    def fill_log(self, pushes):
        """Makes a service worker receive so many pushes: two events each."""
        websockets()
        site = Site()
        try:
            asyncio.run(fill_log(self.url, site.origin, pushes))
        finally:
            site.end()


class Site:
    """A page with a service worker that does nothing with its pushes, on the loopback."""

    HOST = "127.0.0.1"
    PAGES = {
        "/": ("text/html", "<!doctype html><title>Benchmark</title>"),
        "/sw.js": ("text/javascript",
                   "addEventListener('install', () => skipWaiting());"
                   "addEventListener('push', () => {});"),
    }

    def __init__(self):
        pages = self.PAGES

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                kind, text = pages.get(self.path, ("text/plain", ""))
                self.send_response(200 if self.path in pages else 404)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://{self.HOST}:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def end(self):
        self.server.shutdown()
        self.server.server_close()


class Session:
    """As much of a DevTools client as filling a log takes."""

    def __init__(self, socket):
        self.socket = socket
        self.last = 0
        self.waiting = {}
        self.session = None
        self.events = []
        self.reader = asyncio.create_task(self.read())

    async def read(self):
        async for text in self.socket:
            message = json.loads(text)
            if "id" not in message:
                self.events.append(message)
            elif (future := self.waiting.pop(message["id"], None)) and not future.done():
                future.set_result(message)

    async def call(self, method, **parameters):
        self.last += 1
        command = {"id": self.last, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        future = self.waiting[self.last] = asyncio.get_running_loop().create_future()
        await self.socket.send(json.dumps(command))
        reply = await asyncio.wait_for(future, 60)
        if "error" in reply:
            raise RuntimeError(f"{method}: {reply['error']['message']}")
        return reply["result"]


async def fill_log(url, origin, pushes):
    import websockets

    async with websockets.connect(url, max_size=None, ping_interval=None, compression=None) as socket:
        client = Session(socket)
        registration = await open_site(client, origin)
        gate = asyncio.Semaphore(200)

        async def push_soon(number):
            async with gate:
                await push(client, origin, registration, number)

        await asyncio.gather(*(push_soon(number) for number in range(pushes)))
        await wait_for_log(client, pushes * 2)
        client.reader.cancel()


async def open_site(client, origin):
    """Opens the page, whose pushes are recorded; gives its registration's number."""
    page = await client.call("Target.createTarget", url=origin + "/")
    attached = await client.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)
    client.session = attached["sessionId"]
    await client.call("ServiceWorker.enable")
    await client.call("BackgroundService.setRecording", shouldRecord=True, service="pushMessaging")
    return await register(client, origin)


async def push(client, origin, registration, number):
    await client.call(
        "ServiceWorker.deliverPushMessage", origin=origin, registrationId=registration,
        data=json.dumps({"title": "An order has arrived", "order": number}))


async def register(client, origin):
    """Registers the page's worker; gives the registration's number."""
    script = (f"location.origin === '{origin}' && document.readyState === 'complete' && "
              "navigator.serviceWorker.register('/sw.js')"
              ".then(() => navigator.serviceWorker.ready).then(() => true)")
    for _ in range(300):
        reply = await client.call("Runtime.evaluate", expression=script, awaitPromise=True)
        for event in client.events:
            if event["method"] == "ServiceWorker.workerRegistrationUpdated":
                for item in event["params"]["registrations"]:
                    if item["scopeURL"] == origin + "/" and reply["result"].get("value"):
                        return item["registrationId"]
        await asyncio.sleep(0.1)
    raise RuntimeError("the benchmark's page has no service worker")


async def wait_for_log(client, events):
    """A push is answered before its worker has handled it."""
    for _ in range(60):
        client.events.clear()
        await client.call("BackgroundService.startObserving", service="pushMessaging")
        await client.call("BackgroundService.stopObserving", service="pushMessaging")
        logged = sum(event["method"].endswith("EventReceived") for event in client.events)
        if logged == events:
            return
        await asyncio.sleep(1)
    raise RuntimeError(f"{logged} events are in the browser's log, not {events}")
