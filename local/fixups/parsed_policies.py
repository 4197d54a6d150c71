"""A policy document is parsed once, not at every request.

The emulator parses every policy of the caller's role from its JSON text whenever it checks a permission: once a
request, and once an item of a transaction.
"""

import functools
from typing import Any

from ministack.core import iam_evaluator

REMEMBERED = 1024


def install() -> None:
    """Makes the emulator remember what it parsed, by the text of the document: a changed policy has another text."""
    parse = iam_evaluator.parse_policy_document
    parse_text = functools.lru_cache(maxsize=REMEMBERED)(parse)

    def parse_once(document: str | dict[str, Any]) -> Any:
        return parse_text(document) if isinstance(document, str) else parse(document)

    iam_evaluator.parse_policy_document = parse_once
