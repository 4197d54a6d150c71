"""Reads a catalog from a file: YAML, JSON or NDJSON, with products of this project's API or of the retail demo store.

A product of the API may carry `stock`, of its own or of each variant; it is not sent to the catalog but to the
inventory.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from local.failure import FailureError
from local.retail_demo_store import is_of_the_retail_demo_store, product_of_the_retail_demo_store

Json = dict[str, Any]
MOST_STOCK = 1_000_000_000


@dataclass(frozen=True, kw_only=True)
class Row:
    """One entry of a catalog file.

    Args:
        number: Its place in the file, from 1.
        product: The body for the catalog's import; None when the entry cannot become one.
        stock: What is on hand for each SKU, where the file says so.
        problem: Why there is no product.
    """

    number: int
    product: Json | None = None
    stock: dict[str, int] = field(default_factory=dict)
    problem: str | None = None


class _ExactLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Keeps a decimal number as it is written: a price must not pass through a float."""


_ExactLoader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: loader.construct_scalar(node))
_ExactLoader.add_constructor("tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node))


def read(path: Path) -> list[Row]:
    """Every entry of the file, the unusable ones with their problem.

    Args:
        path: A `.yaml`, `.yml`, `.json`, `.ndjson` or `.jsonl` file; any other name is decided by its content.

    Raises:
        FailureError: When the file is missing, cannot be parsed, or is not a list of products.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise FailureError(f"catalog {path}: {(error.strerror or str(error)).lower()}") from None
    except UnicodeDecodeError as error:
        raise FailureError(f"catalog {path}: is not UTF-8 text (byte {error.start})") from None
    try:
        entries = _parser(path, text)(text)
    except ValueError as error:
        raise FailureError(f"catalog {path}: {error}") from None
    if isinstance(entries, dict) and isinstance(entries.get("products"), list):
        entries = entries["products"]
    if not isinstance(entries, list):
        raise FailureError(f"catalog {path}: a list of products is expected, not {type(entries).__name__}")
    return [_row(number, entry) for number, entry in enumerate(entries, start=1)]


def _parser(path: Path, text: str) -> Callable[[str], Any]:
    by_suffix = {".json": _json, ".ndjson": _ndjson, ".jsonl": _ndjson, ".yaml": _yaml, ".yml": _yaml}
    if path.suffix.lower() in by_suffix:
        return by_suffix[path.suffix.lower()]
    start = text.lstrip()[:1]
    return _json if start == "[" else _ndjson if start == "{" else _yaml


def _json(text: str) -> Any:
    try:
        return json.loads(text, parse_float=str)
    except json.JSONDecodeError as error:
        raise ValueError(f"line {error.lineno}, column {error.colno}: {error.msg}") from None


def _ndjson(text: str) -> Any:
    def entries() -> Iterator[Any]:
        for number, line in enumerate(text.splitlines(), start=1):
            if line.strip():
                try:
                    yield json.loads(line, parse_float=str)
                except json.JSONDecodeError as error:
                    raise ValueError(f"line {number}, column {error.colno}: {error.msg}") from None

    return list(entries())


def _yaml(text: str) -> Any:
    try:
        return yaml.load(text, Loader=_ExactLoader)  # noqa: S506 - it is a SafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ValueError(f"{where}{error.problem}") from None
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from None


def _row(number: int, entry: Any) -> Row:
    if not isinstance(entry, dict):
        return Row(number=number, problem=f"a product is expected, not {type(entry).__name__}")
    try:
        if is_of_the_retail_demo_store(entry):
            entry = product_of_the_retail_demo_store(entry)
        product, stock = _without_stock(entry)
    except ValueError as error:
        return Row(number=number, problem=str(error))
    return Row(number=number, product=product, stock=stock)


def _without_stock(entry: Json) -> tuple[Json, dict[str, int]]:
    product, stock = dict(entry), dict[str, int]()
    if "stock" in product:
        stock[str(product.get("id"))] = _quantity(product.pop("stock"))
    if isinstance(product.get("variants"), list):
        product["variants"] = [
            dict(variant) if isinstance(variant, dict) else variant for variant in product["variants"]
        ]
        for variant in product["variants"]:
            if isinstance(variant, dict) and "stock" in variant:
                stock[str(variant.get("sku"))] = _quantity(variant.pop("stock"))
    return product, stock


def _variant_without_stock(variant: Any, stock: dict[str, int]) -> Any:
    if not isinstance(variant, dict) or "stock" not in variant:
        return variant
    stock[str(variant.get("sku"))] = _quantity(variant["stock"])
    return {name: value for name, value in variant.items() if name != "stock"}


def _quantity(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_STOCK:
        raise ValueError(f"stock {value!r} is not a whole number between 0 and {MOST_STOCK}")
    return value
