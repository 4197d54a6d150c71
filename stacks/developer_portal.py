"""The developer portal: the API of everything that is composed, to read and to try."""

import json
from collections.abc import Iterator, Sequence

from aws_cdk import Duration, Stack
from constructs import Construct

from api_description.access import Access
from api_description.asyncapi import EventContract, asyncapi
from api_description.openapi import openapi
from api_description.operations import operations_of
from contracts.envelope import DomainEvent
from mach_constructs import Consumer, EventMesh, HttpFront, LambdaCompute, Microservice, Route, ServiceLevelObjective

FOLDER = "lambdas/developer_portal"
ROUTES = [
    Route("GET /v1/openapi.json", public=True),
    Route("GET /v1/asyncapi.json", public=True),
    Route("GET /v1/docs", public=True),
    Route("GET /v1/docs/{name}", public=True),
]


class DeveloperPortalStack(Stack):
    """The developer portal: a function that serves documents, made at synthesis of the services composed before it.

    Attributes:
        service: The microservice.
        documents: What it serves, by name: "openapi.json" and "asyncapi.json".
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:  # noqa: ARG002  # as every service's
        described = list(_services(scope))
        super().__init__(scope, id, description="Storefront: developer portal")
        self.documents = {
            "openapi.json": _openapi([*front.added.routes, *ROUTES], services=described),
            "asyncapi.json": _asyncapi(described),
        }
        self.service = Microservice(
            self,
            "DeveloperPortal",
            compute=LambdaCompute(FOLDER, files={f"documents/{name}": text for name, text in self.documents.items()}),
            front=front,
            routes=ROUTES,
            objective=ServiceLevelObjective(availability=99.5, latency=Duration.millis(500)),
        )


def _services(app: Construct) -> Iterator[Microservice]:
    for stack in app.node.children:
        service = getattr(stack, "service", None)
        if isinstance(service, Microservice):
            yield service


def _openapi(routes: Sequence[Route], *, services: Sequence[Microservice]) -> str:
    names = [*(service.service_name for service in services), "developer_portal"]
    access = {route.key: Access.of(route) for route in routes}
    # What is not composed is not offered; that every route is described, a test says.
    operations = [operation for name in names for operation in operations_of(name) if operation.key in access]
    return json.dumps(openapi(operations, access), indent=1, ensure_ascii=False)


def _asyncapi(services: Sequence[Microservice]) -> str:
    publishers = {service.service_name: _contracts(service.publishes) for service in services}
    consumers = {service.service_name: _contracts(service.subscribes) for service in services}
    return json.dumps(asyncapi(publishers, consumers), indent=1, ensure_ascii=False)


def _contracts(events: Sequence[object]) -> list[EventContract]:
    flat = [each for event in events for each in (event.events if isinstance(event, Consumer) else [event])]
    return [event for event in flat if isinstance(event, type) and issubclass(event, DomainEvent)]
