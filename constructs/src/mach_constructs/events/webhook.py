"""Events of a mesh, as calls to somebody else's web address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.events.dead_letters import dead_letter_queue
from mach_constructs.events.event_contract import Event
from mach_constructs.events.event_mesh import EventMesh, bus_of
from mach_constructs.events.mesh_rules import Redelivery, add_rules, require_events, target_role
from mach_constructs.events.webhook_authorization import WebhookAuthorization, require_https
from mach_constructs.events.webhook_headers import require_headers
from mach_constructs.observability.alarms import alarm_on
from mach_constructs.observability.queue_alarms import dead_letter_alarm
from mach_constructs.validation import require_between

# EventBridge takes every method but CONNECT and TRACE; these carry the event in their body.
_METHODS = (events.HttpMethod.POST, events.HttpMethod.PUT, events.HttpMethod.PATCH)


class Webhook(Construct):
    """Calls a web address with each event, at a limited rate, with retries and dead letters, and without any code.

    EventBridge waits five seconds for an answer. It retries what failed with 401, 407, 409, 429 or 5xx or was not
    answered, respecting Retry-After; any other answer but 2xx ends in the dead-letter queue at once
    (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html). Events may be delivered twice
    and out of order: the receiver tells them apart by `detail.metadata.event_id`.

    Creates a connection (whose secret EventBridge keeps in Secrets Manager at no cost), an API destination, a rule
    an event, a role that may call this destination only, a dead-letter queue, and alarms.

    Args:
        scope: Parent construct.
        id: Construct id.
        mesh: Where the events come from.
        events: Which ones, by source, detail type and version; at least one.
        url: Whom to call; begins with https:// and is reachable from the internet.
        authorization: How the caller proves who it is: `ApiKey`, `Basic` or `ClientCredentials`.
        method: POST, PUT or PATCH.
        rate: Most calls a second, 1 to 300. What a lower rate cannot deliver within a day becomes a dead letter.
        body: What is sent instead of the whole event, such as `RuleTargetInput.from_event_path("$.detail")`.
        headers: Headers besides that of the authorization, names and values of up to 512 characters; no secrets.
        redelivery: How long a call is tried.

    Raises:
        ValueError: There is no event, one is incomplete or stands there twice, the address is not https or not of the
            internet, the method has no body, a header is malformed or the authorization's, or a number is out of range.

    Example:
        Webhook(
            self,
            "Partner",
            mesh=mesh,
            events=[OrderPlaced],
            url="https://partner.example/orders",
            authorization=ApiKey(secret, header="X-Api-Key"),
            rate=20,
        )
    """

    connection: events.Connection
    """How the caller proves who it is."""
    destination: events.ApiDestination
    """Who is called, and how often at most."""
    role: iam.Role
    """What EventBridge calls as."""
    rules: Mapping[str, events.Rule]
    """A rule for each event, by detail type and version ("OrderPlacedV1")."""
    dead_letters: sqs.Queue
    """Events that could not be delivered."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """Alarms on the dead-letter queue and on calls that fail."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        mesh: EventMesh | events.IEventBus,
        events: Sequence[Event],
        url: str,
        authorization: WebhookAuthorization,
        method: events.HttpMethod = _METHODS[0],
        rate: int = 50,
        body: events.RuleTargetInput | None = None,
        headers: Mapping[str, str] | None = None,
        redelivery: Redelivery | None = None,
    ) -> None:
        require_events(events)
        require_https("url", url)
        authorization.check()
        require_headers("headers", headers or {}, sent=authorization.sent_header)
        require_between("rate", rate, 1, 300)
        if method not in _METHODS:
            allowed = ", ".join(one.value for one in _METHODS)
            raise ValueError(f"method must be one of {allowed}, got {method.value}")
        super().__init__(scope, id)
        self.connection, self.destination = _create_destination(self, url, authorization, method, rate)
        self.role = target_role(self)
        iam.Grant.add_to_principal(
            grantee=self.role,
            actions=["events:InvokeApiDestination"],
            resource_arns=[self.destination.api_destination_arn],
        ).assert_success()
        self.dead_letters = dead_letter_queue(self)
        self.rules = add_rules(
            self,
            mesh=mesh,
            contracts=events,
            target=_target(self, body, headers or {}, redelivery or Redelivery()),
            dead_letters=self.dead_letters,
        )
        self.alarms = (
            dead_letter_alarm(self, self.dead_letters),
            *(self._failing_alarm(name, rule, mesh) for name, rule in self.rules.items()),
        )

    def _failing_alarm(self, name: str, rule: events.Rule, mesh: EventMesh | events.IEventBus) -> cloudwatch.Alarm:
        return alarm_on(
            self,
            f"{name}FailingAlarm",
            metric=cloudwatch.Metric(
                namespace="AWS/Events",
                metric_name="RetryInvocationAttempts",
                dimensions_map={"EventBusName": bus_of(mesh).event_bus_name, "RuleName": rule.rule_name},
                period=Duration.minutes(5),
                statistic="Sum",
            ),
            threshold=1,
            periods=3,
            description="Calls have been failing and tried again for a quarter of an hour: is the receiver down?",
        )


def _create_destination(
    scope: Construct, url: str, authorization: WebhookAuthorization, method: events.HttpMethod, rate: int
) -> tuple[events.Connection, events.ApiDestination]:
    connection = events.Connection(scope, "Connection", authorization=authorization.authorization())
    destination = events.ApiDestination(
        scope,
        "Destination",
        connection=connection,
        endpoint=url,
        http_method=method,
        rate_limit_per_second=rate,
    )
    return connection, destination


def _target(
    webhook: Webhook, body: events.RuleTargetInput | None, headers: Mapping[str, str], redelivery: Redelivery
) -> events.RuleTargetConfig:
    return events.RuleTargetConfig(
        arn=webhook.destination.api_destination_arn,
        role=webhook.role,
        input=body,
        target_resource=webhook.destination,
        http_parameters=events.CfnRule.HttpParametersProperty(header_parameters=headers) if headers else None,
        dead_letter_config=events.CfnRule.DeadLetterConfigProperty(arn=webhook.dead_letters.queue_arn),
        retry_policy=redelivery.policy,
    )
