"""The catalog's long work, as tests do it: on the emulator's DynamoDB and S3, a turn of work a call."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from uuid import uuid4

import boto3
import httpx
import pytest
from pydynox import DynamoDBClient

from catalog.files import Files
from contracts.catalog_job_events import CatalogJobDue
from store.table import Table
from tests.services.conftest import REGION
from tests.services.delivery import deliver
from tests.services.http_client import Answer, Client, HttpHandler
from tests.services.key_server import KeyServer

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

Outbox: TypeAlias = Callable[[], list[dict[str, Any]]]

ROUTES = {
    "POST /v1/catalog/imports": "scopes catalog/write",
    "GET /v1/catalog/imports/{id}": "scopes catalog/write",
    "POST /v1/catalog/imports/{id}/start": "scopes catalog/write",
    "POST /v1/catalog/exports": "scopes catalog/write",
    "GET /v1/catalog/exports/{id}": "scopes catalog/write",
    "PUT /v1/catalog/service-exports/{id}": "iam",
    "GET /v1/catalog/service-exports/{id}": "iam",
}


@pytest.fixture(scope="session")
def s3(emulator: str) -> Iterator[S3Client]:
    client = boto3.client(
        "s3", region_name=REGION, endpoint_url=emulator, aws_access_key_id="test", aws_secret_access_key="test"
    )
    yield client
    client.close()


@pytest.fixture
def files(s3: S3Client) -> Files:
    """Give a bucket of the test's own."""
    bucket = f"files-{uuid4()}"
    s3.create_bucket(Bucket=bucket)
    return Files(bucket, client=s3)


@pytest.fixture
def outbox(dynamodb_client: DynamoDBClient, table: Table) -> Outbox:
    """Give what reads every message of the outbox, oldest first."""

    def read() -> list[dict[str, Any]]:
        found = [
            json.loads(item["outbox_event"]) for item in dynamodb_client.sync_scan(table.name) if item["sk"] == "EVENT"
        ]
        return sorted(found, key=lambda message: str(message["time"]))

    return read


@dataclass(kw_only=True)
class Bulk:
    """Asks for long work and does it.

    Attributes:
        client: of a merchant.
        outbox: reads the outbox.
        done: the turns of work that were done.
    """

    client: Client
    outbox: Outbox
    done: set[str] = field(default_factory=set)

    def call(self, method: str, path: str, **request: object) -> Answer:
        parts = path.split("/")
        route = f"{method} {'/'.join([*parts[:4], *(['{id}'] if parts[4:] else []), *parts[5:]])}"
        return self.client.call(method, path, route=route, **request)  # type: ignore[arg-type]

    def due(self) -> list[CatalogJobDue]:
        """Give the turns of work that were asked for, oldest first."""
        found = [message["detail"] for message in self.outbox() if message["detail_type"] == "CatalogJobDue"]
        return [CatalogJobDue.model_validate_json(json.dumps(detail)) for detail in found]

    def work(self) -> None:
        """Do all turns until no further one is asked for."""
        from catalog import work

        while turns := [due for due in self.due() if due.metadata.event_id not in self.done]:
            for due in turns:
                assert deliver(work.handler, due) == []
                self.done.add(due.metadata.event_id)

    @staticmethod
    def lines(job: Mapping[str, object], file: str = "download") -> list[dict[str, Any]]:
        """Download a job's file from its link, as anybody may who has it."""
        link = cast("Mapping[str, str]", job[file])
        answer = httpx.get(link["url"])
        assert answer.headers["content-type"] == "application/gzip"
        return [json.loads(line) for line in gzip.decompress(answer.content).splitlines()]


@pytest.fixture
def bulk(
    catalog: Client,
    table: Table,
    files: Files,
    issuer: KeyServer,
    outbox: Outbox,
    monkeypatch: pytest.MonkeyPatch,
) -> Bulk:
    """Give a merchant's client of the catalog's long work, beside that of its products."""
    from catalog import export_routes, import_routes, job_application, jobs, work
    from tests.services.conftest import ROUTES as PRODUCTS

    monkeypatch.setenv("ROUTE_ACCESS", json.dumps({**PRODUCTS, **ROUTES}))
    for module in (export_routes, import_routes, job_application, work):
        monkeypatch.setattr(module, "catalog_table", lambda: table)
        monkeypatch.setattr(module, "files", lambda: files)
    assert catalog
    methods = ("GET", "PUT", "POST", "DELETE")
    handlers = cast("Mapping[str, HttpHandler]", dict.fromkeys(methods, jobs.handler))
    return Bulk(client=Client(handlers=handlers, token=issuer.token("catalog/write")), outbox=outbox)
