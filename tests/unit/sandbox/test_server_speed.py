"""The sandbox is fast enough for an extractor that is: 200 pages of 100 objects a second on one core."""

from __future__ import annotations

import http.client
import json
import threading
import time
from urllib.parse import urlsplit

import pytest

from orchestration.sandbox.payments.forms import charge_form
from orchestration.sandbox.server import KEY, SandboxServer
from orchestration.sandbox.simulation import Company
from orchestration.sandbox.world.books import PLATFORM
from orchestration.sandbox.world.money import DAY
from orchestration.sandbox.world.plan import END
from tests.unit.sandbox.server_company import Story

pytestmark = pytest.mark.slow

CHARGES = 6_000
PAGES = CHARGES // 100
CPU_SECONDS_A_PAGE = 1 / 200


def company_of_charges() -> Company:
    books = Story().books
    for number in range(CHARGES):
        created = END - 40 * DAY + number * 60
        books.add(PLATFORM, charge_form(f"ch_{number:06}", 1_000 + number, "usd", created), "charge.succeeded")
    return Company(books.plan, books.platform_account, books.rates, {}, books.objects, books.history)


def pull(server: SandboxServer, path: str) -> int:
    """Page through a list over one connection; the number of pages."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=30)
    pages, after = 0, ""
    while True:
        connection.request("GET", f"{path}?limit=100{after}", headers={"Authorization": f"Bearer {KEY}"})
        page = json.loads(connection.getresponse().read())
        pages += 1
        if not page["has_more"]:
            connection.close()
            return pages
        after = f"&starting_after={page['data'][-1]['id']}"


def test_two_hundred_pages_a_second():
    with SandboxServer(company_of_charges()) as server:
        for round_name in ("first pull", "second pull"):
            before, began = time.process_time(), time.monotonic()
            threads = [threading.Thread(target=pull, args=(server, "/v1/charges")) for _ in range(2)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            wall, cpu = time.monotonic() - began, time.process_time() - before
            print(f"{round_name}: {2 * PAGES / wall:.0f} pages/s, {cpu / (2 * PAGES) * 1e3:.1f} ms CPU a page, client included")
        assert len(server.requests) == 4 * PAGES
        assert cpu / (2 * PAGES) < CPU_SECONDS_A_PAGE
