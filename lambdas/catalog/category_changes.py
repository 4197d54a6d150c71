"""Changes of the category tree, each with its event in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from catalog.category_reading import read_tree, written_tree
from catalog.category_tree import CategoryTree
from contracts.envelope import DomainEvent
from contracts.model import Contract
from outbox.record import outbox_record
from store.contention import until_written
from store.table import Table

ResultT = TypeVar("ResultT")


def change_tree(
    table: Table,
    change: Callable[[CategoryTree], tuple[CategoryTree, DomainEvent[Contract] | None, ResultT]],
) -> ResultT:
    """Write a change of the tree with its event, made again from the newest state when another writer was faster.

    Args:
        table: the catalog.
        change: gives the tree as it is to be, what others hear of it, and what to give back; None for no event leaves
            the tree. It may raise to refuse.

    Raises:
        ThrottledError: when too many write it.
    """

    def write(_attempt: int) -> ResultT:
        current = read_tree(table)
        tree, event, result = change(current)
        if event is not None:
            table.transact([written_tree(current, tree), outbox_record(event)])
        return result

    return until_written(write, what="the categories")
