"""Events as calls to a web address."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from aws_cdk import Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk.assertions import Match, Template

from mach_constructs import (
    ApiKey,
    Basic,
    ClientCredentials,
    EventContract,
    EventMesh,
    Redelivery,
    Webhook,
    WebhookAuthorization,
)

URL = "https://partner.example/orders"


@pytest.fixture
def secret(stack: Stack) -> secretsmanager.ISecret:
    return secretsmanager.Secret.from_secret_name_v2(stack, "Secret", "partner")


def test_a_call_is_limited_retried_and_made_as_a_role_that_may_do_nothing_else(
    stack: Stack,
    mesh: EventMesh,
    order_placed: type[EventContract],
    secret: secretsmanager.ISecret,
    granted: Callable[[Template, str], dict[str, list[str]]],
) -> None:
    webhook = Webhook(
        stack,
        "Partner",
        mesh=mesh,
        events=[order_placed],
        url=URL,
        authorization=ApiKey(secret, header="X-Api-Key", field="key"),
        rate=20,
        body=events.RuleTargetInput.from_event_path("$.detail"),
        headers={"X-Shop": "one"},
        redelivery=Redelivery(attempts=3, oldest=Duration.minutes(10)),
    )
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::Events::ApiDestination",
        {
            "InvocationEndpoint": URL,
            "HttpMethod": "POST",
            "InvocationRateLimitPerSecond": 20,
            "Name": Match.absent(),
        },
    )
    template.has_resource_properties(
        "AWS::Events::Rule",
        {
            "Targets": [
                {
                    "Arn": {"Fn::GetAtt": [Match.string_like_regexp("PartnerDestination"), "Arn"]},
                    "DeadLetterConfig": Match.any_value(),
                    "HttpParameters": {"HeaderParameters": {"X-Shop": "one"}},
                    "Id": Match.any_value(),
                    "InputPath": "$.detail",
                    "RetryPolicy": {"MaximumEventAgeInSeconds": 600, "MaximumRetryAttempts": 3},
                    "RoleArn": {"Fn::GetAtt": [Match.string_like_regexp("PartnerRole"), "Arn"]},
                }
            ]
        },
    )
    ((resource, actions),) = granted(template, "PartnerRole").items()
    assert actions == ["events:InvokeApiDestination"]
    assert "PartnerDestination" in resource
    assert webhook.destination.node.path == "Service/Partner/Destination"


def test_failing_calls_sound_an_alarm_long_before_they_are_dead_letters(
    stack: Stack, mesh: EventMesh, order_placed: type[EventContract], secret: secretsmanager.ISecret
) -> None:
    webhook = Webhook(
        stack, "Partner", mesh=mesh, events=[order_placed], url=URL, authorization=Basic(secret, username="shop")
    )
    Template.from_stack(stack).has_resource_properties(
        "AWS::CloudWatch::Alarm",
        {
            "Namespace": "AWS/Events",
            "MetricName": "RetryInvocationAttempts",
            "EvaluationPeriods": 3,
            "Dimensions": [
                {"Name": "EventBusName", "Value": Match.any_value()},
                {"Name": "RuleName", "Value": {"Ref": Match.string_like_regexp("PartnerOrderPlacedV1")}},
            ],
        },
    )
    assert [alarm.node.id for alarm in webhook.alarms] == ["DeadLetterAlarm", "OrderPlacedV1FailingAlarm"]


REFERENCE = "{{resolve:secretsmanager:"


@pytest.mark.parametrize(
    ("authorization", "kind", "where"),
    [
        (lambda secret: ApiKey(secret, header="X-Api-Key"), "API_KEY", ["ApiKeyAuthParameters", "ApiKeyValue"]),
        (
            lambda secret: ApiKey(secret, header="X-Api-Key", field="key"),
            "API_KEY",
            ["ApiKeyAuthParameters", "ApiKeyValue"],
        ),
        (lambda secret: Basic(secret, username="shop"), "BASIC", ["BasicAuthParameters", "Password"]),
        (
            lambda secret: ClientCredentials(
                secret, token_url="https://id.example/token", client_id="shop", scope="orders"
            ),
            "OAUTH_CLIENT_CREDENTIALS",
            ["OAuthParameters", "ClientParameters", "ClientSecret"],
        ),
    ],
)
def test_secrets_are_references(
    stack: Stack,
    mesh: EventMesh,
    order_placed: type[EventContract],
    secret: secretsmanager.ISecret,
    authorization: Callable[[secretsmanager.ISecret], WebhookAuthorization],
    kind: str,
    where: list[str],
) -> None:
    Webhook(stack, "Partner", mesh=mesh, events=[order_placed], url=URL, authorization=authorization(secret))
    (connection,) = Template.from_stack(stack).find_resources("AWS::Events::Connection").values()
    assert connection["Properties"]["AuthorizationType"] == kind
    value = connection["Properties"]["AuthParameters"]
    for name in where:
        value = value[name]
    assert REFERENCE in json.dumps(value)


def test_a_token_is_asked_for_with_the_client_credentials_grant(
    stack: Stack, mesh: EventMesh, order_placed: type[EventContract], secret: secretsmanager.ISecret
) -> None:
    Webhook(
        stack,
        "Partner",
        mesh=mesh,
        events=[order_placed],
        url=URL,
        authorization=ClientCredentials(secret, token_url="https://id.example/token", client_id="shop"),
    )
    Template.from_stack(stack).has_resource_properties(
        "AWS::Events::Connection",
        {
            "AuthParameters": {
                "OAuthParameters": Match.object_like(
                    {
                        "AuthorizationEndpoint": "https://id.example/token",
                        "HttpMethod": "POST",
                        "OAuthHttpParameters": {
                            "BodyParameters": [
                                Match.object_like({"Key": "grant_type", "Value": "client_credentials"}),
                            ]
                        },
                    }
                )
            }
        },
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"url": "http://partner.example"}, "url must be like https://partner.example/events, got 'http://partner.ex"),
        ({"url": "https:///orders"}, "url must be like https://partner.example/events, got 'https:///orders'"),
        ({"url": "https://me:it@partner.example"}, "url must be like https://partner.example/events, got"),
        ({"url": "https://partner.example/#a"}, "url must be like https://partner.example/events, got"),
        ({"url": "https://partner.example/{id}"}, "url must be like https://partner.example/events, got"),
        ({"url": "https://pärtner.example/"}, "url must be like https://partner.example/events, got"),
        ({"url": "https://partner.example/%2"}, "url must be like https://partner.example/events, got"),
        ({"url": "https://localhost/orders"}, "url must have a host that the internet knows, .*, got 'localhost'"),
        ({"url": "https://10.0.0.7:8443/orders"}, "url must have a host that the internet knows, .*, got '10.0.0.7'"),
        ({"url": "https://partner.example:99999"}, "url must have a port from 1 to 65535, got 'partner.example:99999'"),
        ({"url": "https://partner.example/" + "a" * 2048}, "url must be at most 2048 characters, got 2072"),
        ({"rate": 0}, "rate must be between 1 and 300, got 0"),
        ({"rate": 301}, "rate must be between 1 and 300, got 301"),
        ({"method": events.HttpMethod.GET}, "method must be one of POST, PUT, PATCH, got GET"),
        ({"events": []}, "events must hold at least one contract, got none"),
        ({"headers": {"X Shop": "a"}}, "headers must be names of HTTP headers, such as \"X-Api-Key\", got 'X Shop'"),
        ({"headers": {"x" * 513: "a"}}, "headers must have names of at most 512 characters, got 513"),
        (
            {"headers": {"X-Shop": "a\n"}},
            r"headers must have values of printable ASCII characters, got 'a\\n' as X-Shop",
        ),
        ({"headers": {"X-Shop": "ü"}}, "headers must have values of printable ASCII characters, got 'ü' as X-Shop"),
        ({"headers": {"X-Shop": "x" * 513}}, "headers must have values of at most 512 characters, got 513 as X-Shop"),
        ({"headers": {"authorization": "x"}}, "headers must not set authorization, which the authorization sets"),
    ],
)
def test_invalid_arguments_are_refused(
    stack: Stack,
    mesh: EventMesh,
    order_placed: type[EventContract],
    secret: secretsmanager.ISecret,
    arguments: dict[str, Any],
    message: str,
) -> None:
    valid: dict[str, Any] = {"mesh": mesh, "events": [order_placed], "url": URL, "authorization": ApiKey(secret)}
    with pytest.raises(ValueError, match=message):
        Webhook(stack, "Bad", **{**valid, **arguments})
    assert stack.node.try_find_child("Bad") is None


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        (lambda secret: ApiKey(secret, header=" "), "header must not be empty, got ' '"),
        (lambda secret: ApiKey(secret, header="X:Key"), "header must be names of HTTP headers, .*got 'X:Key'"),
        (lambda secret: ApiKey(secret, header="x" * 513), "header must have names of at most 512 characters, got 513"),
        (lambda secret: Basic(secret, username=""), "username must not be empty, got ''"),
        (lambda secret: Basic(secret, username="a:b"), "username must have neither colons nor .*, got 'a:b'"),
        (lambda secret: Basic(secret, username="x" * 513), "username must have at most 512 characters, got 513"),
        (
            lambda secret: ClientCredentials(secret, token_url="https://id.example", client_id="shop", scope=""),
            "scope must not be empty, got ''",
        ),
        (
            lambda secret: ClientCredentials(secret, token_url="http://id.example", client_id="shop"),
            "token_url must be like https://partner.example/events, got 'http://id.example'",
        ),
        (
            lambda secret: ClientCredentials(secret, token_url="https://id.shop.internal", client_id="shop"),
            "token_url must have a host that the internet knows, .*, got 'id.shop.internal'",
        ),
        (
            lambda secret: ClientCredentials(secret, token_url="https://id.example", client_id=""),
            "client_id must not be empty, got ''",
        ),
    ],
)
def test_invalid_authorization_is_refused(
    stack: Stack,
    mesh: EventMesh,
    order_placed: type[EventContract],
    secret: secretsmanager.ISecret,
    authorization: Callable[[secretsmanager.ISecret], WebhookAuthorization],
    message: str,
) -> None:
    with pytest.raises(ValueError, match=message):
        Webhook(stack, "Bad", mesh=mesh, events=[order_placed], url=URL, authorization=authorization(secret))
