"""Exports and imports of the deployed catalog, as a merchant's client does them."""

import gzip
import json
import time
from http import HTTPStatus
from typing import Any

import httpx

from tests.local.deployed.storefront import Storefront

EXPORTS = "/v1/catalog/exports"


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


def exported(storefront: Storefront, **wish: str) -> list[dict[str, Any]]:
    """What an export holds that a merchant asks for."""
    asked = storefront.merchant.post(EXPORTS, json=wish)
    assert asked.status_code == HTTPStatus.ACCEPTED, asked.text
    export = finished(storefront.merchant, asked.headers["location"])
    assert export["status"] == "completed"
    return lines(export["download"])
