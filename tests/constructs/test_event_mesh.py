"""The bus: its archive, key, log, registry, and who may publish from outside."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import App, Stack, Validations
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Match, Template
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from mach_constructs import EventDefinition, EventLog, EventMesh, Publisher, Removal


def test_a_mesh_is_a_bus_and_a_registry_and_nothing_that_costs(stack: Stack) -> None:
    mesh = EventMesh(stack, "Mesh")
    resources = Template.from_stack(stack).to_json()["Resources"].values()
    assert sorted(resource["Type"] for resource in resources) == [
        "AWS::EventSchemas::Registry",
        "AWS::Events::EventBus",
    ]
    assert (mesh.archive, mesh.log, mesh.dead_letters, mesh.alarms) == (None, None, None, ())


def test_an_archive_keeps_every_event_and_outlives_the_stack_with_its_bus(stack: Stack) -> None:
    EventMesh(stack, "Mesh", archive_days=30)
    template = Template.from_stack(stack)
    template.has_resource(
        "AWS::Events::Archive",
        {
            "Properties": {"RetentionDays": 30, "EventPattern": {"version": ["0"]}, "ArchiveName": Match.absent()},
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
        },
    )
    template.has_resource("AWS::Events::EventBus", {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"})


def test_a_mesh_for_development_goes_with_its_stack(stack: Stack) -> None:
    EventMesh(stack, "Mesh", archive_days=1, removal=Removal.DESTROY)
    template = Template.from_stack(stack)
    for resource in ("AWS::Events::Archive", "AWS::Events::EventBus"):
        template.has_resource(resource, {"DeletionPolicy": "Delete"})


def test_a_key_encrypts_bus_and_archive_and_what_cannot_be_decrypted_is_kept(stack: Stack) -> None:
    mesh = EventMesh(stack, "Mesh", encryption_key=kms.Key(stack, "Key", enable_key_rotation=True), archive_days=30)
    template = Template.from_stack(stack)
    key = {"Fn::GetAtt": [Match.string_like_regexp("Key"), "Arn"]}
    template.has_resource_properties(
        "AWS::Events::EventBus",
        {"KmsKeyIdentifier": key, "DeadLetterConfig": {"Arn": {"Fn::GetAtt": [Match.any_value(), "Arn"]}}},
    )
    template.has_resource_properties("AWS::Events::Archive", {"KmsKeyIdentifier": key})
    (policy,) = (found["Properties"]["KeyPolicy"] for found in template.find_resources("AWS::KMS::Key").values())
    for_events = [s for s in policy["Statement"] if s["Principal"] == {"Service": "events.amazonaws.com"}]
    held_to_the_bus = [s for s in for_events if "kms:EncryptionContext:aws:events:event-bus:arn" in str(s)]
    assert [s["Action"] for s in held_to_the_bus] == [
        ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
        ["kms:Decrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo"],
    ]
    template.has_resource_properties(
        "AWS::SQS::QueuePolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Action": "sqs:SendMessage",
                                "Effect": "Allow",
                                "Principal": {"Service": "events.amazonaws.com"},
                                "Condition": {"ArnEquals": {"aws:SourceArn": Match.any_value()}},
                            }
                        )
                    ]
                )
            }
        },
    )
    template.resource_count_is("AWS::CloudWatch::Alarm", 1)
    assert len(mesh.alarms) == 1


def test_a_log_takes_its_sample_and_is_written_by_its_rule_only(stack: Stack) -> None:
    EventMesh(stack, "Mesh", log=EventLog(share=3 / 16, retention=logs.RetentionDays.ONE_MONTH))
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventPattern": {"id": [{"prefix": "0"}, {"prefix": "1"}, {"prefix": "2"}]},
            "Description": "Logs 18.75% of all events",
        },
    )
    template.has_resource("AWS::Logs::LogGroup", {"DeletionPolicy": "Retain", "Properties": {"RetentionInDays": 30}})
    (rule,) = template.find_resources("AWS::Events::Rule")
    (policy,) = template.find_resources("AWS::Logs::ResourcePolicy").values()
    document = json.dumps(policy["Properties"]["PolicyDocument"])
    assert "logs:PutLogEvents" in document
    assert rule in document
    # EventBridge does not take the ":*" that ends the ARN of a log group.
    (target,) = template.find_resources("AWS::Events::Rule")[rule]["Properties"]["Targets"]
    assert ":*" not in json.dumps(target["Arn"])


def test_a_log_of_everything_samples_nothing(stack: Stack) -> None:
    EventMesh(stack, "Mesh", log=EventLog())
    Template.from_stack(stack).has_resource_properties("AWS::Events::Rule", {"EventPattern": {"version": ["0"]}})


def test_a_bus_says_what_it_does_with_events_and_not_what_they_carry(stack: Stack) -> None:
    mesh = EventMesh(stack, "Mesh", bus_log=events.Level.INFO)
    assert mesh.bus_log is not None
    template = Template.from_stack(stack)
    template.has_resource_properties("AWS::Events::EventBus", {"LogConfig": {"Level": "INFO", "IncludeDetail": "NONE"}})
    sources = template.find_resources("AWS::Logs::DeliverySource").values()
    assert sorted(source["Properties"]["LogType"] for source in sources) == ["ERROR_LOGS", "INFO_LOGS"]
    deliveries = template.find_resources("AWS::Logs::Delivery")
    first, second = (next(name for name in deliveries if level in name) for level in ("Error", "Info"))
    assert first in deliveries[second]["DependsOn"]
    template.has_resource("AWS::Logs::LogGroup", {"DeletionPolicy": "Retain", "Properties": {"RetentionInDays": 30}})
    names = [
        resource["Properties"]["Name"]
        for kind in ("AWS::Logs::DeliverySource", "AWS::Logs::DeliveryDestination")
        for resource in template.find_resources(kind).values()
    ]
    assert len(set(names)) == 3
    assert all(len(name) <= 60 for name in names)


@pytest.mark.parametrize(("level", "count"), [(events.Level.ERROR, 1), (events.Level.INFO, 2), (events.Level.TRACE, 3)])
def test_each_level_has_those_below_it(stack: Stack, level: events.Level, count: int) -> None:
    EventMesh(stack, "Mesh", bus_log=level)
    Template.from_stack(stack).resource_count_is("AWS::Logs::Delivery", count)


def test_a_log_of_nothing_or_of_somebody_elses_bus_is_refused(stack: Stack) -> None:
    with pytest.raises(ValueError, match="bus_log must be ERROR, INFO or TRACE, or left out, got OFF"):
        EventMesh(stack, "Mesh", bus_log=events.Level.OFF)
    bus = events.EventBus.from_event_bus_name(stack, "Existing", "shared")
    with pytest.raises(ValueError, match="bus_log must be left out for an existing bus, which has its own, got Servic"):
        EventMesh(stack, "Other", existing=bus, bus_log=events.Level.ERROR)


def test_an_account_may_publish_in_its_own_name_only(stack: Stack) -> None:
    EventMesh(stack, "Mesh", publishers=[Publisher(account="111122223333", source_prefix="partner.")])
    Template.from_stack(stack).has_resource_properties(
        "AWS::Events::EventBusPolicy",
        {
            "StatementId": "Account111122223333Partner",
            "Statement": {
                "Action": "events:PutEvents",
                "Effect": "Allow",
                "Principal": {"AWS": {"Fn::Join": ["", Match.array_with([":iam::111122223333:root"])]}},
                "Resource": {"Fn::GetAtt": [Match.string_like_regexp("MeshBus"), "Arn"]},
                "Condition": {"StringLike": {"events:source": "partner.*"}},
            },
        },
    )


def test_an_organization_may_publish_and_nobody_else(stack: Stack) -> None:
    EventMesh(stack, "Mesh", publishers=[Publisher(organization="o-abcdefghij", source_prefix="shop.")])
    Template.from_stack(stack).has_resource_properties(
        "AWS::Events::EventBusPolicy",
        {
            "Statement": {
                "Principal": {"AWS": "*"},
                "Condition": {
                    "StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"},
                    "StringLike": {"events:source": "shop.*"},
                },
            },
        },
    )


def test_a_long_prefix_still_has_a_statement_of_its_own(stack: Stack) -> None:
    prefixes = [f"{'partner' * 10}.{last}" for last in "ab"]
    publishers = [Publisher(account="111122223333", source_prefix=prefix) for prefix in prefixes]
    mesh = EventMesh(stack, "Mesh", publishers=publishers)
    assert len(mesh.policies) == 2
    policies = Template.from_stack(stack).find_resources("AWS::Events::EventBusPolicy").values()
    ids = {policy["Properties"]["StatementId"] for policy in policies}
    assert len(ids) == 2
    assert {len(statement) for statement in ids} == {64}


def test_a_grant_is_for_this_bus_only(stack: Stack) -> None:
    mesh = EventMesh(stack, "Mesh")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    mesh.grant_put_events(role).assert_success()
    Template.from_stack(stack).has_resource_properties(
        "AWS::IAM::Policy",
        {
            "PolicyDocument": {
                "Statement": [
                    {
                        "Action": "events:PutEvents",
                        "Effect": "Allow",
                        "Resource": {"Fn::GetAtt": [Match.string_like_regexp("MeshBus"), "Arn"]},
                    }
                ]
            }
        },
    )


def test_an_existing_bus_is_used_and_can_be_archived(stack: Stack) -> None:
    bus = events.EventBus.from_event_bus_name(stack, "Existing", "shared")
    assert EventMesh(stack, "Mesh", existing=bus, archive_days=7).bus is bus
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::Events::EventBus", 0)
    template.has_resource_properties("AWS::Events::Archive", {"RetentionDays": 7})


def test_an_existing_bus_keeps_its_own_key(stack: Stack) -> None:
    bus = events.EventBus.from_event_bus_name(stack, "Existing", "shared")
    with pytest.raises(ValueError, match="encryption_key must be left out for an existing bus, which has its own, got"):
        EventMesh(stack, "Mesh", existing=bus, encryption_key=kms.Key(stack, "Key"))


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_an_archive_keeps_events_for_a_time_that_makes_sense(stack: Stack, days: int) -> None:
    with pytest.raises(ValueError, match=f"archive_days must be between 1 and 3650 days, got {days}"):
        EventMesh(stack, "Mesh", archive_days=days)


def test_nobody_is_let_in_twice(stack: Stack) -> None:
    publishers = [Publisher(account="111122223333", source_prefix="partner.")] * 2
    with pytest.raises(ValueError, match="publishers must be distinct, got Publisher"):
        EventMesh(stack, "Mesh", publishers=publishers)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "a publisher must have either an account or an organization, got neither"),
        ({"account": "111122223333", "organization": "o-abcdefghij"}, "either an account or an organization, got both"),
        ({"account": "11112222333"}, "account must be 12 digits, got '11112222333'"),
        ({"account": "1111-2222-3333"}, "account must be 12 digits, got '1111-2222-3333'"),
        ({"organization": "abcdefghij"}, "organization must be o- and 10 to 32 lower-case letters and digits, got"),
        ({"account": "111122223333", "source_prefix": "aws."}, "source_prefix must not begin with 'aws.'"),
        ({"account": "111122223333", "source_prefix": ""}, "source_prefix must not be empty, got ''"),
        ({"account": "111122223333", "source_prefix": "a*"}, "source_prefix must be at most 256 letters, digits and"),
    ],
)
def test_a_publisher_is_somebody(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Publisher(**{"source_prefix": "partner.", **arguments})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"source": ""}, "source must not be empty, got ''"),
        ({"source": "aws.orders"}, "source must not begin with 'aws.', which is reserved for AWS, got 'aws.orders'"),
        ({"source": "shop orders"}, "source must be at most 256 letters, digits and . _ - /, got 'shop orders'"),
        ({"source": "s" * 257}, "source must be at most 256 letters, digits and . _ - /, got 'ss"),
        ({"detail_type": " "}, "detail_type must not be empty, got ' '"),
        ({"detail_type": "d" * 129}, "detail_type must have at most 128 characters, got 129"),
        ({"version": 0}, "version must be at least 1, got 0"),
    ],
)
def test_a_definition_has_names_that_eventbridge_takes(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        EventDefinition(**{"source": "shop.orders", "detail_type": "OrderPlaced", **arguments})


def everything(app: App) -> None:
    stack = Stack(app, "Platform")
    EventMesh(
        stack,
        "Mesh",
        encryption_key=kms.Key(stack, "Key", enable_key_rotation=True),
        archive_days=30,
        log=EventLog(share=1 / 16),
        bus_log=events.Level.TRACE,
        publishers=[
            Publisher(account="111122223333", source_prefix="partner."),
            Publisher(organization="o-abcdefghij", source_prefix="shop."),
        ],
    )


def test_the_policy_packs_find_nothing(new_app: Callable[..., App]) -> None:
    app = new_app()
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    everything(app)
    app.synth()  # raises on a finding


def test_cloudformation_accepts_a_mesh_with_everything(new_app: Callable[..., App]) -> None:
    app = new_app(validator=True)
    everything(app)
    app.synth()
