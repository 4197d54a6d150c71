"""What the search functions may do."""

from tests.stacks.granted import granted

WRITES = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem", "s3:PutObject", "s3:DeleteObject"}


def test_a_query_neither_scans_nor_writes() -> None:
    assert granted("Search", "SearchApi").isdisjoint(WRITES | {"dynamodb:Scan"})


def test_the_indexer_may_read_everything_to_make_a_lost_index_again() -> None:
    assert granted("Search", "SearchEvents") >= WRITES - {"dynamodb:UpdateItem"} | {"dynamodb:Scan", "s3:ListBucket"}


def test_who_makes_the_index_again_reads_everything_and_asks_the_catalog_alone() -> None:
    assert granted("Search", "SearchRebuildWork") >= {"dynamodb:Scan", "s3:PutObject", "execute-api:Invoke"}
    assert "execute-api:Invoke" not in granted("Search", "SearchRebuilds") | granted("Search", "SearchEvents")


def test_who_is_asked_for_that_does_not_do_it() -> None:
    assert granted("Search", "SearchRebuilds").isdisjoint({"dynamodb:Scan", "sqs:ReceiveMessage"})
