"""Loads a catalog through the storefront's public API: products by the import call, then the stock of each SKU."""

import json
import os
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Self

import httpx

from local.catalog_file import Row
from local.failure import FailureError

ROWS_A_CALL = 100
CALLS_AT_ONCE = max(2, min(8, os.cpu_count() or 2))
"""Each call keeps one process of the storefront busy: more than the machine has cores only makes them wait."""
ATTEMPTS = 6
LONGEST_PAUSE_SECONDS = 4.0
WORTH_A_RETRY = frozenset({429, 502, 503, 504})
ROW_WORTH_A_RETRY = "try_again"

Advance = Callable[[int], None]
Rejection = tuple[int, str, str]


@dataclass(kw_only=True)
class Report:
    """What became of the rows.

    Args:
        accepted: Rows that are in the catalog now.
        stocked: SKUs whose stock was set.
        rejected: Row number, product id and reason of each row that is not.
    """

    accepted: int = 0
    stocked: int = 0
    rejected: list[Rejection] = field(default_factory=list)


class Seeder:
    """A merchant's client of the storefront that repeats what failed for the moment.

    Args:
        base_url: The API's URL, without `/v1`.
        token: A merchant's bearer token.
    """

    def __init__(self, *, base_url: str, token: str) -> None:
        self._client = httpx.Client(
            base_url=base_url,
            headers={"Authorization": f"Bearer {token}"},
            timeout=httpx.Timeout(60, connect=5),
            limits=httpx.Limits(max_connections=CALLS_AT_ONCE),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def load(self, rows: list[Row], *, advance: Advance, recount: bool = True) -> Report:
        """Sends every usable row, a few calls at a time, and sets stock where a row has it.

        Args:
            rows: From a catalog file.
            advance: Told how many steps were done; there are as many as rows plus SKUs with stock.
            recount: Whether a SKU of which there is some on hand is counted again.

        Raises:
            FailureError: When the API refuses the calls themselves or cannot be reached.
        """
        report = Report()
        for row in rows:
            if row.product is None:
                report.rejected.append((row.number, "", row.problem or ""))
                advance(1)
        usable = [row for row in rows if row.product is not None]
        accepted: set[int] = set()
        with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
            imports = {pool.submit(self._import, chunk): chunk for chunk in _chunks(usable, ROWS_A_CALL)}
            for done in as_completed(imports):
                rejected = done.result()
                report.rejected += rejected
                accepted |= {row.number for row in imports[done]} - {number for number, _, _ in rejected}
                advance(len(imports[done]))
            stock = {sku: on_hand for row in usable if row.number in accepted for sku, on_hand in row.stock.items()}
            advance(sum(len(row.stock) for row in rows if row.number not in accepted))
            count = self._stock if recount else self._stock_if_none
            for stocked in as_completed([pool.submit(count, sku, on_hand) for sku, on_hand in stock.items()]):
                report.stocked += stocked.result()
                advance(1)
        report.accepted = len(accepted)
        report.rejected.sort()
        return report

    def categorize(self, categories: Iterable[Mapping[str, Any]], *, parent: str | None = None) -> None:
        """Makes categories and those below them, or changes those that are there; the same again changes nothing.

        Args:
            categories: Each with its `id`, its `name` and, if need be, `children`; they will stand in this order.
            parent: The category that they are below.

        Raises:
            FailureError: When the API refuses one or cannot be reached.
        """
        for position, category in enumerate(categories):
            body = {"name": category["name"], "parent": parent, "position": 10 * position}
            self._send("PUT", f"/v1/categories/{category['id']}", json=body)
            self.categorize(category.get("children", ()), parent=category["id"])

    def promote(self, code: str, promotion: Mapping[str, Any]) -> None:
        """Makes a promotion, or replaces the one of that code; the same again changes nothing.

        Args:
            code: What a customer types.
            promotion: The body as the API takes it.

        Raises:
            FailureError: When the API refuses it or cannot be reached.
        """
        self._send("PUT", f"/v1/promotions/{code}", json=promotion)

    def _import(self, rows: list[Row]) -> list[Rejection]:
        rejected: list[Rejection] = []
        for attempt in range(1, ATTEMPTS + 1):
            again: list[Row] = []
            for row, outcome in zip(rows, self._outcomes(rows), strict=True):
                if outcome["outcome"] != "rejected":
                    continue
                errors = outcome.get("errors", [])
                if attempt < ATTEMPTS and any(error.get("code") == ROW_WORTH_A_RETRY for error in errors):
                    again.append(row)
                else:
                    rejected.append((row.number, str(outcome.get("id") or ""), _reasons(errors)))
            if not again:
                break
            _pause(attempt)
            rows = again
        return rejected

    def _outcomes(self, rows: list[Row]) -> list[dict[str, Any]]:
        answer = self._send(
            "POST",
            "/v1/products/import",
            content="".join(json.dumps(row.product, ensure_ascii=False) + "\n" for row in rows).encode(),
            # New for every run, the same for every repetition of one call: loading a file again does load it again.
            headers={"Content-Type": "application/x-ndjson", "Idempotency-Key": str(uuid.uuid4())},
        )
        return sorted(answer.json()["rows"], key=lambda outcome: int(outcome["row"]))

    def _stock(self, sku: str, on_hand: int) -> bool:
        self._send("PUT", f"/v1/inventory/{sku}", json={"on_hand": on_hand})
        return True

    def _stock_if_none(self, sku: str, on_hand: int) -> bool:
        known = self._send("GET", f"/v1/inventory/{sku}", or_status=httpx.codes.NOT_FOUND)
        # A SKU has a record with nothing on hand as soon as the inventory has heard of its product.
        if known.is_success and known.json()["on_hand"] > 0:
            return False
        return self._stock(sku, on_hand)

    def _send(self, method: str, path: str, *, or_status: int | None = None, **request: Any) -> httpx.Response:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                answer = self._client.request(method, path, **request)
            except httpx.TransportError as error:
                problem = f"{type(error).__name__} {error}".strip()
            else:
                if answer.is_success or answer.status_code == or_status:
                    return answer
                problem = f"{answer.status_code} {answer.text[:200]}"
                if answer.status_code not in WORTH_A_RETRY:
                    break
            if attempt < ATTEMPTS:
                _pause(attempt)
        raise FailureError(f"{method} {path}: {problem}")


def steps(rows: Iterable[Row]) -> int:
    """How many steps loading these rows takes: one a row and one a SKU with stock."""
    return sum(1 + len(row.stock) for row in rows)


def _chunks(rows: list[Row], size: int) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _pause(attempt: int) -> None:
    time.sleep(random.uniform(0, min(LONGEST_PAUSE_SECONDS, 0.2 * 2**attempt)))  # noqa: S311 - jitter, not a secret


def _reasons(errors: list[dict[str, Any]]) -> str:
    return (
        "; ".join(f"{error.get('pointer', '')} {error.get('detail', '')}".strip() for error in errors)
        or "no reason given"
    )
