"""The product format of AWS's retail demo store, a public catalog of 2,465 products, translated to this project's.

Its price is a number of US dollars and its product is always on sale; fields that this project's product lacks become
attributes.
"""

from collections.abc import Mapping
from urllib.parse import quote

from local.prices import minor_units

CURRENCY = "USD"
_ITS_OWN = {"current_stock", "where_visible", "gender_affinity", "style"}
_AS_ATTRIBUTES = ("style", "gender_affinity", "where_visible", "image_license", "link")


def is_of_the_retail_demo_store(entry: Mapping[str, object]) -> bool:
    """Whether an entry is in that format: a price that is no money object, and a field that only that format has."""
    return not isinstance(entry.get("price"), dict) and not _ITS_OWN.isdisjoint(entry)


def product_of_the_retail_demo_store(entry: Mapping[str, object]) -> dict[str, object]:
    """The same product in this project's format, with `stock` where the entry has it.

    Args:
        entry: One entry; numbers with decimals as the strings that were written.

    Raises:
        ValueError: When the price is no price.
    """
    price = entry.get("price")
    if isinstance(price, bool) or not isinstance(price, (str, int)):
        raise ValueError(f"price {price!r} is not a decimal number")
    product: dict[str, object] = {
        "id": str(entry.get("id", "")),
        "name": entry.get("name"),
        "description": entry.get("description"),
        "category": entry.get("category"),
        "status": "published",
        "price": {"currency": CURRENCY, "amount": minor_units(str(price))},
    }
    if attributes := {name: str(entry[name]) for name in _AS_ATTRIBUTES if entry.get(name) not in (None, "")}:
        product["attributes"] = attributes
    if tags := [name for name in ("featured", "promoted") if str(entry.get(name)).lower() == "true"]:
        product["tags"] = tags
    if image := entry.get("image"):
        product["media"] = [{"url": quote(f"/images/{entry.get('category')}/{image}"), "alt": entry.get("name")}]
    if "current_stock" in entry:
        product["stock"] = entry["current_stock"]
    return product
