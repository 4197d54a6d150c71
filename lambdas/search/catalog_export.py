"""All that the catalog has: its export of published products, read line by line, and its tree of categories."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, cast

from search.category_tree import Branch
from service_client.client import ServiceClient
from store.errors import UnavailableError

if TYPE_CHECKING:
    from urllib3 import HTTPResponse, PoolManager

_EXPORT = "PUT /v1/catalog/service-exports/{id}"
_CATEGORIES = "GET /v1/categories"
CALLS = (_EXPORT, _CATEGORIES)
"""What the service's stack must let it call."""

_CONNECT_SECONDS, _READ_SECONDS = 2.0, 30.0


@dataclass(frozen=True, kw_only=True)
class Export:
    """How far an export is.

    Attributes:
        status: ``completed`` and ``failed`` are final.
        started_at: when the catalog began to read its products, in seconds since 1970.
        url: where the lines are, when it is complete.
    """

    status: Literal["queued", "running", "completed", "failed"]
    started_at: int | None
    url: str | None


@dataclass(frozen=True, kw_only=True)
class ExportedTree:
    """The catalog's categories.

    Attributes:
        branches: by id.
        version: of the tree.
    """

    branches: Mapping[str, Branch]
    version: int


class CatalogExport:
    """Asks the catalog for an export, and reads it.

    Args:
        client: calls the catalog; by default one with the usual patience.
    """

    def __init__(self, client: ServiceClient | None = None) -> None:
        self._client = client or ServiceClient()

    def ask(self, id: str, *, correlation_id: str) -> Export:
        """Ask for an export under an id of one's own, or how far it is: the same call.

        Raises:
            CallRefusedError, ServiceUnavailableError: as `ServiceClient.call`.
        """
        answer = self._client.call(_EXPORT, id=id, correlation_id=correlation_id)
        document = cast("dict[str, Any]", answer.document)
        started, download = document["started_at"], document["download"]
        return Export(
            status=document["status"],
            started_at=int(datetime.fromisoformat(started).timestamp()) if started else None,
            url=download["url"] if download else None,
        )

    def categories(self, *, correlation_id: str) -> ExportedTree:
        """Ask for the tree as it is now: a public route, which a service asks like everybody.

        Raises:
            CallRefusedError, ServiceUnavailableError: as `ServiceClient.call`.
        """
        answer = self._client.call(_CATEGORIES, correlation_id=correlation_id)
        document = cast("dict[str, Any]", answer.document)
        version = int(document["tree_version"])
        return ExportedTree(branches=dict(_branches(document["items"], None, version)), version=version)

    @contextmanager
    def lines(self, url: str) -> Iterator[Iterator[str]]:
        """Open an export that is complete; give its lines, each a product as ``GET /v1/products/{id}`` answers it.

        They are read as they are asked for, so memory stays small. Breaks off by an error, never by an early end.

        Raises:
            UnavailableError: it cannot be downloaded.
        """
        from urllib3 import Timeout
        from urllib3.exceptions import HTTPError

        timeout = Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
        try:
            response = cast("HTTPResponse", _connections().request("GET", url, preload_content=False, timeout=timeout))
        except HTTPError as error:
            raise UnavailableError(f"the export cannot be downloaded: {error}") from error
        try:
            if response.status != 200:
                raise UnavailableError(f"the export cannot be downloaded: status {response.status}")
            # Else it would be closed under the reader that looks whether there is more.
            response.auto_close = False
            with gzip.GzipFile(fileobj=io.BufferedReader(cast("Any", response))) as content:
                yield _lines(content)
        finally:
            response.close()


def _branches(nodes: Iterable[dict[str, Any]], parent: str | None, version: int) -> Iterator[tuple[str, Branch]]:
    for node in nodes:
        yield node["id"], Branch(version=version, name=node["name"], parent=parent)
        yield from _branches(node["children"], node["id"], version)


def _lines(content: Iterable[bytes]) -> Iterator[str]:
    from urllib3.exceptions import HTTPError

    try:
        for line in content:
            yield line.decode()
    except (EOFError, OSError, HTTPError) as error:
        raise UnavailableError(f"the export broke off: {error}") from error


@cache
def _connections() -> PoolManager:
    from urllib3 import PoolManager

    return PoolManager(retries=False)
