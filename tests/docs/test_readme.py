"""What the README says is deployed is; what `make new-service` adds may come to its table later."""

import re
from pathlib import Path

from tests.storefront_app import SERVICES

CHECKOUT = Path(__file__).parents[2]


def test_its_table_has_services_that_are_there_each_with_its_page() -> None:
    rows = re.findall(r"^\| \[([a-z ]+)\]\((docs/services/\w+\.md)\) \|", (CHECKOUT / "README.md").read_text(), re.M)

    assert rows
    assert {name.title().replace(" ", "") for name, _ in rows} <= set(SERVICES)
    assert [page for _, page in rows if not (CHECKOUT / page).is_file()] == []
