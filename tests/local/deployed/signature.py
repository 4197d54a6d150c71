"""Requests signed with AWS credentials, as services sign theirs."""

from collections.abc import Generator

import httpx
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials


class Signature(httpx.Auth):
    """Signs each request with AWS Signature Version 4.

    Args:
        access_key: Whose.
        secret_key: The secret.
    """

    requires_request_body = True

    def __init__(self, access_key: str, secret_key: str) -> None:
        self._signer = SigV4Auth(Credentials(access_key, secret_key), "execute-api", "us-east-1")

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        signed = AWSRequest(method=request.method, url=str(request.url), data=request.content)
        self._signer.add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        yield request
