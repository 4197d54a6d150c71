"""What the people who run the storefront look at."""

from collections.abc import Sequence

from aws_cdk import Stack
from constructs import Construct

from mach_constructs import CorrelationQuery, HttpFront, Microservice, SystemDashboard


class OperationsStack(Stack):
    """The dashboard of the whole storefront, and the query that follows one request through every service's logs.

    It refers to the other stacks, none refers to it, and it holds none of them: each may go and come back.

    Attributes:
        dashboard: Health of every service, what callers get, and how fast error budgets are spent.
        correlation: The saved query.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, services: Sequence[Microservice]) -> None:
        super().__init__(scope, id, description="Storefront: dashboard and saved queries")
        self.dashboard = SystemDashboard(self, "Dashboard", title="Storefront", services=services, front=front)
        self.correlation = CorrelationQuery(
            self,
            "Correlation",
            folder="Storefront",
            log_groups=[group for service in services for group in service.observability.log_groups],
        )
