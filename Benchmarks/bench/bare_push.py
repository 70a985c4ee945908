"""The least that a push service for Chromium can be: it answers what has to be answered, keeps nothing,
checks nothing, and writes a message to the browser's connection.

The messages are those of google_apis/gcm/protocol in Chromium.
"""

import http.server
import socket
import ssl
import threading
import urllib.parse


def varint(number):
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def text(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def flag(field):
    return varint(field << 3) + b"\1"


VERSION = b"\x29"
HEARTBEAT, HEARTBEAT_ACK, LOGIN, LOGIN_RESPONSE, DATA = 0, 1, 2, 3, 8
DEVICE, TOKEN = 4242424242424242, 2424242424242424


def frame(tag, body=b""):
    return bytes([tag]) + varint(len(body)) + body


class BarePush:
    """On two ports of the loopback; `certificate` and `key` are files."""

    def __init__(self, certificate, key):
        self.subscription = None
        self.connection = None
        self.changed = threading.Condition()
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = service.checkin() if self.path == "/checkin" else service.register(body)
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments):
                pass

        self.web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.web.daemon_threads = True
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate, key)
        self.listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self.web.serve_forever, daemon=True).start()
        threading.Thread(target=self.accept, daemon=True).start()

    def flags(self):
        origin = f"http://127.0.0.1:{self.web.server_port}"
        return [f"--gcm-checkin-url={origin}/checkin",
                f"--gcm-registration-url={origin}/c2dm/register3",
                f"--gcm-mcs-endpoint=https://127.0.0.1:{self.listener.getsockname()[1]}"]

    def checkin(self):
        return flag(1) + b"\x39" + DEVICE.to_bytes(8, "little") + b"\x41" + TOKEN.to_bytes(8, "little")

    def register(self, body):
        form = dict(urllib.parse.parse_qsl(body.decode()))
        if form.get("X-subtype", "").startswith("wp:"):
            self.subscription = form
        return b"token=the-only-one"

    # Its connection

    def accept(self):
        while True:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(plain,), daemon=True).start()

    def serve(self, plain):
        # At its first subscription the browser connects twice, and leaves the first in the middle.
        try:
            connection = self.tls.wrap_socket(plain, server_side=True)
            stream = connection.makefile("rb")
            stream.read(1)
            while tag := stream.read(1):
                size = shift = 0
                while True:
                    byte = stream.read(1)[0]
                    size |= (byte & 0x7F) << shift
                    shift += 7
                    if byte < 0x80:
                        break
                stream.read(size)
                if tag[0] == LOGIN:
                    connection.sendall(VERSION + frame(LOGIN_RESPONSE, text(1, "bare")))
                    with self.changed:
                        self.connection = connection
                        self.changed.notify_all()
                elif tag[0] == HEARTBEAT:
                    connection.sendall(frame(HEARTBEAT_ACK))
        except (OSError, IndexError):
            pass

    def send(self, id, body):
        """A message that is encrypted for the subscription."""
        registration = self.subscription
        data = text(3, registration["sender"]) + text(5, registration["app"])
        for key, value in [("subtype", registration["X-subtype"]), ("content-encoding", "aes128gcm")]:
            data += text(7, text(1, key) + text(2, value))
        data += text(9, id) + text(21, body) + varint(24 << 3) + b"\1"
        self.connection.sendall(frame(DATA, data))

    def end(self):
        self.web.shutdown()
        self.web.server_close()
        self.listener.close()
