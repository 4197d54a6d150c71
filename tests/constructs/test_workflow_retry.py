"""Retries and steps, as they are said and as the Amazon States Language says them."""

from typing import Any

import pytest
from aws_cdk import Duration

from mach_constructs import ANY_ERROR, Retry, Step


class StockBusyError(Exception):
    pass


def test_a_retry_in_the_states_language() -> None:
    retry = Retry(
        errors=[StockBusyError, "States.Timeout"],
        retries=5,
        pause=Duration.seconds(2),
        backoff=1.5,
        longest_pause=Duration.seconds(5),
        jitter=False,
    )
    assert retry.definition == {
        "ErrorEquals": ["StockBusyError", "States.Timeout"],
        "IntervalSeconds": 2,
        "MaxAttempts": 5,
        "BackoffRate": 1.5,
        "MaxDelaySeconds": 5,
        "JitterStrategy": "NONE",
    }
    assert retry.pauses_seconds == 2 + 3 + 4.5 + 5 + 5


def test_by_default_what_lambda_fails_with_is_tried_again() -> None:
    assert Retry().definition == {
        "ErrorEquals": [
            "Lambda.ClientExecutionTimeoutException",
            "Lambda.ServiceException",
            "Lambda.AWSLambdaException",
            "Lambda.SdkClientException",
            "Lambda.TooManyRequestsException",
        ],
        "IntervalSeconds": 1,
        "MaxAttempts": 3,
        "BackoffRate": 2.0,
        "JitterStrategy": "FULL",
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"errors": []}, r"errors must be at least one class or name, got \[\]"),
        ({"errors": [" "]}, r"errors must be at least one class or name, got \[' '\]"),
        ({"errors": "States.ALL"}, "errors must be a sequence of classes and names, got 'States.ALL'"),
        (
            {"errors": [ANY_ERROR, StockBusyError]},
            "errors must be States.ALL alone or without it, got States.ALL, StockBusyError",
        ),
        ({"retries": -1}, "retries must be between 0 and 99999999, got -1"),
        ({"retries": 100_000_000}, "retries must be between 0 and 99999999, got 100000000"),
        ({"pause": Duration.seconds(0)}, "pause must be between 1 and 99999999 seconds, got 0"),
        ({"pause": Duration.millis(1500)}, "pause must be a whole number of seconds, got 1500 ms"),
        ({"backoff": 0.9}, "backoff must be at least 1, got 0.9"),
        ({"backoff": float("nan")}, "backoff must be a finite number, got nan"),
        (
            {"pause": Duration.seconds(5), "longest_pause": Duration.seconds(5)},
            "longest_pause must be between 6 and 31622399 seconds, got 5",
        ),
        ({"longest_pause": Duration.days(366)}, "longest_pause must be between 2 and 31622399 seconds, got 31622400"),
    ],
)
def test_an_invalid_retry_is_refused(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Retry(**arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("", {}, "name of a step must be letters, digits and underscores, got ''"),
        ("reserve stock", {}, "name of a step must be letters, digits and underscores, got 'reserve stock'"),
        ("a" * 76, {}, "name of a step must be at most 75 characters, got 76"),
        (
            "reserve",
            {"retry": [Retry(errors=[ANY_ERROR]), Retry()]},
            "retry of step 'reserve' must have its rule for States.ALL last",
        ),
        (
            "reserve",
            {"compensation_retry": [Retry(errors=[ANY_ERROR]), Retry()]},
            "compensation_retry of step 'reserve' must have its rule for States.ALL last",
        ),
        (
            "reserve",
            {"timeout": Duration.minutes(16)},
            "timeout of step 'reserve' must be between 1 and 900 seconds, got 960",
        ),
    ],
)
def test_an_invalid_step_is_refused(name: str, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Step(name, handler="reserve.handler", **arguments)
