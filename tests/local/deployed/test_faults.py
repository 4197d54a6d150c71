"""A function may die between any two lines: what was promised still happens, and happens once."""

from http import HTTPStatus

from tests.local.deployed.storefront import Storefront, product

TRANSACTION = "DynamoDB_20120810.TransactWriteItems"
PUT_EVENTS = "AWSEvents.PutEvents"
SERVER_ERROR = 500


def test_killed_after_the_write_the_event_still_arrives_once(storefront: Storefront) -> None:
    body = product(name="Gossamer Hammock")
    with storefront.listening("ProductPublished") as heard:
        with storefront.killing("CatalogWrite", at=TRANSACTION, moment="after"):
            died = storefront.merchant.put(f"/v1/products/{body['id']}", json=body)
        retried = storefront.merchant.put(f"/v1/products/{body['id']}", json=body)
        events = heard.of_product(body["id"])

    assert died.status_code >= SERVER_ERROR
    assert retried.status_code == HTTPStatus.OK
    assert [event["detail"]["data"]["version"] for event in events] == [1]
    storefront.eventually(lambda: body["id"] in storefront.found("gossamer"))
    storefront.eventually(lambda: storefront.visitor.get(f"/v1/inventory/{body['id']}").is_success)


def test_killed_before_the_write_nothing_happened_until_the_retry(storefront: Storefront) -> None:
    body = product(name="Cobalt Windchime")
    with storefront.listening("ProductPublished") as heard:
        with storefront.killing("CatalogWrite", at=TRANSACTION, moment="before"):
            died = storefront.merchant.put(f"/v1/products/{body['id']}", json=body)
        unseen = storefront.visitor.get(f"/v1/products/{body['id']}")
        retried = storefront.merchant.put(f"/v1/products/{body['id']}", json=body)
        events = heard.of_product(body["id"])

    assert died.status_code >= SERVER_ERROR
    assert unseen.status_code == HTTPStatus.NOT_FOUND
    assert retried.status_code == HTTPStatus.CREATED
    assert [event["detail"]["data"]["version"] for event in events] == [1]


def test_a_relay_killed_after_publishing_publishes_again_and_the_event_is_applied_once(storefront: Storefront) -> None:
    body = product(name="Tangerine Metronome")
    with (
        storefront.listening("ProductPublished") as heard,
        storefront.killing("Catalog", at=PUT_EVENTS, moment="after"),
    ):
        storefront.publish(body)
        events = heard.of_product(body["id"], at_least=2)

    assert {event["detail"]["metadata"]["event_id"] for event in events} == {
        events[0]["detail"]["metadata"]["event_id"]
    }
    storefront.eventually(lambda: storefront.found("tangerine").count(body["id"]) == 1)
    storefront.eventually(lambda: storefront.visitor.get(f"/v1/inventory/{body['id']}").is_success)


def test_an_indexer_killed_before_its_commit_indexes_on_redelivery(storefront: Storefront) -> None:
    body = product(name="Vermilion Astrolabe")
    with storefront.impatient_queues():
        with storefront.killing("Search", at="DynamoDB_20120810.PutItem", moment="after"):
            storefront.publish(body)

        storefront.eventually(lambda: body["id"] in storefront.found("vermilion"), within_seconds=30)
