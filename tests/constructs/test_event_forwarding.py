"""Events sent on to a bus of another account or region."""

from collections.abc import Callable

import pytest
from aws_cdk import App, Environment, Stack, Validations
from aws_cdk import aws_events as events
from aws_cdk.assertions import Match, Template
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from mach_constructs import Event, EventDefinition, EventForwarding, EventMesh

ELSEWHERE = "arn:aws:events:eu-central-1:111122223333:event-bus/analytics"


@pytest.fixture
def elsewhere(stack: Stack) -> events.IEventBus:
    return events.EventBus.from_event_bus_arn(stack, "Elsewhere", ELSEWHERE)


def test_events_go_on_under_a_role_that_can_do_nothing_else(
    stack: Stack, mesh: EventMesh, elsewhere: events.IEventBus, order_placed: Event
) -> None:
    forwarding = EventForwarding(stack, "Analytics", mesh=mesh, to=elsewhere, events=[order_placed])
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventPattern": {
                "source": ["shop.orders"],
                "detail-type": ["OrderPlaced"],
                "detail": {"metadata": {"version": [1]}},
            },
            "Targets": [
                Match.object_like(
                    {
                        "Arn": ELSEWHERE,
                        "RoleArn": {"Fn::GetAtt": [Match.string_like_regexp("AnalyticsRole"), "Arn"]},
                        "DeadLetterConfig": {"Arn": Match.any_value()},
                    }
                )
            ],
        },
    )
    template.has_resource_properties(
        "AWS::IAM::Policy",
        {"PolicyDocument": {"Statement": [{"Action": "events:PutEvents", "Effect": "Allow", "Resource": ELSEWHERE}]}},
    )
    assert [alarm.node.id for alarm in forwarding.alarms] == ["DeadLetterAlarm"]
    assert list(forwarding.rules) == ["OrderPlacedV1"]


def test_events_do_not_go_round(stack: Stack, mesh: EventMesh, order_placed: Event) -> None:
    with pytest.raises(ValueError, match="to must be another bus than the mesh's, or events would go round, got Platf"):
        EventForwarding(stack, "Round", mesh=mesh, to=mesh.bus, events=[order_placed])


def test_something_is_sent_on(stack: Stack, mesh: EventMesh, elsewhere: events.IEventBus) -> None:
    with pytest.raises(ValueError, match="events must hold at least one contract, got none"):
        EventForwarding(stack, "Nothing", mesh=mesh, to=elsewhere, events=[])


def test_the_policy_packs_find_nothing(new_app: Callable[..., App]) -> None:
    app = new_app()
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))
    stack = Stack(app, "Service", env=Environment(account="444455556666", region="eu-west-1"))
    EventForwarding(
        stack,
        "Analytics",
        mesh=EventMesh(stack, "Mesh"),
        to=events.EventBus.from_event_bus_arn(stack, "Elsewhere", ELSEWHERE),
        events=[EventDefinition(source="shop.orders", detail_type="Order placed/paid")],
    )
    app.synth()  # raises on a finding
