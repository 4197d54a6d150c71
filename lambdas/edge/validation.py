"""Bodies checked against pydantic models, their faults told by JSON pointers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from edge import problem

if TYPE_CHECKING:
    from pydantic import BaseModel, ValidationError

    ModelT = TypeVar("ModelT", bound=BaseModel)

_MAXIMUM_POINTER = 500


def validate(model: type[ModelT], document: object) -> ModelT:
    """Give the model of a parsed JSON body; a field that it does not know is refused.

    Raises:
        Problem: 422 with a JSON pointer for each fault.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(document, extra="forbid")
    except ValidationError as error:
        raise problem.invalid(*input_errors(error, document)) from error


def input_errors(error: ValidationError, document: object) -> list[problem.InputError]:
    """Give pydantic's faults as ours.

    Args:
        error: what validating raised.
        document: what was validated.
    """
    return [
        problem.InputError(
            pointer=_pointer(fault["loc"], document),
            detail=fault["msg"].removeprefix("Value error, "),
            code=fault["type"],
        )
        for fault in error.errors(include_url=False, include_context=False, include_input=False)
    ]


def json_pointer(path: tuple[str | int, ...]) -> str:
    """Give the RFC 6901 pointer of a path of member names and list positions; ``""`` for an empty one."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in path)


def _pointer(location: tuple[str | int, ...], document: object) -> str:
    # Beside names and positions, pydantic puts notes of its own into a location ("[key]", names of union members).
    # What is in the document, or is the missing last member, belongs to the pointer; the rest does not.
    path: list[str | int] = []
    node = document
    for depth, part in enumerate(location):
        if isinstance(node, dict):
            if part in node:
                node = node[part]
            elif depth < len(location) - 1:
                continue
        elif isinstance(node, list | tuple) and isinstance(part, int) and part < len(node):
            node = node[part]
        else:
            continue
        path.append(part)
    pointer = json_pointer(tuple(path))
    return pointer if len(pointer) <= _MAXIMUM_POINTER else json_pointer(tuple(path[:-1]))[:_MAXIMUM_POINTER]
