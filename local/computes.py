"""Which services run on Fargate here: as said last, until said otherwise."""

from collections.abc import Iterable

from local.failure import FailureError
from local.places import Places

SWITCHABLE = ("inventory",)
"""The services that the storefront offers both ways."""
NONE = "none"


def on_fargate(places: Places, asked_for: str | None = None) -> tuple[str, ...]:
    """The services that run on Fargate.

    Args:
        places: Where the choice is remembered, with the state that was made by it.
        asked_for: Services by name, with commas, or `none`; None for what was asked for last.

    Raises:
        FailureError: When a service is named that cannot be switched.
    """
    if asked_for is None:
        try:
            asked_for = places.on_fargate.read_text()
        except FileNotFoundError:
            return ()
    services = () if asked_for.strip() == NONE else tuple(sorted(name.strip() for name in asked_for.split(",")))
    for service in services:
        if service not in SWITCHABLE:
            raise FailureError(
                f"service {service!r} cannot be switched to Fargate: FARGATE takes {', '.join(SWITCHABLE)} or {NONE}"
            )
    places.on_fargate.parent.mkdir(parents=True, exist_ok=True)
    places.on_fargate.write_text(",".join(services) or NONE)
    return services


def context(services: Iterable[str]) -> list[str]:
    """What tells the app so, as options of the CDK CLI.

    Args:
        services: Those on Fargate.
    """
    return [f"--context=storefront:{service}-compute=fargate" for service in services]
