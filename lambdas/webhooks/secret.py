"""The secrets that deliveries are signed with. The table has them encrypted by a key of KMS.

One key costs 1 USD a month and 0.03 USD for ten thousand uses, however many webhooks there are; Secrets Manager would
cost 0.40 USD a month for each.
"""

from __future__ import annotations

import base64
import os
import secrets
from functools import cache, lru_cache
from typing import Any

PREFIX = "whsec_"
LENGTH = 32
"""Bytes; Standard Webhooks asks for 24 to 64."""


def new_secret() -> str:
    """Give a new secret, as Standard Webhooks writes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(LENGTH)).decode()


def encrypted(secret: str, *, webhook_id: str) -> str:
    """Give a secret as the table keeps it; it can be read for that webhook only. One call of KMS."""
    answer = _kms().encrypt(
        KeyId=os.environ["SECRETS_KEY"], Plaintext=secret.encode(), EncryptionContext={"webhook_id": webhook_id}
    )
    return base64.b64encode(answer["CiphertextBlob"]).decode()


@lru_cache(maxsize=256)
def decrypted(kept: str, *, webhook_id: str) -> str:
    """Give a secret that the table keeps. One call of KMS for each that this process has not seen lately."""
    answer = _kms().decrypt(
        KeyId=os.environ["SECRETS_KEY"],
        CiphertextBlob=base64.b64decode(kept),
        EncryptionContext={"webhook_id": webhook_id},
    )
    plain: bytes = answer["Plaintext"]
    return plain.decode()


@cache
def _kms() -> Any:
    import boto3

    return boto3.client("kms")
