"""The deployed storefront as its clients see it, with what a test needs to look behind it."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from http import HTTPStatus
from typing import Any

import boto3
import httpx

from tests.local.deployed.signature import Signature

POLL_SECONDS = 0.05
FAULTS = "/_storefront/faults"

KEEP_EVERY_CONNECTION = httpx.Limits(max_connections=None, max_keepalive_connections=None, keepalive_expiry=None)
"""For clients that many threads share: httpcore 1.0.9 ends a connection that is over its limits for idle ones also when
another thread was just given it, and that thread's request fails with EBADF (2 of 8,000 from 200 threads; none so).
"""


def product(**fields: Any) -> dict[str, Any]:
    """A published product with an id nobody else has; fields given replace or add to its own."""
    return {
        "id": f"product-{uuid.uuid4().hex[:12]}",
        "name": "Plain Product",
        "description": "Something to sell.",
        "category": "things",
        "status": "published",
        "price": {"currency": "EUR", "amount": 1000},
    } | fields


def assert_problem(response: httpx.Response, status: HTTPStatus) -> dict[str, Any]:
    """The problem document that a refusal is; fails when it is none, or has another status."""
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert {"type", "title", "detail"} <= problem.keys()
    return problem


@dataclass(frozen=True, kw_only=True)
class Heard:
    """The events of one type that were published since the test began to listen."""

    queue_url: str
    sqs: Any
    received: list[dict[str, Any]] = field(default_factory=list)

    def of_product(self, product_id: str, *, at_least: int = 1) -> list[dict[str, Any]]:
        """The events about a product, as `of` gives them."""
        return self.of("id", product_id, at_least=at_least)

    def of(self, name: str, value: str, *, at_least: int = 1) -> list[dict[str, Any]]:
        """The events whose data have a value: waits until there are enough, and a second longer for any too many."""
        deadline = time.monotonic() + 20
        while len(self._about(name, value)) < at_least and time.monotonic() < deadline:
            self._receive()
        settled = time.monotonic() + 1
        while time.monotonic() < settled:
            self._receive()
        events = self._about(name, value)
        assert len(events) >= at_least, f"heard {len(events)} events about {value}, expected {at_least}"
        return events

    def _receive(self) -> None:
        answer = self.sqs.receive_message(QueueUrl=self.queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=0)
        for message in answer.get("Messages", []):
            self.received.append(json.loads(message["Body"]))
            self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=message["ReceiptHandle"])
        if not answer.get("Messages"):
            time.sleep(POLL_SECONDS)

    def _about(self, name: str, value: str) -> list[dict[str, Any]]:
        return [event for event in self.received if event["detail"]["data"].get(name) == value]


@dataclass(frozen=True, kw_only=True)
class Storefront:
    """A storefront on a local AWS of its own.

    Args:
        url: Base URL of its API.
        endpoint: Base URL of its AWS.
        merchant_token: Bearer token with all write scopes.
        customer_token: Bearer token of a customer.
    """

    url: str
    endpoint: str
    merchant_token: str
    customer_token: str
    _aws_clients: dict[str, Any] = field(default_factory=dict)

    def _client(self, token: str | None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30, limits=KEEP_EVERY_CONNECTION)

    def close(self) -> None:
        """Ends the connections of every client."""
        for client in (self.visitor, self.merchant, self.customer, self.account):
            client.close()
        for client in self._aws_clients.values():
            client.close()

    @cached_property
    def visitor(self) -> httpx.Client:
        return self._client(None)

    @cached_property
    def merchant(self) -> httpx.Client:
        return self._client(self.merchant_token)

    @cached_property
    def customer(self) -> httpx.Client:
        return self._client(self.customer_token)

    @cached_property
    def account(self) -> httpx.Client:
        """A client of the routes for services, signed as the account's owner."""
        signature = Signature("test", "test")
        return httpx.Client(base_url=self.url, auth=signature, timeout=30, limits=KEEP_EVERY_CONNECTION)

    def aws(self, service: str) -> Any:
        """An AWS client with the account's own credentials, for looking behind the API."""
        if service not in self._aws_clients:
            self._aws_clients[service] = self._aws_client(service, "test", "test")
        return self._aws_clients[service]

    @contextmanager
    def as_role(self, service: str, role: str) -> Iterator[Any]:
        """An AWS client with the credentials of a role."""
        arn = self.aws("iam").get_role(RoleName=role)["Role"]["Arn"]
        given = self.aws("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]
        client = self._aws_client(service, given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"])
        try:
            yield client
        finally:
            client.close()

    def _aws_client(self, service: str, *credentials: str) -> Any:
        names = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")
        return boto3.client(  # type: ignore[call-overload]
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            **dict(zip(names, credentials, strict=False)),
        )

    def physical_id(self, stack: str, resource_type: str, logical_id_prefix: str) -> str:
        """The physical id of a stack's only resource of that type whose logical id begins so."""
        (found,) = self.physical_ids(stack, resource_type, logical_id_prefix)
        return found

    def physical_ids(self, stack: str, resource_type: str, logical_id_prefix: str = "") -> list[str]:
        """The physical ids of a stack's resources of that type whose logical ids begin so."""
        resources = self.aws("cloudformation").list_stack_resources(StackName=stack)["StackResourceSummaries"]
        return [
            str(resource["PhysicalResourceId"])
            for resource in resources
            if resource["ResourceType"] == resource_type and resource["LogicalResourceId"].startswith(logical_id_prefix)
        ]

    @staticmethod
    def new_id(kind: str) -> str:
        return f"{kind}-{uuid.uuid4().hex[:12]}"

    def publish(self, body: dict[str, Any]) -> dict[str, Any]:
        """Writes a product as the merchant; gives it with its ETag under `etag`."""
        answer = self.merchant.put(f"/v1/products/{body['id']}", json=body)
        answer.raise_for_status()
        return body | {"etag": answer.headers["etag"]}

    def pages(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Every page of a list."""
        while True:
            answer = self.visitor.get(path, params=query)
            answer.raise_for_status()
            yield answer.json()
            if answer.json()["next"] is None:
                return
            query["cursor"] = answer.json()["next"]

    def search(self, **query: Any) -> dict[str, Any]:
        answer = self.visitor.get("/v1/search", params=query)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def found(self, words: str) -> list[str]:
        """Ids of the products that a search for the words finds."""
        return [item["id"] for item in self.search(q=words, limit=100)["items"]]

    @staticmethod
    def eventually(condition: Callable[[], object], *, within_seconds: float = 20, what: object = "it") -> None:
        """Waits until the condition holds; fails when it does not in time, and says what should have."""
        deadline = time.monotonic() + within_seconds
        while not condition():
            assert time.monotonic() < deadline, f"{what}: not within {within_seconds} s"
            time.sleep(POLL_SECONDS)

    @contextmanager
    def listening(self, detail_type: str) -> Iterator[Heard]:
        """Hears every event of a type on the storefront's bus, as one more subscriber would."""
        sqs, events, name = self.aws("sqs"), self.aws("events"), self.new_id("listener")
        (bus,) = [bus["Name"] for bus in events.list_event_buses()["EventBuses"] if bus["Name"] != "default"]
        queue_url = sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        events.put_rule(Name=name, EventBusName=bus, EventPattern=json.dumps({"detail-type": [detail_type]}))
        events.put_targets(Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])
        try:
            yield Heard(queue_url=queue_url, sqs=sqs)
        finally:
            events.remove_targets(Rule=name, EventBusName=bus, Ids=["queue"])
            events.delete_rule(Name=name, EventBusName=bus)
            sqs.delete_queue(QueueUrl=queue_url)

    def replay(self, *, since: datetime | None = None) -> None:
        """Sends what the archive has since then over the bus again; when left out, everything.

        Everything is what the tests before have left: consumers are busy with it for a minute.
        """
        events, name, now = self.aws("events"), self.new_id("replay"), datetime.now(UTC)
        (archive,) = events.list_archives()["Archives"]
        events.start_replay(
            ReplayName=name,
            EventSourceArn=events.describe_archive(ArchiveName=archive["ArchiveName"])["ArchiveArn"],
            EventStartTime=(since or now - timedelta(days=1)).replace(microsecond=0),  # events have whole seconds
            EventEndTime=now + timedelta(minutes=1),
            Destination={"Arn": archive["EventSourceArn"]},
        )
        self.eventually(lambda: events.describe_replay(ReplayName=name)["State"] == "COMPLETED")

    def queues_come_to_rest(self, *, within_seconds: float = 480) -> None:
        """Waits until every queue of a consumer is empty.

        What a consumer failed to take under load comes again six minutes later, so that it may take as long.
        """
        sqs = self.aws("sqs")
        counts = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        queues = [url for url in sqs.list_queues()["QueueUrls"] if "DeadLetter" not in url and "listener" not in url]

        def are_empty() -> bool:
            found = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"] for url in queues]
            return all(attributes[count] == "0" for attributes in found for count in counts)

        self.eventually(are_empty, within_seconds=within_seconds)

    @contextmanager
    def fault(self, function: str, kind: str, **fields: Any) -> Iterator[None]:
        """Lets a fault strike meanwhile; fails when it did not strike as often as it was to."""
        asked = httpx.post(f"{self.endpoint}{FAULTS}", json={"function": function, "kind": kind, **fields})
        assert asked.status_code == HTTPStatus.CREATED, asked.text
        number, times = asked.json()["number"], fields.get("times", 1)
        yield
        self.eventually(lambda: self._struck(number) == times, what=(function, kind, fields))

    def forget_faults(self) -> None:
        """Lets none strike any more that was asked for, as after a test that failed."""
        httpx.delete(f"{self.endpoint}{FAULTS}").raise_for_status()

    def killing(self, function: str, *, at: str, moment: str) -> AbstractContextManager[None]:
        """Kills the function at its next call of the operation; fails when it made none."""
        return self.fault(function, "kill", call=at, moment=moment)

    def _struck(self, number: int) -> int:
        faults: list[dict[str, Any]] = httpx.get(f"{self.endpoint}{FAULTS}").json()["faults"]
        struck: int = faults[number - 1]["struck"]
        return struck

    @contextmanager
    def impatient_queues(self, *, seconds: int = 5) -> Iterator[None]:
        """Lets every queue deliver again soon after a consumer died, so that a test need not wait minutes."""
        sqs = self.aws("sqs")
        usual = {
            url: sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
            for url in sqs.list_queues()["QueueUrls"]
        }
        for url in usual:
            sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})
        yield
        for url, attributes in usual.items():
            sqs.set_queue_attributes(QueueUrl=url, Attributes=attributes)
