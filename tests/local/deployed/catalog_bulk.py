"""Exports and imports of the deployed catalog, as a merchant's client does them."""

import gzip
import json
import time
from http import HTTPStatus
from typing import Any

import httpx

from tests.local.deployed.storefront import Storefront, assert_problem

EXPORTS, IMPORTS = "/v1/catalog/exports", "/v1/catalog/imports"


def finished(client: httpx.Client, location: str, *, within_seconds: float = 120) -> dict[str, Any]:
    """Asks how far a job is, as often as it says, until it has ended."""
    deadline = time.monotonic() + within_seconds
    while True:
        answer = client.get(location)
        answer.raise_for_status()
        job: dict[str, Any] = answer.json()
        if job["status"] in ("completed", "failed"):
            return job
        assert time.monotonic() < deadline, f"{location} has not ended within {within_seconds} s: {job}"
        time.sleep(min(0.5, float(answer.headers["retry-after"])))


def lines(file: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines of a file that is ready, downloaded without any token."""
    answer = httpx.get(file["url"])
    assert answer.status_code == HTTPStatus.OK
    return [json.loads(line) for line in gzip.decompress(answer.content).splitlines()]


def asked_for_export(storefront: Storefront, **wish: str) -> str:
    """Asks for an export as a merchant; gives its address."""
    asked = storefront.merchant.post(EXPORTS, json=wish)
    assert asked.status_code == HTTPStatus.ACCEPTED, asked.text
    location: str = asked.headers["location"]
    return location


def exported(storefront: Storefront, location: str | None = None, **wish: str) -> list[dict[str, Any]]:
    """What an export holds: one that was asked for, or one that a merchant asks for now."""
    export = finished(storefront.merchant, location or asked_for_export(storefront, **wish), within_seconds=300)
    assert export["status"] == "completed"
    return lines(export["download"])


def started_import(storefront: Storefront, *rows: object) -> str:
    """Sends a file and starts its import; gives the import's address."""
    asked = storefront.merchant.post(IMPORTS)
    assert asked.status_code == HTTPStatus.CREATED, asked.text
    location: str = asked.headers["location"]
    assert_problem(storefront.merchant.post(f"{location}/start"), HTTPStatus.CONFLICT)
    content = "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows)
    assert httpx.put(asked.json()["upload"]["url"], content=content.encode()).is_success
    begun = storefront.merchant.post(f"{location}/start")
    assert begun.status_code == HTTPStatus.ACCEPTED, begun.text
    return location


def imported(storefront: Storefront, location: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An import when it is complete, and its report."""
    done = finished(storefront.merchant, location, within_seconds=300)
    assert done["status"] == "completed"
    report = lines(done["report"])
    assert [line["row"] for line in report] == list(range(1, done["rows"]["read"] + 1))
    return done, report
