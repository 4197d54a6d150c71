"""What a service costs: tags that divide the bill, a budget, and a warning of what nobody expected."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from aws_cdk import Tags
from aws_cdk import aws_budgets as budgets
from aws_cdk import aws_ce as ce
from constructs import Construct, IConstruct

from mach_constructs.naming import regional_name
from mach_constructs.observability.alerts import Alerts, Severity
from mach_constructs.validation import LONGEST_TAG_KEY, require_emails, require_finite, require_tag

SERVICE_TAG = "service"
"""Cost allocation tag of everything a microservice creates; activate it once in the billing console."""

_MOST_EMAILS = 10  # https://docs.aws.amazon.com/cost-management/latest/userguide/management-limits.html


def tag_service(scope: IConstruct, service_name: str) -> None:
    """Tag every taggable resource of a service, so that the bill can be divided by service.

    Args:
        scope: The service.
        service_name: The tag's value.
    """
    Tags.of(scope).add(SERVICE_TAG, service_name)


class CostBudget(Construct):
    """A monthly budget for what carries a tag, and detection of costs that are unlike those of before.

    The budget notifies when 80 % are spent, and when the month's forecast exceeds it. The anomaly monitor learns what
    is usual and notifies daily of what is not, from the given impact on. Both look at one cost allocation tag, which
    must have been activated in the billing console (of the organization's management account) a day before.

    Detection costs nothing, the first two budgets of an account neither; further ones 0.02 USD a day. One account
    has at most 500 such monitors. Monitor and subscription want names, which follow from the construct's path.

    Example:
        ```python
        CostBudget(self, "Costs", tags={"application": "shop"}, monthly_usd=500, anomaly_usd=50,
                   emails=["owner@example.com"])
        ```

    Args:
        scope: Parent construct.
        id: Construct id.
        tags: The tag's key of up to 128 characters and its value of up to 256, such as `{"application": "shop"}` or
            `{"service": "catalog"}`.
        monthly_usd: The budget, more than 0.
        anomaly_usd: Impact (spent minus expected) from which on an anomaly is notified of, more than 0.
        emails: Who is notified, 1 to 10 addresses.
        alerts: Also notified by the budget, as a ticket.

    Raises:
        ValueError: There is not exactly one tag, or none that a user can give a resource, an amount is not positive, or
            an address is missing, none, or there twice.
    """

    budget: budgets.CfnBudget
    """The budget."""
    monitor: ce.CfnAnomalyMonitor
    """What learns the usual costs."""
    subscription: ce.CfnAnomalySubscription
    """Who hears of unusual ones."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        tags: Mapping[str, str],
        monthly_usd: float,
        anomaly_usd: float,
        emails: Sequence[str],
        alerts: Alerts | None = None,
    ) -> None:
        if len(tags) != 1:
            raise ValueError(f"tags must be one key and its value, got {len(tags)}")
        ((key, value),) = tags.items()
        require_tag("key of tags", key, longest=LONGEST_TAG_KEY)
        require_tag("value of tags", value)
        for argument, amount in (("monthly_usd", monthly_usd), ("anomaly_usd", anomaly_usd)):
            require_finite(argument, amount)
            if amount <= 0:
                raise ValueError(f"{argument} must be more than 0, got {amount:g}")
        if not 1 <= len(emails) <= _MOST_EMAILS:
            raise ValueError(f"emails must be between 1 and {_MOST_EMAILS}, got {len(emails)}")
        require_emails("emails", emails)
        super().__init__(scope, id)
        name = regional_name(self, longest=64)
        self.budget = self._create_budget(key, value, monthly_usd, emails, alerts)
        self.monitor = ce.CfnAnomalyMonitor(
            self,
            "Monitor",
            monitor_name=name,
            monitor_type="CUSTOM",
            monitor_specification=json.dumps({"Tags": {"Key": key, "Values": [value]}}),
        )
        amount_usd = f"{anomaly_usd:f}".rstrip("0").rstrip(".")  # no exponent, which a million would have
        threshold = {"Key": "ANOMALY_TOTAL_IMPACT_ABSOLUTE", "Values": [amount_usd]}
        self.subscription = ce.CfnAnomalySubscription(
            self,
            "Subscription",
            subscription_name=name,
            frequency="DAILY",
            monitor_arn_list=[self.monitor.attr_monitor_arn],
            subscribers=[ce.CfnAnomalySubscription.SubscriberProperty(type="EMAIL", address=email) for email in emails],
            threshold_expression=json.dumps({"Dimensions": {**threshold, "MatchOptions": ["GREATER_THAN_OR_EQUAL"]}}),
        )

    def _create_budget(
        self, key: str, value: str, monthly_usd: float, emails: Sequence[str], alerts: Alerts | None
    ) -> budgets.CfnBudget:
        subscribers = [
            budgets.CfnBudget.SubscriberProperty(subscription_type="EMAIL", address=email) for email in emails
        ]
        if alerts is not None:
            topic = alerts.topic(Severity.TICKET).topic_arn
            subscribers.append(budgets.CfnBudget.SubscriberProperty(subscription_type="SNS", address=topic))
        return budgets.CfnBudget(
            self,
            "Budget",
            budget=budgets.CfnBudget.BudgetDataProperty(
                budget_type="COST",
                time_unit="MONTHLY",
                budget_limit=budgets.CfnBudget.SpendProperty(amount=monthly_usd, unit="USD"),
                cost_filters={"TagKeyValue": [f"user:{key}${value}"]},
            ),
            notifications_with_subscribers=[
                budgets.CfnBudget.NotificationWithSubscribersProperty(
                    notification=budgets.CfnBudget.NotificationProperty(
                        notification_type=kind,
                        comparison_operator="GREATER_THAN",
                        threshold=percent,
                        threshold_type="PERCENTAGE",
                    ),
                    subscribers=subscribers,
                )
                for kind, percent in (("ACTUAL", 80), ("FORECASTED", 100))
            ],
        )
