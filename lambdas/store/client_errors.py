"""What pydynox raises, for DynamoDB and for S3, told as the store's errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from pydynox.exceptions import (
    ConditionalCheckFailedException,
    ConnectionException,
    ProvisionedThroughputExceededException,
    PydynoxException,
    TransactionCanceledException,
)

from store.errors import ConditionFailedError, ThrottledError, TransactionCanceledError, UnavailableError

_REASONS = re.compile(r"specific reasons \[([^\]]*)\]")
_THROTTLES = frozenset(("ThrottlingError", "ProvisionedThroughputExceeded", "RequestLimitExceeded"))


@contextmanager
def typed_errors() -> Iterator[None]:
    """Raise the client's errors as ours; a mistake in what we asked for stays the client's own."""
    try:
        yield
    except ConditionalCheckFailedException as error:
        raise ConditionFailedError(str(error)) from error
    except TransactionCanceledException as error:
        # The client drops DynamoDB's list of reasons; its message repeats the codes.
        stated = _REASONS.search(str(error))
        reasons = tuple(code.strip() for code in stated[1].split(",")) if stated else ()
        if _THROTTLES.intersection(reasons):
            raise ThrottledError(str(error)) from error
        raise TransactionCanceledError(str(error), reasons=reasons) from error
    except ProvisionedThroughputExceededException as error:
        raise ThrottledError(str(error)) from error
    except ConnectionException as error:
        raise UnavailableError(str(error)) from error
    except PydynoxException as error:
        # AWS's own faults (InternalServerError and the like) come as the bare base class, our mistakes as others.
        if type(error) is not PydynoxException:
            raise
        raise UnavailableError(str(error)) from error
