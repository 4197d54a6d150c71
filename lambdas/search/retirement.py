"""When a bundle may be deleted: a grace period after the last generation that used it was replaced.

Readers hold on to a generation for as long as a cursor may lead to it. So a bundle that goes out of use is first noted
as retired in the manifest of the generation that stopped using it, and deleted by a commit after the grace period. The
note takes effect with the swap of the pointer, so no race can delete a bundle in use: none ever comes back once the
current generation does without it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from search.generation import Generation

GRACE_SECONDS = 900
"""How long a generation can still be opened after it was replaced; cursors hold for so long."""

_DELETIONS_A_COMMIT = 25


def expired(retired: Mapping[str, int], *, now: float) -> list[str]:
    """Give the bundles whose grace period is over, oldest first, 25 at most so that no commit takes long."""
    over = [bundle for bundle, since in retired.items() if since + GRACE_SECONDS < now]
    return sorted(over, key=lambda bundle: (retired[bundle], bundle))[:_DELETIONS_A_COMMIT]


def retirements(
    base: Generation | None, *, used: Collection[str], uploaded: Collection[str], now: float
) -> dict[str, int]:
    """Give the notes for the next generation's manifest.

    Args:
        base: the generation before it.
        used: the bundles that its files are in.
        uploaded: bundles of earlier attempts. Whether they won their race is not always known (an answer may be lost):
            if one did, it is among the base's bundles; if not, it is of no use to anybody.
        now: epoch seconds.
    """
    notes: dict[str, int] = {}
    if base is not None:
        gone = set(expired(base.retired, now=now))
        notes = {bundle: since for bundle, since in base.retired.items() if bundle not in gone}
    for bundle in (base.bundles if base is not None else set()) | set(uploaded):
        if bundle not in used:
            notes.setdefault(bundle, int(now))
    return notes
