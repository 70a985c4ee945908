"""The pages of a store of 10,000 events and of 1,000,000, beside the panel of DevTools."""

import asyncio
import contextlib
import statistics

from . import devtools, facets, live
from .chromium import Chromium
from .stores import Store
from .tab import open_tab
from .tools import Figures, Found, Row, offstage, say, tool, websockets

FEW = 10_000
MANY = 1_000_000
# One event in so many; the numbers have no part in common with the six services that take turns.
RARE = ["--rare-origin", 10_007, "--failures", 1_009]


def measure(quick):
    offstage()
    websockets()
    fake = tool("fakebrowser")
    with contextlib.ExitStack() as stack:
        def store(events, *options):
            made = Store(fake, events, *options)
            stack.callback(made.end)
            made.serve()
            return made

        one = store(FEW, "--services", "pushMessaging")
        few = store(FEW, *RARE)
        many = store(100_000 if quick else MANY, *RARE)
        chromium = Chromium()
        stack.callback(chromium.end)
        panel = stack.enter_context(devtools.page(fake, FEW))
        return asyncio.run(measure_pages(chromium, panel, one, few, many, quick))


async def measure_pages(chromium, panel, one, few, many, quick):
    for store in (one, few, many):
        async with open_tab(chromium) as tab:
            await tab.go(store.link())
            await tab.wait_for("globalThis.bench?.hasRows")
    raw = {"panel": [], "reach": [], "few": [], "many": []}
    for number in range(1 if quick else 5):
        raw["panel"].append(await devtools.reach_all(chromium, panel, FEW))
        raw["reach"].append(await reach_all(chromium, one))
        say(f"  {number + 1}: all of {FEW:,} rows: {raw['reach'][-1]['cpu']:.3f} CPU s, "
            f"the panel {raw['panel'][-1]['cpu']:.2f}")
    for _ in range(2 if quick else 11):
        raw["few"].append(await first_rows(chromium, few))
        raw["many"].append(await first_rows(chromium, many))
    # The first look warms up what both share.
    del raw["few"][0], raw["many"][0]
    raw["scrolled"] = []
    for _ in range(1 if quick else 3):
        raw["scrolled"].append(await scroll(chromium, many, seconds=2 if quick else 5))
    raw["jumps"], raw["kept"] = await jump(chromium, many, 10 if quick else 60)
    raw["facets"] = facets.measure(many, 2 if quick else 12)
    raw["live"] = await live.measure(chromium, 5 if quick else 30)
    return Found(rows(raw, many.events), raw)


async def reach_all(chromium, store):
    """From the click on the service until the scrollbar goes through all its rows."""
    async with open_tab(chromium) as tab:
        await open_table(tab, store)
        await tab.evaluate("void (bench.reached = bench.reachAll(bench.untilChanged))")
        before = await tab.cpu()
        await tab.click("off-nav a", "Push Messaging")
        reached = await tab.evaluate("bench.reached")
        cpu = await tab.cpu() - before
        if reached["rows"] < store.events:
            raise RuntimeError(f"{reached} of {store.events} rows are there")
        nodes, heap = await tab.kept()
        return {"cpu": cpu, "seconds": reached["all"] / 1000, "nodes": nodes, "heap": heap}


async def first_rows(chromium, store):
    """Milliseconds until the first rows are painted: of a new page, and after a click in it."""
    async with open_tab(chromium) as tab:
        await tab.call("Page.addScriptToEvaluateOnNewDocument",
                       source="bench.first = bench.until(() => bench.hasRows)")
        await tab.go(store.address + "/")
        await tab.wait_for("globalThis.bench?.hasRows")
        opened = await tab.evaluate("bench.first")
        await tab.wait_for("bench.rowCount > 0")
        await tab.rest()
        await tab.evaluate("void (bench.reached = bench.reachAll(bench.until))")
        await tab.click("off-nav a", "Push Messaging")
        return {"opened": opened, "clicked": (await tab.evaluate("bench.reached"))["first"]}


async def scroll(chromium, store, seconds):
    """Frames while the table is scrolled, and while an empty element of the same height is."""
    found = {}
    async with open_tab(chromium) as tab:
        await open_table(tab, store)
        height, view = await tab.evaluate(
            "[bench.scroller.scrollHeight, bench.scroller.clientHeight]")
        await scroll_page(tab, "ours", "bench.scroller", seconds, found)
    async with open_tab(chromium) as tab:
        await tab.go("data:text/html,<!doctype html>")
        await tab.wait_for("globalThis.bench != null && document.body != null")
        await tab.evaluate(f"""document.body.innerHTML =
            '<div id="scroller" style="height: {view}px; overflow: auto">' +
            '<div style="height: {height}px"></div></div>'""")
        await scroll_page(tab, "empty", "document.querySelector('#scroller')", seconds, found)
    return found


