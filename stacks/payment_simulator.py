"""The payment simulator: the built-in payment provider."""

from aws_cdk import Stack
from aws_cdk.aws_secretsmanager import Secret
from constructs import Construct

from contracts.payment_simulator_events import AuthorizationUpdated
from mach_constructs import (
    Consumer,
    Delivery,
    DynamoDbStore,
    EventMesh,
    FunctionOptions,
    HttpFront,
    LambdaCompute,
    Microservice,
    Route,
)
from mach_constructs.api.outgoing_calls import base_url
from stacks.payment_credentials import payment_credentials


class PaymentSimulatorStack(Stack):
    """A provider of its own: its table, a function for its routes, and one that sends its webhooks.

    Attributes:
        service: The microservice.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: payment simulator, the built-in payment provider")
        credentials = payment_credentials(scope)
        api_key = Secret.from_secret_complete_arn(self, "ApiKey", credentials.api_key_arn)
        webhook_secret = Secret.from_secret_complete_arn(self, "WebhookSecret", credentials.webhook_secret_arn)
        url = base_url(self, front)
        authorizations = "/v1/payment-simulator/authorizations"
        self.service = Microservice(
            self,
            "PaymentSimulator",
            compute=LambdaCompute(
                "lambdas/payment_simulator",
                environment={"PUBLIC_URL": url},
                handlers={
                    "api.handler": FunctionOptions(environment={"API_KEY_SECRET": api_key.secret_arn}),
                    "webhooks.handler": FunctionOptions(
                        environment={
                            "WEBHOOK_SECRET": webhook_secret.secret_arn,
                            "WEBHOOK_URL": f"{url}/v1/payments/webhooks/payment_simulator",
                        }
                    ),
                },
            ),
            store=DynamoDbStore(partition_key="pk", sort_key="sk", time_to_live="expires_at"),
            front=front,
            routes=[
                # The handler asks for the merchant's API key, as a provider elsewhere would.
                Route(f"POST {authorizations}", signed=True),
                Route(f"GET {authorizations}", signed=True),
                Route(f"GET {authorizations}/{{id}}", signed=True),
                Route(f"POST {authorizations}/{{id}}/capture", signed=True),
                Route(f"POST {authorizations}/{{id}}/void", signed=True),
                Route(f"POST {authorizations}/{{id}}/refunds", signed=True),
                Route("POST /v1/payment-simulator/challenges/{id}", capability=True),
            ],
            mesh=mesh,
            publishes=[AuthorizationUpdated],
            subscribes=[
                Consumer(
                    "webhooks.handler",
                    events=[AuthorizationUpdated],
                    # Three webhooks of two deliveries each end within the minute that a batch has. Pauses grow from
                    # a second to a quarter of an hour, so that fifteen attempts last for two hours.
                    delivery=Delivery(batch_size=3, attempts=15),
                )
            ],
        )
        api_key.grant_read(self.service.functions["api.handler"])
        webhook_secret.grant_read(self.service.functions["webhooks.handler"])
