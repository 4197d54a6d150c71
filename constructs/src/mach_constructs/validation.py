"""Checks of arguments that every construct shares; values that are known only at deployment pass."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from aws_cdk import Duration

from mach_constructs.tokens import is_unresolved

VARIABLE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]+")
"""What Lambda takes as the name of an environment variable, as "Environment" in its API reference says."""
LONGEST_TAG_KEY = 128
_LONGEST_TAG_VALUE = 256
_LONGEST_SERVICE_NAME = 128
_OF_TAGS = frozenset(" _.:/=+-@")


def require_finite(argument: str, value: float) -> None:
    """Refuse nan and inf, before the CDK is asked about them: its kernel reads JSON, which lacks both, and dies.

    Args:
        argument: The argument's name, as the caller wrote it.
        value: What was given; an unresolved token passes.

    Raises:
        ValueError: The number is none.
    """
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(f"{argument} must be a finite number, got {value}")


def require_at_least(argument: str, value: int, lowest: int) -> None:
    """Refuse a number below a bound.

    Args:
        argument: The argument's name, as the caller wrote it.
        value: What was given; an unresolved token passes.
        lowest: The least allowed value.

    Raises:
        ValueError: The value is less, or no whole number.
    """
    if _is_known(argument, value) and value < lowest:
        raise ValueError(f"{argument} must be at least {lowest}, got {value}")


def require_between(argument: str, value: float, lowest: int, highest: int, unit: str = "") -> None:
    """Refuse a number outside a range.

    Args:
        argument: The argument's name, as the caller wrote it.
        value: What was given; an unresolved token passes.
        lowest: The least allowed value.
        highest: The greatest allowed value.
        unit: Unit for the message, such as "MiB".

    Raises:
        ValueError: The value is out of range, or no whole number.
    """
    if _is_known(argument, value) and not lowest <= value <= highest:
        suffix = f" {unit}" if unit else ""
        raise ValueError(f"{argument} must be between {lowest} and {highest}{suffix}, got {value}")


def require_duration_between(argument: str, value: Duration, lowest: Duration, highest: Duration) -> None:
    """Refuse a duration outside a range, compared in seconds.

    Args:
        argument: The argument's name, as the caller wrote it.
        value: What was given; an unresolved token passes.
        lowest: The least allowed duration.
        highest: The greatest allowed duration.

    Raises:
        ValueError: The duration is out of range or not a whole number of seconds.
    """
    if value.is_unresolved():
        return
    milliseconds = int(value.to_milliseconds(integral=False))
    if milliseconds % 1000:
        raise ValueError(f"{argument} must be a whole number of seconds, got {milliseconds} ms")
    require_between(argument, milliseconds // 1000, int(lowest.to_seconds()), int(highest.to_seconds()), unit="seconds")


def require_text(argument: str, value: str) -> None:
    """Refuse an empty or blank text.

    Args:
        argument: The argument's name, as the caller wrote it.
        value: What was given; an unresolved token passes.

    Raises:
        ValueError: The text is empty or blank.
    """
    if not is_unresolved(value) and not value.strip():
        raise ValueError(f"{argument} must not be empty, got {value!r}")


def require_environment_variable(argument: str, value: str) -> None:
    """Refuse what no process can be given as a variable's name.

    Args:
        argument: The argument's name, as the caller wrote it.
        value: The variable's name.

    Raises:
        ValueError: It is empty, no text of letters, digits and underscores that begins with a letter, or reserved
            (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html).
    """
    require_text(argument, value)
    if not VARIABLE_NAME.fullmatch(value):
        raise ValueError(f'{argument} must be letters, digits and underscores, such as "TABLE_NAME", got {value!r}')
    if value.startswith(("AWS_", "LAMBDA_")):
        raise ValueError(f"{argument} must not begin with AWS_ or LAMBDA_, which Lambda reserves, got {value!r}")


def require_tag(argument: str, value: str, *, longest: int = _LONGEST_TAG_VALUE) -> None:
    """Refuse what AWS takes neither as the value of a tag nor as its key.

    Args:
        argument: The argument's name, as the caller wrote it.
        value: What was given; an unresolved token passes.
        longest: Characters allowed: 256 for a value, 128 for a key.

    Raises:
        ValueError: It is empty, longer, reserved for AWS, or not made of letters, digits, blanks and _ . : / = + - @
            (https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/allocation-tag-restrictions.html).
    """
    require_text(argument, value)
    if is_unresolved(value):
        return
    if len(value) > longest:
        raise ValueError(f"{argument} must have at most {longest} characters, got {len(value)}")
    if not all(character.isalnum() or character in _OF_TAGS for character in value):
        raise ValueError(f"{argument} must be letters, digits, blanks and _ . : / = + - @, got {value!r}")
    if value.lower().startswith("aws:"):
        raise ValueError(f"{argument} must not begin with 'aws:', which is reserved for AWS, got {value!r}")


def require_service_name(argument: str, value: str) -> None:
    """Refuse what cannot name a service everywhere its name goes: a tag, descriptions of functions, variables.

    A function's description holds 256 characters, of which a handler's name takes up to 128.

    Args:
        argument: The argument's name, as the caller wrote it.
        value: What was given; an unresolved token passes.

    Raises:
        ValueError: It is empty, longer than 128 characters, or no value of a tag.
    """
    require_tag(argument, value, longest=_LONGEST_SERVICE_NAME)


def require_emails(argument: str, emails: Sequence[str]) -> None:
    """Refuse what are no e-mail addresses, or one that is there twice.

    Args:
        argument: The argument's name, as the caller wrote it.
        emails: What was given; unresolved tokens pass.

    Raises:
        ValueError: One does not look like an address, or stands there twice.
    """
    for email in emails:
        if not is_unresolved(email) and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
            raise ValueError(f'{argument} must hold addresses like "team@example.com", got {email!r}')
        if emails.count(email) > 1:
            raise ValueError(f"{argument} must be distinct, got {email!r} {emails.count(email)} times")


def _is_known(argument: str, value: float) -> bool:
    require_finite(argument, value)
    if is_unresolved(value):
        return False
    if value != int(value):
        raise ValueError(f"{argument} must be a whole number, got {value}")
    return True
