"""A page of an index costs what the page holds, however many items its partition has.

The emulator tests and sorts all of a partition for every query: with 25,000 products there, a page takes seconds.
Here the items lie in the index's order, and a query sees no more of them than may be on its page. What is on it, it
finds out as ever.
"""

import threading
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Final

from ministack.services import dynamodb
from sortedcontainers import SortedDict

Order = tuple[Any, ...]
"""Where an item lies in its partition: the values of the index's sort key and of the table's own keys."""

_USED = (
    "_index_item",
    "_index_members",
    "_query",
    "_index_key_schemas",
    "_index_key_lists",
    "_index_def",
    "_index_partition",
    "_index_order_keys",
    "_index_order_value",
    "_key_condition_clauses",
    "_normalize_table_name",
    "_sort_key_value",
    "_get_attr_type",
    "_tokenize",
    "_tables",
    "_INDEX_MEMBERS",
)


def install() -> None:
    """Replaces what the emulator remembers of its indexes, and how a query comes to it."""
    for name in _USED:
        getattr(dynamodb, name)
    query = dynamodb._query

    def query_page(request: dict[str, Any]) -> Any:
        wanted = _wanted.set(_page_of(request))
        try:
            return query(request)
        finally:
            _wanted.reset(wanted)

    dynamodb._query = query_page
    dynamodb._index_members = index_members
    dynamodb._index_item = index_item


class _Last:
    """Greater than any value of a key."""

    def __lt__(self, other: object) -> bool:
        return False

    def __gt__(self, other: object) -> bool:
        return True


_LAST: Final = _Last()
_LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, kw_only=True)
class _Page:
    """What a query may read: from one order up to another, which is not among it, and how much of that."""

    lowest: Order = ()
    end: Order = (_LAST,)
    limit: int | None = None
    forward: bool = True


_wanted: ContextVar[_Page | None] = ContextVar("wanted", default=None)


class Partition:
    """The keys of one partition's items, in the order of the index; who iterates gets those of the page wanted."""

    def __init__(self) -> None:
        self._keys: Any = SortedDict()
        self._lock = threading.Lock()

    def add(self, order: Order, key: tuple[str, str]) -> None:
        """Put an item where it belongs."""
        with self._lock:
            self._keys[order] = key

    def remove(self, order: Order) -> None:
        """Take an item out, if it is there."""
        with self._lock:
            self._keys.pop(order, None)

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        page = _wanted.get() or _Page()
        with self._lock:
            first, end = self._keys.bisect_left(page.lowest), self._keys.bisect_left(page.end)
            if page.limit is not None and page.forward:
                end = min(end, first + page.limit)
            elif page.limit is not None:
                first = max(first, end - page.limit)
            return iter(self._keys.values()[first:end])


Members = dict[str, dict[Any, Partition]]


def index_members(table: dict[str, Any]) -> Members:
    """Takes the place of the emulator's own: the partitions of each index, made at the first use."""
    members: Members | None = table.get(dynamodb._INDEX_MEMBERS)
    if members is None:
        members = table[dynamodb._INDEX_MEMBERS] = {name: {} for name, _, _ in dynamodb._index_key_schemas(table)}
        for partition_key, items in table["items"].items():
            for sort_key, item in items.items():
                index_item(table, partition_key, sort_key, item, add=True)
    return members


def index_item(table: dict[str, Any], partition_key: str, sort_key: str, item: Mapping[str, Any], add: bool) -> None:
    """Takes the place of the emulator's own: puts an item into each index that it belongs to, or takes it out."""
    members: Members | None = table.get(dynamodb._INDEX_MEMBERS)
    if members is None:
        return
    for name, hash_keys, range_keys in dynamodb._index_key_schemas(table):
        if name not in members:
            table.pop(dynamodb._INDEX_MEMBERS, None)
            return
        partition = dynamodb._index_partition(item, hash_keys, range_keys)
        if partition is None:
            continue
        order = _order(table, range_keys, item)
        if add:
            members[name].setdefault(partition, Partition()).add(order, (partition_key, sort_key))
        elif partition in members[name]:
            members[name][partition].remove(order)
            if not members[name][partition]:
                del members[name][partition]


def _order(table: Mapping[str, Any], range_keys: list[str], item: Mapping[str, Any]) -> Order:
    keys = dynamodb._index_order_keys(table, range_keys)
    return tuple(dynamodb._index_order_value(item, name, kind) for name, kind in keys)


def _page_of(request: Mapping[str, Any]) -> _Page | None:
    """Give the page that a query may read; ``None`` when it has to look at all, or will be refused."""
    try:
        table = dynamodb._tables.get(dynamodb._normalize_table_name(request["TableName"]))
        _, range_keys = dynamodb._index_key_lists(dynamodb._index_def(table, request["IndexName"]))
        (range_key,) = range_keys
        page = _range(table, range_key, request)
        forward, cursor = request.get("ScanIndexForward", True), request.get("ExclusiveStartKey")
        after = _order(table, range_keys, cursor) if cursor else None
        if after and forward:
            page = replace(page, lowest=max(page.lowest, (*after, _LAST)))
        elif after:
            page = replace(page, end=min(page.end, after))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        return None
    limit = request.get("Limit")
    return replace(page, forward=forward, limit=limit if isinstance(limit, int) and limit > 0 else None)


def _range(table: Mapping[str, Any], range_key: str, request: Mapping[str, Any]) -> _Page:
    """Give what the condition on the sort key allows.

    Raises:
        ValueError: When it is written in a way that is not read here.
    """
    names = request.get("ExpressionAttributeNames") or {}
    kind = dynamodb._get_attr_type(table, range_key)
    for clause in dynamodb._key_condition_clauses(dynamodb._tokenize(request["KeyConditionExpression"])):
        words = [names.get(word, word) for name, word in clause if name in ("IDENT", "NAME_REF")]
        if range_key not in words:
            continue
        values = [
            dynamodb._sort_key_value(request["ExpressionAttributeValues"][word], kind)
            for name, word in clause
            if name == "VALUE_REF"
        ]
        return _allowed([word.upper() if name == "IDENT" else name for name, word in clause], values)
    return _Page()


def _allowed(form: list[str], values: list[Any]) -> _Page:
    first, last = (values[0],), (values[-1], _LAST)
    if "BEGINS_WITH" in form:
        return _Page(lowest=first, end=(values[0] + _LAST_CHARACTER, _LAST))
    if "BETWEEN" in form:
        return _Page(lowest=first, end=last)
    _, operator, value = form
    if value != "VALUE_REF":
        raise ValueError(form)
    return {
        "EQ": _Page(lowest=first, end=last),
        "GE": _Page(lowest=first),
        "GT": _Page(lowest=last),
        "LE": _Page(end=last),
        "LT": _Page(end=first),
    }[operator]
