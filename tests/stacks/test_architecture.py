"""The picture in README.md is drawn from the templates; `make docs` draws it anew."""

from docs.architecture import README, draw, embed
from tests.storefront_app import STACKS, template_of


def test_the_picture_in_the_readme_shows_what_is_deployed() -> None:
    text = README.read_text()

    assert embed(text, draw({stack: template_of(stack) for stack in STACKS})) == text


def test_the_picture_shows_who_calls_whom() -> None:
    drawing = draw({stack: template_of(stack) for stack in STACKS})

    assert 'api -- "GET /v1/search" --> Search_SearchApi' in drawing
    assert 'bus -- "ProductPublished" --> Inventory_InventorySubscriptionQueue' in drawing
    assert "-. stream .-> Catalog_CatalogOutboxRelay" in drawing
