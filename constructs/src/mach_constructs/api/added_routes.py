"""What is known of an API's routes when the whole app is synthesized, whatever stacks they are in."""

from __future__ import annotations

from collections.abc import Sequence
from weakref import WeakKeyDictionary

from aws_cdk import aws_apigatewayv2 as apigwv2
from constructs import Construct

from mach_constructs.api.quotas import Quotas
from mach_constructs.api.route import Route


class AddedRoutes:
    """Every route that the app adds to one API."""

    quotas: Quotas
    """How much the app adds to it."""

    def __init__(self) -> None:
        self.quotas = Quotas()
        self._routes: dict[str, tuple[Route, Construct]] = {}

    @classmethod
    def of(cls, api: apigwv2.IHttpApi) -> AddedRoutes:
        """Give the routes of an API, however many fronts it has.

        Args:
            api: The API.

        Returns:
            Its routes.
        """
        return _OF_APIS.setdefault(api, cls())

    @property
    def routes(self) -> Sequence[Route]:
        """The routes, in the order they were added."""
        return [route for route, _ in self._routes.values()]

    def add(self, scope: Construct, routes: Sequence[Route]) -> None:
        """Remember routes of a service.

        Args:
            scope: What serves them.
            routes: The routes.

        Raises:
            ValueError: Another service has a route that catches the same requests; API Gateway would refuse the second
                one, or choose between them as it likes.
        """
        for route in routes:
            if route.shape in self._routes:
                other, owner = self._routes[route.shape]
                raise ValueError(
                    f"route {route.key!r} of {scope.node.path} must be distinct on its API, "
                    f"got {other.key!r} of {owner.node.path}"
                )
        self._routes.update({route.shape: (route, scope) for route in routes})
        self.quotas.add_routes(scope, len(routes))


_OF_APIS: WeakKeyDictionary[apigwv2.IHttpApi, AddedRoutes] = WeakKeyDictionary()
