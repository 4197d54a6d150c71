"""One Idempotency-Key, one effect: the answer of an import is kept for a day and given again.

Powertools' idempotency would bring boto3 into the write path, for its import alone about as much as the whole handler
costs to start; a conditional write and a read are all that is needed.
"""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from hashlib import sha256
from typing import cast

from edge import problem
from edge.idempotency import require_key, used_for_another_body
from store.errors import ConditionFailedError
from store.operations import Condition, Delete, Item, Put
from store.table import Table

RETENTION_SECONDS = 24 * 60 * 60
LOCK_SECONDS = 60
"""How long a request holds its key: longer than any runs, so that only a crashed one loses it."""

_REQUEST, _ANSWER = "REQUEST", "ANSWER#"
_CHUNK_BYTES = 300_000


def once(table: Table, *, key: str, owner: str, body: str, effect: Callable[[], str]) -> str:
    """Give the answer of an effect that happens once for a key.

    A repeated request gets the first one's answer. If the first crashed, the effect happens again when its lock has
    run out: let it be one that may.

    Args:
        table: where the keys are kept.
        key: the request's Idempotency-Key.
        owner: who sent it: a key is its sender's own.
        body: the request's body.
        effect: what to do; gives the answer's body.

    Raises:
        Problem: 422 when the key is malformed or was sent with another body, 409 while the first request is running.
    """
    require_key(key)
    pk = f"IDEMPOTENCY#{sha256(f'{owner} {key}'.encode()).hexdigest()}"
    fingerprint = sha256(body.encode()).hexdigest()
    now = int(time.time())
    record = {"pk": pk, "sk": _REQUEST, "fingerprint": fingerprint, "expires_at": now + RETENTION_SECONDS}
    try:
        table.write(Put(item={**record, "locked_until": now + LOCK_SECONDS}, condition=_free(now, fingerprint)))
    except ConditionFailedError:
        return _earlier_answer(table, pk, fingerprint)
    try:
        answer = effect()
    except BaseException:
        table.write(Delete(pk=pk, sk=_REQUEST))
        raise
    chunks = _store_answer(table, pk, answer, expires_at=now + RETENTION_SECONDS)
    table.write(Put(item={**record, "locked_until": 0, "chunks": chunks}))
    return answer


def _free(now: int, fingerprint: str) -> Condition:
    return Condition(
        expression="attribute_not_exists(pk) OR expires_at < :now"
        " OR (attribute_not_exists(chunks) AND locked_until < :now AND fingerprint = :fingerprint)",
        values={":now": now, ":fingerprint": fingerprint},
    )


def _earlier_answer(table: Table, pk: str, fingerprint: str) -> str:
    earlier = table.get(pk, _REQUEST, consistent=True)
    if earlier and earlier["fingerprint"] != fingerprint:
        raise used_for_another_body()
    if not earlier or "chunks" not in earlier:
        raise problem.conflict("a request with this Idempotency-Key is running", kind="request-in-progress")
    keys = [(pk, f"{_ANSWER}{number}") for number in range(cast(int, earlier["chunks"]))]
    parts = {str(item["sk"]): cast(bytes, item["part"]) for item in table.get_many(keys, consistent=True)}
    return zlib.decompress(b"".join(bytes(parts[sk]) for _, sk in keys)).decode()


def _store_answer(table: Table, pk: str, answer: str, *, expires_at: int) -> int:
    packed = zlib.compress(answer.encode())
    parts = [packed[start : start + _CHUNK_BYTES] for start in range(0, len(packed), _CHUNK_BYTES)]
    for number, part in enumerate(parts):
        item: Item = {"pk": pk, "sk": f"{_ANSWER}{number}", "part": part, "expires_at": expires_at}
        table.write(Put(item=item))
    return len(parts)
