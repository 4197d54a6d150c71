"""Customers: who they are, where they live, what they agreed to, and their rights to their data."""

from aws_cdk import Duration, Stack
from constructs import Construct

from contracts.personal_data_events import CustomerErasureRequested, PersonalDataRequested
from contracts.schedule_events import PersonalDataCheckDue
from mach_constructs import (
    DynamoDbStore,
    EventMesh,
    HttpFront,
    LambdaCompute,
    Microservice,
    Route,
    SecondaryIndex,
    ServiceLevelObjective,
)
from stacks.clock import Clock
from stacks.line_alarm import alarm_on_line

_ME = "/v1/customers/me"


class CustomersStack(Stack):
    """The customers service: its table, a function for its routes, one for its events, and its outbox.

    Attributes:
        service: The microservice.
        check: What looks for services that have not answered for a person's data.
        overdue_alarm: What sounds when there are any.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: customers service")
        self.service = Microservice(
            self,
            "Customers",
            compute=LambdaCompute("lambdas/customers"),
            store=DynamoDbStore(
                partition_key="pk",
                sort_key="sk",
                time_to_live="expires_at",
                indexes=[SecondaryIndex("waiting", partition_key="waiting", sort_key="due_at")],
            ),
            front=front,
            routes=[
                *(Route(f"{method} {_ME}", customer=True) for method in ("GET", "PUT")),
                *(Route(f"{method} {_ME}/addresses", customer=True) for method in ("GET", "POST")),
                *(Route(f"{method} {_ME}/addresses/{{id}}", customer=True) for method in ("PUT", "DELETE")),
                *(Route(f"{method} {_ME}/consents", customer=True) for method in ("GET", "PUT")),
                Route(f"GET {_ME}/consents/changes", customer=True),
                Route(f"POST {_ME}/exports", customer=True),
                Route(f"GET {_ME}/exports/{{id}}", customer=True),
                Route(f"GET {_ME}/exports/{{id}}/records", customer=True),
                Route(f"POST {_ME}/erasures", customer=True),
                # Who was forgotten may have no account any more: whoever knows the id sees what was kept.
                Route("GET /v1/personal-data/erasures/{id}", capability=True),
                Route("PUT /v1/personal-data/erasures/{id}/services/{service}", iam=True),
                Route("PUT /v1/personal-data/exports/{id}/services/{service}/pages/{page}", iam=True),
            ],
            mesh=mesh,
            publishes=[PersonalDataRequested, CustomerErasureRequested],
            subscribes=[PersonalDataRequested, CustomerErasureRequested],
            objective=ServiceLevelObjective(availability=99.9, latency=Duration.millis(300)),
        )
        (subscription,) = self.service.subscriptions
        self.check = Clock(
            self, "Check", event=PersonalDataCheckDue, every=Duration.hours(1), subscription=subscription
        )
        self.overdue_alarm = alarm_on_line(
            self,
            "Overdue",
            service=self.service,
            message="personal data overdue",
            metric_name="PersonalDataOverdue",
            every=Duration.hours(1),
            description="A service has not answered for a person's data within a day. The line 'personal data "
            "overdue' in the log of the customers service names it; look into its dead letters.",
        )
