"""Every asynchronous path has somewhere to go when it fails."""

from collections.abc import Callable

from aws_cdk import App, CustomResource, Duration, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as events_targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_lambda_destinations as destinations
from aws_cdk import aws_lambda_event_sources as event_sources
from aws_cdk import aws_pipes as pipes
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_s3_notifications as notifications
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as scheduler_targets
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs

from tests.policy_report import findings_of, report_of

RULE = "DeadLetters"
Build = Callable[[Stack, sqs.Queue], object]


def function(stack: Stack, *, dead: sqs.Queue | None = None, on_failure: sqs.Queue | None = None) -> lambda_.Function:
    return lambda_.Function(
        stack,
        "Function",
        runtime=lambda_.Runtime.PYTHON_3_13,
        handler="index.handler",
        code=lambda_.InlineCode("-"),
        dead_letter_queue=dead,
        on_failure=destinations.SqsDestination(on_failure) if on_failure else None,
    )


def queue(stack: Stack, dead: sqs.Queue | None = None) -> sqs.Queue:
    redrive = sqs.DeadLetterQueue(queue=dead, max_receive_count=3) if dead else None
    return sqs.Queue(stack, "Queue", dead_letter_queue=redrive)


def table(stack: Stack) -> dynamodb.Table:
    key = dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
    return dynamodb.Table(stack, "Table", partition_key=key, stream=dynamodb.StreamViewType.NEW_IMAGE)


def stream_reader(stack: Stack, dead: sqs.Queue | None) -> None:
    lambda_.EventSourceMapping(
        stack,
        "Source",
        target=function(stack),
        event_source_arn=kinesis.Stream(stack, "Stream").stream_arn,
        starting_position=lambda_.StartingPosition.LATEST,
        on_failure=event_sources.SqsDlq(dead) if dead else None,
    )


def pipe(stack: Stack, dead: sqs.Queue | None) -> None:
    source = table(stack)
    pipes.CfnPipe(
        stack,
        "Pipe",
        role_arn="arn:aws:iam::1:role/pipe",
        source=source.table_stream_arn or "",
        target=queue(stack, sqs.Queue(stack, "TargetsDead")).queue_arn,
        source_parameters=pipes.CfnPipe.PipeSourceParametersProperty(
            dynamo_db_stream_parameters=pipes.CfnPipe.PipeSourceDynamoDBStreamParametersProperty(
                starting_position="LATEST",
                dead_letter_config=pipes.CfnPipe.DeadLetterConfigProperty(arn=dead.queue_arn) if dead else None,
            )
        ),
    )


def rule(stack: Stack, dead: sqs.Queue | None, *, own: sqs.Queue | None = None) -> None:
    events.Rule(
        stack,
        "Rule",
        event_pattern=events.EventPattern(source=["shop"]),
        targets=[events_targets.LambdaFunction(function(stack, dead=own), dead_letter_queue=dead)],
    )


def schedule(stack: Stack, dead: sqs.Queue | None, *, own: sqs.Queue | None = None) -> None:
    scheduler.Schedule(
        stack,
        "Schedule",
        schedule=scheduler.ScheduleExpression.rate(Duration.hours(1)),
        target=scheduler_targets.LambdaInvoke(function(stack, on_failure=own), dead_letter_queue=dead),
    )


def subscription(stack: Stack, dead: sqs.Queue | None, *, own: sqs.Queue | None = None) -> None:
    sns.Topic(stack, "Topic").add_subscription(
        subscriptions.LambdaSubscription(function(stack, on_failure=own), dead_letter_queue=dead)
    )


def notification(stack: Stack, own: sqs.Queue | None) -> None:
    s3.Bucket(stack, "Bucket").add_event_notification(
        s3.EventType.OBJECT_CREATED, notifications.LambdaDestination(function(stack, dead=own))
    )


def provided_by_function(stack: Stack) -> None:
    CustomResource(stack, "Custom", service_token=function(stack).function_arn)


def inline_subscription(stack: Stack) -> None:
    protocol = sns.CfnTopic.SubscriptionProperty(protocol="sqs", endpoint="arn:aws:sqs:eu-west-1:1:orders")
    sns.CfnTopic(stack, "Topic", subscription=[protocol])


def reading_queue(stack: Stack, dead: sqs.Queue | None) -> None:
    function(stack).add_event_source(event_sources.SqsEventSource(queue(stack, dead)))


def dead_letters(stack: Stack) -> sqs.Queue:
    """A queue that takes dead letters, of another one if nobody else's, so that it is no finding itself."""
    dead = sqs.Queue(stack, "Dead")
    sqs.Queue(stack, "Other", dead_letter_queue=sqs.DeadLetterQueue(queue=dead, max_receive_count=1))
    return dead


LOSES: list[tuple[Build, list[str]]] = [
    (lambda stack, _: queue(stack), ["Queue"]),
    (lambda stack, _: reading_queue(stack, None), ["Queue"]),
    (lambda stack, _: stream_reader(stack, None), ["Source"]),
    (lambda stack, _: pipe(stack, None), ["Pipe"]),
    (lambda stack, _: rule(stack, None), ["Rule", "Function"]),
    (lambda stack, dead: rule(stack, dead), ["Function"]),
    (lambda stack, dead: rule(stack, None, own=dead), ["Rule"]),
    (lambda stack, _: schedule(stack, None), ["Schedule", "Function"]),
    (lambda stack, dead: schedule(stack, dead), ["Function"]),
    (lambda stack, dead: subscription(stack, dead), ["Function"]),
    (lambda stack, dead: subscription(stack, None, own=dead), ["Function/Topic"]),
    (lambda stack, _: notification(stack, None), ["Function"]),
    (lambda stack, _: inline_subscription(stack), ["Topic"]),
]
KEEPS: list[Build] = [
    lambda stack, dead: queue(stack, dead),
    lambda stack, dead: reading_queue(stack, dead),
    lambda stack, dead: stream_reader(stack, dead),
    lambda stack, dead: pipe(stack, dead),
    lambda stack, dead: rule(stack, dead, own=dead),
    lambda stack, dead: schedule(stack, dead, own=dead),
    lambda stack, dead: subscription(stack, dead, own=dead),
    lambda stack, dead: notification(stack, dead),
    lambda stack, _: provided_by_function(stack),
    lambda stack, _: function(stack),  # nobody invokes it
]


def test_what_loses_work() -> None:
    cases = [lambda stack, build=build: build(stack, dead_letters(stack)) for build, _ in LOSES]

    assert findings_of(cases, RULE) == [lost for _, lost in LOSES]


def test_what_loses_nothing() -> None:
    cases = [lambda stack, build=build: build(stack, dead_letters(stack)) for build in KEEPS]

    assert findings_of(cases, RULE) == [[] for _ in KEEPS]


def test_an_alias_is_its_function(app: App, stack: Stack) -> None:
    alias = function(stack).add_alias("live")
    alias.grant_invoke(iam.ServicePrincipal("sns.amazonaws.com"))

    report = report_of(app)

    assert report.of(RULE) == ["Service/Function"]
    assert any("loses events that fail after sns.amazonaws.com handed them over" in said for said in report.messages)


def test_subscriptions_of_people_need_none(app: App, stack: Stack) -> None:
    sns.Topic(stack, "Topic").add_subscription(subscriptions.EmailSubscription("ops@example.com"))

    assert report_of(app).of(RULE) == []
