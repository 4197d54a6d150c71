"""Where alarms go: encrypted topics that only this account's alarms and budgets publish to."""

from typing import Any

import pytest
from aws_cdk import App, Fn, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from mach_constructs import Alerts, CostBudget, Severity


@pytest.fixture
def alarm(stack: Stack) -> cloudwatch.Alarm:
    metric = cloudwatch.Metric(namespace="Shop", metric_name="Errors")
    return cloudwatch.Alarm(stack, "Alarm", metric=metric, threshold=1, evaluation_periods=1)


def statements(template: Template, resource_type: str) -> list[dict[str, Any]]:
    property_name = {"AWS::SNS::TopicPolicy": "PolicyDocument", "AWS::KMS::Key": "KeyPolicy"}[resource_type]
    return [
        statement
        for resource in template.find_resources(resource_type).values()
        for statement in resource["Properties"][property_name]["Statement"]
    ]


def test_topics_are_encrypted_by_a_key_that_alarms_may_use(platform: Stack) -> None:
    alerts = Alerts(platform, "Alerts")
    template = Template.from_stack(platform)

    topics = template.find_resources("AWS::SNS::Topic").values()
    assert len(topics) == 2
    assert all("KmsMasterKeyId" in topic["Properties"] for topic in topics)
    users = [
        statement["Principal"]["Service"]
        for statement in statements(template, "AWS::KMS::Key")
        if "Service" in statement["Principal"]
    ]
    assert users == [["budgets.amazonaws.com", "cloudwatch.amazonaws.com", "costalerts.amazonaws.com"]]
    assert alerts.topic(Severity.PAGE) is alerts.page
    assert alerts.topic(Severity.TICKET) is alerts.ticket


def test_only_this_account_publishes_and_only_over_tls(platform: Stack) -> None:
    Alerts(platform, "Alerts")
    policy = statements(Template.from_stack(platform), "AWS::SNS::TopicPolicy")

    allowed = [statement for statement in policy if statement["Effect"] == "Allow"]
    assert len(allowed) == 2
    for statement in allowed:
        assert statement["Action"] == "sns:Publish"
        assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    denied = [statement["Condition"] for statement in policy if statement["Effect"] == "Deny"]
    assert denied == [{"Bool": {"aws:SecureTransport": "false"}}] * 2


@pytest.mark.parametrize(("severity", "topic"), [(Severity.PAGE, "AlertsPage"), (Severity.TICKET, "AlertsTicket")])
def test_an_alarm_of_another_stack_notifies_when_it_sounds_and_when_it_ends(
    app: App, platform: Stack, stack: Stack, alarm: cloudwatch.Alarm, severity: Severity, topic: str
) -> None:
    Alerts(platform, "Alerts").notify([alarm], severity)

    template = app.synth().get_stack_by_name("Service").template
    (properties,) = (r["Properties"] for r in template["Resources"].values() if r["Type"] == "AWS::CloudWatch::Alarm")
    assert topic in str(properties["AlarmActions"])
    assert properties["AlarmActions"] == properties["OKActions"]
    assert "ImportValue" not in str(template)
    assert stack


def test_existing_topics_need_no_key(platform: Stack) -> None:
    page, ticket = (sns.Topic.from_topic_arn(platform, n, f"arn:aws:sns:eu-west-1:1:{n}") for n in ("Page", "Ticket"))
    alerts = Alerts(platform, "Alerts", page=page, ticket=ticket, emails=["team@example.com"])

    template = Template.from_stack(platform)
    assert alerts.key is None
    template.resource_count_is("AWS::KMS::Key", 0)
    template.resource_count_is("AWS::SNS::Topic", 0)
    template.resource_count_is("AWS::SNS::Subscription", 2)


@pytest.mark.parametrize("argument", ["page", "ticket"])
def test_a_topic_that_alarms_cannot_publish_to_is_refused(platform: Stack, argument: str) -> None:
    topic = sns.Topic.from_topic_arn(platform, "Fifo", "arn:aws:sns:eu-west-1:111111111111:alerts.fifo")
    with pytest.raises(ValueError, match=f"{argument} must be a standard topic, .* got Platform/Fifo"):
        Alerts(platform, "Alerts", **{argument: topic})  # type: ignore[arg-type]
    assert platform.node.try_find_child("Alerts") is None


