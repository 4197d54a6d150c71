"""What the constructs need to know about an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Protocol

from mach_constructs.validation import require_text


class EventContract(Protocol):
    """A class that describes an event: a pydantic model, a dataclass, anything with these three class attributes."""

    source: ClassVar[str]
    """EventBridge source, such as "storefront.catalog"."""
    detail_type: ClassVar[str]
    """EventBridge detail type, such as "ProductPublished"."""
    version: ClassVar[int]
    """Version of the detail's shape, from 1; it stands in `detail.metadata.version`."""


def require_contracts(argument: str, contracts: Sequence[type[EventContract]]) -> None:
    """Check event contracts.

    Args:
        argument: The argument's name, as the caller wrote it.
        contracts: What was given.

    Raises:
        ValueError: One is incomplete or stands there twice.
    """
    seen: set[tuple[str, str, int]] = set()
    for contract in contracts:
        require_text(f"source of {contract.__name__} in {argument}", contract.source)
        require_text(f"detail_type of {contract.__name__} in {argument}", contract.detail_type)
        if contract.version < 1:
            raise ValueError(f"version of {contract.__name__} in {argument} must be at least 1, got {contract.version}")
        identity = (contract.source, contract.detail_type, contract.version)
        if identity in seen:
            raise ValueError(
                f"{argument} must be distinct, got {contract.detail_type!r} version {contract.version} twice"
            )
        seen.add(identity)
