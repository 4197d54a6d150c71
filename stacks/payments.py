"""Payments: what is paid, through whichever provider, and the ledger of it."""

from aws_cdk import Duration, Stack
from aws_cdk.aws_secretsmanager import Secret
from constructs import Construct

from contracts.order_events import OrderCancelled, OrderReturned
from contracts.payment_events import (
    PaymentAuthorized,
    PaymentCaptured,
    PaymentChallenged,
    PaymentDeclined,
    PaymentRefunded,
    PaymentVoided,
)
from contracts.schedule_events import PaymentSweepDue
from mach_constructs import (
    DynamoDbStore,
    EventMesh,
    FunctionOptions,
    HttpFront,
    LambdaCompute,
    Microservice,
    Route,
    SecondaryIndex,
    ServiceLevelObjective,
)
from mach_constructs.api.outgoing_calls import base_url
from payments.waiting import GIVEN_UP
from stacks.clock import Clock
from stacks.line_alarm import alarm_on_line
from stacks.payment_credentials import payment_credentials

READ = ["payments/read"]


class PaymentsStack(Stack):
    """The payments service: its table, a function for its routes, one that hears of orders, and its outbox.

    Attributes:
        service: The microservice.
        sweep: What has the provider asked about payments that wait.
        given_up: Sounds when it is asked no more about one.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: payments service")
        credentials = payment_credentials(scope)
        api_key = Secret.from_secret_complete_arn(self, "ApiKey", credentials.api_key_arn)
        webhook_secret = Secret.from_secret_complete_arn(self, "WebhookSecret", credentials.webhook_secret_arn)
        self.service = Microservice(
            self,
            "Payments",
            compute=LambdaCompute(
                "lambdas/payments",
                environment={
                    "PAYMENT_PROVIDER_URL": base_url(self, front),
                    "API_KEY_SECRET": api_key.secret_arn,
                },
                handlers={
                    # Three questions to a provider that answers each at the last moment.
                    "api.handler": FunctionOptions(
                        timeout=Duration.seconds(20),
                        environment={"WEBHOOK_SECRET": webhook_secret.secret_arn},
                    )
                },
            ),
            store=DynamoDbStore(
                partition_key="pk",
                sort_key="sk",
                time_to_live="expires_at",
                indexes=[
                    SecondaryIndex(
                        "waiting", partition_key="waiting_shard", sort_key="ask_at", attributes=["updated_at"]
                    )
                ],
            ),
            front=front,
            routes=[
                Route("PUT /v1/payments/{id}", iam=True),
                Route("POST /v1/payments/{id}/capture", iam=True),
                Route("POST /v1/payments/{id}/void", iam=True),
                Route("POST /v1/payments/{id}/refunds", iam=True),
                Route("GET /v1/payments", scopes=READ),
                Route("GET /v1/payments/{id}", scopes=READ),
                Route("POST /v1/payments/webhooks/{provider}", signed=True),
                Route("GET /v1/ledger/entries", scopes=READ),
                Route("GET /v1/ledger/balances", scopes=READ),
            ],
            mesh=mesh,
            publishes=[
                PaymentAuthorized,
                PaymentChallenged,
                PaymentDeclined,
                PaymentCaptured,
                PaymentVoided,
                PaymentRefunded,
            ],
            subscribes=[OrderCancelled, OrderReturned],
            # A payment takes as long as its provider does; it is given three seconds.
            objective=ServiceLevelObjective(availability=99.9, latency=Duration.seconds(3), latency_percentile=95),
        )
        (subscription,) = self.service.subscriptions
        self.sweep = Clock(self, "Sweep", event=PaymentSweepDue, every=Duration.minutes(1), subscription=subscription)
        self.given_up = alarm_on_line(
            self,
            "GivenUp",
            service=self.service,
            message=GIVEN_UP,
            metric_name="GivenUp",
            every=Duration.minutes(5),
            description="The provider has not told in three days what became of a payment, and is asked no more. "
            "The error in the log names the payment: settle it with the provider by hand.",
        )
        for function in self.service.functions.values():
            api_key.grant_read(function)
        webhook_secret.grant_read(self.service.functions["api.handler"])
