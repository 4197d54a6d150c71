"""What can go wrong with a table, whatever client speaks to it."""


class StoreError(Exception):
    """A table did not do what it was asked."""


class ConditionFailedError(StoreError):
    """The item was not in the state that the write asked for."""


class TransactionCanceledError(StoreError):
    """A transaction changed nothing: a condition failed or another transaction held one of its items.

    Attributes:
        reasons: DynamoDB's code for each operation in order, e.g. ``("None", "ConditionalCheckFailed")``; empty when it
            gave none, so decide by reading again, never by this alone.
    """

    def __init__(self, message: str, *, reasons: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.reasons = reasons


class UnavailableError(StoreError):
    """The table could not answer, or not in time, even when asked again. Nothing is known about the write."""


class ThrottledError(UnavailableError):
    """The table has no capacity left for now. The write did not happen."""
