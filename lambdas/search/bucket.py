"""The bucket that keeps the index's bundles.

The client is that of `pydynox`, the package that already talks to DynamoDB: written in Rust, it adds about 1 ms to a
cold start where boto3's S3 client costs 0.75 s, and it releases the interpreter's lock while it waits.
"""

from __future__ import annotations

from pydynox.exceptions import ResourceNotFoundException
from pydynox.pydynox_core import S3Operations

from search.generation import UnknownGenerationError
from store.client_errors import typed_errors

_PREFIX = "bundles/"


class Bucket:
    """Bundles by name. Safe to use from several threads.

    Every method is one call to S3 and raises `store.errors.UnavailableError` when S3 does not answer in time, even when
    asked again.

    Args:
        name: the bucket.
        client: an S3 client; by default one that gives up on a connection after 1 s, on an answer after 10 s.
    """

    def __init__(self, name: str, *, client: S3Operations | None = None) -> None:
        self.name = name
        self._client = client or S3Operations(connect_timeout=1.0, read_timeout=10.0, max_retries=3)

    def put(self, bundle: str, content: bytes) -> None:
        """Store a bundle."""
        with typed_errors():
            self._client.sync_upload_bytes(self.name, _key(bundle), content, content_type="application/zip")

    def get(self, bundle: str) -> bytes:
        """Give a bundle's content.

        Raises:
            UnknownGenerationError: when there is no such bundle. S3 says so only to a role that may list the bucket;
                to others it says "access denied".
        """
        try:
            with typed_errors():
                content, _ = self._client.sync_download_bytes(self.name, _key(bundle))
        except ResourceNotFoundException as error:
            raise UnknownGenerationError(f"no bundle {bundle!r} in bucket {self.name!r}") from error
        return content

    def delete(self, bundle: str) -> None:
        """Delete a bundle; nothing happens when there is none."""
        with typed_errors():
            self._client.sync_delete_object(self.name, _key(bundle))


def _key(bundle: str) -> str:
    return f"{_PREFIX}{bundle}.zip"
