"""The base of everything that crosses a service's border."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Identifier = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]*$",
        description="Letters, digits and . _ ~ - only, so that it stands in a URL without escapes.",
    ),
]
"""A product's id or a SKU: 1 to 64 unreserved URL characters, the first a letter or a digit."""


Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"\S")]
"""A name or another short text that says something."""


ReadOnly = Annotated[object, Field(default=None, exclude=True, repr=False, json_schema_extra={"readOnly": True})]
"""A field that the service alone sets: taken and ignored, so that what was read can be changed and sent back."""


class Contract(BaseModel):
    """A value that two services, or a service and its clients, agree on.

    Strict: the integer 1 is no string and "1" is no integer. Frozen. A field that it does not know is ignored, so that
    a producer may add one before its consumers learn of it; the HTTP edge refuses it by validating with
    ``extra="forbid"``.
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", allow_inf_nan=False)
