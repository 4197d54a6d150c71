"""A DynamoDB table with the string keys ``pk`` and ``sk``."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache

from pydynox import DynamoDBClient

from store.client_errors import typed_errors
from store.operations import Check, Condition, Delete, Item, Operation, Put, Update

CONNECT_TIMEOUT_SECONDS = 1.0
READ_TIMEOUT_SECONDS = 3.0
ATTEMPTS = 3
"""Calls made at most for one operation, the first included; the client waits with jitter in between."""


@cache
def dynamodb() -> DynamoDBClient:
    """Give the process's one DynamoDB client, made when first asked for.

    Region, credentials and endpoint come from the usual AWS environment variables. It may be used by many threads at
    once: a call releases the interpreter's lock.
    """
    return DynamoDBClient(
        connect_timeout=CONNECT_TIMEOUT_SECONDS, read_timeout=READ_TIMEOUT_SECONDS, max_retries=ATTEMPTS
    )


class Table:
    """One table of the service.

    Args:
        name: the table's name; the environment variable ``TABLE_NAME`` when left out.
        client: the client to use; the process's one when left out.

    Every method is one call to DynamoDB (a query may take several) and raises ``ThrottledError`` or
    ``UnavailableError`` when DynamoDB does not answer in time, even when asked again.
    """

    def __init__(self, *, name: str | None = None, client: DynamoDBClient | None = None) -> None:
        self.name = name or os.environ["TABLE_NAME"]
        self._client = client or dynamodb()

    def get(self, pk: str, sk: str, *, consistent: bool = False) -> Item | None:
        """Give the item with that key, or None.

        Args:
            pk: partition key.
            sk: sort key.
            consistent: see every write that has already succeeded, at twice the read cost.
        """
        with typed_errors():
            found: dict[str, object] | None = self._client.sync_get_item(
                self.name, {"pk": pk, "sk": sk}, consistent_read=consistent
            )
        return found

    def get_many(self, keys: Sequence[tuple[str, str]], *, consistent: bool = False) -> list[Item]:
        """Give the items that exist among those with the given ``(pk, sk)``, in no particular order.

        Args:
            keys: up to 100 of them cost one call; none costs none.
            consistent: as in ``get``.
        """
        if not keys:
            return []
        with typed_errors():
            found = self._client.sync_batch_get(
                self.name, [{"pk": pk, "sk": sk} for pk, sk in keys], consistent_read=consistent
            )
        return list(found)

    def query(
        self,
        key_condition: str,
        *,
        values: Item,
        limit: int,
        names: Mapping[str, str] | None = None,
        index: str | None = None,
        start_after: Item | None = None,
        forward: bool = True,
        consistent: bool = False,
    ) -> list[Item]:
        """Give the items of one partition in the order of their sort key, ``limit`` at most.

        To page, ask for one more than a page holds and start the next after the last one shown.

        Args:
            key_condition: a key condition expression, e.g. ``"pk = :pk"``.
            values: its placeholders for values.
            limit: how many at most, 1 or more.
            names: its placeholders for attribute names.
            index: name of the secondary index; the table itself when left out.
            start_after: the key after which to start: ``pk``, ``sk`` and the index's own keys.
            forward: ascending order of the sort key.
            consistent: as in ``get``; a global secondary index knows no such read.
        """
        with typed_errors():
            return list(
                self._client.sync_query(
                    self.name,
                    key_condition,
                    expression_attribute_names=dict(names) if names else None,
                    expression_attribute_values=dict(values),
                    limit=limit,
                    page_size=limit,
                    index_name=index,
                    last_evaluated_key=dict(start_after) if start_after else None,
                    scan_index_forward=forward,
                    consistent_read=consistent,
                )
            )

    def write(self, operation: Put | Update | Delete) -> None:
        """Carry out a single write.

        Raises:
            ConditionFailedError: when its condition does not hold.
        """
        condition = operation.condition
        with typed_errors():
            if isinstance(operation, Put):
                self._client.sync_put_item(
                    self.name,
                    dict(operation.item),
                    condition_expression=condition.expression if condition else None,
                    expression_attribute_names=_names(condition),
                    expression_attribute_values=_values(condition),
                )
            elif isinstance(operation, Delete):
                self._client.sync_delete_item(
                    self.name,
                    {"pk": operation.pk, "sk": operation.sk},
                    condition_expression=condition.expression if condition else None,
                    expression_attribute_names=_names(condition),
                    expression_attribute_values=_values(condition),
                )
            else:
                self._client.sync_update_item(
                    self.name,
                    {"pk": operation.pk, "sk": operation.sk},
                    update_expression=operation.expression,
                    condition_expression=condition.expression if condition else None,
                    expression_attribute_names=_names(condition, operation.names),
                    expression_attribute_values=_values(condition, operation.values),
                )

    def transact(self, operations: Sequence[Operation], *, token: str | None = None) -> None:
        """Carry out all writes or none of them, at twice the write cost.

        Args:
            operations: 1 to 100 of them, each on an item of its own.
            token: 1 to 36 characters; the same transaction sent again with it within ten minutes happens once. The
                client makes one a call, so that its own retries happen once; give one to repeat the call yourself.

        Raises:
            TransactionCanceledError: when a condition does not hold or another transaction is under way on an item.
        """
        with typed_errors():
            self._client.sync_transact_write(
                [self._entry(operation) for operation in operations], client_request_token=token
            )

    def _entry(self, operation: Operation) -> dict[str, object]:
        entry: dict[str, object] = {"table": self.name}
        extra_names: Mapping[str, str] = {}
        extra_values: Item = {}
        match operation:
            case Put(item=item):
                entry |= {"type": "put", "item": dict(item)}
            case Update(pk=pk, sk=sk, expression=expression, names=extra_names, values=extra_values):
                entry |= {"type": "update", "key": {"pk": pk, "sk": sk}, "update_expression": expression}
            case Delete(pk=pk, sk=sk):
                entry |= {"type": "delete", "key": {"pk": pk, "sk": sk}}
            case Check(pk=pk, sk=sk):
                entry |= {"type": "condition_check", "key": {"pk": pk, "sk": sk}}
        condition = operation.condition
        if condition:
            entry["condition_expression"] = condition.expression
        if names := _names(condition, extra_names):
            entry["expression_attribute_names"] = names
        if values := _values(condition, extra_values):
            entry["expression_attribute_values"] = values
        return entry


def _names(condition: Condition | None, extra: Mapping[str, str] | None = None) -> dict[str, str] | None:
    return {**(extra or {}), **(condition.names if condition else {})} or None


def _values(condition: Condition | None, extra: Item | None = None) -> dict[str, object] | None:
    return {**(extra or {}), **(condition.values if condition else {})} or None
