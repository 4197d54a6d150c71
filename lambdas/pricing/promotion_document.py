"""A promotion as JSON: what merchants read, and what the table keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import cast

from pricing.promotion import AmountOff, BuyGet, Conditions, Effect, FreeShipping, PercentageOff, Promotion, Threshold

_PLAIN = ("title", "automatic", "enabled", "combinable", "priority", "limit", "limit_per_customer")


def document_of(promotion: Promotion) -> dict[str, object]:
    """Give a promotion as JSON values."""
    plain = {name: getattr(promotion, name) for name in _PLAIN}
    return {
        "code": promotion.code,
        **plain,
        "effect": _effect_document(promotion.effect),
        "conditions": _conditions_document(promotion.conditions),
    }


def promotion_of(document: Mapping[str, object], *, version: int) -> Promotion:
    """Give the promotion that ``document_of`` made JSON values of."""
    known = Promotion(
        code=str(document["code"]),
        title=str(document["title"]),
        effect=_effect(cast(Mapping[str, object], document["effect"])),
        conditions=_conditions(cast(Mapping[str, object], document["conditions"])),
        version=version,
    )
    return replace(known, **{name: document[name] for name in _PLAIN})  # type: ignore[arg-type]  # as they were written


def _effect_document(effect: Effect) -> dict[str, object]:
    match effect:
        case PercentageOff():
            return {"type": "percentage", **asdict(effect)}
        case AmountOff():
            return {"type": "amount", "amount": asdict(effect)}
        case BuyGet():
            return {"type": "buy_get", **asdict(effect)}
        case FreeShipping():
            return {"type": "free_shipping"}


def _effect(document: Mapping[str, object]) -> Effect:
    numbers = {name: value for name, value in document.items() if isinstance(value, int)}
    match document["type"]:
        case "percentage":
            return PercentageOff(**numbers)
        case "amount":
            amount = cast(Mapping[str, object], document["amount"])
            return AmountOff(currency=str(amount["currency"]), amount=cast(int, amount["amount"]))
        case "buy_get":
            return BuyGet(**numbers)
        case _:
            return FreeShipping()


def _conditions_document(conditions: Conditions) -> dict[str, object]:
    return {
        "categories": sorted(conditions.categories),
        "skus": sorted(conditions.skus),
        "minimum": asdict(conditions.minimum) if conditions.minimum else None,
        "currency": conditions.currency,
        "customer_groups": sorted(conditions.customer_groups),
        "starts_at": _time_text(conditions.starts_at),
        "ends_at": _time_text(conditions.ends_at),
    }


def _conditions(document: Mapping[str, object]) -> Conditions:
    minimum = cast("Mapping[str, object] | None", document["minimum"])
    return Conditions(
        categories=frozenset(cast(list[str], document["categories"])),
        skus=frozenset(cast(list[str], document["skus"])),
        minimum=Threshold(currency=str(minimum["currency"]), amount=cast(int, minimum["amount"])) if minimum else None,
        currency=cast("str | None", document["currency"]),
        customer_groups=frozenset(cast(list[str], document["customer_groups"])),
        starts_at=_time(document["starts_at"]),
        ends_at=_time(document["ends_at"]),
    )


def _time_text(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def _time(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
