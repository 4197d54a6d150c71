"""A merchant looks at what is unusual before it is charged."""

from __future__ import annotations

import os

from checkout import executions
from checkout.step import Result, Situation
from checkout.steps.price import quote_of


def do(situation: Situation) -> Result | None:
    """Let a small order pass, and a large one wait for a merchant."""
    token = situation.task_token or ""
    if quote_of(situation).total.amount < int(os.environ["REVIEW_FROM_AMOUNT"]):
        if situation.checkout.waiting_for is not None:
            situation.repository.go_on(situation.checkout.id)
        executions.succeed(token, {"review": "none"})
    else:
        situation.repository.wait(situation.checkout, "review", token=token)
    return None


def undo(situation: Situation) -> None:
    """There is nothing to undo."""
