"""Runs the example in a docstring on a stage that has what an example takes for granted."""

import ast
import importlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import chdir
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, cast

import aws_cdk as cdk
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_route53 as route53
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

import mach_constructs
from docs.pictures.resources import Template
from mach_constructs import (
    DynamoDbStore,
    EventMesh,
    Fanout,
    HttpFront,
    JwtInService,
    LambdaCompute,
    Microservice,
    RequestMetrics,
    Route,
    ServiceNetwork,
    StreamTarget,
)

CHECKOUT = Path(__file__).parents[2]
FLAGS: Mapping[str, object] = json.loads((CHECKOUT / "cdk.json").read_text())["context"]
GIVEN = "Given"
_HANDLER = re.compile(r"[a-z_][a-z0-9_]*\.handler")
_FOLDER = re.compile(r"lambdas/[a-z_]+")
_USUAL_HANDLERS = frozenset({"api.handler", "events.handler", "read.handler", "write.handler", "authorizer.handler"})


class Stage:
    """A stack for an example, and beside it what the example may name without creating it.

    Args:
        handlers: Those that the example names.

    Attributes:
        app: The app.
        stack: Its only stack; an example calls it `self`, `stack` or `scope`.
    """

    def __init__(self, handlers: Iterable[str] = ()) -> None:
        self._handlers = frozenset(handlers)
        self.app = cdk.App(
            context={**FLAGS, "aws:cdk:bundling-stacks": [], "aws:cdk:enable-path-metadata": True},
            builtin_cloud_formation_validation=False,
            analytics_reporting=False,
        )
        self.stack = cdk.Stack(self.app, "Example", env=cdk.Environment(account="111111111111", region="us-east-1"))

    @cached_property
    def given(self) -> Construct:
        """The parent of what is not the example's own."""
        return Construct(self.stack, GIVEN)

    @cached_property
    def front(self) -> HttpFront:
        """An API."""
        authorization = JwtInService(issuer="https://issuer.example", client_ids=["shop"])
        return HttpFront(self.given, "Front", authorization=authorization)

    @cached_property
    def mesh(self) -> EventMesh:
        """A bus."""
        return EventMesh(self.given, "Mesh")

    @cached_property
    def vpc(self) -> ec2.IVpc:
        """A network."""
        # Else a provider of custom resources would stand beside what the example creates.
        return ec2.Vpc(self.given, "Vpc", max_azs=2, nat_gateways=1, restrict_default_security_group=False)

    @cached_property
    def service(self) -> Microservice:
        """A service with a table, and every handler that the example names."""
        return self._service("Service")

    def offered(self) -> Mapping[str, Callable[[], object]]:
        """What an example may name, and how it comes to be."""
        return {
            **dict.fromkeys(("self", "stack", "scope", "platform"), lambda: self.stack),
            "analytics_bus": lambda: events.EventBus.from_event_bus_arn(
                self.given, "AnalyticsBus", "arn:aws:events:us-east-1:222222222222:event-bus/analytics"
            ),
            "app": lambda: self.app,
            "arn": lambda: self.table.table_arn,
            "bucket": lambda: s3.Bucket(self.given, "Bucket"),
            "catalog": lambda: self.service,
            "certificate": lambda: acm.Certificate(self.given, "Certificate", domain_name="shop.example"),
            "client_id": lambda: "shop",
            "cluster": lambda: ecs.Cluster(self.given, "Cluster", vpc=self.vpc),
            "compute": lambda: LambdaCompute("lambdas/service"),
            "fanout": lambda: Fanout(self.given, "Fanout", mesh=self.mesh, events=[_event("OrderPlaced")]),
            "front": lambda: self.front,
            "function": lambda: self.service.function,
            "groups": lambda: [logs.LogGroup(self.given, "LogGroup")],
            "inventory": lambda: self._service("Inventory"),
            "issuer": lambda: "https://issuer.example",
            "key": lambda: kms.Key(self.given, "Key"),
            "mesh": lambda: self.mesh,
            "metrics": lambda: RequestMetrics(
                self.given,
                "Metrics",
                access_logs=cast(logs.ILogGroup, self.front.access_logs),
                routes=["GET /v1/items"],
                namespace="Shop",
            ),
            "network": lambda: ServiceNetwork(self.given, "Network", vpc=self.vpc),
            "projection": lambda: self.service,
            "queue": lambda: sqs.Queue(self.given, "Queue"),
            "report_role": lambda: iam.Role(
                self.given, "ReportRole", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com")
            ),
            "routes": lambda: [Route("GET /v1/items", public=True)],
            "secret": lambda: secretsmanager.Secret(self.given, "Secret"),
            "service": lambda: self.service,
            "stream": lambda: firehose.DeliveryStream.from_delivery_stream_attributes(
                self.given, "DeliveryStream", delivery_stream_name="logs"
            ),
            "stream_arn": lambda: self.table.table_stream_arn,
            "table": lambda: self.table,
            "target": lambda: StreamTarget(
                self.given, "Target", mesh=self.mesh, events=[_event("OrderPlaced")], partition_key="detail.data.id"
            ),
            "topic": lambda: sns.Topic(self.given, "Topic"),
            "vpc": lambda: self.vpc,
            "workload": lambda: next(iter(self.service.workloads.values())),
            "zone": lambda: route53.HostedZone.from_hosted_zone_attributes(
                self.given, "Zone", hosted_zone_id="Z00000000000000000000", zone_name="shop.example"
            ),
        }

    @cached_property
    def table(self) -> dynamodb.TableV2:
        """A table with a stream."""
        return dynamodb.TableV2(
            self.given,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            dynamo_stream=dynamodb.StreamViewType.NEW_IMAGE,
        )

    def _service(self, id: str) -> Microservice:
        handlers = sorted(self._handlers) or ["api.handler"]
        return Microservice(
            self.given,
            id,
            compute=LambdaCompute("lambdas/service"),
            store=DynamoDbStore(partition_key="pk"),
            front=self.front,
            service_name=id.lower(),
            routes=[
                Route(f"GET /v1/{id.lower()}/{number}", public=True, handler=handler)
                for number, handler in enumerate(handlers)
            ],
        )


