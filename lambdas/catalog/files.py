"""The bucket of exports, uploads and reports.

The client is boto3's, which Lambda brings along: parts of uploads, ranges of objects and links to upload by are more
than the client in Rust knows, and whoever exports a catalog does not notice the half second that it takes to start.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, cast

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from store.errors import UnavailableError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

LINK_SECONDS = 15 * 60
"""How long a link can be used: it is as good as a token for its one file."""

GZIP = "application/gzip"

_CONFIG = Config(
    signature_version="s3v4", connect_timeout=1, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3}
)
_MISSING = frozenset({"404", "NoSuchKey", "NoSuchUpload", "NotFound"})


class MissingFileError(Exception):
    """There is no such file, or no such upload."""


class ChangedFileError(Exception):
    """The file is no longer the one that was begun with."""


class Files:
    """Files by key. Safe to use from several threads.

    Every method raises `UnavailableError` when S3 does not answer in time, even when asked again.

    Args:
        bucket: its name; the environment variable ``FILES_BUCKET`` when left out.
        client: an S3 client; the process's one when left out.
    """

    def __init__(self, bucket: str | None = None, *, client: S3Client | None = None) -> None:
        self._bucket = bucket or os.environ["FILES_BUCKET"]
        self._client = client or _client()

    def put(self, key: str, content: bytes) -> None:
        """Store a file."""
        with _typed_errors():
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content)

    def get(self, key: str) -> bytes:
        """Give a whole file.

        Raises:
            MissingFileError: there is none.
        """
        with _typed_errors():
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def range(self, key: str, *, start: int, length: int, tag: str) -> bytes:
        """Give some bytes of a file.

        Args:
            key: the file's.
            start: the first byte, from 0.
            length: how many at most.
            tag: what `look_at` gave.

        Raises:
            MissingFileError: there is no such file any more.
            ChangedFileError: it is another one by now.
        """
        asked = f"bytes={start}-{start + length - 1}"
        with _typed_errors():
            return self._client.get_object(Bucket=self._bucket, Key=key, Range=asked, IfMatch=tag)["Body"].read()

    def look_at(self, key: str) -> tuple[int, str]:
        """Give a file's size in bytes, and the tag of its content.

        Raises:
            MissingFileError: there is none.
        """
        with _typed_errors():
            found = self._client.head_object(Bucket=self._bucket, Key=key)
        return found["ContentLength"], found["ETag"]

    def upload_link(self, key: str) -> str:
        """Give an address to which whoever has it can send a file by PUT, for 15 minutes. Asks nobody."""
        return self._client.generate_presigned_url(
            "put_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=LINK_SECONDS
        )

    def link(self, key: str) -> str:
        """Give an address from which whoever has it can download a file, for 15 minutes. Asks nobody."""
        return self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=LINK_SECONDS
        )

    def begin_upload(self, key: str, *, name: str) -> str:
        """Begin to store a file part by part; give the upload's id.

        Args:
            key: the file's.
            name: under which a browser saves it.
        """
        with _typed_errors():
            return self._client.create_multipart_upload(
                Bucket=self._bucket, Key=key, ContentType=GZIP, ContentDisposition=f'attachment; filename="{name}"'
            )["UploadId"]

    def upload_part(self, key: str, upload: str, *, number: int, content: bytes) -> str:
        """Store a part, 5 MiB or more unless it is the last; give its tag. The same number again replaces it.

        Raises:
            MissingFileError: there is no such upload any more.
        """
        with _typed_errors():
            return self._client.upload_part(
                Bucket=self._bucket, Key=key, UploadId=upload, PartNumber=number, Body=content
            )["ETag"]

    def complete_upload(self, key: str, upload: str, tags: Sequence[str]) -> None:
        """Make one file of the parts; nothing happens when that was done before.

        Args:
            key: the file's.
            upload: what `begin_upload` gave.
            tags: of the parts, in order.

        Raises:
            MissingFileError: there is neither the upload nor the file.
        """
        parts = [{"ETag": tag, "PartNumber": number} for number, tag in enumerate(tags, start=1)]
        try:
            with _typed_errors():
                self._client.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=key,
                    UploadId=upload,
                    MultipartUpload={"Parts": parts},  # type: ignore[typeddict-item]  # tag and number are all it needs
                )
        except MissingFileError:
            with _typed_errors():
                self._client.head_object(Bucket=self._bucket, Key=key)


@cache
def _client() -> S3Client:
    return boto3.client("s3", config=_CONFIG)


@contextmanager
def _typed_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        status = cast("Mapping[str, Mapping[str, object]]", error.response).get("ResponseMetadata", {})
        if error.response["Error"]["Code"] in _MISSING:
            raise MissingFileError(str(error)) from error
        if status.get("HTTPStatusCode") == 412:  # Precondition Failed
            raise ChangedFileError(str(error)) from error
        if status.get("HTTPStatusCode") in (429, 500, 503):
            raise UnavailableError(str(error)) from error
        raise
    except BotoCoreError as error:
        raise UnavailableError(str(error)) from error
