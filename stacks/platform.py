"""What every service of the storefront shares: the event bus, the API's front and the identity of its callers."""

from collections.abc import Sequence

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from mach_constructs import EventLog, EventMesh, HttpFront, JwtInService
from stacks.identity import Identity


class PlatformStack(Stack):
    """The shared stack. It knows no service: routes and rules live with the services that own them.

    Args:
        scope: The app.
        id: The stack's name.
        scopes: What merchants' tokens may be given, such as "inventory/write".

    Attributes:
        mesh: The bus all domain events travel on.
        front: The HTTP API all routes are on.
        identity: The user pool and its clients.
    """

    def __init__(self, scope: Construct, id: str, *, scopes: Sequence[str]) -> None:
        super().__init__(scope, id, description="Storefront: event bus, HTTP API and identity")
        self.mesh = EventMesh(self, "Mesh", archive_days=30, log=EventLog(share=1 / 16))
        self.identity = Identity(self, "Identity", scopes=scopes)
        merchant, customer = self.identity.merchant_client, self.identity.customer_client
        self.front = HttpFront(
            self,
            "Front",
            authorization=JwtInService(
                issuer=self.identity.issuer,
                client_ids=[merchant.user_pool_client_id, customer.user_pool_client_id],
            ),
        )
        outputs = {
            "ApiUrl": self.front.url,
            "UserPoolId": self.identity.user_pool.user_pool_id,
            "MerchantClientId": merchant.user_pool_client_id,
            "CustomerClientId": customer.user_pool_client_id,
            "TokenUrl": f"{self.identity.domain.base_url()}/oauth2/token",
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
