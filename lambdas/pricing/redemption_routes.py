"""Uses of promotions, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response

from contracts.pricing import Redemption, RedemptionRequest
from edge import problem
from edge.identifier import require_identifier
from edge.request import Request
from edge.response import json_response, no_content
from edge.validation import validate
from pricing.application import application, pricing_table
from pricing.code import canonical
from pricing.customer_uses import customer_keys
from pricing.promotion import Promotion
from pricing.promotion_repository import PromotionRepository
from pricing.promotion_routes import require_promotion
from pricing.qualification import closed
from pricing.redemption_repository import RedemptionReleasedError, RedemptionRepository
from pricing.use_counter import CouponExhaustedError

QUOTED = timedelta(seconds=5)
"""How long a use counts after a promotion has ended or was switched off: a quote that gave it may be so old."""


@application.put("/v1/promotions/<code>/redemptions/<redemption_id>")
def redeem(request: Request, code: str, redemption_id: str) -> Response[str]:
    """Let a use of a promotion count: 201, or 200 when it does already."""
    asked = validate(RedemptionRequest, request.json())
    if (known := canonical(code)) is None:
        raise problem.not_found(f"there is no promotion {code[:64]!r}")
    require_identifier(redemption_id, parameter="id")
    redemptions = RedemptionRepository(pricing_table())
    answer = Redemption(id=redemption_id, code=known).model_dump_json()
    try:
        if redemptions.is_counted(known, redemption_id):
            return json_response(answer)
        now = datetime.now(UTC)
        promotion = _promotion(known, at=now)
        if (reason := closed(promotion, at=now)) is not None and closed(promotion, at=now - QUOTED) is not None:
            raise problem.conflict(f"nobody can use {known} now: {reason}", kind="coupon-not-valid")
        customers = customer_keys(customer_id=asked.customer_id, email=asked.email)
        counted = redemptions.count(promotion, redemption_id, customers=customers)
    except RedemptionReleasedError as error:
        raise problem.conflict(str(error), kind="redemption-released") from error
    except CouponExhaustedError as error:
        raise problem.conflict(str(error), kind="coupon-exhausted") from error
    return json_response(answer, status=HTTPStatus.CREATED if counted else HTTPStatus.OK)


@application.delete("/v1/promotions/<code>/redemptions/<redemption_id>")
def release(_request: Request, code: str, redemption_id: str) -> Response[str]:
    """Take a use back, and refuse it if it arrives late: 204."""
    require_identifier(redemption_id, parameter="id")
    # What no promotion can be called was never counted and never will be.
    if known := canonical(code):
        RedemptionRepository(pricing_table()).release(known, redemption_id)
    return no_content()


def _promotion(code: str, *, at: datetime) -> Promotion:
    """Give a promotion; without a limit it may be one that is used by every order, so one kept for quotes will do.

    Its tallies tell who does not know new limits. One that is closed, or has a limit, is read anew.
    """
    kept = PromotionRepository(pricing_table()).recent([code]).get(code)
    return kept if kept and kept.is_tallied and closed(kept, at=at) is None else require_promotion(code)
