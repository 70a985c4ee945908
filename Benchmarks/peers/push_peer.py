"""How many pushes pywebpush encrypts and py_vapid signs on one core: push_peer.py [SECONDS].

Prints one line of JSON, per second of processor time.
"""

import json
import sys
import time

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid
from pywebpush import WebPusher
import base64
import os


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


receiver = ec.generate_private_key(ec.SECP256R1()).public_key()
pusher = WebPusher({
    "endpoint": "http://127.0.0.1:8401/x",
    "keys": {"p256dh": encode(receiver.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)),
             "auth": encode(os.urandom(16))},
})
key = Vapid()
key.generate_keys()
claims = {"aud": "http://127.0.0.1:8401", "sub": "mailto:a@example.org"}
payload = b"x" * 200


def encrypted():
    pusher.encode(payload, "aes128gcm")


def signed():
    key.sign(dict(claims, exp=int(time.time()) + 12 * 3600))
    pusher.encode(payload, "aes128gcm")


def rate(seconds, body):
    start = time.process_time()
    count = 0
    while time.process_time() - start < seconds:
        for _ in range(20):
            body()
        count += 20
    return count / (time.process_time() - start)


total = float(sys.argv[1]) if len(sys.argv) > 1 else 2
rates = {"encrypted": [], "signed": []}
for number in range(6):
    for body in (encrypted, signed):
        value = rate(0.2 if number == 0 else total / 5, body)
        if number:
            rates[body.__name__].append(value)
print(json.dumps(rates))
