"""What the storefront has sent by e-mail: on the local AWS nothing leaves the machine, and its SES keeps everything."""

from collections.abc import Iterator

import httpx
from rich.text import Text

PATH = "/_ministack/ses/messages"


def mails(endpoint: str, *, to: str | None = None) -> Iterator[Text]:
    """Each message, oldest first: whom it went to, its subject and its plain text.

    Args:
        endpoint: Base URL of the local AWS.
        to: Only those to this address.
    """
    answer = httpx.get(f"{endpoint}{PATH}", timeout=10)
    answer.raise_for_status()
    found = [message for messages in answer.json()["messages"].values() for message in messages]
    for message in sorted(found, key=lambda message: message["Timestamp"]):
        if to is None or to in message["To"]:
            yield Text.assemble((f"to {', '.join(message['To'])}: {message['Subject']}", "bold"))
            yield Text(message["BodyText"])
