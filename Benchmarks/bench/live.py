"""How soon an event that a real browser logs stands in the table."""

import asyncio
import http.client
import json
import signal
import shutil
import tempfile
import urllib.parse

from .chromium import Chromium, Session, Site, open_site, push
from .recording import environment
from .stores import fresh_link, token
from .tab import open_tab
from .tools import OUT, Process, offstage


async def measure(viewer, seconds):
    """Milliseconds, of ten pushes a second: two events each."""
    folder = tempfile.mkdtemp(dir=OUT / "scratch")
    browser = Chromium()
    site = Site()
    recorder = None
    try:
        recorder = Process(
            [offstage(), "attach", "--ws", browser.url, "--data", folder, "--ui-port", "0"],
            reads="stderr", environment=environment())
        recorder.wait_for(r"Recording “", 60)
        return await watch(viewer, browser, site, folder, seconds)
    finally:
        if recorder:
            recorder.end(signal.SIGINT)
        site.end()
        browser.end()
        shutil.rmtree(folder, ignore_errors=True)


async def watch(viewer, browser, site, folder, seconds):
    import websockets

    options = {"max_size": None, "ping_interval": None, "compression": None}
    async with websockets.connect(browser.url, **options) as socket, open_tab(viewer) as tab:
        client = Session(socket)
        registration = await open_site(client, site.origin)
        link = fresh_link(folder)
        await tab.go(link)
        await tab.wait_for("document.querySelector('off-nav .connection')?.textContent === 'live'")
        await push(client, site.origin, registration, 0)
        await tab.wait_for("bench.hasRows")
        await tab.rest()
        await tab.evaluate("bench.watch()")
        for number in range(10 * seconds):
            await push(client, site.origin, registration, number + 1)
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        seen = dict(await tab.evaluate("[...bench.seen]"))
        client.reader.cancel()
    logged = events(folder)
    if len(seen) < 20 * seconds:
        raise RuntimeError(f"{len(seen)} of {20 * seconds} events were seen")
    return [at - logged[int(id)] / 1000 for id, at in seen.items()]


def events(folder):
    """When each event was logged, in microseconds of Unix time, by its number."""
    link = fresh_link(folder)
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(link).netloc)
    headers = {"Authorization": f"Bearer {token(link)}"}
    connection.request("GET", "/api/v1/events?limit=1000", headers=headers)
    page = json.load(connection.getresponse())
    connection.close()
    return {event["id"]: event["timestampMicros"] for event in page["events"]}
