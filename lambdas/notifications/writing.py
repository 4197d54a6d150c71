"""Writes messages: a language's texts, filled in with facts, in a layout for HTML and one without."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TypedDict, cast

from babel.numbers import format_currency, get_currency_precision
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from notifications.message import Email, Facts, Kind

_FOLDER = Path(__file__).parent
_LINE_BREAKS = re.compile(r"\s+")


class _Text(TypedDict):
    subject: str
    paragraphs: list[str]


def write(kind: Kind, language: str, facts: Facts) -> Email:
    """Write a message.

    Args:
        kind: what it is about.
        language: one of ``LANGUAGES``.
        facts: what happened.

    Raises:
        jinja2.UndefinedError: the text speaks of something that is not among the facts.
    """
    text = texts(language)[kind]
    subject = _LINE_BREAKS.sub(" ", _filled(text["subject"], facts, language, escaped=False)).strip()
    written = {}
    for layout, escaped in (("text.jinja", False), ("html.jinja", True)):
        paragraphs = [_filled(paragraph, facts, language, escaped=escaped) for paragraph in text["paragraphs"]]
        # Filled in and escaped above: not to be escaped again.
        environment = _environment(language, escaped=False)
        written[layout] = environment.get_template(layout).render(
            language=language,
            subject=_filled("{{ subject }}", {"subject": subject}, language, escaped=escaped),
            paragraphs=[paragraph for paragraph in paragraphs if paragraph.strip()],
        )
    return Email(subject=subject, text=written["text.jinja"], html=written["html.jinja"])


@cache
def texts(language: str) -> Mapping[str, _Text]:
    """Give a language's texts by kind."""
    found = tomllib.loads((_FOLDER / "texts" / f"{language}.toml").read_text())
    return cast("Mapping[str, _Text]", found)


def _filled(text: str, facts: Facts, language: str, *, escaped: bool) -> str:
    return _environment(language, escaped=escaped).from_string(text).render(facts)


@cache
def _environment(language: str, *, escaped: bool) -> Environment:
    environment = Environment(
        autoescape=escaped,  # noqa: S701  # plain text is no HTML; what becomes HTML is filled in with escaping on
        undefined=StrictUndefined,
        loader=FileSystemLoader(_FOLDER / "layouts"),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["money"] = lambda money: _money(money, language)
    return environment


def _money(money: Mapping[str, object], language: str) -> str:
    currency, amount = str(money["currency"]), cast(int, money["amount"])
    return format_currency(Decimal(amount).scaleb(-get_currency_precision(currency)), currency, locale=language)
