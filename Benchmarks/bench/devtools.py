"""The panel that comes with the browser, on a page whose log is a fake browser's."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
import urllib.parse

from .ingest import BYTES
from .tab import open_tab
from .tools import PEERS, Process, websockets


@contextlib.contextmanager
def page(fake, events):
    """The address of a page with so many events of one service, for DevTools."""
    browser = Process([fake, "--port", 0, "--events", events, "--bytes", BYTES, "--services",
                       "pushMessaging", "--mode", "replay"])
    relay = None
    try:
        _, match = browser.wait_for(r'^\{"port".*', 20)
        relay = Process(
            [sys.executable, PEERS / "devtools_page.py",
             f"http://127.0.0.1:{json.loads(match[0])['port']}"],
            environment={**os.environ, "PYTHONPATH": websockets()})
        _, match = relay.wait_for(r"^\{.*", 20)
        yield json.loads(match[0])["address"]
    finally:
        if relay:
            relay.end(signal.SIGKILL)
        browser.end(signal.SIGKILL)


async def reach_all(chromium, address, events):
    """From the click on the panel's name until all rows are in its grid."""
    port = urllib.parse.urlsplit(chromium.url).netloc
    async with open_tab(chromium) as tab:
        await tab.go(f"http://{port}/devtools/devtools_app.html?ws={address}&panel=resources")
        await tab.wait_for("bench.all('[role=treeitem]').length > 20")
        await tab.rest()
        before = await tab.cpu()
        began = time.monotonic()
        await tab.click("[role=treeitem]", "Push messaging")
        await tab.wait_for("""(() => {
            bench.rows ??= bench.all("devtools-data-grid table")[0];
            bench.shown ??= bench.all(".data-grid .data-container")[0];
            return bench.rows?.rows.length === %d && bench.shown?.scrollHeight >= 20 * %d;
        })()""" % (events + 1, events), seconds=300, every=0.25)
        seconds = time.monotonic() - began
        cpu = await tab.cpu() - before
        nodes, heap = await tab.kept()
        return {"cpu": cpu, "seconds": seconds, "nodes": nodes, "heap": heap}
