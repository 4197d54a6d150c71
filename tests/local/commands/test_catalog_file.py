import json
from pathlib import Path

import pytest

from local import catalog_file, loading
from local.catalog_file import Row
from local.failure import FailureError

PRODUCT = {
    "id": "mug",
    "name": "Mug",
    "description": "Holds tea.",
    "category": "kitchen",
    "status": "published",
    "price": {"currency": "EUR", "amount": 1250},
}
RETAIL = """
- id: 6579c22f
  current_stock: 15
  name: Backpack
  category: food service
  style: backpack
  description: Rugged.
  price: 4.35
  image: 6579c22f.jpg
  gender_affinity: F
  where_visible: UI
  promoted: true
"""


def read(folder: Path, name: str, text: str) -> list[Row]:
    (folder / name).write_text(text)
    return catalog_file.read(folder / name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("c.json", json.dumps([PRODUCT])),
        ("c.json", json.dumps({"products": [PRODUCT]})),
        ("c.ndjson", json.dumps(PRODUCT) + "\n\n"),
        ("c.jsonl", json.dumps(PRODUCT)),
        ("c.yaml", json.dumps([PRODUCT])),
        ("c.YML", "- {id: mug, name: Mug, description: Holds tea., category: kitchen, status: published, "
                  "price: {currency: EUR, amount: 1250}}"),
        ("c.txt", json.dumps([PRODUCT])),
        ("c.txt", json.dumps(PRODUCT)),
        ("c.txt", f"# products\n- {json.dumps(PRODUCT)}"),
    ],
)  # fmt: skip
def test_every_format_gives_the_same_product(tmp_path: Path, name: str, text: str) -> None:
    assert read(tmp_path, name, text) == [Row(number=1, product=PRODUCT)]


@pytest.mark.parametrize("as_json", [False, True])
def test_the_retail_demo_stores_format_is_translated_exactly(tmp_path: Path, as_json: bool) -> None:
    text = (
        '[{"id": "6579c22f", "current_stock": 15, "name": "Backpack", "category": "food service", "style": "backpack",'
    )
    text += ' "description": "Rugged.", "price": 4.35, "image": "6579c22f.jpg", "gender_affinity": "F",'
    text += ' "where_visible": "UI", "promoted": true}]'

    assert (
        read(tmp_path, "c.json", text)
        if as_json
        else read(tmp_path, "c.yaml", RETAIL)
        == [
            Row(
                number=1,
                product={
                    "id": "6579c22f",
                    "name": "Backpack",
                    "description": "Rugged.",
                    "category": "food service",
                    "status": "published",
                    "price": {"currency": "USD", "amount": 435},
                    "attributes": {"style": "backpack", "gender_affinity": "F", "where_visible": "UI"},
                    "tags": ["promoted"],
                    "media": [{"url": "/images/food%20service/6579c22f.jpg", "alt": "Backpack"}],
                },
                stock={"6579c22f": 15},
            )
        ]
    )


def test_stock_is_taken_from_the_product_or_from_its_variants(tmp_path: Path) -> None:
    variants = [{"sku": "mug-s", "stock": 3}, {"sku": "mug-l"}]
    (plain, varied) = read(tmp_path, "c.json", json.dumps([PRODUCT | {"stock": 7}, PRODUCT | {"variants": variants}]))

    assert (plain.product, plain.stock) == (PRODUCT, {"mug": 7})
    assert (varied.product, varied.stock) == (
        PRODUCT | {"variants": [{"sku": "mug-s"}, {"sku": "mug-l"}]},
        {"mug-s": 3},
    )


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("text", "a product is expected, not str"),
        (PRODUCT | {"stock": -1}, "stock -1 is not a whole number between 0 and 1000000000"),
        (PRODUCT | {"stock": True}, "stock True is not a whole number"),
        ({"style": "bag", "price": 1.999}, "price '1.999' has more than 2 decimals"),
        ({"style": "bag", "price": None}, "price None is not a decimal number"),
    ],
)
def test_a_bad_entry_stops_no_other(tmp_path: Path, entry: object, problem: str) -> None:
    bad, good = read(tmp_path, "c.json", json.dumps([entry, PRODUCT]))

    assert bad.product is None
    assert problem in (bad.problem or "")
    assert (good.number, good.product) == (2, PRODUCT)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("c.json", '[{"id": }]', "line 1, column 9"),
        ("c.ndjson", '{"id": "a"}\n{"id"', "line 2, column 6"),
        ("c.yaml", "- id: a\n  - b: [", "line 2, column 3"),
        ("c.yaml", "just words", "a list of products is expected, not str"),
        ("c.yaml", "", "a list of products is expected, not NoneType"),
        ("c.yaml", "- !!python/object/apply:os.system [ls]", "could not determine a constructor"),
    ],
)
def test_a_file_that_is_no_catalog_is_told_in_one_line(tmp_path: Path, name: str, text: str, problem: str) -> None:
    with pytest.raises(FailureError, match=problem) as failure:
        read(tmp_path, name, text)

    assert "\n" not in str(failure.value)


def test_a_missing_file_and_a_binary_one_are_told(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_bytes(b"\xff\xfe")

    with pytest.raises(FailureError, match="is not UTF-8 text"):
        catalog_file.read(tmp_path / "c.yaml")
    with pytest.raises(FailureError, match="no such file or directory"):
        catalog_file.read(tmp_path / "none.yaml")


def test_the_demo_catalog_is_made_of_products() -> None:
    from contracts.product import ProductDescription

    rows = catalog_file.read(loading.DEMO_CATALOG)

    for row in rows:
        assert row.product is not None, row.problem
        fields = {name: value for name, value in row.product.items() if name != "status"}
        product = ProductDescription.model_validate(fields, extra="forbid")
        assert set(row.stock) == set(product.bought_as())
    assert len({row.product["id"] for row in rows if row.product}) == len(rows)
