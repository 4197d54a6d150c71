"""The real thing to test against: tantivy on disk, DynamoDB and S3 of the emulator."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from pydynox import DynamoDBClient
from pydynox.pydynox_core import S3Operations

import store.table
from search import environment
from search.bucket import Bucket
from search.indexer import Indexer
from search.local_index import LocalIndex
from search.pointer import Pointer
from search.projection import Projection
from search.reader import Reader
from store.table import Table

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ROUTE_ACCESS = json.dumps(
    dict.fromkeys(("GET /v1/search", "GET /v1/search/suggestions", "GET /v1/products/{id}/related"), "public")
    | dict.fromkeys(("PUT /v1/search/rebuilds/{id}", "GET /v1/search/rebuilds/{id}"), "iam")
)
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1"}


@pytest.fixture(scope="session")
def endpoint(emulator: str) -> Iterator[str]:
    yield emulator
    _s3(emulator).close()


@dataclass(kw_only=True)
class Account:
    """A table and a bucket of one test's own, and the service's parts on them, each process-like: with its own disk."""

    endpoint: str
    table_name: str
    bucket_name: str
    directory: Path

    def __post_init__(self) -> None:
        self.client = _dynamodb(self.endpoint)
        self.table = Table(name=self.table_name, client=self.client)
        self.s3 = S3Operations(region="us-east-1", access_key="test", secret_key="test", endpoint_url=self.endpoint)
        self.bucket = Bucket(self.bucket_name, client=self.s3)
        self.projection = Projection(self.table, client=self.client)
        self.pointer = Pointer(self.table)

    def local(self, *, capacity: int = 4) -> LocalIndex:
        directory = self.directory / uuid.uuid4().hex
        directory.mkdir()
        return LocalIndex(directory, bucket=self.bucket, capacity=capacity)

    def indexer(self, **parts: object) -> Indexer:
        defaults: dict[str, object] = {
            "projection": self.projection,
            "pointer": self.pointer,
            "bucket": self.bucket,
            "local": self.local(),
        }
        return Indexer(**(defaults | parts))  # type: ignore[arg-type]

    def reader(self) -> Reader:
        return Reader(pointer=self.pointer, local=self.local())

    def bundles(self) -> set[str]:
        listing = _s3(self.endpoint).list_objects_v2(Bucket=self.bucket_name)
        return {entry["Key"].removeprefix("bundles/").removesuffix(".zip") for entry in listing.get("Contents", [])}


def _dynamodb(endpoint: str) -> DynamoDBClient:
    return DynamoDBClient(region="us-east-1", access_key="test", secret_key="test", endpoint_url=endpoint)


@cache
def _s3(endpoint: str) -> S3Client:
    """Lists and makes buckets, which the service never does."""
    return boto3.client(
        "s3", region_name="us-east-1", endpoint_url=endpoint, aws_access_key_id="test", aws_secret_access_key="test"
    )


@pytest.fixture
def account(endpoint: str, tmp_path: Path) -> Account:
    return new_account(endpoint, tmp_path)


def new_account(endpoint: str, directory: Path) -> Account:
    name = uuid.uuid4().hex
    _dynamodb(endpoint).sync_create_table(f"search-{name}", partition_key=("pk", "S"), sort_key=("sk", "S"))
    _s3(endpoint).create_bucket(Bucket=f"index-{name}")
    return Account(endpoint=endpoint, table_name=f"search-{name}", bucket_name=f"index-{name}", directory=directory)


@pytest.fixture
def service(account: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    """The account as the handlers find it: by their environment."""
    variables = {
        "TABLE_NAME": account.table_name,
        "INDEX_BUCKET": account.bucket_name,
        "AWS_ENDPOINT_URL": account.endpoint,
        "ROUTE_ACCESS": ROUTE_ACCESS,
        "SERVICE_NAME": "search",
        "POWERTOOLS_SERVICE_NAME": "search",
        **CREDENTIALS,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    _forget_clients()
    yield account
    _forget_clients()


_MADE_ONCE = (
    environment.projection,
    environment.categories,
    environment.indexer,
    environment.reader,
    environment.rebuilds,
    environment.rebuilding,
    store.table.dynamodb,
)


def _forget_clients() -> None:
    for part in _MADE_ONCE:
        part.cache_clear()
