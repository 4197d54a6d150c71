"""The picture in README.md is drawn from the templates; `make docs` draws it anew."""

import pytest

from docs.architecture import README, draw, embed
from tests.storefront_app import SERVICES, STACKS, template_of


def test_the_picture_in_the_readme_shows_what_is_deployed() -> None:
    text = README.read_text()

    assert embed(text, draw({stack: template_of(stack) for stack in STACKS})) == text


def test_the_picture_shows_who_calls_whom() -> None:
    drawing = draw({stack: template_of(stack) for stack in STACKS})

    assert "  service_Checkout --> service_Payments\n" in drawing
    assert "  service_Cart --> service_Pricing\n" in drawing
    assert "  api --> answers_publishes_hears\n" in drawing
    assert "  answers_publishes_hears -.-> bus\n" in drawing


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_is_one_part_of_the_picture(service: str) -> None:
    drawing = draw({stack: template_of(stack) for stack in STACKS})

    assert drawing.count(f"  service_{service}[") == 1
