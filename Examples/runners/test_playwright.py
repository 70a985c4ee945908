"""Playwright drives the page, Offstage tells what the worker did. `pip install pytest playwright`;
Playwright's own browsers are not needed."""

import socket

import pytest
from playwright.sync_api import sync_playwright

from offstage import Offstage
from test_outbox import serve


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def outbox():
    server, port = serve("outbox"), free_port()
    url = f"http://localhost:{server.server_port}/"
    with Offstage(url, debugging_port=port) as offstage, sync_playwright() as playwright:
        browser = playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        page = next(page for page in browser.contexts[0].pages if page.url.startswith(url))
        yield page, offstage
    server.shutdown()


def test_a_letter_waits_for_the_network(outbox):
    page, offstage = outbox
    page.get_by_text("Ready").wait_for()
    offstage.trigger("offline")
    page.get_by_label("Text").fill("hello")
    page.get_by_role("button", name="Send").click()
    offstage.wait('event:"Registered sync" tag:outbox')
    page.close()
    offstage.trigger("online")
    assert offstage.wait('event:"Sync completed" tag:outbox', 20)["outcome"] == "ok"
