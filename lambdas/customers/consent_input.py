"""What a customer agrees to."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from contracts.model import Contract, Identifier


class ConsentInput(Contract):
    """A decision.

    Attributes:
        granted: yes or no.
        text_version: which text was agreed to, or the one whose consent is withdrawn.
    """

    granted: bool
    text_version: Identifier


class ConsentsInput(Contract):
    """The body of ``PUT /v1/customers/me/consents``; what is left out stays as it is.

    Attributes:
        marketing_email: offers by e-mail.
        personalization: offers by what was bought.
        analytics: counting what is looked at.
    """

    marketing_email: Annotated[ConsentInput | None, Field(default=None)]
    personalization: Annotated[ConsentInput | None, Field(default=None)]
    analytics: Annotated[ConsentInput | None, Field(default=None)]