class Names(dict[str, Any]):
    """The names that an example sees: its own, the stage's, the library's, CDK's; any other class is an event."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._offered = stage.offered()

    def __missing__(self, name: str) -> object:
        if name in self._offered:
            self[name] = self._offered[name]()
        elif name in mach_constructs.__all__:
            self[name] = getattr(mach_constructs, name)
        elif hasattr(cdk, name):
            self[name] = getattr(cdk, name)
        elif re.fullmatch(r"[A-Z][a-z]+([A-Z][a-z]+)+", name):
            self[name] = _event(name)
        else:
            try:
                self[name] = importlib.import_module(f"aws_cdk.aws_{name.removesuffix('_')}")
            except ImportError:
                raise KeyError(name) from None
        return self[name]


def _event(name: str) -> type:
    class Event:
        source: ClassVar[str] = "shop.example"
        detail_type: ClassVar[str] = name
        version: ClassVar[int] = 1

    return Event


def perform(example: str) -> Template:
    """Run an example and synthesize what it made.

    A store, a compute, a route or an authorization creates nothing alone: it is given to a construct that uses it.

    Args:
        example: Statements and expressions, as in a docstring.

    Returns:
        The template; what stands under `Given` in it is not the example's own.

    Raises:
        NameError: It uses a name that is neither its own nor the library's, CDK's or on the stage.
        ValueError: A construct refuses its arguments.
    """
    tree = ast.parse(example)
    texts = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    handlers = {text for text in texts if _HANDLER.fullmatch(text)}
    folders = {text for text in texts if _FOLDER.fullmatch(text)}
    with TemporaryDirectory() as folder, chdir(folder):
        _write_services(folders | {"lambdas/service"}, handlers | _USUAL_HANDLERS)
        stage = Stage(handlers)
        names = Names(stage)
        made: list[object] = []
        for statement in tree.body:
            if isinstance(statement, ast.Expr):
                made.append(eval(compile(ast.Expression(statement.value), "<example>", "eval"), {}, names))  # noqa: S307
            else:
                exec(compile(ast.Module([statement], []), "<example>", "exec"), {}, names)  # noqa: S102
        assigned = [names[name] for name in _assigned(tree)]
        for number, value in enumerate((*assigned, *made)):
            _use(value, stage, f"Use{number or ''}")
        assembly = stage.app.synth()
        template: dict[str, Any] = json.loads(Path(assembly.directory, "Example.template.json").read_text())
        template.setdefault("Resources", {})
        return template


def _use(value: object, stage: Stage, id: str) -> None:
    if isinstance(value, Route):
        compute = LambdaCompute("lambdas/service")
        Microservice(stage.stack, id, compute=compute, front=stage.front, routes=[value])
    elif callable(getattr(value, "authorizer", None)):
        HttpFront(stage.stack, id, authorization=value)  # type: ignore[arg-type]  # it has what an authorization has
    elif callable(getattr(value, "check", None)) and callable(getattr(value, "attach", None)):
        handlers = [*getattr(value, "handlers", ())] or ["api.handler"]
        routes = [
            Route(f"GET /v1/items/{handler.partition('.')[0]}", public=True, handler=handler) for handler in handlers
        ]
        Microservice(stage.stack, id, compute=value, front=stage.front, routes=routes)  # type: ignore[arg-type]
    elif callable(getattr(value, "attach", None)):
        compute = LambdaCompute("lambdas/service")
        routes = [Route("PUT /v1/items/{id}", scopes=["items/write"])]
        Microservice(stage.stack, id, compute=compute, store=value, front=stage.front, routes=routes)  # type: ignore[arg-type]


def _assigned(tree: ast.Module) -> Iterator[str]:
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            yield from (target.id for target in statement.targets if isinstance(target, ast.Name))


def _write_services(folders: Iterable[str], handlers: Iterable[str]) -> None:
    """In the working directory, every folder that a compute may name, with every handler."""
    for folder in map(Path, folders):
        folder.mkdir(parents=True)
        (folder / "__init__.py").touch()
        for handler in handlers:
            module, _, function = handler.partition(".")
            with (folder / f"{module}.py").open("a") as file:
                file.write(f"def {function}(event, context): ...\n")