def test_a_topic_known_only_at_deployment_passes(platform: Stack) -> None:
    topic = sns.Topic.from_topic_arn(platform, "Theirs", Fn.import_value("AlertsTopic"))
    assert Alerts(platform, "Alerts", page=topic).page is topic


def test_a_budget_looks_at_one_tag_and_tells_people_and_the_ticket_topic(platform: Stack) -> None:
    CostBudget(
        platform,
        "Costs",
        tags={"service": "catalog"},
        monthly_usd=120.5,
        anomaly_usd=20,
        emails=["owner@example.com"],
        alerts=Alerts(platform, "Alerts"),
    )
    template = Template.from_stack(platform)

    (budget,) = template.find_resources("AWS::Budgets::Budget").values()
    data = budget["Properties"]["Budget"]
    assert data["BudgetLimit"] == {"Amount": 120.5, "Unit": "USD"}
    assert data["CostFilters"] == {"TagKeyValue": ["user:service$catalog"]}
    assert "BudgetName" not in data
    for notification in budget["Properties"]["NotificationsWithSubscribers"]:
        assert [s["SubscriptionType"] for s in notification["Subscribers"]] == ["EMAIL", "SNS"]
        assert "AlertsTicket" in str(notification["Subscribers"][1]["Address"])


@pytest.mark.parametrize(("impact", "written"), [(20, "20"), (0.5, "0.5"), (1_250_000, "1250000")])
def test_anomalies_are_those_of_the_tag_from_an_impact_on(platform: Stack, impact: float, written: str) -> None:
    emails = ["owner@example.com"]
    CostBudget(platform, "Costs", tags={"service": "catalog"}, monthly_usd=1, anomaly_usd=impact, emails=emails)
    template = Template.from_stack(platform)

    (monitor,) = template.find_resources("AWS::CE::AnomalyMonitor").values()
    assert monitor["Properties"]["MonitorType"] == "CUSTOM"
    assert monitor["Properties"]["MonitorSpecification"] == '{"Tags": {"Key": "service", "Values": ["catalog"]}}'
    (subscription,) = template.find_resources("AWS::CE::AnomalySubscription").values()
    assert f'"Values": ["{written}"]' in subscription["Properties"]["ThresholdExpression"]
    assert subscription["Properties"]["Subscribers"] == [{"Type": "EMAIL", "Address": "owner@example.com"}]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"tags": {}}, "tags must be one key and its value, got 0"),
        ({"tags": {"service": ""}}, "value of tags must not be empty, got ''"),
        ({"tags": {"x" * 129: "catalog"}}, "key of tags must have at most 128 characters, got 129"),
        ({"tags": {"service": "x" * 257}}, "value of tags must have at most 256 characters, got 257"),
        ({"tags": {"service$": "x"}}, r"key of tags must be letters, digits, blanks and .*, got 'service\$'"),
        ({"tags": {"aws:createdBy": "x"}}, "key of tags must not begin with 'aws:', which is reserved for AWS, got"),
        ({"emails": ["a@b.example", "a@b.example"]}, "emails must be distinct, got 'a@b.example' 2 times"),
        ({"monthly_usd": 0}, "monthly_usd must be more than 0, got 0"),
        ({"anomaly_usd": -1}, "anomaly_usd must be more than 0, got -1"),
        ({"emails": []}, "emails must be between 1 and 10, got 0"),
        ({"emails": ["owner"]}, "emails must hold addresses like \"team@example.com\", got 'owner'"),
    ],
)
def test_an_invalid_budget_is_refused(platform: Stack, arguments: dict[str, Any], message: str) -> None:
    valid: dict[str, Any] = {
        "tags": {"service": "catalog"},
        "monthly_usd": 100,
        "anomaly_usd": 10,
        "emails": ["owner@example.com"],
    }
    with pytest.raises(ValueError, match=message):
        CostBudget(platform, "Costs", **(valid | arguments))


@pytest.mark.parametrize(
    ("emails", "message"),
    [
        (["team@"], "emails must hold addresses"),
        (["a@b.example", "c@b.example", "a@b.example"], "emails must be distinct, got 'a@b.example' 2 times"),
    ],
)
def test_an_alert_goes_to_an_address_once(platform: Stack, emails: list[str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Alerts(platform, "Alerts", emails=emails)
