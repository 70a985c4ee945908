"""The straightforward recorder: websockets, json, sqlite3, 1,000 events a transaction, default pragmas.

It attaches as any client would, inserts every background service event into one table and stops
after the given number, which are then committed.
"""

import argparse
import asyncio
import json
import sqlite3
import time

import websockets

SERVICES = [
    "backgroundFetch",
    "backgroundSync",
    "periodicBackgroundSync",
    "notifications",
    "pushMessaging",
    "paymentHandler",
]

SCHEMA = """
CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    timestamp REAL NOT NULL,
    received REAL NOT NULL,
    service TEXT NOT NULL,
    event_name TEXT NOT NULL,
    instance_id TEXT NOT NULL,
    origin TEXT NOT NULL,
    storage_key TEXT NOT NULL,
    registration_id TEXT NOT NULL,
    metadata TEXT NOT NULL
);
CREATE INDEX event_by_service ON event (service, origin, timestamp);
"""

INSERT = (
    "INSERT INTO event (timestamp, received, service, event_name, instance_id, origin, storage_key,"
    " registration_id, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


async def record(url, limit, path, batch_size):
    database = sqlite3.connect(path)
    database.executescript(SCHEMA)
    async with websockets.connect(url, max_size=None, ping_interval=None, compression=None) as socket:
        last_id = 0

        async def send(method, parameters=None, session=None):
            nonlocal last_id
            last_id += 1
            command = {"id": last_id, "method": method, "params": parameters or {}}
            if session:
                command["sessionId"] = session
            await socket.send(json.dumps(command))
            return last_id

        async def call(method, parameters):
            wanted = await send(method, parameters)
            async for text in socket:
                message = json.loads(text)
                if message.get("id") == wanted:
                    return message["result"]
            raise ConnectionError(f"the connection ended before {method} was answered")

        started = time.perf_counter()
        target = await call("Target.createTarget", {"url": "about:blank", "hidden": True})
        session = await call(
            "Target.attachToTarget", {"targetId": target["targetId"], "flatten": True}
        )
        for service in SERVICES:
            await send("BackgroundService.startObserving", {"service": service}, session["sessionId"])

        count = 0
        rows = []
        async for text in socket:
            message = json.loads(text)
            if message.get("method") != "BackgroundService.backgroundServiceEventReceived":
                continue
            event = message["params"]["backgroundServiceEvent"]
            metadata = {entry["key"]: entry["value"] for entry in event["eventMetadata"]}
            rows.append((
                event["timestamp"],
                time.time(),
                event["service"],
                event["eventName"],
                event["instanceId"],
                event["origin"],
                event["storageKey"],
                event["serviceWorkerRegistrationId"],
                json.dumps(metadata, sort_keys=True),
            ))
            count += 1
            if len(rows) >= batch_size or count >= limit:
                with database:
                    database.executemany(INSERT, rows)
                rows.clear()
                if count >= limit:
                    break
        if rows:
            with database:
                database.executemany(INSERT, rows)
        seconds = time.perf_counter() - started
    database.close()
    return {"events": count, "seconds": round(seconds, 6), "perSecond": round(count / seconds, 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="ws:// address of the browser target")
    parser.add_argument("--events", type=int, required=True, help="stop after so many")
    parser.add_argument("--database", required=True, help="a file that does not exist yet")
    parser.add_argument("--batch", type=int, default=1000, help="events a transaction")
    options = parser.parse_args()
    result = asyncio.run(record(options.url, options.events, options.database, options.batch))
    print(json.dumps(result))


main()
