"""Messages as Chromium 156 sends them: real names and metadata, all different, seeded."""

import json
import random

REGISTRATION = "0"
SESSION = "0E2B0C1C3B7E4D52A1F0A6C39D1F77B4"


def hexadecimal(chance, digits):
    return f"{chance.getrandbits(digits * 4):0{digits}x}"


def uuid(chance):
    text = hexadecimal(chance, 32)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def words(chance, count):
    return " ".join(chance.choice(WORDS) for _ in range(count))


WORDS = "order parcel kettle arrives tonight message draft photo upload ready failed café “new”".split()


def push(chance, micros):
    name = chance.choice(["Push message received", "Push event dispatched", "Push event completed"])
    metadata = {"Payload": json.dumps({"title": words(chance, 3), "n": chance.randrange(10**6)})}
    if name == "Push event completed":
        metadata = {"Status": "Success"}
    return "pushMessaging", name, f"0:{micros}%{hexadecimal(chance, 16)}", metadata


def sync(chance, micros):
    name = chance.choice(["Registered sync", "Dispatched sync event", "Sync completed"])
    metadata = {"Last Chance": chance.choice(["Yes", "No"])} if name.startswith("Disp") else {}
    return "backgroundSync", name, f"outbox-{chance.randrange(10**7)}", metadata


def fetch(chance, micros):
    name = chance.choice(["Request processing started", "Request processing completed"])
    index = str(chance.randrange(40))
    metadata = {"URL": f"https://cdn.app.example/media/{hexadecimal(chance, 24)}.jpg",
                "Request Index": index}
    if name.endswith("completed"):
        metadata |= {"Response Status": "200", "Response Size (bytes)": str(chance.randrange(10**7))}
    return "backgroundFetch", name, f"album-{chance.randrange(10**6)}-{uuid(chance)}", metadata


def notification(chance, micros):
    name = chance.choice(["Notification displayed", "Notification clicked", "Notification closed"])
    metadata = {}
    if name.endswith("displayed"):
        metadata = {"Title": words(chance, 3), "Body": words(chance, 8)}
    return "notifications", name, f"message-{chance.randrange(10**7)}", metadata


def periodic(chance, micros):
    name = chance.choice(["Got next event delay", "Dispatched periodicsync event"])
    metadata = {"Next Attempt Delay (ms)": str(chance.randrange(10**8))} if name[0] == "G" else {}
    return "periodicBackgroundSync", name, f"news-{chance.randrange(1000)}", metadata


def payment(chance, micros):
    return "paymentHandler", "Payment request", uuid(chance), {
        "Merchant Top Origin": "https://shop.example/",
        "Merchant Payment Request Origin": "https://shop.example/",
        "Method Name": "https://pay.app.example/", "Total Currency": "EUR",
        "Total Value": f"{chance.randrange(10**5) / 100:.2f}", "Instrument Key": "",
    }


# As often as they were seen in a long session.
KINDS = [push] * 5 + [sync] * 2 + [fetch] * 3 + [notification] * 3 + [periodic, payment]


def write_frames(path, count):
    """Writes `count` messages, one a line, and gives their mean length."""
    chance = random.Random(156)
    micros = 1_795_356_129_837_642
    lines = []
    for _ in range(count):
        micros += chance.randrange(1, 2_000_000)
        service, name, instance, metadata = chance.choice(KINDS)(chance, micros)
        origin = f"https://{chance.choice(['app', 'shop', 'mail', 'news'])}.example/"
        pairs = [{"key": key, "value": value} for key, value in metadata.items()]
        chance.shuffle(pairs)
        event = {
            # Chromium divides twice, and its float noise with it.
            "timestamp": micros / 1e3 / 1e3, "origin": origin,
            "serviceWorkerRegistrationId": REGISTRATION, "service": service, "eventName": name,
            "instanceId": instance, "eventMetadata": pairs, "storageKey": origin,
        }
        message = {"method": "BackgroundService.backgroundServiceEventReceived",
                   "params": {"backgroundServiceEvent": event}, "sessionId": SESSION}
        lines.append(json.dumps(message, ensure_ascii=False, separators=(",", ":")))
    text = "\n".join(lines).encode() + b"\n"
    path.write_bytes(text)
    return len(text) // count
