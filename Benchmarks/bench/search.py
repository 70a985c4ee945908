"""How soon the newest events of a filter are there, of 1,000,000 and of 10,000,000."""

import http.client
import json
import pathlib
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import tempfile
import time
import urllib.parse

from .corpus import Corpus
from .ingest import storm
from .recording import Recording, Watch, environment
from .stores import fresh_link, token
from .tools import OUT, Figures, Found, Process, Row, offstage, say, tool

LIMIT = 100
# Of one field: the newest hundred of it.
FIELDS = {
    "service": "service:pushMessaging",
    "service, seldom": "service:paymentHandler",
    "origin": "origin:https://site3.example",
    "origin, seldom": "origin:https://rare.example",
    "origin, absent": "origin:https://absent.example",
    "host": "origin:site7.example",
    "event": 'event:"Sync completed"',
    "event, seldom": 'event:"Payment response"',
    "event, absent": "event:Nothing",
    "source": "source:work",
    "source, seldom": "source:seldom",
    "outcome": "outcome:ok",
    "outcome, seldom": "outcome:failed",
    "status": "status:succeeded",
    "status, seldom": "status:failed",
    "status, rare": "status:waiting",
    "status, absent": "status:aborted",
    "is": "is:trigger",
    "is, of states": "is:open",
    "scope": "scope:https://site3.example/",
    "tag, absent": "tag:absent",
}
# Words and metadata.
TEXTS = {
    "Status:Timeout": "Status:Timeout",
    "Response Status:404": '"Response Status":404',
    "Total Value, rare": '"Total Value":"12.5"',
    "Total Value, absent": '"Total Value":absent',
    "word in all": "Success",
    "word, 1,000": "yttrium",
    "word, 100": "quokka",
    "word, 40": "kumquat",
    "word, newest": "zyzzyva",
    "word, oldest": "oldfashioned",
    "word, absent": "xylograph",
    "word of common threes, absent": "pletedispat",
    "sentence, absent": '"request processing failed"',
    "digits, five": "12345",
    "digits, seven, rare": "A-123456",
    "digits, ten, absent": "0123456789",
    "three letters, absent": "q9z",
    "either": "kumquat or yttrium",
}
SHORT = {"two letters": "zz", "two, absent": "qq", "one letter": "x", "one, absent": "~"}


def measure(quick):
    offstage()
    fake = tool("fakebrowser")
    # First, as it is the soonest to fail.
    rows, raw = [], {"lag": lag(fake, 100_000 if quick else 1_000_000)}
    for events in [100_000] if quick else [1_000_000, 10_000_000]:
        folder = pathlib.Path(tempfile.mkdtemp(dir=scratch()))
        try:
            found = measure_store(folder, events, 3 if quick else 25)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        raw[str(events)] = found
        rows += rows_of(events, found)
    rows += [Row("a storm is indexed after it has ended", Figures([raw["lag"]], " s", 1))]
    return Found(rows, raw)


def scratch():
    folder = OUT / "scratch"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def rows_of(events, found):
    def rows(name, fields, aim):
        times = [took for field in fields for took in found["times"][field]]
        slowest = max(fields, key=lambda field: p95(found["times"][field]))

        def milliseconds(value):
            return Figures([value], " ms", 1)

        return [
            Row(f"{name}, {events:,} events: 95 of 100", milliseconds(p95(times)), aim=aim),
            Row("  median", milliseconds(statistics.median(times))),
            Row(f"  95 of 100 of the slowest ({slowest})",
                milliseconds(p95(found["times"][slowest]))),
        ]

    return [
        *rows("one field", [*FIELDS, "tag", "tag, rare"], "< 20 ms"),
        *rows("words and metadata", [*TEXTS, "id"], "< 100 ms"),
        *rows("one and two letters", list(SHORT), "< 2 s"),
        Row("bytes an event", Figures([found["bytes"]], " B")),
        Row("  of them for the index", Figures([found["indexBytes"]], " B")),
        Row("  importing", Figures([events / found["importing"]], "/s")),
        Row("  indexing", Figures([events / found["indexing"]], "/s")),
    ]


