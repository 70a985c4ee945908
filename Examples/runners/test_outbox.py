"""pytest, without a driver of pages: the worker is pushed to over Offstage alone."""

import functools
import http.server
import pathlib
import threading

import pytest

from offstage import Offstage

SITES = pathlib.Path(__file__).parent.parent / "sites"


class Site(http.server.SimpleHTTPRequestHandler):
    """Serves a folder, and takes what is posted."""

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def serve(folder):
    handler = functools.partial(Site, directory=SITES / folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def news():
    server = serve("news")
    url = f"http://localhost:{server.server_port}/"
    with Offstage(url, "--grant", "notifications") as offstage:
        offstage.wait_for_worker()
        yield offstage
    server.shutdown()


def test_a_push_shows_a_notification(news):
    answer = news.trigger("push", data='{"title":"Rain","story":"rain"}')
    shown = news.wait("event:\"Notification displayed\" Title:Rain")
    done = news.wait("event:\"Push event completed\"")
    assert done["outcome"] == "ok"
    assert shown["instanceId"].endswith("rain")
    assert answer["operations"] and not news.findings()
