"""How much of an HTTP API's quotas an app uses, whatever stacks its services are in."""

from __future__ import annotations

from aws_cdk import Annotations
from constructs import Construct

# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html: routes and authorizers can be
# raised for an API, so more of them is a matter for whoever asks AWS; integrations and audiences cannot.
_ROUTES, _AUTHORIZERS, _INTEGRATIONS = 300, 10, 300
MOST_AUDIENCES = 50


class Quotas:
    """Counts what the app adds to one API; what others have added to it nobody here knows."""

    def __init__(self) -> None:
        self._routes = self._authorizers = self._integrations = 0

    def add_routes(self, scope: Construct, count: int) -> None:
        """Count routes, and warn once when there are more than an API may have unless AWS raises that.

        Args:
            scope: Who adds them.
            count: How many.
        """
        before, self._routes = self._routes, self._routes + count
        if before <= _ROUTES < self._routes:
            _warn(scope, "routes", _ROUTES)

    def add_authorizer(self, scope: Construct) -> None:
        """Count an authorizer, and warn once when there are more than an API may have unless AWS raises that.

        Args:
            scope: Who adds it.
        """
        self._authorizers += 1
        if self._authorizers == _AUTHORIZERS + 1:
            _warn(scope, "authorizers", _AUTHORIZERS)

    def add_integration(self, scope: Construct) -> None:
        """Count an integration.

        Args:
            scope: Who adds it.

        Raises:
            ValueError: The API has 300 already, a quota that AWS does not raise.
        """
        if self._integrations >= _INTEGRATIONS:
            raise ValueError(
                f"front must have at most {_INTEGRATIONS} integrations, one for each workload with routes, got one "
                f"more for {scope.node.path}: give some services another front"
            )
        self._integrations += 1


def _warn(scope: Construct, what: str, quota: int) -> None:
    Annotations.of(scope).add_warning_v2(
        f"mach-constructs:{what}-quota",
        f"The API has more than {quota} {what}, an API's quota: have it raised before the deployment.",
    )
