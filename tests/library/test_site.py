"""The documentation's site: complete, without a broken link, and readable without a network."""

import re
from pathlib import Path

import pytest

from docs.reference.names import public_names
from docs.site.__main__ import build
from tests.storefront_app import SERVICES, assembly


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    build(Path(assembly().directory), folder)  # fails on a broken link
    return folder


def test_every_public_name_has_its_page(site: Path) -> None:
    missing = [name.name for name in public_names() if not (site / "reference" / f"{name.name}.html").is_file()]

    assert missing == []


def test_every_construct_has_a_picture_of_what_its_example_creates(site: Path) -> None:
    constructs = [name.name for name in public_names() if name.is_construct]

    assert [name for name in constructs if not (site / f"reference/pictures/{name}.svg").is_file()] == []


def test_an_example_is_shown_as_code(site: Path) -> None:
    page = (site / "reference" / "DynamoDbStore.html").read_text()

    assert '<details class="example"' in page
    assert 'class="highlight"' in page
    assert 'src="pictures/DynamoDbStore.svg"' in page


def test_an_attribute_is_shown_by_its_type_and_not_by_the_code_that_makes_it(site: Path) -> None:
    shown = (site / "reference" / "Microservice.html").read_text()

    assert "workloads" in shown
    assert "create_workloads" not in shown


def test_the_defaults_of_a_strategy_are_shown(site: Path) -> None:
    page = (site / "reference" / "FargateCompute.html").read_text()

    row = re.search(r"<tr[^>]*>\s*<td>\s*<code>cpu</code>.*?</tr>", page, re.DOTALL)
    assert row
    assert "<code>256</code>" in row[0]


def test_the_pages_of_the_checkout_are_on_it(site: Path) -> None:
    for page in ("index.html", "docs/api.html", "constructs/index.html", "constructs/CHANGELOG.html"):
        assert (site / page).is_file(), page
    assert "storefront.svg" in (site / "index.html").read_text()


def test_every_service_has_a_picture_of_its_stack(site: Path) -> None:
    page = (site / "stacks.html").read_text()

    assert [name for name in SERVICES if f'src="stacks/{name}.svg"' not in page] == []
    assert [name for name in SERVICES if not (site / f"stacks/{name}.svg").is_file()] == []


def test_only_the_readme_shows_the_storefronts_picture(site: Path) -> None:
    shows = [page.relative_to(site).as_posix() for page in site.rglob("*.html") if "storefront.svg" in page.read_text()]

    assert shows == ["index.html"]


def test_nothing_is_fetched_from_anywhere(site: Path) -> None:
    fetching = re.compile(
        r'<(?:script|img|iframe)[^>]*\ssrc="(?:https?:)?//|<link[^>]*rel="stylesheet"[^>]*href="(?:https?:)?//'
    )

    assert [page.name for page in site.rglob("*.html") if fetching.search(page.read_text())] == []
