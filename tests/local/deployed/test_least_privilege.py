"""IAM is enforced: what a role was not granted is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.deployed.storefront import Storefront


@pytest.fixture
def as_catalog_reader(storefront: Storefront) -> Iterator[Any]:
    """DynamoDB with the credentials that the catalog's reading function has."""
    role = storefront.physical_id("Catalog", "AWS::IAM::Role", "CatalogRead")
    with storefront.as_role("dynamodb", role) as client:
        yield client


def test_a_reader_reads_its_own_table(storefront: Storefront, as_catalog_reader: Any) -> None:
    own = storefront.physical_id("Catalog", "AWS::DynamoDB::GlobalTable", "Catalog")

    answer = as_catalog_reader.get_item(TableName=own, Key={"pk": {"S": "PRODUCT#none"}, "sk": {"S": "PRODUCT"}})

    assert "Item" not in answer


def test_a_reader_does_not_write(storefront: Storefront, as_catalog_reader: Any) -> None:
    own = storefront.physical_id("Catalog", "AWS::DynamoDB::GlobalTable", "Catalog")

    with pytest.raises(ClientError, match="AccessDenied"):
        as_catalog_reader.put_item(TableName=own, Item={"pk": {"S": "PRODUCT#none"}, "sk": {"S": "PRODUCT"}})


@pytest.mark.parametrize("service", ["Inventory", "Orders", "Search"])
def test_nobody_reads_the_table_of_another_service(
    storefront: Storefront, as_catalog_reader: Any, service: str
) -> None:
    foreign = storefront.physical_id(service, "AWS::DynamoDB::GlobalTable", service)

    with pytest.raises(ClientError, match="AccessDenied"):
        as_catalog_reader.get_item(TableName=foreign, Key={"pk": {"S": "any"}, "sk": {"S": "any"}})
