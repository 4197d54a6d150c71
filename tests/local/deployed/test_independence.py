"""A service is destroyed and comes back while the others run."""

from http import HTTPStatus

from local.deployment import Deployment
from tests.local.deployed.storefront import Storefront, product
from tests.storefront_app import STACKS


def test_a_destroyed_service_takes_nothing_with_it_and_comes_back(
    storefront: Storefront, deployment: Deployment
) -> None:
    written = storefront.publish(product(name="Sole Survivor"))
    storefront.eventually(lambda: storefront.visitor.get(f"/v1/inventory/{written['id']}").is_success)

    cloudformation = storefront.aws("cloudformation")
    cloudformation.delete_stack(StackName="Inventory")
    cloudformation.get_waiter("stack_delete_complete").wait(StackName="Inventory", WaiterConfig={"Delay": 1})

    gone = storefront.visitor.get(f"/v1/inventory/{written['id']}")
    assert (gone.status_code, gone.headers["content-type"]) == (HTTPStatus.NOT_FOUND, "application/problem+json")
    meanwhile = storefront.publish(product(name="Meanwhile Published"))
    storefront.eventually(lambda: meanwhile["id"] in storefront.found("meanwhile"))

    changed = deployment.deploy(lambda _line: None)

    assert changed == {stack: stack == "Inventory" for stack in STACKS}
    afterwards = storefront.publish(product())
    storefront.eventually(lambda: storefront.visitor.get(f"/v1/inventory/{afterwards['id']}").is_success)
