"""An archive in a template archives; a replay delivers its events again, to those whose content filter takes them."""

import json
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import cast

import pytest
from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Template
from botocore.exceptions import ClientError
from constructs import Construct

from mach_constructs import Delivery, EventDefinition, EventMesh, Subscription
from mach_constructs.compute.compute import Workload
from mach_constructs.events.sampling import sample_pattern
from tests.cdk_app import new_app

from .conftest import RunningServer
from .template_stack import deployed

ARCHIVE = json.dumps(
    {
        "Resources": {
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "shop"}},
            "Archive": {
                "Type": "AWS::Events::Archive",
                "Properties": {"SourceArn": {"Fn::GetAtt": ["Bus", "Arn"]}, "RetentionDays": 3},
            },
        },
        "Outputs": {"Archive": {"Value": {"Ref": "Archive"}}, "Arn": {"Value": {"Fn::GetAtt": ["Archive", "Arn"]}}},
    }
)
ORDER_PLACED = EventDefinition(source="shop.orders", detail_type="OrderPlaced")
DEAR = {"data": {"total": {"amount": [{"numeric": [">", 100]}]}}}
PUBLISHED = 400


class Reader:
    """A workload that polls its queue itself: the test."""

    timeout = Duration.seconds(10)

    def consume(self, scope: Construct, queue: sqs.IQueue, delivery: Delivery) -> None:
        """Takes nothing by itself."""


def mesh_template() -> str:
    """A mesh with an archive, three subscriptions, and a queue of a quarter of all events."""
    stack = Stack(new_app(), "Mesh")
    mesh = EventMesh(stack, "Mesh", archive_days=3)
    assert mesh.archive is not None
    subscribe = partial(Subscription, stack, mesh=mesh, events=[ORDER_PLACED], workload=cast("Workload", Reader()))
    queues = {
        "All": subscribe("All").queue,
        "Dear": subscribe("Dear", matching=DEAR).queue,
        "Ordered": subscribe("Ordered", delivery=Delivery(ordered=True)).queue,
        "Quarter": sqs.Queue(stack, "Quarter"),
    }
    everything = events.EventPattern(version=["0"])
    sample = events.Rule(
        stack, "Sample", event_bus=mesh.bus, event_pattern=everything, targets=[targets.SqsQueue(queues["Quarter"])]
    )
    cast("events.CfnRule", sample.node.default_child).event_pattern = sample_pattern(1 / 4)
    for name, queue in queues.items():
        CfnOutput(stack, f"{name}Url", value=queue.queue_url)
    CfnOutput(stack, "BusName", value=mesh.bus.event_bus_name)
    CfnOutput(stack, "BusArn", value=mesh.bus.event_bus_arn)
    CfnOutput(stack, "ArchiveArn", value=mesh.archive.archive_arn)
    template = Template.from_stack(stack).to_json()
    return json.dumps({part: template[part] for part in ("Resources", "Outputs")})


def amounts(server: RunningServer, url: str, *, at_least: int) -> list[int]:
    """The amounts of all orders that a queue holds, once that many are there; they are taken out of it."""
    queues, seen, deadline = server.client("sqs"), list[int](), time.monotonic() + 30
    while time.monotonic() < deadline:
        batch = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        if not batch and len(seen) >= at_least:
            break
        for message in batch:
            seen.append(json.loads(message["Body"])["detail"]["data"]["total"]["amount"])
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return seen


def publish(server: RunningServer, bus: str, totals: list[int]) -> None:
    for start in range(0, len(totals), 10):
        entries = [
            {
                "EventBusName": bus,
                "Source": "shop.orders",
                "DetailType": "OrderPlaced",
                "Detail": json.dumps({"metadata": {"version": 1}, "data": {"total": {"amount": total}}}),
            }
            for total in totals[start : start + 10]
        ]
        assert server.client("events").put_events(Entries=entries)["FailedEntryCount"] == 0


def test_a_replay_delivers_again_what_a_filter_takes(fixed: RunningServer) -> None:
    with deployed(fixed, "mesh", mesh_template()) as stack:
        outputs = stack.outputs
        totals = [*range(1, PUBLISHED), 100, 101]
        publish(fixed, outputs["BusName"], totals)
        dear = sorted(total for total in totals if total > 100)
        assert sorted(amounts(fixed, outputs["AllUrl"], at_least=len(totals))) == sorted(totals)
        assert sorted(amounts(fixed, outputs["DearUrl"], at_least=len(dear))) == dear
        assert amounts(fixed, outputs["OrderedUrl"], at_least=len(totals)) == totals
        # A fair quarter of 401 is 100 ± 9; five times that happens once in a million runs.
        assert 55 < len(amounts(fixed, outputs["QuarterUrl"], at_least=1)) < 145

        now = datetime.now(UTC)
        fixed.client("events").start_replay(
            ReplayName="again",
            EventSourceArn=outputs["ArchiveArn"],
            EventStartTime=now - timedelta(hours=1),
            EventEndTime=now + timedelta(hours=1),
            Destination={"Arn": outputs["BusArn"]},
        )

        assert sorted(amounts(fixed, outputs["DearUrl"], at_least=len(dear))) == dear


def test_an_archive_is_made_changed_and_deleted(fixed: RunningServer) -> None:
    bus = fixed.client("events")
    with deployed(fixed, "archive", ARCHIVE) as stack:
        outputs = stack.outputs
        assert bus.describe_archive(ArchiveName=outputs["Archive"])["ArchiveArn"] == outputs["Arn"]

        stack.update(ARCHIVE.replace('"RetentionDays": 3', '"RetentionDays": 5'))
        assert bus.describe_archive(ArchiveName=outputs["Archive"])["RetentionDays"] == 5

    with pytest.raises(ClientError, match="does not exist"):
        bus.describe_archive(ArchiveName=outputs["Archive"])


def test_the_emulator_still_needs_this_fix_up(plain: RunningServer) -> None:
    with pytest.raises(ClientError, match="Unrecognized resource types"):
        plain.client("cloudformation").create_stack(StackName="archive", TemplateBody=ARCHIVE)