async def scroll_page(tab, name, scroller, seconds, found):
    await tab.evaluate("bench.startFrames()")
    await tab.wheel(3000 * seconds, seconds)
    found[name + "Wheel"] = await tab.evaluate("bench.endFrames()")
    await tab.evaluate("bench.startFrames()")
    await tab.evaluate(f"bench.drag({scroller}, {seconds})")
    found[name + "Drag"] = await tab.evaluate("bench.endFrames()")


async def open_table(tab, store):
    """All events, counted and at rest."""
    await tab.go(store.address + "/")
    await tab.wait_for("globalThis.bench?.rowCount > 0")
    await tab.rest()


async def jump(chromium, store, places):
    """Milliseconds until the rows at a place are painted that the scrollbar was dragged to, and what
    the page keeps after all of them."""
    async with open_tab(chromium) as tab:
        await open_table(tab, store)
        took = []
        for number in range(places):
            # Around the middle and far from it, never twice the same.
            share = (0.5 + number * 0.381966) % 1
            took.append(await tab.evaluate(f"bench.jump({share})"))
        elements = await tab.evaluate("document.querySelectorAll('*').length")
        nodes, heap = await tab.kept()
        return took, {"elements": elements, "nodes": nodes, "heap": heap}


def rate(frames):
    """Frames a second."""
    return 1000 * len(frames) / sum(frames)


def share(values, part):
    """The value that so many of a hundred don't go beyond."""
    return statistics.quantiles(values, n=100, method="inclusive")[part - 1]


def rows(raw, many):
    def column(name, key, unit="", digits=0):
        return Figures([found[key] for found in raw[name]], unit, digits)

    asked = [took for times in raw["facets"].values() for took in times]
    found = [
        Row(f"all rows of {FEW:,}: CPU of the main thread", column("reach", "cpu", " s", 3),
            column("panel", "cpu", " s", 2), "DevTools' panel", "≤ 1/50"),
        Row("  seconds", column("reach", "seconds", " s", 2), column("panel", "seconds", " s", 1),
            "DevTools' panel"),
        Row("  DOM nodes", column("reach", "nodes"), column("panel", "nodes"), "DevTools' panel"),
        Row(f"first rows of {many:,}, page opened", column("many", "opened", " ms"),
            column("few", "opened", " ms"), f"of {FEW:,}", "≤ 1.5"),
        Row("  after a click", column("many", "clicked", " ms"), column("few", "clicked", " ms"),
            f"of {FEW:,}", "≤ 1.5"),
    ]
    for name, text in (("Wheel", "turning the wheel"), ("Drag", "dragging through all")):
        ours = [rate(round["ours" + name]) for round in raw["scrolled"]]
        empty = [rate(round["empty" + name]) for round in raw["scrolled"]]
        found.append(Row(f"frames, {text}", Figures(ours, "/s", 1), Figures(empty, "/s", 1),
                         "empty scroller", "≥ 0.9"))
        ours = [share(round["ours" + name], 95) for round in raw["scrolled"]]
        empty = [share(round["empty" + name], 95) for round in raw["scrolled"]]
        found.append(Row("  frame time, p95", Figures(ours, " ms", 1), Figures(empty, " ms", 1),
                         "empty scroller"))
    return found + [
        Row("scrollbar dragged, rows painted", Figures(raw["jumps"], " ms"), aim="≤ 200 ms"),
        Row("  DOM nodes afterwards", Figures([raw["kept"]["nodes"]]), aim="< 3,000"),
        Row("  JavaScript heap afterwards", Figures([raw["kept"]["heap"]], " MB", 1), aim="< 50 MB"),
        Row("a facet's first rows at the server, p50", Figures([share(asked, 50)], " ms", 1)),
        Row("  p95", Figures([share(asked, 95)], " ms", 1), aim="≤ 150 ms"),
        Row("logged to in the table, p50", Figures([share(raw["live"], 50)], " ms")),
        Row("  p95", Figures([share(raw["live"], 95)], " ms"), aim="≤ 200 ms"),
    ]
