"""Publishing that ends in one of two ways: everything is on the bus, or it raises."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from .entries import Entry, UnpublishableError, calls

if TYPE_CHECKING:
    from types_boto3_events.type_defs import PutEventsRequestEntryTypeDef, PutEventsResponseTypeDef

_LOGGER = logging.getLogger(__name__)
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 2.0
# Codes that say the entry itself is wrong; anything else may pass the next time.
_HOPELESS = frozenset({"InvalidArgument", "MalformedDetail"})


class Bus(Protocol):
    """What is needed of the EventBridge client."""

    def put_events(self, *, Entries: Sequence[PutEventsRequestEntryTypeDef]) -> PutEventsResponseTypeDef:  # noqa: N803
        """Publish entries, each of which may fail alone."""


class NotPublishedError(Exception):
    """Time ran out before every event was on the bus; the whole batch must be delivered again."""


def publish(
    entries: Sequence[Entry],
    *,
    bus: Bus,
    give_up_at: float,
    accept: Callable[[Entry, str], None],
    reject: Callable[[Entry, UnpublishableError], None],
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Put entries on a bus, sending those that fail again with growing, jittered pauses.

    Args:
        entries: What to publish; the order of calls follows it.
        bus: The EventBridge client.
        give_up_at: Time on `clock` after which nothing is sent again.
        accept: Called with an entry that is on the bus, and the id that the bus gave it.
        reject: Called with an entry that EventBridge will never accept, and why.
        clock: Seconds from any origin.
        sleep: Waits that many seconds.

    Raises:
        NotPublishedError: Some entries are not on the bus.
    """
    pause = _FIRST_PAUSE
    waiting = list(entries)
    while waiting:
        failed, reason = _send(waiting, bus, accept, reject)
        if failed:
            delay = random.uniform(pause / 2, pause)  # noqa: S311 (jitter, not a secret)
            if clock() + delay >= give_up_at:
                raise NotPublishedError(f"{len(failed)} of {len(entries)} events are not published: {reason}")
            _LOGGER.warning("publishing again", extra={"events": len(failed), "reason": reason})
            sleep(delay)
            pause = min(pause * 2, _LONGEST_PAUSE)
        waiting = failed


def _send(
    entries: Sequence[Entry],
    bus: Bus,
    accept: Callable[[Entry, str], None],
    reject: Callable[[Entry, UnpublishableError], None],
) -> tuple[list[Entry], str]:
    failed: list[Entry] = []
    reason = ""
    for call in calls(entries):
        try:
            response = bus.put_events(Entries=[entry.request for entry in call])
        except (BotoCoreError, ClientError) as error:
            failed += call
            reason = str(error)
            continue
        for entry, result in zip(call, response["Entries"], strict=True):
            code = result.get("ErrorCode")
            if code in _HOPELESS:
                reject(entry, UnpublishableError(f"{code}: {result.get('ErrorMessage', '')}"))
            elif code or not result.get("EventId"):
                failed.append(entry)
                reason = f"{code}: {result.get('ErrorMessage', '')}"
            else:
                accept(entry, result["EventId"])
    return failed, reason
