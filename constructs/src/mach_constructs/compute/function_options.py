"""What one function of a service needs otherwise than the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import Duration, Size, SizeRoundingBehavior

from mach_constructs.compute.async_invocation import AsyncInvocation
from mach_constructs.compute.environment_variables import require_variables
from mach_constructs.stores.store import Access
from mach_constructs.tokens import is_unresolved
from mach_constructs.validation import require_between, require_duration_between

LONGEST_RUN = Duration.minutes(15)
SHORTEST_RUN = Duration.seconds(1)


@dataclass(frozen=True, kw_only=True)
class FunctionOptions:
    """What one handler needs otherwise than its service; None takes the service's value.

    Attributes:
        memory: MiB, 128 to 10240; CPU grows with it.
        timeout: 1 s to 15 min; at most 29 s behind an HTTP API.
        ephemeral_storage: Size of `/tmp`, 512 MiB to 10 GiB; more than 512 MiB costs extra.
        reserved_concurrency: Executions set aside for, and the limit of, this function.
        provisioned_concurrency: Execution environments kept warm, billed by the hour, at most those reserved.
        async_invocation: What becomes of asynchronous invocations that fail, if anybody makes such.
        environment: Variables besides the service's.
        access: What it may do with the stores. By default a handler of GET and HEAD routes alone may read, any other
            may write too.

    Raises:
        ValueError: A number is out of range, or a variable has a name that Lambda does not accept or sets itself.

    Example:
        LambdaCompute("lambdas/catalog", handlers={"write.handler": FunctionOptions(memory=1024)})
    """

    memory: int | None = None
    timeout: Duration | None = None
    ephemeral_storage: Size | None = None
    reserved_concurrency: int | None = None
    provisioned_concurrency: int | None = None
    async_invocation: AsyncInvocation | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    access: Access | None = None

    def __post_init__(self) -> None:
        if self.memory is not None:
            require_between("memory", self.memory, 128, 10240, "MiB")
        if self.timeout is not None:
            require_duration_between("timeout", self.timeout, SHORTEST_RUN, LONGEST_RUN)
        if self.ephemeral_storage is not None and not self.ephemeral_storage.is_unresolved():
            mebibytes = self.ephemeral_storage.to_mebibytes(rounding=SizeRoundingBehavior.NONE)
            require_between("ephemeral_storage", mebibytes, 512, 10240, "MiB")
        if self.reserved_concurrency is not None:
            require_between("reserved_concurrency", self.reserved_concurrency, 0, 100_000)
        self._check_provisioned_concurrency()
        require_variables("environment", self.environment)

    def over(self, service: FunctionOptions) -> FunctionOptions:
        """Give complete options: these where they say something, else the service's.

        Args:
            service: What every function of the service has.

        Returns:
            Both together; the variables of both, of which these win.
        """
        return FunctionOptions(
            memory=service.memory if self.memory is None else self.memory,
            timeout=self.timeout or service.timeout,
            ephemeral_storage=self.ephemeral_storage or service.ephemeral_storage,
            reserved_concurrency=(
                service.reserved_concurrency if self.reserved_concurrency is None else self.reserved_concurrency
            ),
            provisioned_concurrency=(
                service.provisioned_concurrency
                if self.provisioned_concurrency is None
                else self.provisioned_concurrency
            ),
            async_invocation=self.async_invocation or service.async_invocation,
            environment={**service.environment, **self.environment},
            access=self.access or service.access,
        )

    def _check_provisioned_concurrency(self) -> None:
        provisioned, reserved = self.provisioned_concurrency, self.reserved_concurrency
        if provisioned is None:
            return
        require_between("provisioned_concurrency", provisioned, 1, 100_000)
        if reserved is None or is_unresolved(reserved) or is_unresolved(provisioned):
            return
        if provisioned > reserved:
            raise ValueError(
                f"provisioned_concurrency must be at most the reserved_concurrency {reserved}, got {provisioned}"
            )
