"""The picture in README.md is drawn from the templates; `make docs` draws it anew."""

import re

from docs.architecture import README, draw, embed
from tests.storefront_app import STACKS, template_of


def test_the_picture_in_the_readme_shows_what_is_deployed() -> None:
    text = README.read_text()

    assert embed(text, draw({stack: template_of(stack) for stack in STACKS})) == text


def test_the_picture_shows_who_calls_whom() -> None:
    drawing = draw({stack: template_of(stack) for stack in STACKS})

    assert re.search(r'FrontApi\w+ -- "GET /v1/search" --> Search_SearchApi', drawing)
    assert re.search(r'MeshBus\w+ -- "ProductPublished[^"]*" --> Inventory_InventorySubscriptionQueue', drawing)
    assert re.search(r"CatalogTable\w+ -. stream .-> Catalog_CatalogOutboxRelay", drawing)
