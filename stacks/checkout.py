"""Checkout: the saga that makes an order of a cart, or leaves nothing behind."""

from collections.abc import Sequence

from aws_cdk import Duration, Stack
from constructs import Construct

from checkout.refusal import PriceUnsettledError, RefusedError
from contracts.checkout_events import CheckoutCompleted, CheckoutFailed
from contracts.payment_events import PaymentAuthorized, PaymentChallenged, PaymentDeclined
from contracts.personal_data_events import CustomerErasureRequested, PersonalDataRequested
from mach_constructs import (
    ANY_ERROR,
    Call,
    DynamoDbStore,
    EventMesh,
    HttpFront,
    LambdaCompute,
    Microservice,
    Retry,
    Route,
    SecondaryIndex,
    ServiceLevelObjective,
    Step,
    Workflow,
)
from personal_data.answers import CALLS

WRITE = ["checkout/write"]

REVIEW_FROM_AMOUNT = 500_000
"""Total in minor units from which a merchant looks at an order before it is charged."""

_REFUSED = Retry(errors=[RefusedError], retries=0)
_SOON = [_REFUSED, Retry(errors=[ANY_ERROR], retries=4)]
# Longer than a price takes to settle, so that one retry is enough.
_SETTLED = Retry(errors=[PriceUnsettledError], retries=2, pause=Duration.seconds(3), backoff=1.0, jitter=False)
_UNTIL_DONE = [_REFUSED, Retry(errors=[ANY_ERROR], retries=150, longest_pause=Duration.minutes(5))]
# What was done must be undone, whatever is down meanwhile: for about five hours.
_PATIENTLY = Retry(
    errors=[ANY_ERROR], retries=70, pause=Duration.seconds(2), backoff=2.0, longest_pause=Duration.minutes(5)
)
_CALLS = [
    "PUT /v1/carts/{id}/checkout",
    "DELETE /v1/carts/{id}/checkout/{checkout_id}",
    "POST /v1/shipping/quotes",
    "POST /v1/prices/quotes",
    "PUT /v1/promotions/{code}/redemptions/{id}",
    "DELETE /v1/promotions/{code}/redemptions/{id}",
    "PUT /v1/reservations/{id}",
    "POST /v1/reservations/{id}/commit",
    "DELETE /v1/reservations/{id}",
    "PUT /v1/payments/{id}",
    "POST /v1/payments/{id}/capture",
    "POST /v1/payments/{id}/void",
    "POST /v1/payments/{id}/refunds",
    "PUT /v1/orders/{id}",
    "POST /v1/orders/{id}/confirm",
    "POST /v1/orders/{id}/reject",
]


class CheckoutStack(Stack):
    """The checkout service: its table, its routes, what hears of payments, and the saga.

    Attributes:
        service: The microservice.
        saga: The workflow that every checkout runs through.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: checkout service")
        compute = LambdaCompute("lambdas/checkout", memory=1024)
        self.service = Microservice(
            self,
            "Checkout",
            compute=compute,
            store=DynamoDbStore(
                partition_key="pk",
                sort_key="sk",
                time_to_live="expires_at",
                indexes=[
                    SecondaryIndex("waiting", partition_key="waiting_for", sort_key="waiting_since"),
                    SecondaryIndex("customers", partition_key="customer_id", sort_key="created_at", attributes=[]),
                    SecondaryIndex("emails", partition_key="email_key", sort_key="created_at", attributes=[]),
                ],
            ),
            front=front,
            routes=[
                Route("POST /v1/checkouts", capability=True),
                Route("GET /v1/checkouts", scopes=WRITE),
                Route("GET /v1/checkouts/{id}", capability=True, scopes=WRITE),
                Route("POST /v1/checkouts/{id}/review", scopes=WRITE),
            ],
            mesh=mesh,
            publishes=[CheckoutCompleted, CheckoutFailed],
            subscribes=[
                PaymentAuthorized,
                PaymentChallenged,
                PaymentDeclined,
                PersonalDataRequested,
                CustomerErasureRequested,
            ],
            calls=[Call(route_key, handlers=["events.handler"]) for route_key in CALLS],
            objective=ServiceLevelObjective(availability=99.9, latency=Duration.millis(500)),
        )
        self.saga = Workflow(
            self,
            "Saga",
            compute=compute,
            steps=_steps(),
            on_failure="saga.fail",
            stores=self.service.stores,
            front=front,
            calls=_CALLS,
        )
        api, events = (self.service.functions[handler] for handler in ("api.handler", "events.handler"))
        self.saga.grant_start(api)
        self.saga.grant_callback(api)
        self.saga.grant_callback(events)
        api.add_environment("STATE_MACHINE_ARN", self.saga.state_machine.state_machine_arn)
        steps = self.saga.functions["saga.handler"].function
        steps.add_environment("REVIEW_FROM_AMOUNT", str(REVIEW_FROM_AMOUNT))


def _steps() -> list[Step]:
    def step(
        name: str,
        *,
        undone: bool = True,
        callback_timeout: Duration | None = None,
        retry: Sequence[Retry] = _SOON,
    ) -> Step:
        return Step(
            name,
            handler="saga.handler",
            compensation="saga.undo" if undone else None,
            # Others may have done what was asked though their answer was lost: only a no says that nothing happened.
            refusals=[RefusedError] if undone else None,
            retry=retry,
            compensation_retry=_PATIENTLY,
            # A few calls to other services, each of which may take 25 s before it is given up.
            timeout=Duration.minutes(2),
            callback_timeout=callback_timeout,
        )

    return [
        step("validate"),
        step("price", retry=[_SETTLED, *_SOON]),
        step("reserve"),
        step("authorize", callback_timeout=Duration.minutes(15)),
        step("review", undone=False, callback_timeout=Duration.hours(12)),
        step("create_order"),
        step("capture"),
        Step("confirm", handler="saga.handler", retry=_UNTIL_DONE, timeout=Duration.minutes(2)),
    ]
