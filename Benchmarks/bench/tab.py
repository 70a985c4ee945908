"""A tab of a browser, driven over CDP, and what its main thread costs."""

import asyncio
import contextlib
import json
import pathlib
import urllib.parse
import urllib.request

from .chromium import Session
from .tools import websockets

SCRIPT = (pathlib.Path(__file__).parent / "page.js").read_text()
SIZE = {"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": False}


class Tab:
    def __init__(self, session):
        self.session = session
        self.call = session.call

    async def go(self, url):
        await self.call("Page.navigate", url=url)

    async def evaluate(self, script):
        reply = await self.call("Runtime.evaluate", expression=script, awaitPromise=True,
                                returnByValue=True, userGesture=True)
        if "exceptionDetails" in reply:
            details = reply["exceptionDetails"]
            raise RuntimeError(details.get("exception", details).get("description", details["text"]))
        return reply["result"].get("value")

    async def wait_for(self, script, seconds=60, every=0.1):
        """What the script gives, once that is something."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not (value := await self.evaluate(script)):
            if asyncio.get_running_loop().time() > deadline:
                raise RuntimeError(f"it never came true: {script}")
            await asyncio.sleep(every)
        return value

    async def metrics(self):
        reply = await self.call("Performance.getMetrics")
        return {item["name"]: item["value"] for item in reply["metrics"]}

    async def cpu(self):
        """Seconds of a processor that the page's main thread has used."""
        return (await self.metrics())["ThreadTime"]

    async def rest(self, seconds=30):
        """Until the main thread does nothing."""
        before = await self.cpu()
        for _ in range(int(seconds * 2)):
            await asyncio.sleep(0.5)
            now = await self.cpu()
            if now - before < 0.02:
                return
            before = now

    async def click(self, selector, text=""):
        """As a person does, in the middle of what is seen of the element."""
        x, y = await self.wait_for(f"""(() => {{
            const found = bench.all({json.dumps(selector)}).find((element) =>
              element.textContent.includes({json.dumps(text)}) && element.getClientRects().length);
            if (!found) return null;
            const {{ x, y, width, height }} = found.getBoundingClientRect();
            return [x + Math.min(width, 160) / 2, y + height / 2];
        }})()""")
        where = {"x": x, "y": y, "button": "left", "clickCount": 1}
        await self.call("Input.dispatchMouseEvent", type="mousePressed", **where)
        await self.call("Input.dispatchMouseEvent", type="mouseReleased", **where)

    async def kept(self):
        """DOM nodes, and megabytes of JavaScript's heap, once garbage is collected."""
        for _ in range(3):
            await self.call("HeapProfiler.collectGarbage")
        metrics = await self.metrics()
        return metrics["Nodes"], metrics["JSHeapUsedSize"] / 1e6

    async def wheel(self, pixels, seconds):
        """As somebody who turns the mouse's wheel in the middle of the page."""
        await self.call("Input.synthesizeScrollGesture", x=700, y=400, yDistance=-pixels,
                        speed=round(pixels / seconds), gestureSourceType="mouse")


@contextlib.asynccontextmanager
async def open_tab(browser):
    """A new tab of a Chromium, closed afterwards."""
    websockets()
    import websockets as library

    address = urllib.parse.urlsplit(browser.url).netloc
    new = urllib.request.Request(f"http://{address}/json/new?about:blank", method="PUT")
    with urllib.request.urlopen(new) as answer:
        target = json.load(answer)
    async with library.connect(target["webSocketDebuggerUrl"], max_size=None, ping_interval=None,
                               compression=None) as socket:
        session = Session(socket)
        tab = Tab(session)
        await tab.call("Page.enable")
        await tab.call("Performance.enable", timeDomain="threadTicks")
        await tab.call("Emulation.setDeviceMetricsOverride", **SIZE)
        await tab.call("Page.addScriptToEvaluateOnNewDocument", source=SCRIPT)
        try:
            yield tab
        finally:
            session.reader.cancel()
            urllib.request.urlopen(f"http://{address}/json/close/{target['id']}").read()
