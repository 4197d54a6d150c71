"""What is wrong, as the API says it."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from edge import problem
from orders.order import OrderStateError
from orders.returns import ReturnLineError


def state_problem(error: OrderStateError) -> problem.Problem:
    """409: the order does not stand so that this is possible."""
    return problem.conflict(str(error), kind="order-state")


def return_problem(error: ReturnLineError, skus: Sequence[str]) -> problem.Problem:
    """409: more would come back than can.

    Args:
        error: what was refused.
        skus: those of the body's items, in their order.
    """
    errors = [
        problem.InputError(
            pointer=f"/items/{skus.index(sku)}/quantity",
            detail=f"{left} of {sku} can be returned",
            code="return_exceeds",
        )
        for sku, left in error.left.items()
    ]
    return problem.Problem(
        HTTPStatus.CONFLICT, "return-exceeds", "more would come back than has arrived", errors=errors
    )
