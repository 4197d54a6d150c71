"""The storefront's services, found by convention: a folder in `lambdas/` that locks requirements has a stack here."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Protocol

from constructs import Construct

from mach_constructs import EventMesh, HttpFront, Microservice

LAMBDAS = Path(__file__).parents[1] / "lambdas"
PORTAL = "developer_portal"


class ServiceStack(Protocol):
    """The stack of a service."""

    service: Microservice
    """The microservice."""


class NewServiceStack(Protocol):
    """What makes a service's stack."""

    def __call__(self, scope: Construct, id: str, *, front: HttpFront, mesh: EventMesh) -> ServiceStack:
        """Make it."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """One of the storefront's services.

    Attributes:
        name: Of its folder in `lambdas/` and of its module in `stacks/`.
        id: Of its stack, such as "GiftCards" for "gift_cards".
        stack: What makes the stack: the module's class `<id>Stack`.
        scopes: What tokens may be given for it, such as "orders/write" and "orders/read": the module's `WRITE` and
            `READ`, as far as it has them.
    """

    name: str
    id: str
    stack: NewServiceStack
    scopes: Sequence[str]


@cache
def services() -> tuple[Service, ...]:
    """Every service, by name; the developer portal comes last, for it describes those before it.

    Raises:
        AttributeError: A module in `stacks/` has no class of the name that it should have.
        ModuleNotFoundError: A service has no module in `stacks/`.
    """
    names = sorted(requirements.parent.name for requirements in LAMBDAS.glob("*/requirements.in"))
    return tuple(_service(name) for name in sorted(names, key=lambda name: name == PORTAL))


def _service(name: str) -> Service:
    module = import_module(f"stacks.{name}")
    pascal = "".join(word.capitalize() for word in name.split("_"))
    scopes = (*getattr(module, "WRITE", ()), *getattr(module, "READ", ()))
    return Service(name=name, id=pascal, stack=getattr(module, f"{pascal}Stack"), scopes=scopes)
