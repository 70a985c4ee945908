"""How long a push takes from its post to the worker, beside the least that a push service can be, and
what many subscriptions weigh."""

import base64
import concurrent.futures
import contextlib
import glob
import http.client
import json
import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import urllib.parse

from . import chromium
from .bare_push import BarePush
from .chromium import find
from .recording import environment
from .tools import OUT, Figures, Process, Row, megabytes, offstage, say, websockets

PAYLOAD = "x" * 200
PAUSE = 0.05


def measure(quick):
    raw = {"latency": latency(10 if quick else 250), "weight": weight(*((1000, 100) if quick else (10_000, 1000)))}
    return rows(raw), raw


def rows(raw):
    times, weighed = raw["latency"], raw["weight"]

    def share(name, part):
        values = sorted(times[name])
        return Figures([values[min(len(values) - 1, int(len(values) * part))] * 1000], " ms", 2)

    def beside(name, part, text, aim=""):
        return Row(text, share(name, part), share("bare", part), "bare MCS sender", aim)

    return [
        beside("accepted", 0.5, f"{len(times['bare'])} pushes: accepted to “Push event dispatched”", "≤ 1.5"),
        beside("accepted", 0.99, "  99 of 100", "< 100 ms"),
        beside("received", 0.5, "received to “Push event dispatched”"),
        beside("received", 0.95, "  95 of 100"),
        beside("received", 0.99, "  99 of 100", "< 100 ms"),
        Row("post begun to “Push event dispatched”", share("begun", 0.5)),
        Row(f"memory, {weighed['subscriptions']:,} subscriptions and {weighed['messages']:,} messages that wait",
            Figures([weighed["now"]], " MB"), aim="< 100 MB"),
        Row("  most", Figures([weighed["most"]], " MB"), aim="< 100 MB"),
        Row("  started anew", Figures([weighed["anew"]], " MB")),
    ]


# Latency


class Site(chromium.Site):
    """Its worker has the page at once, so that it can subscribe."""

    HOST = "localhost"
    PAGES = chromium.Site.PAGES | {
        "/sw.js": ("text/javascript",
                   chromium.Site.PAGES["/sw.js"][1]
                   + "addEventListener('activate', event => event.waitUntil(clients.claim()));"),
    }


