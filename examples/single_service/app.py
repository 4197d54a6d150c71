"""Wish lists: one service with two functions, its own table and its own API."""

import aws_cdk as cdk
from constructs import Construct

from mach_constructs import DynamoDbStore, HttpFront, JwtAtGateway, LambdaCompute, Microservice, Route

WRITE = ["wishlists/write"]


class WishlistsStack(cdk.Stack):
    """The service and its API in one stack; more services would share the API out of a stack of its own.

    Args:
        scope: The app.
        id: The stack's name.
        issuer: The `iss` of accepted tokens.
        client_id: The app client they are given to.
    """

    def __init__(self, scope: Construct, id: str, *, issuer: str, client_id: str) -> None:
        super().__init__(scope, id)
        front = HttpFront(self, "Front", authorization=JwtAtGateway(issuer=issuer, client_ids=[client_id]))
        self.service = Microservice(
            self,
            "Wishlists",
            compute=LambdaCompute("wishlists"),
            store=DynamoDbStore(partition_key="wishlist_id", sort_key="sku"),
            front=front,
            routes=[
                Route("GET /v1/wishlists/{id}", public=True, handler="read.handler"),
                Route("PUT /v1/wishlists/{id}/items/{sku}", scopes=WRITE, handler="write.handler"),
                Route("DELETE /v1/wishlists/{id}/items/{sku}", scopes=WRITE, handler="write.handler"),
            ],
        )
        cdk.CfnOutput(self, "Url", value=front.url)


def compose(app: cdk.App) -> None:
    """Adds the only stack; who issues tokens stands in the context of `cdk.json`."""
    issuer, client_id = str(app.node.get_context("issuer")), str(app.node.get_context("client-id"))
    WishlistsStack(app, "Wishlists", issuer=issuer, client_id=client_id)


if __name__ == "__main__":
    app = cdk.App()
    compose(app)
    app.synth()
