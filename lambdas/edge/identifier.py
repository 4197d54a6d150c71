"""Ids that stand in paths. Knows nothing of pydantic: reads import it."""

from __future__ import annotations

import re

from edge import problem

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,63}\Z")


def is_identifier(text: str) -> bool:
    """Say whether an id can be written so, as ``contracts.model.Identifier`` does for bodies."""
    return _IDENTIFIER.match(text) is not None


def require_identifier(text: str, *, parameter: str) -> None:
    """Refuse what cannot be an id.

    Args:
        text: as it stands in the path.
        parameter: the path's name for it.

    Raises:
        Problem: 422.
    """
    if not is_identifier(text):
        detail = "must be 1 to 64 letters, digits or . _ ~ -, the first a letter or a digit"
        raise problem.invalid(problem.InputError(parameter=parameter, detail=detail, code=parameter))
