"""AWS Signature Version 4, by which API Gateway knows who calls.

botocore signs. It is part of Lambda's runtime and of the containers' packages, so that no bundle carries it; importing
it takes about 0.2 s, so that only processes that call pay for it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from botocore.credentials import Credentials

SERVICE = "execute-api"


class NoCredentialsError(Exception):
    """The process has no credentials to sign with."""


def signed_headers(method: str, url: str, *, headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    """Give the headers of a request with its signature.

    Args:
        method: in capitals.
        url: as it will be sent, percent-encoded.
        headers: what else is sent.
        body: what is sent.

    Raises:
        NoCredentialsError: neither variables nor the container's address give any.
    """
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest

    request = AWSRequest(method=method, url=url, headers=dict(headers), data=body)
    region = os.environ.get("AWS_REGION") or os.environ["AWS_DEFAULT_REGION"]
    SigV4Auth(_credentials().get_frozen_credentials(), SERVICE, region).add_auth(request)
    return {name: str(value) for name, value in request.headers.items()}


@cache
def _credentials() -> Credentials:
    from botocore.credentials import ContainerProvider, EnvProvider

    # A function has them in variables; one with SnapStart and a container ask an address, again before they expire.
    for provider in (EnvProvider(), ContainerProvider()):
        found: Credentials | None = provider.load()
        if found is not None:
            return found
    raise NoCredentialsError("neither the environment nor the container's address gives credentials")
