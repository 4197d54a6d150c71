"""A service changes, leaves and comes back while the others run: they need nothing of each other."""

from typing import Protocol

from tests.local.composition import Composition
from tests.local.deployed.storefront import Storefront, product
from tests.local.independence.account import Account
from tests.local.independence.probing import Routes
from tests.storefront_app import SERVICES, STACKS

OF_A_PRODUCT = {
    "Inventory": lambda storefront, product_id: storefront.visitor.get(f"/v1/inventory/{product_id}").is_success,
    "Search": lambda storefront, product_id: product_id in storefront.found("wanderer"),
}
"""What shows that a service heard of a product with that name."""


class Stacks(Protocol):
    """A way to change a deployment."""

    def change(self, stack: str) -> None:
        """Deploys a stack that was edited."""

    def destroy(self, stack: str) -> None:
        """Destroys a stack, and what needs it."""

    def bring_back(self, stack: str) -> None:
        """Deploys again what was destroyed."""


def assert_it_changes_leaves_and_comes_back(
    service: str, stacks: Stacks, *, account: Account, composition: Composition
) -> None:
    """Does it, in a storefront that is all there, and leaves it so.

    Args:
        service: The service's stack.
        stacks: How it is done.
        account: Where.
        composition: What is deployed.
    """
    with account.storefront() as storefront:
        own, others = own_and_others(service, storefront, composition)
        with others.answering_alike():
            stacks.change(service)
        assert log_levels(storefront) == {name: {"DEBUG" if name == service else "INFO"} for name in SERVICES}
        assert own.served() == set(own.keys)

        with others.answering_alike():
            stacks.destroy(service)
        gone = composition.with_dependents(service)
        assert gone.intersection(SERVICES) == {service}
        assert account.stacks() == set(STACKS) - gone
        assert own.served() == set()
        publish_and_be_heard(storefront, there=set(SERVICES) - gone)

        with others.answering_alike():
            stacks.bring_back(service)
        assert account.stacks() == set(STACKS)
        assert own.served() == set(own.keys)
        publish_and_be_heard(storefront, there=set(SERVICES))


def own_and_others(service: str, storefront: Storefront, composition: Composition) -> tuple[Routes, Routes]:
    """The routes of a service, and those of every other one."""
    own, others = (
        Routes(storefront.visitor, [key for stack in stacks for key in composition.routes(stack)])
        for stacks in ([service], [other for other in SERVICES if other != service])
    )
    return own, others


def log_levels(storefront: Storefront) -> dict[str, set[str]]:
    """What each service's functions log, at least."""
    functions = storefront.aws("lambda")
    return {
        service: {
            functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]["LOG_LEVEL"]
            for name in storefront.physical_ids(service, "AWS::Lambda::Function")
        }
        for service in SERVICES
    }


def publish_and_be_heard(storefront: Storefront, *, there: set[str]) -> None:
    """A product that the catalog publishes, when it is there, reaches every other one that is there."""
    if "Catalog" not in there:
        return
    written = storefront.publish(product(name="Wanderer"))
    for service in there & OF_A_PRODUCT.keys():
        heard = OF_A_PRODUCT[service]
        storefront.eventually(lambda heard=heard: heard(storefront, written["id"]))
