"""Each service comes first, changes, leaves and comes back while the others run: they need nothing of each other.

Which services there are, what a stack needs and which routes it serves, says the composition.
"""

import pytest

from tests.local.deployed.storefront import Storefront, product
from tests.local.independence.composition import Composition
from tests.local.independence.probing import Routes
from tests.local.independence.stack_by_stack import StackByStack
from tests.storefront_app import SERVICES, STACKS

OF_A_PRODUCT = {
    "Inventory": lambda storefront, product_id: storefront.visitor.get(f"/v1/inventory/{product_id}").is_success,
    "Search": lambda storefront, product_id: product_id in storefront.found("wanderer"),
}
"""What shows that a service heard of a product with that name."""


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_comes_first_changes_leaves_and_comes_back(
    service: str,
    composition: Composition,
    changed: Composition,
    deployment: StackByStack,
    request: pytest.FixtureRequest,
) -> None:
    deployment.deploy_one(service, of=composition)

    assert deployment.stacks() == composition.with_needed(service)
    storefront = deployment.storefront()
    request.addfinalizer(storefront.close)
    own, others = (
        Routes(storefront.visitor, [key for stack in stacks for key in composition.routes(stack)])
        for stacks in ([service], [other for other in SERVICES if other != service])
    )
    assert own.served() == set(own.keys)
    assert others.served() == set()

    deployment.deploy(lambda _line: None)
    assert deployment.stacks() == set(STACKS)
    assert own.served() == set(own.keys)
    assert others.served() == set(others.keys)

    with others.answering_alike():
        deployment.deploy_one(service, of=changed)
    assert log_levels(storefront) == {name: {"DEBUG" if name == service else "INFO"} for name in SERVICES}
    assert own.served() == set(own.keys)

    with others.answering_alike():
        deployment.destroy(service, of=composition)
    gone = composition.with_dependents(service)
    assert gone.intersection(SERVICES) == {service}
    assert deployment.stacks() == set(STACKS) - gone
    assert own.served() == set()
    publish_and_be_heard(storefront, there=set(SERVICES) - gone)

    with others.answering_alike():
        assert deployment.deploy(lambda _line: None) == {stack: stack in gone for stack in STACKS}
    assert own.served() == set(own.keys)
    publish_and_be_heard(storefront, there=set(SERVICES))


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
