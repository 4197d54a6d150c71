"""The demo catalog: whoever tries the storefront can buy what is in it."""

from collections.abc import Iterable
from typing import Any

import yaml

from catalog.category_input import CategoryInput
from catalog.product import ProductInput
from local import catalog_file
from local.loading import DEMO_CATALOG, DEMO_CATEGORIES, DEMO_PROMOTIONS
from pricing.promotion_input import PromotionInput


def test_every_sku_has_stock() -> None:
    for row in catalog_file.read(DEMO_CATALOG):
        assert row.product is not None, row.problem
        skus = {variant["sku"] for variant in row.product.get("variants", [])} or {row.product["id"]}
        assert row.stock.keys() == skus
        assert min(row.stock.values()) > 0, row.product["id"]


def test_its_promotions_are_what_the_api_takes() -> None:
    for promotion in yaml.safe_load(DEMO_PROMOTIONS.read_text()).values():
        assert PromotionInput.model_validate(promotion)


def test_its_products_are_what_the_api_takes_and_stand_in_its_categories() -> None:
    def ids(categories: Iterable[dict[str, Any]]) -> set[str]:
        found = set()
        for category in categories:
            CategoryInput.model_validate({"name": category["name"]})
            found |= {category["id"]} | ids(category.get("children", ()))
        return found

    categories = ids(yaml.safe_load(DEMO_CATEGORIES.read_text()))

    for row in catalog_file.read(DEMO_CATALOG):
        product = ProductInput.model_validate(row.product)
        assert product.category in categories, product.id
        assert product.options or not product.variants, product.id
