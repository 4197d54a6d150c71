"""Hands messages over to SES.

boto3 is part of Lambda's runtime and of the containers' packages, so that no bundle carries it.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any, Protocol

from notifications.message import Email

TIMEOUT_SECONDS = 5


class NotSentError(Exception):
    """SES did not take a message now. What it said is left out, for it may repeat addresses.

    Attributes:
        code: SES's name for the reason, or the exception's.
        is_certain: whether SES surely does not have it; else nobody knows.
    """

    def __init__(self, code: str, *, is_certain: bool) -> None:
        super().__init__(f"SES did not take the message: {code}")
        self.code = code
        self.is_certain = is_certain


class RefusedError(Exception):
    """SES will never take this message: its address cannot be written to."""


class Sender(Protocol):
    """Hands messages over."""

    def send(self, email: Email, *, to: str) -> None:
        """Hand one over.

        Raises:
            RefusedError: for good.
            NotSentError: for now, or nobody knows.
        """


class SesSender:
    """Hands messages over to SES, version 2.

    Args:
        sender: the address that they come from; ``SENDER_ADDRESS`` when left out.
        configuration_set: what suppresses addresses that bounced or complained; ``CONFIGURATION_SET`` when left out.
    """

    def __init__(self, *, sender: str | None = None, configuration_set: str | None = None) -> None:
        self._sender = sender or os.environ["SENDER_ADDRESS"]
        self._configuration_set = configuration_set or os.environ["CONFIGURATION_SET"]

    def send(self, email: Email, *, to: str) -> None:
        """Hand one over; SES is asked once, for a second time might send twice.

        Raises:
            RefusedError: the address cannot be written to.
            NotSentError: any other reason.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            _ses().send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [to]},
                ConfigurationSetName=self._configuration_set,
                Content={
                    "Simple": {
                        "Subject": {"Data": email.subject, "Charset": "UTF-8"},
                        "Body": {
                            "Text": {"Data": email.text, "Charset": "UTF-8"},
                            "Html": {"Data": email.html, "Charset": "UTF-8"},
                        },
                    }
                },
            )
        except ClientError as error:
            code = str(error.response.get("Error", {}).get("Code", "unknown"))
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500)
            if code == "BadRequestException":
                raise RefusedError from None
            raise NotSentError(code, is_certain=status < 500) from None
        except BotoCoreError as error:
            raise NotSentError(type(error).__name__, is_certain=False) from None


@cache
def _ses() -> Any:
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=TIMEOUT_SECONDS, read_timeout=TIMEOUT_SECONDS, retries={"total_max_attempts": 1})
    return boto3.client("sesv2", config=config)
