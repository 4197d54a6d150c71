"""The protocol between a microservice and whatever keeps its state."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Protocol

from aws_cdk import RemovalPolicy
from aws_cdk import aws_iam as iam
from constructs import Construct

from mach_constructs.stores.network import StoreNetwork


class Access(Enum):
    """What a workload may do with its service's stores."""

    NONE = "none"
    """Nothing. Grant by hand what it needs: `service.stores[0].grant(service.workloads[...].role, ...)`."""

    READ = "read"
    """Read single items and query; nothing that changes state and never a scan."""

    WRITE = "write"
    """Create, change and delete, also on conditions, without reading: for what only records."""

    READ_WRITE = "read-write"
    """Everything of `READ` and `WRITE`."""

    @property
    def reads(self) -> bool:
        """Whether it includes `READ`."""
        return self in (Access.READ, Access.READ_WRITE)

    @property
    def writes(self) -> bool:
        """Whether it includes `WRITE`."""
        return self in (Access.WRITE, Access.READ_WRITE)


class Removal(Enum):
    """What becomes of the data when a store leaves its stack."""

    RETAIN = RemovalPolicy.RETAIN
    """The data stays, and deletion protection refuses accidents (the default)."""

    DESTROY = RemovalPolicy.DESTROY
    """The data goes with the stack. For development and test environments only."""


class AttachedStore(Protocol):
    """A store that exists: what functions need to know about it and how they may use it."""

    @property
    def environment(self) -> Mapping[str, str]:
        """Environment variables that tell a function where the store is."""

    @property
    def network(self) -> StoreNetwork | None:
        """Where it is reached; None for a store that is reached through AWS's API."""

    def grant(self, grantee: iam.IGrantable, access: Access) -> iam.Grant:
        """Allow exactly the actions of an access, on exactly this store's resources."""


class Store(Protocol):
    """A strategy for keeping state, handed to `Microservice(store=…)`."""

    @property
    def environment_variable(self) -> str:
        """Variable that tells functions where the store is; no two stores of a service share it."""

    def attach(self, scope: Construct, *, outbox: bool) -> AttachedStore:
        """Create the store's resources in the service's scope.

        Args:
            scope: The microservice.
            outbox: Whether the service publishes events out of its stores.
        """