class Watcher:
    """A client of a browser that stamps what it sees. The same for both browsers."""

    def __init__(self, url, origin):
        from websockets.sync.client import connect

        self.socket = connect(url, max_size=None, compression=None)
        self.origin = origin
        self.last = 0
        self.session = None
        self.replies = {}
        self.dispatched = {}
        self.changed = threading.Condition()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        with contextlib.suppress(Exception):
            for text in self.socket:
                at = time.time()
                message = json.loads(text)
                with self.changed:
                    if "id" in message:
                        self.replies[message["id"]] = message
                    elif message["method"] == "BackgroundService.backgroundServiceEventReceived":
                        event = message["params"]["backgroundServiceEvent"]
                        if event["eventName"] == "Push event dispatched":
                            self.dispatched.setdefault(event["instanceId"], at)
                    self.changed.notify_all()

    def call(self, method, **parameters):
        self.last += 1
        number = self.last
        command = {"id": number, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        self.socket.send(json.dumps(command))
        with self.changed:
            if not self.changed.wait_for(lambda: number in self.replies, 120):
                raise RuntimeError(f"{method} was not answered")
            reply = self.replies.pop(number)
        if "error" in reply:
            raise RuntimeError(f"{method}: {reply['error']['message']}")
        return reply["result"]

    def subscribe(self, key):
        """In the site's page, which stays in sight; gives the subscription."""
        deadline = time.monotonic() + 30
        while True:
            targets = self.call("Target.getTargets")["targetInfos"]
            found = [target for target in targets
                     if target["type"] == "page" and target["url"].startswith(self.origin)]
            if found:
                break
            if time.monotonic() > deadline:
                raise RuntimeError("the benchmark's page is not open")
            time.sleep(0.1)
        self.session = self.call("Target.attachToTarget", targetId=found[0]["targetId"],
                                 flatten=True)["sessionId"]
        script = f"location.origin === '{self.origin}' && document.readyState === 'complete'"
        while not self.call("Runtime.evaluate", expression=script)["result"].get("value"):
            time.sleep(0.05)
        script = """
            navigator.serviceWorker.register('/sw.js')
              .then(() => navigator.serviceWorker.ready)
              .then(registration => registration.pushManager.subscribe(
                { userVisibleOnly: true, applicationServerKey: '%s' }))
              .then(subscription => JSON.stringify(subscription))""" % key
        reply = self.call("Runtime.evaluate", expression=script, awaitPromise=True)
        if "exceptionDetails" in reply:
            raise RuntimeError(f"the page did not subscribe: {reply['exceptionDetails']}")
        self.call("BackgroundService.startObserving", service="pushMessaging")
        self.call("BackgroundService.setRecording", service="pushMessaging", shouldRecord=True)
        return json.loads(reply["result"]["value"])

    def wait_for(self, id):
        """When it saw that the push was dispatched."""
        with self.changed:
            if not self.changed.wait_for(lambda: id in self.dispatched, 30):
                raise RuntimeError(f"push {id} was not dispatched")
            return self.dispatched[id]


def ask(folder, *arguments, given=None):
    answer = subprocess.run([offstage(), *arguments, "--data", folder], input=given, text=True,
                            capture_output=True, env=environment())
    if answer.returncode:
        raise RuntimeError(f"{arguments}: {answer.stdout}{answer.stderr}")
    return json.loads(answer.stdout)


def encrypted(folder, subscription, key):
    """Headers and body, made once: what is measured begins with the post."""
    sent = ask(folder, "push", "send", "--subscription", "-", "--text", PAYLOAD, "--vapid-key", key,
               "--subject", "mailto:a@example.org", "--dry-run", "--json", given=json.dumps(subscription))
    return {header["name"]: header["value"] for header in sent["headers"]}, base64.b64decode(sent["body"])


def latency(count):
    websockets()
    scratch = OUT / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    folder = tempfile.mkdtemp(dir=scratch)
    site = Site()
    try:
        keys = ask(folder, "push", "vapid", "--json")
        with ours(folder, site) as (watcher, origin), bare(folder, site) as (other, service):
            subscription = watcher.subscribe(keys["publicKey"])
            # The watcher's page has no script of Offstage's before it: it may see the browser's own name.
            token = subscription["endpoint"].rpartition("/")[2]
            subscription["endpoint"] = f"{origin}/wp/{token}"
            headers, body = encrypted(folder, subscription, keys["privateKey"])
            theirs = other.subscribe(keys["publicKey"])
            theirs["endpoint"] = "http://127.0.0.1:9/wp/bare"
            _, their_body = encrypted(folder, theirs, keys["privateKey"])
            with service.changed:
                if not service.changed.wait_for(lambda: service.connection, 60):
                    raise RuntimeError("the browser did not connect to the bare sender")
            time.sleep(2)
            return take_turns(count, folder, watcher, (origin, token, headers, body),
                              other, service, their_body)
    finally:
        site.end()
        shutil.rmtree(folder, ignore_errors=True)


def take_turns(count, folder, watcher, push, other, service, their_body):
    origin, token, headers, body = push
    place = urllib.parse.urlsplit(origin)
    begun, accepted, seen, bare_times = {}, {}, {}, []
    # The first ten of each warm up.
    for number in range(count + 10):
        at = time.time()
        client = http.client.HTTPConnection(place.hostname, place.port)
        client.request("POST", f"/wp/{token}", body, headers)
        answer = client.getresponse()
        answered = time.time()
        answer.read()
        client.close()
        if answer.status != 201:
            raise RuntimeError(f"the push service answered {answer.status}")
        id = answer.headers["Location"].rpartition("/")[2]
        found = watcher.wait_for(id)
        if number >= 10:
            begun[id], accepted[id], seen[id] = at, answered, found
        time.sleep(PAUSE)
        at = time.time()
        service.send(f"bare-{number}", their_body)
        found = other.wait_for(f"bare-{number}")
        if number >= 10:
            bare_times.append(found - at)
        time.sleep(PAUSE)
    messages = ask(folder, "push", "messages", "--json", "--limit", "0")["messages"]
    received = {message["id"]: message["receivedMicros"] / 1e6 for message in messages}
    return {
        "begun": [seen[id] - begun[id] for id in seen],
        "received": [seen[id] - received[id] for id in seen],
        "accepted": [seen[id] - accepted[id] for id in seen],
        "bare": bare_times,
    }


@contextlib.contextmanager
def ours(folder, site):
    """`open --push`, with all that it does."""
    process = Process(
        [offstage(), "open", site.origin + "/", "--ephemeral", "--headless", "--push", "--push-port", "0",
         "--remote-debugging-port", "0", "--ui-port", "0", "--data", folder],
        reads="stderr", environment=environment())
    try:
        _, match = process.wait_for(r"Push service: (\S+)", 120)
        port, path = devtools(f"{folder}/ephemeral/*/DevToolsActivePort")
        yield Watcher(f"ws://127.0.0.1:{port}{path}", site.origin), match[1]
    finally:
        process.end(signal.SIGINT)


@contextlib.contextmanager
def bare(folder, site):
    """The same browser, pointed at the bare sender."""
    service = BarePush(f"{folder}/push/certificate.pem", f"{folder}/push/key.pem")
    profile = f"{folder}/bare"
    os.makedirs(f"{profile}/Default")
    allowed = {f"{site.origin},*": {"last_modified": "13400000000000000", "setting": 1}}
    with open(f"{profile}/Default/Preferences", "w") as file:
        json.dump({"profile": {"content_settings": {"exceptions": {"notifications": allowed}}}}, file)
    flags = [f"--user-data-dir={profile}", "--remote-debugging-port=0", "--headless=new", "--no-first-run",
             "--no-default-browser-check", "--disable-dev-shm-usage", *service.flags(), trusted(folder)]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    process = Process([find(), *flags, site.origin + "/"], reads="stderr")
    try:
        process.wait_for(r"DevTools listening on (ws://\S+)", 60)
        port, path = devtools(f"{profile}/DevToolsActivePort")
        yield Watcher(f"ws://127.0.0.1:{port}{path}", site.origin), service
    finally:
        process.end(signal.SIGTERM)
        service.end()


def devtools(pattern):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for path in glob.glob(str(pattern)):
            with open(path) as file:
                lines = file.read().split("\n")
            if len(lines) >= 2:
                return lines[0], lines[1]
        time.sleep(0.05)
    raise RuntimeError(f"there is no {pattern}")


def trusted(folder):
    """The switch by which a browser trusts the folder's certificate."""
    with serve(folder) as place:
        return next(flag for flag in place["arguments"] if "spki" in flag)


# Weight


@contextlib.contextmanager
def serve(folder):
    process = Process([offstage(), "push", "serve", "--json", "--data", folder],
                      environment=environment())
    try:
        _, match = process.wait_for(r"^\{.*", 30)
        yield {"pid": process.pid, **json.loads(match[0])}
    finally:
        process.end(signal.SIGINT)


def weight(subscriptions, messages):
    scratch = OUT / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    folder = tempfile.mkdtemp(dir=scratch)
    devices = 10
    try:
        with serve(folder) as place:
            address = urllib.parse.urlsplit(place["origin"])
            say(f"subscribing {subscriptions:,} times …")
            with concurrent.futures.ThreadPoolExecutor(devices) as pool:
                tokens = sum(pool.map(
                    lambda device: subscribe_often(address, device + 1, subscriptions // devices),
                    range(devices)), [])
                list(pool.map(
                    lambda part: post_often(address, tokens[part::devices], messages // devices),
                    range(devices)))
            time.sleep(2)
            now, most = megabytes(place["pid"], "VmRSS"), megabytes(place["pid"], "VmHWM")
        with serve(folder) as place:
            time.sleep(2)
            anew = megabytes(place["pid"], "VmRSS")
        waiting = ask(folder, "push", "messages", "--json", "--limit", "0")["messages"]
        waiting = sum(1 for message in waiting if message.get("end") is None)
        if len(set(tokens)) != subscriptions or waiting != messages:
            raise RuntimeError(f"{len(set(tokens))} subscriptions, {waiting} messages wait")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return {"subscriptions": subscriptions, "messages": messages, "now": now, "most": most, "anew": anew}


def subscribe_often(address, device, count):
    client = http.client.HTTPConnection(address.hostname, address.port)
    tokens = []
    for number in range(count):
        form = {"app": "org.chromium.linux", "X-subtype": f"wp:https://site-{number}.example/#{device}-V2",
                "device": device, "sender": "745476177629", "appid": f"{device}-{number}"}
        client.request("POST", "/c2dm/register3", urllib.parse.urlencode(form),
                       {"Authorization": f"AidLogin {device}:7", "Content-Type":
                        "application/x-www-form-urlencoded"})
        tokens.append(client.getresponse().read().decode().removeprefix("token="))
    client.close()
    return tokens


def post_often(address, tokens, count):
    client = http.client.HTTPConnection(address.hostname, address.port)
    for number in range(count):
        client.request("POST", f"/wp/{tokens[number % len(tokens)]}", os.urandom(3000),
                       {"TTL": "86400", "Content-Encoding": "aes128gcm"})
        answer = client.getresponse()
        answer.read()
        if answer.status != 201:
            raise RuntimeError(f"the push service answered {answer.status}")
    client.close()
