"""Notifications: tells customers by e-mail what becomes of their orders."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from constructs import Construct

from contracts.checkout_events import CheckoutFailed
from contracts.order_events import OrderCancelled, OrderConfirmed, OrderReturned
from contracts.payment_events import PaymentRefunded
from contracts.personal_data_events import CustomerErasureRequested, PersonalDataRequested
from contracts.shipping_events import ShipmentDelivered, ShipmentDispatched
from mach_constructs import DynamoDbStore, EventMesh, HttpFront, LambdaCompute, Microservice, SecondaryIndex
from personal_data.answers import CALLS

SENDER_CONTEXT = "storefront:sender-address"
DOMAIN_CONTEXT = "storefront:sender-domain"
DEFAULT_SENDER = "orders@storefront.example"


class NotificationsStack(Stack):
    """The notifications service: its table, the function that hears of orders, and what it may send from.

    The context `storefront:sender-address` names the address that messages come from. Its owner confirms it by a link
    that SES sends there; or `storefront:sender-domain` names the domain that it is of, whose DNS gets SES's records
    (https://docs.aws.amazon.com/ses/latest/dg/creating-identities.html). A new account writes to confirmed addresses
    only until AWS lets it out of the sandbox. SES bills 0.10 USD for a thousand messages.

    Attributes:
        service: The microservice.
        identity: The address or domain.
        configuration_set: Keeps SES from writing to addresses that bounced or complained.
    """

    def __init__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> None:
        super().__init__(scope, id, description="Storefront: notifications service")
        sender = str(self.node.try_get_context(SENDER_CONTEXT) or DEFAULT_SENDER)
        domain: object = self.node.try_get_context(DOMAIN_CONTEXT)
        self.identity = ses.EmailIdentity(
            self,
            "Identity",
            identity=ses.Identity.domain(str(domain)) if domain else ses.Identity.email(sender),
        )
        self.configuration_set = ses.ConfigurationSet(
            self,
            "ConfigurationSet",
            suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
            tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE,
        )
        self.service = Microservice(
            self,
            "Notifications",
            compute=LambdaCompute(
                "lambdas/notifications",
                environment={
                    "SENDER_ADDRESS": sender,
                    "CONFIGURATION_SET": self.configuration_set.configuration_set_name,
                },
            ),
            store=DynamoDbStore(
                partition_key="pk",
                sort_key="sk",
                time_to_live="expires_at",
                indexes=[
                    SecondaryIndex("customer", partition_key="customer_id", sort_key="pk"),
                    SecondaryIndex("email", partition_key="email_key", sort_key="pk"),
                ],
            ),
            front=front,
            calls=CALLS,
            mesh=mesh,
            subscribes=[
                OrderConfirmed,
                OrderCancelled,
                OrderReturned,
                PaymentRefunded,
                ShipmentDispatched,
                ShipmentDelivered,
                CheckoutFailed,
                PersonalDataRequested,
                CustomerErasureRequested,
            ],
        )
        name = self.configuration_set.configuration_set_name
        self.service.function.add_to_role_policy(
            iam.PolicyStatement(
                actions=["ses:SendEmail"],
                resources=[
                    self.identity.email_identity_arn,
                    self.format_arn(service="ses", resource="configuration-set", resource_name=name),
                ],
            )
        )
