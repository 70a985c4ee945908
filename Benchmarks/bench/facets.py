"""How soon the server gives the first rows of a filtered list."""

import http.client
import json
import random
import time
import urllib.parse

from .stores import token

# As much as the page asks for first.
WINDOW = 200


def selections(store):
    """By name: what a person can pick beside the words of the filter, common, rare and absent."""
    micros = store.query("SELECT min(timestamp), max(timestamp) FROM event")
    middle = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(sum(micros) / 2e6))
    source = store.query("SELECT name FROM source LIMIT 1")[0]
    services = ["backgroundFetch", "backgroundSync", "periodicBackgroundSync", "notifications",
                "pushMessaging", "paymentHandler"]
    rare = "https://rare.example"
    return {
        "no filter": {},
        **{service: {"service": service} for service in services},
        "common origin": {"origin": "https://app.example"},
        "rare origin": {"origin": rare},
        "rare origin of a service": {"origin": rare, "service": "pushMessaging"},
        "absent origin": {"origin": "https://absent.example"},
        "source": {"source": source},
        "outcome ok": {"outcome": "ok"},
        "outcome failed": {"outcome": "failed"},
        "outcome pending": {"outcome": "pending"},
        "failed pushes (rare)": {"service": "pushMessaging", "outcome": "failed"},
        "absent outcome": {"service": "notifications", "outcome": "failed"},
        "since the middle": {"since": middle},
        "until the middle": {"until": middle},
        "a service until the middle": {"service": "backgroundSync", "until": middle},
    }


def measure(store, rounds):
    """Milliseconds by the selection's name, asked in turn and at random."""
    wanted = list(selections(store).items()) * rounds
    random.Random(1).shuffle(wanted)
    address = urllib.parse.urlsplit(store.address).netloc
    connection = http.client.HTTPConnection(address)
    headers = {"Authorization": f"Bearer {token(store.link())}"}
    found = {}
    for name, selection in wanted:
        query = urllib.parse.urlencode({**selection, "limit": WINDOW})
        began = time.perf_counter()
        connection.request("GET", f"/api/v1/events?{query}", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        took = time.perf_counter() - began
        if answer.status != 200:
            raise RuntimeError(f"{name}: {body[:300]}")
        # An empty answer is quick: only where nothing fits it counts.
        if not json.loads(body)["events"] and "absent" not in name:
            raise RuntimeError(f"{name}: no events")
        found.setdefault(name, []).append(took * 1000)
    connection.close()
    return found
