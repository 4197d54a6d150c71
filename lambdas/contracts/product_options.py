"""The choices that a product comes in, and what its variants make of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Self

from pydantic import Field, model_validator

from contracts.model import Contract, Text

MAXIMUM_OPTIONS = 20
MAXIMUM_VALUES = 100

_SHOWN = 10


class ProductOption(Contract):
    """A choice that every variant of a product makes.

    Attributes:
        name: what is chosen, e.g. ``colour``.
        values: what it may be, e.g. ``blue`` and ``red``, in the order in which they are shown.
    """

    name: Text
    values: Annotated[tuple[Text, ...], Field(strict=False, min_length=1, max_length=MAXIMUM_VALUES)]

    @model_validator(mode="after")
    def _values_differ(self) -> Self:
        if len(set(self.values)) < len(self.values):
            raise ValueError(f"option {self.name!r} has a value twice")
        return self


def option_faults(options: Sequence[ProductOption], chosen: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """Say what is wrong with options and the variants that choose from them; nothing if a product has none.

    Args:
        options: the product's.
        chosen: what each variant chooses, by its SKU.
    """
    names = [option.name for option in options]
    if len(set(names)) < len(names):
        yield "two options have the same name"
        return
    if options and not chosen:
        yield "options need variants, each with a value for every option"
    earlier: dict[tuple[str, ...], str] = {}
    for sku, choices in chosen.items() if options else ():
        if (fault := next(_faults_of_choices(options, choices), None)) is not None:
            yield f"variant {sku!r} {fault}"
            continue
        combination = tuple(choices[name] for name in names)
        if combination in earlier:
            yield f"variant {sku!r} is the same as variant {earlier[combination]!r}: {_listed(combination)}"
        earlier.setdefault(combination, sku)


def _faults_of_choices(options: Sequence[ProductOption], choices: Mapping[str, str]) -> Iterator[str]:
    for option in options:
        if option.name not in choices:
            yield f"has no value for option {option.name!r}; allowed are {_listed(option.values)}"
        elif choices[option.name] not in option.values:
            yield f"has {choices[option.name]!r} for option {option.name!r}; allowed are {_listed(option.values)}"
    if unknown := sorted(choices.keys() - {option.name for option in options}):
        yield f"has a value for {_listed(unknown)}, which is no option of the product"


def _listed(values: Sequence[str]) -> str:
    shown = ", ".join(map(repr, values[:_SHOWN]))
    return shown if len(values) <= _SHOWN else f"{shown} and {len(values) - _SHOWN} more"
