"""What a rule delivers to, and the queues that several rules may send to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import jsii
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from aws_cdk.interfaces.aws_events import IRuleRef

from mach_constructs.events.event_contract import Event

# A queue's policy has 8,192 bytes, 20 statements and 10 conditions
# (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html). One statement names
# all rules; the ARN of one takes up to 180 bytes where the bus has a name of up to 65 characters.
_MOST_RULES = 40


@jsii.implements(events.IRuleTarget)
class RuleTarget:
    """A target as CloudFormation says it; nothing is granted.

    Args:
        config: The target.
    """

    def __init__(self, config: events.RuleTargetConfig) -> None:
        self._config = config

    def bind(self, rule: IRuleRef, id: str | None = None) -> events.RuleTargetConfig:  # noqa: ARG002
        """Give the target."""
        return self._config


def require_room(contracts: Sequence[Event]) -> None:
    """Refuse more events than the policy of one queue can name the rules of.

    Args:
        contracts: What was given as `events`; each has a rule.

    Raises:
        ValueError: There are more than 40.
    """
    if len(contracts) > _MOST_RULES:
        raise ValueError(
            f"events must be at most {_MOST_RULES} for one queue, whose policy names the rule of each, got "
            f"{len(contracts)}: share them out"
        )


def let_rules_send(queue: sqs.Queue, rules: Iterable[events.Rule]) -> None:
    """Let rules send to a queue, by one statement: a policy has room for ten conditions.

    Args:
        queue: The queue.
        rules: Which rules, and no others.
    """
    queue.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal("events.amazonaws.com")],
            actions=["sqs:SendMessage"],
            resources=[queue.queue_arn],
            conditions={"ArnEquals": {"aws:SourceArn": [rule.rule_arn for rule in rules]}},
        )
    )
