"""What the catalog's functions may do, and what they may not."""

import pytest
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


@pytest.mark.parametrize(
    "function", ["CatalogRead", "CatalogWrite", "CatalogJobs", "CatalogWork", "CatalogOutboxRelay"]
)
def test_nobody_scans(function: str) -> None:
    may = granted("Catalog", function)

    assert any(action.startswith("dynamodb:") for action in may)
    assert "dynamodb:Scan" not in may


def test_only_who_works_on_files_may_touch_them() -> None:
    def of_files(function: str) -> set[str]:
        return {action for action in granted("Catalog", function) if action.startswith("s3:")}

    assert of_files("CatalogRead") == of_files("CatalogWrite") == set()
    assert of_files("CatalogJobs") == {"s3:GetObject", "s3:ListBucket", "s3:PutObject"}
    assert of_files("CatalogWork") == {"s3:GetObject", "s3:ListBucket", "s3:PutObject"}


def test_files_are_private_encrypted_and_expire_with_their_jobs() -> None:
    blocked = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    template().has_resource_properties(
        "AWS::S3::Bucket",
        {
            "BucketEncryption": Match.any_value(),
            "PublicAccessBlockConfiguration": dict.fromkeys(blocked, True),
            "LifecycleConfiguration": {
                "Rules": Match.array_with([Match.object_like({"ExpirationInDays": 7, "Status": "Enabled"})])
            },
        },
    )


def test_writes_ask_for_the_scope_and_reads_are_open_to_all() -> None:
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
                            "PUT /v1/categories/{id}": "scopes catalog/write",
                            "DELETE /v1/categories/{id}": "scopes catalog/write",
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
                        {
                            "GET /v1/products": "capability catalog/write",
                            "GET /v1/products/{id}": "capability catalog/write",
                            "GET /v1/categories": "public",
                            "GET /v1/categories/{id}": "public",
                        }
                    ),
                }
            },
        },
    )


def test_products_outlive_the_stack() -> None:
    template().has_resource("AWS::DynamoDB::GlobalTable", {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"})
