"""SKUs belong to one product at a time: each is an item that names its owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from store.operations import Condition, Delete, Operation, Put
from store.table import Table

SKU = "SKU"


class SkuTakenError(Exception):
    """SKUs belong to other products already.

    Attributes:
        owners: the product that owns each SKU.
    """

    def __init__(self, owners: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"SKU {sku} belongs to product {owner}" for sku, owner in owners.items()))
        self.owners = dict(owners)


def sku_key(sku: str) -> str:
    """Give the partition key of a claim."""
    return f"SKU#{sku}"


def claim_changes(product_id: str, *, before: Iterable[str], after: Iterable[str]) -> list[Operation]:
    """Give the writes that take the SKUs a product gains and free those it loses; they fail when another owns one."""
    held, wanted = set(before), set(after)
    is_ours = Condition(expression="product_id = :product_id", values={":product_id": product_id})
    is_free = Condition(expression="attribute_not_exists(pk) OR product_id = :product_id", values=is_ours.values)
    claims: list[Operation] = [
        Put(item={"pk": sku_key(sku), "sk": SKU, "product_id": product_id}, condition=is_free)
        for sku in sorted(wanted - held)
    ]
    releases = [Delete(pk=sku_key(sku), sk=SKU, condition=is_ours) for sku in sorted(held - wanted)]
    return claims + releases


def refuse_taken_skus(table: Table, product_id: str, skus: Iterable[str]) -> None:
    """Raise when another product owns one of the SKUs; one read for all of them.

    Raises:
        SkuTakenError: naming each and its owner.
    """
    claims = table.get_many([(sku_key(sku), SKU) for sku in skus], consistent=True)
    owners = {str(claim["pk"]).partition("#")[2]: cast(str, claim["product_id"]) for claim in claims}
    taken = {sku: owner for sku, owner in owners.items() if owner != product_id}
    if taken:
        raise SkuTakenError(taken)
