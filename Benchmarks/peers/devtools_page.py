"""A page for the browser's own DevTools to be opened on: its log is that of a fake browser.

    devtools_page.py http://127.0.0.1:PORT

Prints one line of JSON with its address. The background services are handed on to the fake
browser's page at PORT and back as they are; of all else that DevTools asks of a page nothing
matters to its background service panels but where the page is from.
"""

import asyncio
import json
import sys
import urllib.request

import websockets

ORIGIN = "https://app.example"
FRAME = {"id": "frame", "loaderId": "loader", "url": ORIGIN + "/", "domainAndRegistry": "app.example",
         "securityOrigin": ORIGIN, "mimeType": "text/html", "secureContextType": "Secure",
         "crossOriginIsolatedContextType": "NotIsolated", "gatedAPIFeatures": []}
ANSWERS = {
    "Page.getResourceTree": {"frameTree": {"frame": FRAME, "resources": []}},
    "Page.getFrameTree": {"frameTree": {"frame": FRAME}},
    "Storage.getStorageKey": {"storageKey": ORIGIN + "/"},
    "Storage.getStorageKeyForFrame": {"storageKey": ORIGIN + "/"},
}


def page_address(browser):
    with urllib.request.urlopen(browser + "/json/list") as answer:
        return next(target["webSocketDebuggerUrl"] for target in json.load(answer)
                    if target["type"] == "page")


async def serve(browser):
    async def devtools(socket):
        options = {"max_size": None, "ping_interval": None, "compression": None}
        async with websockets.connect(page_address(browser), **options) as page:
            async def hand_back():
                async for text in page:
                    await socket.send(text)

            back = asyncio.create_task(hand_back())
            async for text in socket:
                command = json.loads(text)
                if command["method"].startswith("BackgroundService."):
                    await page.send(text)
                    continue
                answer = {"id": command["id"], "result": ANSWERS.get(command["method"], {})}
                await socket.send(json.dumps(answer))
            back.cancel()

    server = await websockets.serve(devtools, "127.0.0.1", 0, max_size=None, ping_interval=None,
                                    compression=None)
    port = server.sockets[0].getsockname()[1]
    print(json.dumps({"address": f"127.0.0.1:{port}/devtools/page/1"}), flush=True)
    await server.wait_closed()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
