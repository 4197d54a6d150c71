"""A storefront of a benchmark's own: the CDK CLI deploys it to a local AWS in a temporary folder."""

import http.client
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from benchmarks.comparison import CannotMeasureError
from benchmarks.processes import run, unused_port
from local import daemon, loading
from local.aws import LocalAws, environment
from local.deployment import ARCHITECTURE, Deployment
from local.failure import FailureError
from local.places import CHECKOUT, Places
from local.python_runtime import LOCAL_RUNTIME

HELLO = "/bench-hello"

_HELLO_CODE = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'hello, world'}\n"


@contextmanager
def deployed(progress: Callable[[str], None]) -> Iterator[LocalAws]:
    """The local AWS with the storefront, and a hello-world function behind its API; it ends with the block.

    Args:
        progress: Told what is done now.

    Raises:
        CannotMeasureError: When it cannot be deployed, or does not answer within the block.
    """
    try:
        with _deployed(progress) as aws:
            yield aws
    except FailureError as failure:
        raise CannotMeasureError(str(failure)) from None
    except (httpx.HTTPError, http.client.HTTPException, OSError, BotoCoreError, ClientError) as error:
        raise CannotMeasureError(f"{type(error).__name__}: {error}") from None


def environment_of(aws: LocalAws, stack: str, *needed: str) -> dict[str, str]:
    """The environment of the first of a stack's functions that has these variables.

    Args:
        aws: Where the storefront is deployed.
        stack: The stack's name.
        needed: Names of variables.

    Raises:
        CannotMeasureError: When no function has them all.
    """
    for page in aws.functions.get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            variables = function.get("Environment", {}).get("Variables", {})
            if function["FunctionName"].startswith(f"{stack}-") and set(needed) <= variables.keys():
                return variables
    raise CannotMeasureError(f"no function of {stack} has {' and '.join(needed)}")


def run_services(
    aws: LocalAws, module: str, *arguments: object, variables: Mapping[str, str], longest_seconds: float
) -> str:
    """Runs a module of the benchmarks that uses services' code, and gives what it prints.

    It is a process of its own, as the services' clients are made of the environment.

    Args:
        aws: Where the storefront is deployed.
        module: Its name below `benchmarks`.
        arguments: Of its command line.
        variables: Of its environment, besides those of AWS.
        longest_seconds: How long it may take.

    Raises:
        CannotMeasureError: When it fails, or takes too long.
    """
    ended = run(
        [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)],
        folder=CHECKOUT,
        environment={**environment(aws.endpoint, os.environ), **variables, "POWERTOOLS_LOG_LEVEL": "ERROR"},
        longest_seconds=longest_seconds,
    )
    if ended.returncode != 0:
        raise CannotMeasureError(f"{module} failed: {ended.stderr.strip().splitlines()[-1:]}")
    return ended.stdout


@contextmanager
def _deployed(progress: Callable[[str], None]) -> Iterator[LocalAws]:
    with tempfile.TemporaryDirectory(prefix="bench-storefront-") as place, ThreadPoolExecutor(1) as beside:
        places = Places(root=Path(place))
        endpoint = daemon.start(places, port=unused_port()).url
        deployment = Deployment(endpoint, places)
        try:
            synthesis = beside.submit(deployment.synthesize)
            deployment.bootstrap(lambda words: progress(f"bootstrapping: {words}"))
            synthesis.result()
            deployment.deploy(lambda words: progress(f"deploying: {words}"))
            aws = LocalAws(endpoint)
            progress("loading the demo catalog")
            loading.load(aws, loading.DEMO_CATALOG, console=Console(quiet=True))
            _deploy_hello(aws)
            yield aws
        except BaseException:
            deployment.abandon()
            raise
        finally:
            # Nothing is kept, and to save a hundred thousand products takes longer than anybody waits.
            with suppress(httpx.HTTPError):
                httpx.post(f"{endpoint}/_ministack/reset", timeout=60)
            daemon.stop(places)


def _deploy_hello(aws: LocalAws) -> None:
    progress_of = aws.cloudformation.get_waiter("stack_create_complete")
    aws.cloudformation.create_stack(
        StackName="BenchHello",
        TemplateBody=json.dumps(hello_template(urlsplit(aws.api_url()).path.split("/")[3])),
        Capabilities=["CAPABILITY_IAM"],
    )
    progress_of.wait(StackName="BenchHello", WaiterConfig={"Delay": 1, "MaxAttempts": 30})


def hello_template(api: str) -> dict[str, object]:
    """The template of a hello-world function and its route.

    Args:
        api: Id of the HTTP API that gets the route.
    """
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    resources = {
        "Role": ("IAM::Role", {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]}}),
        "Function": (
            "Lambda::Function",
            {
                "Architectures": [ARCHITECTURE],
                "Code": {"ZipFile": _HELLO_CODE},
                "Handler": "index.handler",
                "MemorySize": 512,
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Runtime": LOCAL_RUNTIME,
            },
        ),
        "Permission": (
            "Lambda::Permission",
            {
                "Action": "lambda:InvokeFunction",
                "FunctionName": {"Ref": "Function"},
                "Principal": "apigateway.amazonaws.com",
            },
        ),
        "Integration": (
            "ApiGatewayV2::Integration",
            {
                "ApiId": api,
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": {"Fn::GetAtt": ["Function", "Arn"]},
                "PayloadFormatVersion": "2.0",
            },
        ),
        "Route": (
            "ApiGatewayV2::Route",
            {
                "ApiId": api,
                "RouteKey": f"GET {HELLO}",
                "Target": {"Fn::Join": ["/", ["integrations", {"Ref": "Integration"}]]},
            },
        ),
    }
    return {
        "Resources": {
            name: {"Type": f"AWS::{kind}", "Properties": properties} for name, (kind, properties) in resources.items()
        }
    }
