"""What a customer has agreed to, and when. Nothing is agreed to until it is said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict

PURPOSES = ("marketing_email", "personalization", "analytics")


class Consent(TypedDict):
    """A decision as it stands.

    Attributes:
        granted: yes or no.
        text_version: which text was shown.
        decided_at: when, RFC 3339 in UTC.
    """

    granted: bool
    text_version: str
    decided_at: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a customer says.

    Attributes:
        granted: yes or no.
        text_version: which text was shown.
    """

    granted: bool
    text_version: str


def decided(
    current: Mapping[str, Consent], decisions: Mapping[str, Decision], *, now: str
) -> tuple[Mapping[str, Consent], Mapping[str, Consent]]:
    """Give all consents after some decisions, and those of them that are new.

    Who says again what holds already, of the same text, has decided nothing: the time stays that of the first.

    Args:
        current: by purpose.
        decisions: by purpose.
        now: the time of the decisions.
    """
    new = {
        purpose: Consent(granted=decision.granted, text_version=decision.text_version, decided_at=now)
        for purpose, decision in decisions.items()
        if not _holds(current.get(purpose), decision)
    }
    return {**current, **new}, new


def _holds(consent: Consent | None, decision: Decision) -> bool:
    return (
        consent is not None and Decision(granted=consent["granted"], text_version=consent["text_version"]) == decision
    )
