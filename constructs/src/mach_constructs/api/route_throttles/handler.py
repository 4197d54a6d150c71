"""Sets and removes the limits of single routes on a stage, as CloudFormation asks for it.

A stage and the routes that it serves are in different stacks here, and CloudFormation knows a route's limits as part of
the stage only. API Gateway refuses limits of a route that does not exist yet, so they are set once it does.
"""

from __future__ import annotations

import json
import logging
import random
import time
import urllib.request
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Literal, NotRequired, Protocol, TypedDict

import boto3
from botocore.exceptions import ClientError

_LOGGER = logging.getLogger(__name__)
# What passes: another service's stack changes the same stage at this moment.
_PASSING = frozenset({"ConflictException", "TooManyRequestsException"})
_ATTEMPTS = 7
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 8.0


class Properties(TypedDict):
    """What the stack says; CloudFormation makes a text of every number."""

    ApiId: str
    StageName: str
    Throttles: Mapping[str, Mapping[str, str]]


class Request(TypedDict):
    """What CloudFormation asks for."""

    RequestType: Literal["Create", "Update", "Delete"]
    ResponseURL: str
    StackId: str
    RequestId: str
    LogicalResourceId: str
    PhysicalResourceId: NotRequired[str]
    ResourceProperties: Properties
    OldResourceProperties: NotRequired[Properties]


class Gateway(Protocol):
    """What is needed of the API Gateway client."""

    def update_stage(self, *, ApiId: str, StageName: str, RouteSettings: Mapping[str, Any]) -> object:  # noqa: N803
        """Set the settings of these routes; those of others stay as they are."""

    def delete_route_settings(self, *, ApiId: str, StageName: str, RouteKey: str) -> object:  # noqa: N803
        """Remove the settings of a route."""


def handler(request: Request, _context: object) -> None:
    """Do what CloudFormation asks for and tell it how that went."""
    properties = request["ResourceProperties"]
    answer = {
        "Status": "SUCCESS",
        "StackId": request["StackId"],
        "RequestId": request["RequestId"],
        "LogicalResourceId": request["LogicalResourceId"],
        # Another API is another resource: CloudFormation then removes the limits from the former one.
        "PhysicalResourceId": f"{properties['ApiId']}/{request['LogicalResourceId']}",
    }
    if request["RequestType"] == "Delete":
        answer["PhysicalResourceId"] = request.get("PhysicalResourceId", answer["PhysicalResourceId"])
    try:
        apply(request, _gateway())
    except Exception as error:
        # Whatever it is: an unanswered request would block the stack until it times out.
        _LOGGER.exception("limits could not be set")
        answer |= {"Status": "FAILED", "Reason": str(error) or type(error).__name__}
    _respond(request["ResponseURL"], answer)


def apply(request: Request, gateway: Gateway, *, sleep: Callable[[float], None] = time.sleep) -> None:
    """Set the limits that are asked for and remove those that no longer are.

    Args:
        request: What CloudFormation asks for.
        gateway: API Gateway.
        sleep: Waits between attempts.

    Raises:
        ClientError: API Gateway refuses it for good.
    """
    properties = request["ResourceProperties"]
    api, stage = properties["ApiId"], properties["StageName"]
    wanted = {} if request["RequestType"] == "Delete" else properties["Throttles"]
    before = properties if request["RequestType"] == "Delete" else request.get("OldResourceProperties", properties)
    for route_key in before["Throttles"] if before["ApiId"] == api else ():
        if route_key not in wanted:
            _patiently(lambda key=route_key: _remove(gateway, api, stage, key), sleep)  # type: ignore[misc]
    if wanted:
        settings = {
            route_key: {
                "ThrottlingRateLimit": float(limit["RequestsPerSecond"]),
                "ThrottlingBurstLimit": int(limit["Burst"]),
            }
            for route_key, limit in wanted.items()
        }
        _patiently(lambda: gateway.update_stage(ApiId=api, StageName=stage, RouteSettings=settings), sleep)


def _remove(gateway: Gateway, api: str, stage: str, route_key: str) -> None:
    try:
        gateway.delete_route_settings(ApiId=api, StageName=stage, RouteKey=route_key)
    except ClientError as error:
        if error.response["Error"]["Code"] != "NotFoundException":
            raise


def _patiently(call: Callable[[], object], sleep: Callable[[float], None]) -> None:
    pause = _FIRST_PAUSE
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            call()
        except ClientError as error:
            if error.response["Error"]["Code"] not in _PASSING or attempt == _ATTEMPTS:
                raise
            sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311 (no secret)
            pause = min(2 * pause, _LONGEST_PAUSE)
        else:
            return


def _respond(url: str, answer: Mapping[str, str]) -> None:
    body = json.dumps(answer).encode()
    request = urllib.request.Request(url, data=body, method="PUT", headers={"content-type": ""})  # noqa: S310
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310 (CloudFormation's own presigned URL)
        pass


@cache
def _gateway() -> Gateway:
    client: Gateway = boto3.client("apigatewayv2")
    return client
