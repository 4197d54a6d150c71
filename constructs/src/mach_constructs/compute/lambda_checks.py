"""What the options of Lambda functions must be to each other and to what the functions are used for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mach_constructs.compute.compute import HandlerUse
from mach_constructs.compute.target import Target
from mach_constructs.tokens import is_unresolved

if TYPE_CHECKING:
    from mach_constructs.compute.lambda_compute import LambdaCompute

# An HTTP API gives an integration 30 s at most; a function that ends a second earlier can still answer.
_LONGEST_ROUTE_SECONDS = 29
# https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html: neither provisioned concurrency nor a larger /tmp.
_SNAP_START_STORAGE = 512
# https://docs.aws.amazon.com/lambda/latest/api/API_VpcConfig.html
_MOST_SECURITY_GROUPS = 5
_LONGEST_HANDLER, _LONGEST_DESCRIPTION = 128, 256


def check_options(compute: LambdaCompute, handler: str) -> None:
    """Check the options of one handler, or of the service as a whole.

    Args:
        compute: All options.
        handler: Whose; an empty text for what every function has.

    Raises:
        ValueError: Options exclude each other, or one is out of range.
    """
    options = compute.options(handler)
    of_handler = f" of handler {handler!r}" if handler else ""
    if compute.snap_start and options.provisioned_concurrency is not None:
        raise ValueError(
            f"snap_start must not be combined with provisioned_concurrency{of_handler}, got "
            f"{options.provisioned_concurrency}"
        )
    storage = options.ephemeral_storage
    size = 0 if storage is None or storage.is_unresolved() else int(storage.to_mebibytes())
    if compute.snap_start and size > _SNAP_START_STORAGE:
        raise ValueError(
            f"snap_start allows ephemeral_storage{of_handler} of at most {_SNAP_START_STORAGE} MiB, got {size}"
        )
    if compute.vpc is None and (compute.subnets is not None or compute.security_groups):
        argument = "security_groups" if compute.security_groups else "subnets"
        raise ValueError(f"{argument} need a vpc that they are in, got none")
    if len(compute.security_groups) > _MOST_SECURITY_GROUPS:
        given = len(compute.security_groups)
        raise ValueError(f"security_groups must be at most {_MOST_SECURITY_GROUPS} for a function, got {given}")


def check_uses(compute: LambdaCompute, uses: Sequence[HandlerUse]) -> None:
    """Check the options of every handler against what it is used for.

    Args:
        compute: All options.
        uses: Every handler of the service.

    Raises:
        ValueError: A handler is missing, may outlast the API's patience, or has options but no use.
    """
    handlers = [use.handler for use in uses]
    for handler in handlers:
        compute.require_handler(handler)
    for handler in compute.handlers:
        if handler not in handlers:
            used = ", ".join(handlers) or "none"
            raise ValueError(f"compute has options for {handler!r}, but the service uses only {used}")
    for use in uses:
        timeout = compute.options(use.handler).timeout
        if not use.routes or timeout is None or timeout.is_unresolved():
            continue
        if timeout.to_seconds() > _LONGEST_ROUTE_SECONDS:
            raise ValueError(
                f"timeout of {use.handler!r} must be at most {_LONGEST_ROUTE_SECONDS} seconds, because it serves "
                f"{use.routes[0].key!r} and the API waits no longer, got {int(timeout.to_seconds())}"
            )


def check_target(compute: LambdaCompute, target: Target) -> None:
    """Check that the app's runtime can do what the options ask for.

    Args:
        compute: All options.
        target: Runtime and architecture of the app.

    Raises:
        ValueError: SnapStart is asked of a Python that has none.
    """
    if compute.snap_start and not target.supports_snap_start:
        raise ValueError(f"snap_start needs python3.12 or later, got {target.runtime}")


def check_texts(compute: LambdaCompute, handler: str, description: str) -> None:
    """Check the lengths of what names and describes a function.

    Args:
        compute: All options.
        handler: Module and function within the service's folder.
        description: What the function is for.

    Raises:
        ValueError: Lambda takes no text that long (https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html).
    """
    qualified = f"{compute.name}.{handler}"
    if len(qualified) > _LONGEST_HANDLER:
        raise ValueError(
            f"handler must have at most {_LONGEST_HANDLER} characters with its folder, got {len(qualified)}: "
            f"{qualified!r}"
        )
    if not is_unresolved(description) and len(description) > _LONGEST_DESCRIPTION:
        raise ValueError(
            f"description must have at most {_LONGEST_DESCRIPTION} characters, got {len(description)}: {description!r}"
        )
