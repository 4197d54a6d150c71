"""Secrets that are shared with somebody outside: read when needed, never part of a template or an environment."""

from __future__ import annotations

import os

KEPT_SECONDS = 300
"""How long a secret that was read is used: the time that a changed one takes to be known everywhere."""


def shared_secret(variable: str) -> str:
    """Give the secret whose ARN an environment variable names, as it was at most five minutes ago.

    Args:
        variable: name of the environment variable.

    Raises:
        GetParameterError: Secrets Manager did not give it.
    """
    # Brings boto3 with it, which no request needs that asks for no secret.
    from aws_lambda_powertools.utilities.parameters import get_secret

    return str(get_secret(os.environ[variable], max_age=KEPT_SECONDS))
