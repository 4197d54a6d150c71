"""What the catalog's functions may do, and what they may not."""

from aws_cdk.assertions import Match, Template

from tests.stacks.granted import granted
from tests.storefront_app import template_of

TABLE_READS = {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query"}


def template() -> Template:
    return Template.from_json(template_of("Catalog"))


def test_the_reader_cannot_write() -> None:
    table_actions = {action for action in granted("Catalog", "CatalogRead") if action.startswith("dynamodb:")}

    assert table_actions <= TABLE_READS | {"dynamodb:ConditionCheckItem", "dynamodb:DescribeTable"}
    assert table_actions >= {"dynamodb:GetItem", "dynamodb:Query"}


def test_only_the_relay_publishes() -> None:
    assert "events:PutEvents" in granted("Catalog", "CatalogOutboxRelay")
    assert "events:PutEvents" not in granted("Catalog", "CatalogRead") | granted("Catalog", "CatalogWrite")


def test_nobody_scans() -> None:
    assert "dynamodb:Scan" not in granted("Catalog", "CatalogRead") | granted("Catalog", "CatalogWrite") | granted(
        "Catalog", "CatalogOutboxRelay"
    )


def test_writes_ask_for_the_scope_and_reads_for_none() -> None:
    template().has_resource_properties(
        "AWS::Lambda::Function",
        {
            "Handler": "catalog.write.handler",
            "Environment": {
                "Variables": {
                    "ROUTE_ACCESS": Match.serialized_json(
                        {
                            "PUT /v1/products/{id}": "scopes catalog/write",
                            "DELETE /v1/products/{id}": "scopes catalog/write",
                            "POST /v1/products/import": "scopes catalog/write",
                        }
                    )
                }
            },
        },
    )
    template().has_resource_properties(
        "AWS::Lambda::Function",
        {
            "Handler": "catalog.read.handler",
            "Environment": {
                "Variables": {
                    "ROUTE_ACCESS": Match.serialized_json(
                        {"GET /v1/products": "public", "GET /v1/products/{id}": "public"}
                    ),
                    "TOKEN_ISSUER": Match.absent(),
                }
            },
        },
    )


def test_products_outlive_the_stack() -> None:
    template().has_resource("AWS::DynamoDB::GlobalTable", {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"})
