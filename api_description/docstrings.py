"""What the docstring of a model says, of itself and of its attributes."""

from __future__ import annotations

from functools import cache

from docstring_parser.google import parse

from contracts.model import Contract


@cache
def _read(model: type) -> tuple[str, dict[str, str]]:
    docstring = parse(model.__doc__ or "")
    said = {member.arg_name: _sentence(member.description or "") for member in docstring.params}
    return _markdown(docstring.description or "").strip(), said


def description(model: type) -> str:
    """Give what a model says of itself, in Markdown."""
    return _read(model)[0]


def attributes(model: type) -> dict[str, str]:
    """Give what a model and those that it is made of say of their attributes, in Markdown."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, Contract) and base is not Contract:
            found |= _read(base)[1]
    return found


def _markdown(text: str) -> str:
    return text.replace("``", "`")


def _sentence(text: str) -> str:
    joined = _markdown(" ".join(text.split()))
    return joined if joined.startswith("`") else joined[:1].upper() + joined[1:]
