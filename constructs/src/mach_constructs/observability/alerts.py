"""Where alarms go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum

from aws_cdk import Aws
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from mach_constructs.acknowledgments import acknowledge
from mach_constructs.regions import require_region
from mach_constructs.validation import require_emails

_PUBLISHERS = ("cloudwatch.amazonaws.com", "budgets.amazonaws.com", "costalerts.amazonaws.com")


class Severity(Enum):
    """How soon a person must act."""

    PAGE = "page"
    """Now: callers are failed faster than an error budget allows."""

    TICKET = "ticket"
    """In working hours: something is wrong, and callers do not notice much of it yet."""


class Alerts(Construct):
    """Two encrypted topics that alarms notify: one for what wakes somebody, one for what waits until the morning.

    Creates SNS topics that are published to over TLS, by CloudWatch, AWS Budgets and Cost Anomaly Detection of this
    account alone, and one KMS key for both, as those services may not use the key that AWS manages. The key costs 1 USD
    a month; topics cost by notification. Connect an incident tool to `page` and a chat or tracker to `ticket`.

    Example:
        ```python
        alerts = Alerts(platform, "Alerts", emails=["shop-team@example.com"])
        Microservice(self, "Catalog", compute=compute, front=front, routes=routes, alerts=alerts)
        ```

    Args:
        scope: Parent construct.
        id: Construct id.
        page: A topic to use for pages instead of a new one; its owner lets CloudWatch publish to it.
        ticket: A topic to use for tickets instead of a new one.
        emails: Who gets both by e-mail; each address confirms its subscription once.

    Raises:
        ValueError: An address is none or there twice, or a topic is a FIFO one, which no alarm can publish to, or in
            another region, where no alarm of this one reaches it.
    """

    key: kms.Key | None
    """What encrypts the topics that were created; None when both exist already."""
    page: sns.ITopic
    """What wakes somebody."""
    ticket: sns.ITopic
    """What waits until the morning."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        page: sns.ITopic | None = None,
        ticket: sns.ITopic | None = None,
        emails: Sequence[str] = (),
    ) -> None:
        require_emails("emails", emails)
        for argument, topic in (("page", page), ("ticket", ticket)):
            require_region(argument, topic, scope)
            _require_standard(argument, topic)
        super().__init__(scope, id)
        self.key = None if page is not None and ticket is not None else self._create_key()
        self.page = page if page is not None else self._create_topic("Page")
        self.ticket = ticket if ticket is not None else self._create_topic("Ticket")
        for topic in (self.page, self.ticket):
            for email in emails:
                acknowledge(
                    topic.add_subscription(subscriptions.EmailSubscription(email)),
                    ["Serverless::Serverless-SNSRedrivePolicy"],
                    reason="An e-mail only says that an alarm sounds; the alarm's state and history are in CloudWatch.",
                )

    def topic(self, severity: Severity) -> sns.ITopic:
        """Give the topic of a severity.

        Args:
            severity: How soon a person must act.
        """
        return self.page if severity is Severity.PAGE else self.ticket

    def notify(self, alarms: Iterable[cloudwatch.AlarmBase], severity: Severity) -> None:
        """Let alarms notify a topic when they sound, and when they end.

        Args:
            alarms: Of any stack of the same account and region.
            severity: Which topic.
        """
        action = actions.SnsAction(self.topic(severity))
        for alarm in alarms:
            alarm.add_alarm_action(action)
            alarm.add_ok_action(action)

    def _create_key(self) -> kms.Key:
        key = kms.Key(self, "Key", description="Encrypts alarm notifications", enable_key_rotation=True)
        for publisher in _PUBLISHERS:
            key.grant(iam.ServicePrincipal(publisher), "kms:Decrypt", "kms:GenerateDataKey").assert_success()
        return key

    def _create_topic(self, id: str) -> sns.Topic:
        topic = sns.Topic(self, id, master_key=self.key, enforce_ssl=True)
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal(publisher) for publisher in _PUBLISHERS],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        return topic


def _require_standard(argument: str, topic: sns.ITopic | None) -> None:
    # https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: every message to a FIFO topic must name its group, or
    # publishing fails. Neither an alarm's action nor a budget's subscriber can name one, and FIFO topics send no e-mail
    # (https://docs.aws.amazon.com/sns/latest/dg/fifo-message-delivery.html).
    if topic is not None and topic.fifo:
        raise ValueError(
            f"{argument} must be a standard topic, since alarms cannot publish to FIFO ones, got {topic.node.path}"
        )
