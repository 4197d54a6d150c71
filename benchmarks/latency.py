"""How long a product and a search take through the whole local AWS, against a hello-world function behind the same API.

The storefront is deployed by the CDK CLI to a local AWS of its own. One client, one kept connection, each round asks
each route once.
"""

import http.client
import json
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from benchmarks.comparison import CannotMeasureError, Comparison, Result
from benchmarks.processes import unused_port
from local import daemon, loading
from local.aws import LocalAws
from local.deployment import ARCHITECTURE, Deployment
from local.failure import FailureError
from local.places import Places
from local.python_runtime import LOCAL_RUNTIME
from local.server import HOST

ROUNDS = 500
WARM_UPS = 50
BLOCK = 25
TARGET = 2.5
HELLO, PRODUCT, SEARCH = "/bench-hello", "/v1/products/enamel-mug", "/v1/search?q=mug"
LONGEST_WAIT_SECONDS = 30.0

_HELLO_CODE = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'hello, world'}\n"


def measure(progress: Callable[[str], None]) -> Result:
    """Deploys a storefront, asks it, and stops it again.

    Args:
        progress: Told what is done now.

    Raises:
        CannotMeasureError: When it cannot be deployed or answers wrongly.
    """
    try:
        with _deployed(progress) as url:
            times = _ask(url, progress)
    except FailureError as failure:
        raise CannotMeasureError(str(failure)) from None
    except (httpx.HTTPError, http.client.HTTPException, OSError, BotoCoreError, ClientError) as error:
        raise CannotMeasureError(f"{type(error).__name__}: {error}") from None
    return Result(
        title="latency: one client, one connection",
        lines=[
            Comparison(
                what=f"GET {what}, p{share * 100:.0f}",
                baseline=f"hello world, p{share * 100:.0f}",
                unit="ms",
                samples=times[path],
                baselines=times[HELLO],
                quantile=share,
                block=BLOCK,
                target=target,
            )
            for what, path, share, target in (
                ("/v1/products/{id}", PRODUCT, 0.5, TARGET),
                ("/v1/products/{id}", PRODUCT, 0.95, None),
                ("/v1/search?q=…", SEARCH, 0.5, None),
                ("/v1/search?q=…", SEARCH, 0.95, None),
            )
        ],
        notes=[f"{ROUNDS} rounds of the three requests in turn; the spread is of blocks of {BLOCK} rounds"],
    )


@contextmanager
def _deployed(progress: Callable[[str], None]) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="bench-latency-") as place, ThreadPoolExecutor(1) as beside:
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
            yield aws.api_url()
        except BaseException:
            deployment.abandon()
            raise
        finally:
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


def _ask(url: str, progress: Callable[[str], None]) -> dict[str, list[float]]:
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.hostname or HOST, address.port, timeout=LONGEST_WAIT_SECONDS)
    connection.connect()
    connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    times: dict[str, list[float]] = {HELLO: [], PRODUCT: [], SEARCH: []}
    try:
        _wait_until_found(connection, address.path)
        for number in range(-WARM_UPS, ROUNDS):
            if number % BLOCK == 0:
                progress(f"{max(number, 0)} of {ROUNDS} rounds")
            for path, samples in times.items():
                milliseconds, _ = _get(connection, address.path + path)
                if number >= 0:
                    samples.append(milliseconds)
    finally:
        connection.close()
    return times


def _wait_until_found(connection: http.client.HTTPConnection, base: str) -> None:
    deadline = time.monotonic() + LONGEST_WAIT_SECONDS
    while not json.loads(_get(connection, base + SEARCH)[1])["items"]:
        if time.monotonic() > deadline:
            raise CannotMeasureError("the demo catalog was loaded, but search does not find it after 30 s")
        time.sleep(0.2)


def _get(connection: http.client.HTTPConnection, path: str) -> tuple[float, bytes]:
    started = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    took = (time.perf_counter() - started) * 1000
    if answer.status != http.client.OK:
        raise CannotMeasureError(f"GET {path.partition('/v1')[1]}{path.rpartition('/')[2]} answered {answer.status}")
    return took, body
