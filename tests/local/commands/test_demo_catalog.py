"""The demo catalog: whoever tries the storefront can buy what is in it."""

import yaml

from local import catalog_file
from local.loading import DEMO_CATALOG, DEMO_PROMOTIONS
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
