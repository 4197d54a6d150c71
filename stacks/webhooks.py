"""Webhooks: tells partners of events at addresses of their own."""

from aws_cdk import Duration, RemovalPolicy, Stack
from aws_cdk import aws_kms as kms
from constructs import Construct

from contracts.schedule_events import WebhookSweepDue
from contracts.webhook_events import WebhookDeliveryDue, WebhookDisabled
from mach_constructs import (
    Consumer,
    Delivery,
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
from webhooks.offered import OFFERS

WRITE = ["webhooks/write"]

LOOPBACK_CONTEXT = "storefront:webhooks-to-loopback"


class WebhooksStack(Stack):
    """The webhooks service: its table, functions for its routes, for events and for deliveries, and a key for secrets.

    Creates a KMS key (1 USD a month) that outlives the stack: without it no webhook's secret could be read.

    Attributes:
        service: The microservice.
        key: What encrypts the secrets of webhooks.
        sweep: What lets deliveries be attempted again.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: webhooks service")
        self.key = kms.Key(
            self,
            "SecretsKey",
            description="Encrypts the secrets that deliveries of webhooks are signed with",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.RETAIN,
        )
        # For development: addresses on this machine may be called, if AWS itself is an emulator on it.
        allowed = {"LOOPBACK_ALLOWED": "true"} if self.node.try_get_context(LOOPBACK_CONTEXT) == "true" else {}
        self.service = Microservice(
            self,
            "Webhooks",
            compute=LambdaCompute(
                "lambdas/webhooks",
                environment={"SECRETS_KEY": self.key.key_arn, **allowed},
            ),
            store=DynamoDbStore(
                partition_key="pk",
                sort_key="sk",
                time_to_live="expires_at",
                indexes=[SecondaryIndex("due", partition_key="due", sort_key="due_at")],
            ),
            front=front,
            routes=[
                Route("POST /v1/webhooks", scopes=WRITE),
                Route("GET /v1/webhooks", scopes=WRITE),
                Route("GET /v1/webhooks/{id}", scopes=WRITE),
                Route("DELETE /v1/webhooks/{id}", scopes=WRITE),
                Route("POST /v1/webhooks/{id}/enable", scopes=WRITE),
                Route("GET /v1/webhooks/{id}/deliveries", scopes=WRITE),
                Route("POST /v1/webhooks/{id}/deliveries/{delivery_id}/redeliver", scopes=WRITE),
            ],
            mesh=mesh,
            publishes=[WebhookDeliveryDue, WebhookDisabled],
            subscribes=[
                *(offer.contract for offer in OFFERS.values()),
                # One at a time: an address may take 15 s to answer, and holds up no other meanwhile.
                Consumer(
                    "deliver.handler", events=[WebhookDeliveryDue], delivery=Delivery(batch_size=1, max_concurrency=20)
                ),
            ],
            objective=ServiceLevelObjective(availability=99.9, latency=Duration.millis(300)),
        )
        # The key's own `grant_encrypt` would allow all of kms:ReEncrypt* and kms:GenerateDataKey*.
        self.key.grant(self.service.functions["api.handler"], "kms:Encrypt")
        self.key.grant(self.service.functions["deliver.handler"], "kms:Decrypt")
        events = next(each for each in self.service.subscriptions if each.node.id == "Subscription")
        self.sweep = Clock(self, "Sweep", event=WebhookSweepDue, every=Duration.minutes(1), subscription=events)
