"""The construct that most teams need, and often the only one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_eventschemas as eventschemas
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from mach_constructs import microservice_checks as checks
from mach_constructs.api.call import Call, calls_of
from mach_constructs.api.existing_front import AnyFront, front_of
from mach_constructs.api.route import Route
from mach_constructs.api.service_routes import add_service_routes
from mach_constructs.compute.compute import Compute, Workload
from mach_constructs.compute.workloads import compute_of, create_workloads, functions_of, only_function
from mach_constructs.events.consumer import Consumer, consumers_of
from mach_constructs.events.delivery import Delivery
from mach_constructs.events.event_contract import Event
from mach_constructs.events.event_mesh import EventMesh
from mach_constructs.events.relay import OutboxRelay
from mach_constructs.events.service_events import register_schemas, relay_outbox, subscribe
from mach_constructs.events.subscription import Subscription
from mach_constructs.observability.alerts import Alerts
from mach_constructs.observability.objective import ServiceLevelObjective
from mach_constructs.observability.observability import Observability
from mach_constructs.observability.service_observability import ServiceObservability, require_objective
from mach_constructs.policy.service import mark_as_service
from mach_constructs.stores.attaching import AnyStore, attach, first_of, stores_of
from mach_constructs.stores.dynamodb_table import AttachedTable
from mach_constructs.stores.object_bucket import AttachedBucket
from mach_constructs.stores.store import AttachedStore


class Microservice(Construct):
    """A service with its own functions, stores, routes and events; grants, tracing, logs and alarms follow from them.

    On Lambda there is one function for each handler that `routes` name, and one for `events_handler` if the service
    subscribes to anything. Each has its own role: handlers of GET and HEAD routes alone may read the stores, all others
    may write too.

    Args:
        scope: Parent construct, in the service's own stack.
        id: Construct id.
        compute: The code and what it runs on, or a function that exists.
        store: Where the service keeps its state; several, if it needs several. An existing table or bucket will do.
        front: The API that routes are added to; may live in another stack. An existing API will do.
        routes: What clients may call.
        calls: Routes of other services on the front that handlers call; its base URL is in their `API_URL`.
        mesh: What events go through, a mesh or any bus; may live in another stack.
        publishes: Events that go out by the outbox, which needs a table. The mesh's registry gets their schemas.
        subscribes: Events that the service listens for. A `Consumer` has a queue and a handler of its own.
        events_handler: Module and function that get the events that are named bare, from one queue.
        delivery: How that queue hands them over.
        service_name: Name in logs, variables and the tag `service`, at most 128 characters; by default the folder's.
        log_level: DEBUG, INFO, WARNING, ERROR or CRITICAL.
        objective: What the service promises those who call its routes; alarms sound when its error budget burns.
        alerts: Topics that the service's alarms notify.
        observability: What is made for operators: by default a dashboard (3 USD a month) and saved queries.

    Raises:
        ValueError: An argument lacks another one that it needs, or is invalid in itself.

    Example:
        Microservice(
            self,
            "Reviews",
            compute=LambdaCompute("lambdas/reviews"),
            store=DynamoDbStore(partition_key="pk", sort_key="sk"),
            front=front,
            routes=[
                Route("GET /v1/products/{id}/reviews", public=True, handler="read.handler"),
                Route("POST /v1/products/{id}/reviews", scopes=["reviews/write"]),
            ],
            calls=["GET /v1/orders/{id}"],
            mesh=mesh,
            publishes=[ReviewPosted],
            subscribes=[OrderDelivered],
        )
    """

    service_name: str
    """Name in logs and variables."""
    workloads: Mapping[str, Workload]
    """What runs each handler, such as "api.handler"; on Lambda one each, elsewhere several handlers may share one."""
    functions: Mapping[str, lambda_.Function]
    """Every function that was created for the service, by its handler."""
    stores: Sequence[AttachedStore]
    """What keeps the state, in the order given."""
    routes: Mapping[str, apigwv2.HttpRoute]
    """Every route by its key, such as "GET /v1/products"."""
    subscriptions: Sequence[Subscription]
    """How events come in."""
    relay: OutboxRelay | None
    """How events go out; None when the service publishes nothing."""
    schemas: Mapping[str, eventschemas.CfnSchema]
    """The schemas of events that go out, by detail type and version ("OrderPlacedV1")."""
    publishes: Sequence[Event]
    """Events that go out."""
    subscribes: Sequence[Event | Consumer]
    """Events that come in, as they were given."""
    observability: ServiceObservability
    """What operators see: health, objective, dashboard, queries, logs."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        compute: Compute | lambda_.IFunction,
        store: AnyStore | Sequence[AnyStore] = (),
        front: AnyFront | None = None,
        routes: Sequence[Route] = (),
        calls: Sequence[str | Call] = (),
        mesh: EventMesh | events.IEventBus | None = None,
        publishes: Sequence[Event] = (),
        subscribes: Sequence[Event | Consumer] = (),
        events_handler: str = "events.handler",
        delivery: Delivery | None = None,
        service_name: str | None = None,
        log_level: str = "INFO",
        objective: ServiceLevelObjective | None = None,
        alerts: Alerts | None = None,
        observability: Observability | None = None,
    ) -> None:
        stores = stores_of(store)
        compute = compute_of(compute)
        consumers = consumers_of(subscribes, events_handler, delivery)
        uses = checks.uses_of(routes, consumers)
        compute.check(uses)
        checks.require_distinct_variables(stores)
        checks.require_events(publishes, consumers, mesh, stores)
        checks.require_front(front, routes)
        called = calls_of(calls, front=front, routes=routes, handlers=[use.handler for use in uses])
        service_name = compute.name if service_name is None else service_name
        checks.require_names(service_name, log_level)
        require_objective(objective, front, routes)
        super().__init__(scope, id)
        front = front_of(self, front)
        self.service_name = service_name
        mark_as_service(self, service_name)
        self.publishes, self.subscribes = tuple(publishes), tuple(subscribes)
        self.stores = attach(self, stores, outbox=bool(publishes))
        self.workloads = create_workloads(
            self,
            compute=compute,
            uses=uses,
            stores=self.stores,
            front=front,
            calls=called,
            service_name=service_name,
            log_level=log_level,
        )
        self.functions = functions_of(self.workloads)
        self.routes = add_service_routes(self, front=front, uses=uses, workloads=self.workloads)
        self.subscriptions = subscribe(self, mesh=mesh, consumers=consumers, events_handler=events_handler)
        self.relay = relay_outbox(self, mesh=mesh, log_level=log_level)
        self.schemas = register_schemas(self, mesh=mesh)
        self.observability = ServiceObservability(
            self, front=front, objective=objective, alerts=alerts, options=observability or Observability()
        )

    @property
    def function(self) -> lambda_.Function:
        """The service's only function.

        Raises:
            ValueError: It has several, or none; take one of `functions`.
        """
        return only_function(self.functions, of=self)

    @property
    def table(self) -> dynamodb.ITable:
        """The service's (first) table.

        Raises:
            ValueError: It has none.
        """
        return first_of(self.stores, AttachedTable, of=self).table

    @property
    def bucket(self) -> s3.IBucket:
        """The service's (first) bucket.

        Raises:
            ValueError: It has none.
        """
        return first_of(self.stores, AttachedBucket, of=self).bucket

    @property
    def alarms(self) -> tuple[cloudwatch.Alarm, ...]:
        """Every alarm of the service, to attach actions to."""
        return self.observability.alarms
