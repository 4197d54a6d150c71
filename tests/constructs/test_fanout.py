"""Events copied by a topic to subscribers with filters."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Match, Template

from mach_constructs import (
    Delivery,
    EventContract,
    EventMesh,
    Fanout,
    FanoutEndpoint,
    FanoutSubscription,
    LambdaCompute,
    Redelivery,
    ServiceFunction,
)

LARGE = {"detail": {"data": {"total": {"amount": [{"numeric": [">=", 100_000]}]}}}}


@pytest.fixture
def fanout(platform: Stack, mesh: EventMesh, order_placed: type[EventContract]) -> Fanout:
    return Fanout(
        platform,
        "Fanout",
        mesh=mesh,
        events=[order_placed],
        redelivery=Redelivery(attempts=7, oldest=Duration.hours(2)),
    )


@pytest.fixture
def workload(stack: Stack, orders: LambdaCompute) -> ServiceFunction:
    return ServiceFunction(
        stack,
        "Events",
        compute=orders,
        handler="events.handler",
        description="Hears of orders",
        default_timeout=Duration.seconds(20),
    )


def test_a_rule_publishes_as_a_role_that_may_do_nothing_else(
    fanout: Fanout, platform: Stack, granted: Callable[[Template, str], dict[str, list[str]]]
) -> None:
    template = Template.from_stack(platform)
    template.has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventPattern": {
                "source": ["shop.orders"],
                "detail-type": ["OrderPlaced"],
                "detail": {"metadata": {"version": [1]}},
            },
            "Targets": [
                {
                    "Arn": {"Ref": Match.string_like_regexp("FanoutTopic")},
                    "DeadLetterConfig": {"Arn": {"Fn::GetAtt": [Match.string_like_regexp("FanoutDeadLetters"), "Arn"]}},
                    "RetryPolicy": {"MaximumRetryAttempts": 7, "MaximumEventAgeInSeconds": 7200},
                    "RoleArn": {"Fn::GetAtt": [Match.string_like_regexp("FanoutRole"), "Arn"]},
                    "Id": Match.any_value(),
                }
            ],
        },
    )
    allowed = granted(template, "FanoutRole")
    assert sorted(allowed.values()) == [["kms:Decrypt", "kms:GenerateDataKey"], ["sns:Publish"]]
    assert all("Fanout" in resource for resource in allowed)
    (role,) = (
        role for name, role in template.find_resources("AWS::IAM::Role").items() if name.startswith("FanoutRole")
    )
    (statement,) = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert list(fanout.rules) == ["OrderPlacedV1"]


def test_the_key_is_used_by_way_of_sns_only(fanout: Fanout, platform: Stack) -> None:
    template = Template.from_stack(platform)
    template.has_resource_properties(
        "AWS::IAM::Policy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
                                "Condition": {"StringEquals": {"kms:ViaService": Match.any_value()}},
                            }
                        )
                    ]
                )
            }
        },
    )
    template.has_resource_properties("AWS::KMS::Key", {"EnableKeyRotation": True})
    template.has_resource("AWS::KMS::Key", {"DeletionPolicy": "Retain"})
    assert fanout.key is not None


def test_a_topic_is_encrypted_and_accepts_tls_only(fanout: Fanout, platform: Stack) -> None:
    template = Template.from_stack(platform)
    template.has_resource_properties(
        "AWS::SNS::Topic", {"KmsMasterKeyId": {"Fn::GetAtt": [Match.string_like_regexp("FanoutKey"), "Arn"]}}
    )
    template.has_resource_properties(
        "AWS::SNS::TopicPolicy",
        {
            "PolicyDocument": {
                "Statement": [
                    Match.object_like({"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}})
                ]
            }
        },
    )
    assert [alarm.node.id for alarm in fanout.alarms] == ["DeadLetterAlarm", "UndeliveredAlarm"]


def test_a_subscriber_has_its_own_queue_in_its_own_stack(
    fanout: Fanout, platform: Stack, stack: Stack, workload: ServiceFunction
) -> None:
    created = FanoutSubscription(
        stack, "Large", fanout=fanout, workload=workload, where=LARGE, delivery=Delivery(attempts=3)
    )
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::SNS::Subscription",
        {
            "Protocol": "sqs",
            "RawMessageDelivery": True,
            "FilterPolicyScope": "MessageBody",
            "FilterPolicy": LARGE,
            "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": [Match.string_like_regexp("DeadLetters"), "Arn"]}},
        },
    )
    template.has_resource_properties(
        "AWS::SQS::Queue",
        {
            "SqsManagedSseEnabled": True,
            "VisibilityTimeout": 120,
            "RedrivePolicy": {"maxReceiveCount": 3, "deadLetterTargetArn": Match.any_value()},
        },
    )
    template.has_resource_properties(
        "AWS::Lambda::EventSourceMapping", {"FunctionResponseTypes": ["ReportBatchItemFailures"]}
    )
    assert [alarm.node.id for alarm in created.alarms] == ["DeadLetterAlarm", "BacklogAlarm", "DepthAlarm"]
    Template.from_stack(platform).resource_count_is("AWS::SNS::Subscription", 0)
    Template.from_stack(platform).resource_count_is("AWS::SQS::Queue", 1)


def test_only_the_topic_may_fill_a_subscribers_queues(fanout: Fanout, stack: Stack, workload: ServiceFunction) -> None:
    FanoutSubscription(stack, "All", fanout=fanout, workload=workload)
    policies = Template.from_stack(stack).find_resources("AWS::SQS::QueuePolicy").values()
    assert len(policies) == 2
    for policy in policies:
        (allowed,) = (s for s in policy["Properties"]["PolicyDocument"]["Statement"] if s["Effect"] == "Allow")
        assert allowed["Action"] == "sqs:SendMessage"
        assert allowed["Principal"] == {"Service": "sns.amazonaws.com"}
        assert "FanoutTopic" in json.dumps(allowed["Condition"]["ArnEquals"]["aws:SourceArn"])


def test_a_topic_feeds_no_ordered_queue(fanout: Fanout, stack: Stack, workload: ServiceFunction) -> None:
    with pytest.raises(ValueError, match="delivery must not be ordered, since a topic feeds no FIFO queue"):
        FanoutSubscription(stack, "Bad", fanout=fanout, workload=workload, delivery=Delivery(ordered=True))


def test_without_a_filter_everything_comes(fanout: Fanout, stack: Stack, workload: ServiceFunction) -> None:
    FanoutSubscription(stack, "All", fanout=fanout, workload=workload)
    Template.from_stack(stack).has_resource_properties(
        "AWS::SNS::Subscription", {"FilterPolicy": Match.absent(), "FilterPolicyScope": Match.absent()}
    )


@pytest.mark.parametrize(
    ("endpoint", "properties"),
    [
        ({"url": "https://partner.example/orders"}, {"Protocol": "https", "RawMessageDelivery": True}),
        ({"email": "ops@shop.example"}, {"Protocol": "email-json", "RawMessageDelivery": Match.absent()}),
    ],
)
def test_an_endpoint_outside(
    fanout: Fanout, stack: Stack, endpoint: dict[str, str], properties: dict[str, Any]
) -> None:
    created = FanoutEndpoint(stack, "Outside", fanout=fanout, where=LARGE, **endpoint)
    (address,) = endpoint.values()
    Template.from_stack(stack).has_resource_properties(
        "AWS::SNS::Subscription",
        {"Endpoint": address, "FilterPolicyScope": "MessageBody", "RedrivePolicy": Match.any_value(), **properties},
    )
    assert len(created.alarms) == 1


def test_an_existing_queue_and_its_key_let_the_topic_in(fanout: Fanout, stack: Stack) -> None:
    queue = sqs.Queue(stack, "Theirs", encryption_master_key=kms.Key(stack, "TheirKey"))
    FanoutEndpoint(stack, "Outside", fanout=fanout, queue=queue)
    template = Template.from_stack(stack)
    key_policy = json.dumps(next(iter(template.find_resources("AWS::KMS::Key").values())))
    assert '"kms:Decrypt", "kms:GenerateDataKey"' in key_policy
    assert "sns.amazonaws.com" in key_policy
    template.has_resource_properties(
        "AWS::SNS::Subscription",
        {"Protocol": "sqs", "Endpoint": {"Fn::GetAtt": [Match.string_like_regexp("Theirs"), "Arn"]}},
    )


def test_an_existing_topic_is_used_with_its_key(
    platform: Stack, mesh: EventMesh, order_placed: type[EventContract]
) -> None:
    topic = sns.Topic.from_topic_arn(platform, "Theirs", "arn:aws:sns:eu-west-1:123456789012:orders")
    key = kms.Key.from_key_arn(platform, "TheirKey", "arn:aws:kms:eu-west-1:123456789012:key/1")
    fanout = Fanout(platform, "Fanout", mesh=mesh, events=[order_placed], existing=topic, encryption_key=key)
    template = Template.from_stack(platform)
    template.resource_count_is("AWS::SNS::Topic", 0)
    template.resource_count_is("AWS::KMS::Key", 0)
    assert fanout.topic is topic
    assert "arn:aws:kms:eu-west-1:123456789012:key/1" in json.dumps(template.find_resources("AWS::IAM::Policy"))


@pytest.mark.parametrize(
    ("policy", "message"),
    [
        ({}, "where must have at least one key, got none: leave it out to get every event"),
        (
            {"detail": {name: ["x"] for name in "abcdef"}},
            "where must have at most 5 keys, got 6: detail.a, detail.b, detail.c, detail.d, detail.e, detail.f",
        ),
        (
            {"detail": {"data": {"a": list("abcd"), "b": list("abcde")}}},
            "where must have at most 150 combinations (values times depth, multiplied over all keys), got 180",
        ),
        ({"detail": {}}, "where at detail must be a list of conditions or fields further in, got {}"),
        ({"detail": {"a": []}}, "where at detail.a must be a list of conditions or fields further in, got []"),
        ({"source": "shop"}, "where at source must be a list of conditions or fields further in, got 'shop'"),
        (
            {"a": [{"like": "x"}]},
            "where at a must use one of the operators anything-but, cidr, equals-ignore-case, exists, numeric, prefix, "
            "suffix, got 'like'",
        ),
        ({"a": [{"prefix": 1}]}, "prefix of where at a must be a text, got 1"),
        ({"a": [{"exists": "yes"}]}, "exists of where at a must be true or false, got 'yes'"),
        (
            {"a": [{"cidr": "10.0.0/24"}]},
            "cidr of where at a must be a network such as \"10.0.0.0/24\", got '10.0.0/24'",
        ),
        (
            {"a": [{"numeric": [">=", 1, "<"]}]},
            'numeric of where at a must be like [">=", 1] or [">", 0, "<=", 5], got [\'>=\', 1, \'<\']',
        ),
        *(
            (
                {"a": [{"numeric": terms}]},
                f"numeric of where at a must give a range as > or >=, then < or <=, got {terms}",
            )
            for terms in (["<", 5, ">", 0], [">", 0, ">=", 5], ["=", 1, "<", 5])
        ),
        *(
            (
                {"a": [{"numeric": terms}]},
                f"numeric of where at a must be a range whose bottom is less than its top, got {terms}",
            )
            for terms in ([">", 5, "<", 0], [">=", 5, "<=", 5])
        ),
        ({"a": [{"numeric": [">", "1"]}]}, "numeric of where at a must compare with numbers, got '1'"),
        (
            {"a": [2_000_000_000]},
            "where at a must have numbers between -1000000000 and 1000000000 with five digits after the point at most, "
            "got 2000000000",
        ),
        ({"a": [{"anything-but": []}]}, "anything-but of where at a must be texts or numbers, got []"),
        ({"a": [{"anything-but": {"cidr": "x"}}]}, "anything-but of where at a must have a prefix or a suffix, got"),
        ({"$or": [{"a": ["x"]}]}, "where at $or must be a list of two policies or more, got"),
        ({"a": [["x"]]}, "where at a must be a text, a number, true, false or one operator, got ['x']"),
        ({"a": [None]}, "where at a must be a text, a number, true, false or one operator, got None"),
        ({"a": ["x" * 262_144]}, "where must be at most 262144 bytes, got 262155"),
    ],
)
def test_a_filter_that_sns_would_refuse_is_refused(
    fanout: Fanout, stack: Stack, workload: ServiceFunction, policy: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 (the whole message is compared)
        FanoutSubscription(stack, "Bad", fanout=fanout, workload=workload, where=policy)
    assert str(refused.value).startswith(message)
    assert stack.node.try_find_child("Bad") is None


def test_every_operator_is_accepted(fanout: Fanout, stack: Stack, workload: ServiceFunction) -> None:
    policy = {
        "source": [{"prefix": "shop."}, {"anything-but": {"prefix": "shop.test"}}],
        "$or": [
            {"account": [{"suffix": "9"}, {"equals-ignore-case": "X"}, True]},
            {"ip": [{"cidr": "10.0.0.0/24"}, {"anything-but": ["a", "b"]}]},
        ],
        "amount": [{"numeric": [">", 0, "<=", 10.5]}, {"exists": False}, 3],
    }
    FanoutSubscription(stack, "Good", fanout=fanout, workload=workload, where=policy)
    Template.from_stack(stack).has_resource_properties("AWS::SNS::Subscription", {"FilterPolicy": policy})


@pytest.mark.parametrize(
    ("endpoint", "message"),
    [
        ({}, "exactly one of queue, url and email must be given, got none"),
        ({"url": "https://a.example", "email": "a@b.example"}, "must be given, got url and email"),
        (
            {"url": "http://a.example"},
            "url must begin with https:// and a host and have no blanks, got 'http://a.example'",
        ),
        ({"url": "https://169.254.169.254"}, "url must have a host that the internet knows, .*, got '169.254.169.254'"),
        ({"url": "https://"}, "url must begin with https:// and a host and have no blanks, got 'https://'"),
        (
            {"url": "https://a.example/ b"},
            "url must begin with https:// and a host and have no blanks, got 'https://a.example/ b'",
        ),
        ({"email": "ops"}, "email must be like \"name@example.com\", got 'ops'"),
    ],
)
def test_an_invalid_endpoint_is_refused(fanout: Fanout, stack: Stack, endpoint: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        FanoutEndpoint(stack, "Bad", fanout=fanout, **endpoint)


def test_fifo_is_refused(
    fanout: Fanout, platform: Stack, mesh: EventMesh, order_placed: type[EventContract], stack: Stack
) -> None:
    with pytest.raises(ValueError, match="queue must be a standard one, as the topic is, got Service/Fifo"):
        FanoutEndpoint(stack, "Bad", fanout=fanout, queue=sqs.Queue(stack, "Fifo", fifo=True))
    topic = sns.Topic(platform, "FifoTopic", fifo=True)
    with pytest.raises(ValueError, match="existing must be a standard topic, since rules cannot publish to FIFO ones"):
        Fanout(platform, "Bad", mesh=mesh, events=[order_placed], existing=topic)


class OrderPlacedElsewhere:
    source = "shop.tills"
    detail_type = "OrderPlaced"
    version = 1


def test_events_are_told_apart(platform: Stack, mesh: EventMesh, order_placed: type[EventContract]) -> None:
    with pytest.raises(ValueError, match="events must hold at least one contract, got none"):
        Fanout(platform, "Bad", mesh=mesh, events=[])
    with pytest.raises(ValueError, match="events must have distinct detail types and versions, got 'OrderPlacedV1'"):
        Fanout(platform, "Bad", mesh=mesh, events=[order_placed, OrderPlacedElsewhere])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"attempts": 186}, "attempts must be between 0 and 185, got 186"),
        ({"oldest": Duration.seconds(59)}, "oldest must be between 60 and 86400 seconds, got 59"),
        ({"oldest": Duration.hours(25)}, "oldest must be between 60 and 86400 seconds, got 90000"),
    ],
)
def test_invalid_redelivery_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Redelivery(**arguments)