def p95(times):
    return sorted(times)[int(len(times) * 0.95)]


def measure_store(folder, events, rounds):
    file = folder / "corpus.jsonl"
    corpus = Corpus(events)
    say(f"  making {events:,} events …")
    corpus.write(file)
    data = folder / "data"
    say("  importing them …")
    began = time.monotonic()
    subprocess.run([offstage(), "import", file, "--data", data], check=True,
                   stdout=subprocess.DEVNULL, env=environment())
    importing = time.monotonic() - began
    file.unlink()
    before = size(data)
    serving = Process([offstage(), "serve", "--data", data, "--ui-port", "0"], reads="stderr",
                      environment=environment())
    try:
        serving.wait_for(r"UI: http", 300)
        began = time.monotonic()
        wait_for_index(data, 600)
        indexing = time.monotonic() - began
        say(f"  indexed in {indexing:.0f} s")
        times, counts = ask_all(data, rounds)
    finally:
        serving.end(signal.SIGINT)
    after = size(data)
    return {"times": times, "counts": counts, "importing": importing, "indexing": indexing,
            "bytes": after / events, "indexBytes": (after - before) / events}


def query(data, sql):
    database = sqlite3.connect(f"file:{data}/offstage.sqlite?mode=ro", uri=True, timeout=5)
    try:
        return database.execute(sql).fetchone()
    finally:
        database.close()


def size(data):
    pages, page, free = (query(data, f"PRAGMA {name}")[0]
                         for name in ("page_count", "page_size", "freelist_count"))
    return (pages - free) * page


def wait_for_index(data, timeout):
    """Until no full block waits, nor a group of eight of them."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        waiting = query(data, """
            SELECT (SELECT count(*) FROM event_block WHERE state = 0 AND number <
                (SELECT max(number) FROM event_block))
              + (SELECT count(*) FROM (SELECT 1 FROM event_block WHERE state = 1
                GROUP BY number / 8 HAVING count(*) = 8))""")[0]
        if not waiting:
            return
        time.sleep(0.1)
    raise RuntimeError(f"{waiting} blocks are not indexed")


def ask_all(data, rounds):
    """Milliseconds by the filter's name, asked in turn and at random; and how many were found."""
    middle = query(data, "SELECT instance FROM event WHERE id = (SELECT max(id) / 2 FROM event)")[0]
    rare = query(data, """
        SELECT instance FROM event WHERE id > (SELECT max(id) / 3 FROM event)
        AND place >> 8 = (SELECT min(place >> 8) FROM event) LIMIT 1""")[0]
    filters = {**FIELDS, **TEXTS, **SHORT, "tag": f'tag:"{middle}"', "tag, rare": f'tag:"{rare}"',
               "id": rare[:13]}
    link = fresh_link(data)
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(link).netloc)
    headers = {"Authorization": f"Bearer {token(link)}"}
    wanted = list(filters.items()) * (rounds + 1)
    times, counts = {}, {}
    # The first time of each is not counted: the pages it reads come from the disk.
    random.Random(1).shuffle(wanted)
    for name, filter in wanted:
        parameters = urllib.parse.urlencode({"filter": filter, "limit": LIMIT})
        began = time.perf_counter()
        connection.request("GET", f"/api/v1/events?{parameters}", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        took = (time.perf_counter() - began) * 1000
        if answer.status != 200:
            raise RuntimeError(f"{filter}: {body[:300]}")
        found = json.loads(body)
        if name in counts:
            times.setdefault(name, []).append(took)
        counts[name] = len(found["events"])
        if counts[name] and "absent" in name:
            raise RuntimeError(f"{filter}: {counts[name]} events")
    connection.close()
    return times, counts


def lag(fake, events):
    """Seconds from a storm's last event until a recorder has indexed all full blocks."""
    browser, url = storm(fake, events)
    recording = Recording(url, follows=False)
    try:
        watch = Watch(recording)
        watch.wait_for(events, 300)
        began = time.monotonic()
        watch.stop()
        wait_for_index(recording.folder, 300)
        return time.monotonic() - began
    finally:
        recording.end()
        browser.end(signal.SIGKILL)
