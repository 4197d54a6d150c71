"""What the other services learn of a product, and when: by events only."""

from datetime import UTC, datetime
from http import HTTPStatus

from tests.local.deployed.storefront import Storefront, product

PROMISE_SECONDS = 3


def test_a_published_product_is_found_and_stocked_within_the_promise(storefront: Storefront) -> None:
    written = storefront.publish(product(name="Quartz Marmalade Spoon"))

    storefront.eventually(lambda: written["id"] in storefront.found("marmalade"), within_seconds=PROMISE_SECONDS)
    storefront.eventually(
        lambda: storefront.visitor.get(f"/v1/inventory/{written['id']}").status_code == HTTPStatus.OK,
        within_seconds=PROMISE_SECONDS,
    )
    stock = storefront.visitor.get(f"/v1/inventory/{written['id']}").json()
    assert stock == {"sku": written["id"], "on_hand": 0, "reserved": 0, "available": 0}


def test_search_follows_changes_and_removals(storefront: Storefront) -> None:
    written = storefront.publish(product(name="Zephyr Kite"))
    storefront.eventually(lambda: written["id"] in storefront.found("zephyr"))

    storefront.publish(product(id=written["id"], name="Sirocco Kite"))
    storefront.eventually(lambda: written["id"] in storefront.found("sirocco"))
    assert written["id"] not in storefront.found("zephyr")

    storefront.publish(product(id=written["id"], name="Sirocco Kite", status="draft"))
    storefront.eventually(lambda: written["id"] not in storefront.found("sirocco"))


def test_a_deleted_product_leaves_search_and_may_come_back(storefront: Storefront) -> None:
    written = storefront.publish(product(name="Obsidian Paperweight"))
    storefront.eventually(lambda: written["id"] in storefront.found("obsidian"))

    storefront.merchant.delete(f"/v1/products/{written['id']}").raise_for_status()
    storefront.eventually(lambda: written["id"] not in storefront.found("obsidian"))

    storefront.publish(product(id=written["id"], name="Obsidian Paperweight"))
    storefront.eventually(lambda: written["id"] in storefront.found("obsidian"))


def test_the_request_is_followed_into_the_event(storefront: Storefront) -> None:
    with storefront.listening("ProductPublished") as heard:
        written = product()
        storefront.merchant.put(
            f"/v1/products/{written['id']}", json=written, headers={"X-Correlation-Id": "followed-request"}
        ).raise_for_status()
        events = heard.of_product(written["id"])

    assert [event["detail"]["metadata"]["correlation_id"] for event in events] == ["followed-request"]
    assert [event["source"] for event in events] == ["storefront.catalog"]


def test_a_replay_of_the_archive_changes_nothing(storefront: Storefront) -> None:
    began = datetime.now(UTC)
    written = storefront.publish(product(name="Calico Teapot"))
    storefront.eventually(lambda: storefront.visitor.get(f"/v1/inventory/{written['id']}").is_success)
    storefront.merchant.put(f"/v1/inventory/{written['id']}", json={"on_hand": 20}).raise_for_status()
    storefront.publish(product(id=written["id"], name="Damask Teapot"))
    storefront.eventually(lambda: written["id"] in storefront.found("damask"))

    with storefront.listening("ProductPublished") as heard:
        storefront.replay(since=began)
        again = heard.of_product(written["id"], at_least=2)
    later = storefront.publish(product(name="Gingham Teapot"))
    storefront.eventually(lambda: later["id"] in storefront.found("gingham"))

    assert [event["detail"]["data"]["name"] for event in again] == ["Calico Teapot", "Damask Teapot"]
    assert all("replay-name" in event for event in again)
    assert storefront.visitor.get(f"/v1/inventory/{written['id']}").json()["on_hand"] == 20
    assert written["id"] in storefront.found("damask")
    assert written["id"] not in storefront.found("calico")
