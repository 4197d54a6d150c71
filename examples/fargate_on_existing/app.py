"""Prices: a service on Fargate, in a VPC and on a table that were there before."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from mach_constructs import FargateCompute, HttpFront, JwtAtGateway, Microservice, Route


class PricesStack(cdk.Stack):
    """The service and its API; VPC and table are only named, so nothing is looked up and neither is changed.

    Args:
        scope: The app.
        id: The stack's name.
        vpc_id: The VPC.
        subnets: Its private subnets that tasks run in, by their availability zones.
        table_arn: The table.
        issuer: The `iss` of accepted tokens.
        client_id: The app client they are given to.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        vpc_id: str,
        subnets: Mapping[str, str],
        table_arn: str,
        issuer: str,
        client_id: str,
    ) -> None:
        super().__init__(scope, id)
        vpc = ec2.Vpc.from_vpc_attributes(
            self, "Vpc", vpc_id=vpc_id, availability_zones=[*subnets], private_subnet_ids=[*subnets.values()]
        )
        front = HttpFront(self, "Front", authorization=JwtAtGateway(issuer=issuer, client_ids=[client_id]))
        self.service = Microservice(
            self,
            "Prices",
            compute=FargateCompute("prices", vpc=vpc),
            store=dynamodb.TableV2.from_table_arn(self, "Table", table_arn),
            front=front,
            routes=[
                Route("GET /v1/prices/{sku}", public=True),
                Route("PUT /v1/prices/{sku}", scopes=["prices/write"]),
            ],
        )
        cdk.CfnOutput(self, "Url", value=front.url)


def compose(app: cdk.App) -> None:
    """Adds the only stack; what exists, and who issues tokens, stands in the context of `cdk.json`."""
    subnets: Mapping[str, str] = app.node.get_context("private-subnets")
    PricesStack(
        app,
        "Prices",
        vpc_id=str(app.node.get_context("vpc-id")),
        subnets=subnets,
        table_arn=str(app.node.get_context("table-arn")),
        issuer=str(app.node.get_context("issuer")),
        client_id=str(app.node.get_context("client-id")),
    )


if __name__ == "__main__":
    app = cdk.App()
    compose(app)
    app.synth()
