"""A subscriber of a fan-out outside the service: a queue that exists, a web address, a mailbox."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from mach_constructs.events.dead_letters import dead_letter_queue
from mach_constructs.events.fanout import Fanout
from mach_constructs.events.fanout_subscription import allow_topic, subscribe
from mach_constructs.events.filter_policy import FilterPolicy, require_filter_policy
from mach_constructs.observability.queue_alarms import dead_letter_alarm
from mach_constructs.tokens import is_unresolved
from mach_constructs.web_addresses import require_public

_MAILBOX = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class FanoutEndpoint(Construct):
    """Delivers the events of a fan-out that a filter lets through to one of a queue, a web address and a mailbox.

    A web address and a mailbox get nothing until their owner confirms the subscription that SNS announces to them. Web
    addresses get the event alone as the body (raw message delivery); mails have the JSON of SNS around it. What
    cannot be delivered goes to a dead-letter queue with an alarm.

    Args:
        scope: Parent construct.
        id: Construct id.
        fanout: Where the events come from.
        queue: A queue that exists. One of this app is allowed to be sent to; an imported one must allow it. If a key of
            yours encrypts it, SNS is allowed to use the key for it.
        url: An address that begins with https:// and is reachable from the internet.
        email: A mailbox, for people.
        where: Which events, by their content; all of them by default.

    Raises:
        ValueError: There is not exactly one of queue, url and email, one is malformed, or SNS would refuse the filter.

    Example:
        FanoutEndpoint(self, "Partner", fanout=fanout, url="https://partner.example/orders")
    """

    subscription: sns.CfnSubscription
    """What delivers the events."""
    dead_letters: sqs.Queue
    """Events that could not be delivered."""
    alarms: tuple[cloudwatch.Alarm, ...]
    """The alarm on the dead-letter queue."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        fanout: Fanout,
        queue: sqs.IQueue | None = None,
        url: str | None = None,
        email: str | None = None,
        where: FilterPolicy | None = None,
    ) -> None:
        protocol, address = _endpoint(queue, url, email)
        if where is not None:
            require_filter_policy("where", where)
        super().__init__(scope, id)
        self.dead_letters = dead_letter_queue(self)
        self.subscription = subscribe(
            self,
            fanout=fanout,
            protocol=protocol,
            endpoint=address,
            where=where,
            dead_letters=self.dead_letters,
        )
        if queue is not None:
            _allow(queue, fanout.topic)
        self.alarms = (dead_letter_alarm(self, self.dead_letters),)


def _endpoint(queue: sqs.IQueue | None, url: str | None, email: str | None) -> tuple[sns.SubscriptionProtocol, str]:
    given = {name: value for name, value in (("queue", queue), ("url", url), ("email", email)) if value is not None}
    if len(given) != 1:
        raise ValueError(f"exactly one of queue, url and email must be given, got {' and '.join(given) or 'none'}")
    if queue is not None:
        if queue.fifo:
            raise ValueError(f"queue must be a standard one, as the topic is, got {queue.node.path}")
        return sns.SubscriptionProtocol.SQS, queue.queue_arn
    if url is not None:
        if not is_unresolved(url):
            _require_url(url)
        return sns.SubscriptionProtocol.HTTPS, url
    address = email or ""
    if not is_unresolved(address) and not _MAILBOX.fullmatch(address):
        raise ValueError(f'email must be like "name@example.com", got {address!r}')
    return sns.SubscriptionProtocol.EMAIL_JSON, address


def _require_url(url: str) -> None:
    if not url.startswith("https://") or not urlsplit(url).hostname or any(map(str.isspace, url)):
        raise ValueError(f"url must begin with https:// and a host and have no blanks, got {url!r}")
    # https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html: SNS posts over the internet.
    require_public("url", url)


def _allow(queue: sqs.IQueue, topic: sns.ITopic) -> None:
    allow_topic(queue, topic)
    if queue.encryption_master_key is not None:
        queue.encryption_master_key.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("sns.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],
                conditions={"ArnEquals": {"aws:SourceArn": topic.topic_arn}},
            )
        )
