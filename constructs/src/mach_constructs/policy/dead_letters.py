"""Nothing that is handed over is lost."""

from __future__ import annotations

from collections.abc import Iterator

from mach_constructs.policy.invocations import answers_cloudformation_only, functions, invoked_asynchronously
from mach_constructs.policy.json_values import at, objects
from mach_constructs.policy.resource import Resource
from mach_constructs.policy.rule import Finding, SynthesizedApp

_QUEUE = "AWS::SQS::Queue"
# Subscriptions of people have no dead-letter queue worth reading:
# https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
_OF_MACHINES = ("firehose", "http", "https", "lambda", "sqs")
_STREAMS = ("DynamoDBStreamParameters", "KinesisStreamParameters")


class DeadLetters:
    """Everything that is handed over without anybody waiting has somewhere to go when it fails.

    Queues need a redrive policy, unless they take dead letters themselves; rules, schedules, pipes from streams and
    subscriptions to topics need a dead-letter queue; readers of streams and functions that are invoked asynchronously
    need a destination for failures or a dead-letter queue.
    """

    name = "DeadLetters"

    def findings(self, app: SynthesizedApp) -> Iterator[Finding]:
        """Give what is wrong.

        Args:
            app: What was synthesized.
        """
        yield from self._queues(app)
        yield from self._streams(app)
        yield from self._targets(app)
        yield from self._subscriptions(app)
        yield from self._functions(app)

    def _queues(self, app: SynthesizedApp) -> Iterator[Finding]:
        last_stops = _last_stops(app)
        for queue in app.assembly.of_type(_QUEUE):
            if queue.get("RedrivePolicy") is None and queue not in last_stops:
                yield self._finding(
                    queue, "messages that cannot be processed", "RedrivePolicy", "Give the queue a `dead_letter_queue`."
                )

    def _streams(self, app: SynthesizedApp) -> Iterator[Finding]:
        for source in app.assembly.of_type("AWS::Lambda::EventSourceMapping"):
            is_stream = source.get("StartingPosition") is not None
            if is_stream and source.get("DestinationConfig", "OnFailure", "Destination") is None:
                place = "DestinationConfig.OnFailure"
                yield self._finding(
                    source, "records that cannot be processed", place, "Give the event source `on_failure`."
                )
        for pipe in app.assembly.of_type("AWS::Pipes::Pipe"):
            for parameters in _STREAMS:
                stream = pipe.get("SourceParameters", parameters)
                if stream is not None and at(stream, "DeadLetterConfig", "Arn") is None:
                    place = f"SourceParameters.{parameters}.DeadLetterConfig"
                    yield self._finding(pipe, "records that cannot be processed", place, f"Set {place}.")

    def _targets(self, app: SynthesizedApp) -> Iterator[Finding]:
        for rule in app.assembly.of_type("AWS::Events::Rule"):
            for number, target in enumerate(objects(rule.get("Targets"))):
                if at(target, "DeadLetterConfig", "Arn") is None:
                    place = f"Targets.{number}.DeadLetterConfig"
                    fix = "Give the target a `dead_letter_queue`."
                    yield self._finding(rule, "events that cannot be delivered", place, fix)
        for schedule in app.assembly.of_type("AWS::Scheduler::Schedule"):
            if schedule.get("Target", "DeadLetterConfig", "Arn") is None:
                place = "Target.DeadLetterConfig"
                yield self._finding(
                    schedule, "runs that cannot be started", place, "Give the target a `dead_letter_queue`."
                )

    def _subscriptions(self, app: SynthesizedApp) -> Iterator[Finding]:
        lost = "messages that cannot be delivered"
        for subscription in app.assembly.of_type("AWS::SNS::Subscription"):
            is_machine = subscription.get("Protocol") in _OF_MACHINES
            if is_machine and subscription.get("RedrivePolicy", "deadLetterTargetArn") is None:
                fix = "Give the subscription a `dead_letter_queue`."
                yield self._finding(subscription, lost, "RedrivePolicy", fix)
        for topic in app.assembly.of_type("AWS::SNS::Topic"):
            for number, inline in enumerate(objects(topic.get("Subscription"))):
                if inline.get("Protocol") in _OF_MACHINES:
                    fix = "Make it an AWS::SNS::Subscription, which can have a dead-letter queue."
                    yield self._finding(topic, lost, f"Subscription.{number}", fix)

    def _functions(self, app: SynthesizedApp) -> Iterator[Finding]:
        provided = {
            function
            for config in app.assembly.of_type("AWS::Lambda::EventInvokeConfig")
            if config.get("DestinationConfig", "OnFailure", "Destination") is not None
            for function in functions(app, config, config.get("FunctionName"))
        } | answers_cloudformation_only(app)
        for function, caller in invoked_asynchronously(app).items():
            if function.get("DeadLetterConfig", "TargetArn") is None and function not in provided:
                yield self._finding(
                    function,
                    f"events that fail after {caller} handed them over",
                    "DeadLetterConfig",
                    "Give the function `on_failure` or a `dead_letter_queue`, or put a queue before it.",
                )

    def _finding(self, resource: Resource, lost: str, place: str, fix: str) -> Finding:
        return Finding(self.name, resource, f"{resource.construct} ({resource.type}) loses {lost}", fix, place)


def _last_stops(app: SynthesizedApp) -> set[Resource]:
    """Queues that others name as theirs for dead letters."""
    named: list[tuple[Resource, object]] = []
    for resource in app.assembly.resources():
        named += [
            (resource, resource.get("RedrivePolicy", "deadLetterTargetArn")),
            (resource, resource.get("DestinationConfig", "OnFailure", "Destination")),
            (resource, resource.get("DeadLetterConfig", "TargetArn")),
            (resource, resource.get("DeadLetterConfig", "Arn")),
            (resource, resource.get("Target", "DeadLetterConfig", "Arn")),
            *((resource, at(target, "DeadLetterConfig", "Arn")) for target in objects(resource.get("Targets"))),
            *((resource, resource.get("SourceParameters", kind, "DeadLetterConfig", "Arn")) for kind in _STREAMS),
        ]
    return {
        target
        for resource, expression in named
        if expression is not None
        for target in app.references.targets(resource.template, expression)
    }
