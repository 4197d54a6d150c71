"""The real things that services run against: an emulator's DynamoDB, a user pool's keys, API Gateway's events."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast
from uuid import uuid4

import boto3
import pytest
from aws_lambda_powertools import Logger
from hypothesis import settings
from pydynox import DynamoDBClient

from store import recent
from store.table import Table
from tests.emulator import emulator_process
from tests.services.http_client import Client, HttpHandler
from tests.services.key_server import CLIENT_ID, CUSTOMER_CLIENT_ID, ISSUER, KeyServer
from tests.services.passing_time import PassingTime

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient as ControlPlane
    from types_boto3_dynamodb.type_defs import GlobalSecondaryIndexTypeDef, KeySchemaElementTypeDef

settings.register_profile("services", derandomize=True, deadline=None, max_examples=60, database=None)
settings.load_profile("services")

REGION = "us-east-1"

Listen: TypeAlias = Callable[[Logger], Callable[[], list[dict[str, Any]]]]

ROUTES: Mapping[str, str] = {
    "GET /v1/products": "capability catalog/write",
    "GET /v1/products/{id}": "capability catalog/write",
    "GET /v1/categories": "public",
    "GET /v1/categories/{id}": "public",
    "PUT /v1/categories/{id}": "scopes catalog/write",
    "DELETE /v1/categories/{id}": "scopes catalog/write",
    "PUT /v1/products/{id}": "scopes catalog/write",
    "DELETE /v1/products/{id}": "scopes catalog/write",
    "POST /v1/products/import": "scopes catalog/write",
}


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the endpoint of an emulator process of this worker's own."""
    with emulator_process(tmp_path_factory.mktemp("emulator")) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def control_plane(emulator: str) -> Iterator[ControlPlane]:
    client = boto3.client(
        "dynamodb", region_name=REGION, endpoint_url=emulator, aws_access_key_id="test", aws_secret_access_key="test"
    )
    yield client
    client.close()


@pytest.fixture(scope="session")
def dynamodb_client(emulator: str) -> DynamoDBClient:
    return DynamoDBClient(
        region=REGION, access_key="test", secret_key="test", endpoint_url=emulator, read_timeout=10, max_retries=3
    )


Indexes = Mapping[str, tuple[str, str]]
"""Secondary indexes by name: the attributes that are partition and sort key."""


@pytest.fixture
def new_table(control_plane: ControlPlane, dynamodb_client: DynamoDBClient) -> Callable[[Indexes], Table]:
    """Give what makes a table of the test's own, with these indexes."""

    def key(partition: str, sort: str) -> list[KeySchemaElementTypeDef]:
        return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]

    def create(indexes: Indexes) -> Table:
        name = f"table-{uuid4()}"
        attributes = {"pk", "sk"}.union(*indexes.values())
        secondary: list[GlobalSecondaryIndexTypeDef] = [
            {"IndexName": index, "KeySchema": key(*keys), "Projection": {"ProjectionType": "ALL"}}
            for index, keys in indexes.items()
        ]
        control_plane.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=key("pk", "sk"),
            AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute in attributes],
            GlobalSecondaryIndexes=secondary,
        )
        return Table(name=name, client=dynamodb_client)

    return create


@pytest.fixture
def table(new_table: Callable[[Indexes], Table]) -> Table:
    """Give a table of the test's own, with the catalog's indexes."""
    return new_table({"published": ("published_shard", "published_key"), "category": ("category_key", "published_key")})


@pytest.fixture
def log_lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Listen:
    """Give what listens to a logger; what that gives tells the lines that were written since."""

    def listen(logger: Logger) -> Callable[[], list[dict[str, Any]]]:
        for log_handler in logger.handlers:
            monkeypatch.setattr(log_handler, "stream", sys.stdout)
        return lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return listen


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> PassingTime:
    """Let time pass for what is kept for some seconds."""
    time = PassingTime()
    monkeypatch.setattr(recent, "time", time)
    return time


@pytest.fixture(scope="session")
def pool() -> Iterator[KeyServer]:
    server = KeyServer()
    yield server
    server.close()


@pytest.fixture
def issuer(pool: KeyServer, monkeypatch: pytest.MonkeyPatch) -> KeyServer:
    """Give the pool that the services' environment names as the issuer of tokens."""
    monkeypatch.setenv("ROUTE_ACCESS", json.dumps(ROUTES))
    monkeypatch.setenv("TOKEN_ISSUER", ISSUER)
    monkeypatch.setenv("TOKEN_CLIENT_IDS", f"{CUSTOMER_CLIENT_ID},{CLIENT_ID}")
    monkeypatch.setenv("AWS_ENDPOINT_URL_COGNITO_IDP", pool.url)
    return pool


@pytest.fixture
def catalog(table: Table, issuer: KeyServer, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Give a client of the catalog's handlers with a merchant's token."""
    from catalog import read, write

    monkeypatch.setattr(read, "catalog_table", lambda: table)
    monkeypatch.setattr(write, "catalog_table", lambda: table)
    handlers = cast(
        Mapping[str, HttpHandler],
        {"GET": read.handler, "PUT": write.handler, "DELETE": write.handler, "POST": write.handler},
    )
    return Client(handlers=handlers, token=issuer.token("catalog/write"))
